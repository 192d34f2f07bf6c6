import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from problems.actions.filing import add_item, open_checklist
from problems.actions.review import move_checklist
from problems.models import Draft, Item
from tests.factories.problems import World, make_world, write_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def item(world: World) -> Item:
    return write_list(world).items.get()


def session_of(world: World, who: str = "cadre") -> Client:
    client = Client()
    client.force_login(world.people[who])
    return client


def url(item: Item, step: int = 2, form: str = "problem-item") -> str:
    return reverse("problems:draft", args=[form, f"{item.public_id}-{step}"])


def put(client: Client, item: Item, body: Any, step: int = 2) -> Any:
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.put(url(item, step), text, content_type="application/json")


def test_typed_text_is_kept_as_typed_and_comes_back(world: World, item: Item) -> None:
    client = session_of(world)
    data = {
        "problem": ["写到一半<b>\r\n第二行\x00"],
        "happened": [""],
        "form_token": ["x"],
        "seen": ["0123456789abcdefXYZ"],
    }
    answer = put(client, item, {"version": 0, "data": data})
    kept = Draft.objects.get()
    assert answer.json() == {"version": 1, "saved_at": answer.json()["saved_at"]}
    assert len(answer.json()["saved_at"]) == 5
    assert kept.data == {"problem": ["写到一半<b>\n第二行"], "seen": ["0123456789abcdef"]}
    assert client.get(url(item)).json() == {"version": 1, "data": kept.data}
    assert client.get(url(item, 3)).json() == {"version": 0, "data": {}}
    assert put(client, item, {"version": 1, "data": {"problem": ["写完了"]}}).json()["version"] == 2
    assert client.get(url(item)).json()["data"] == {"problem": ["写完了"]}


def test_draft_of_one_session_is_there_in_the_other(world: World, item: Item) -> None:
    put(session_of(world), item, {"version": 0, "data": {"problem": ["在办公室写的"]}})
    page = session_of(world).get(reverse("problems:item_edit", args=[item.public_id]) + "?step=2")
    assert page.context["form"]["problem"].value() == "在办公室写的"
    assert 'data-version="1"' in page.content.decode()


def test_two_windows_meet_and_both_texts_are_there(world: World, item: Item) -> None:
    first, second = session_of(world), session_of(world)
    put(first, item, {"version": 0, "data": {"problem": ["第一个窗口"], "consequence": ["影响"]}})
    sent = {"problem": ["第二个窗口"], "happened": ["三月"], "consequence": [""], "form_token": ["t"], "seen": ["abc"]}
    answer = put(second, item, {"version": 0, "data": sent})
    assert answer.status_code == 409
    body = answer.json()
    assert (body["version"], body["theirs_by"], len(body["theirs_at"])) == (1, "本人在另一个窗口", 5)
    different = {name for name in {*sent, *body["theirs"]} if sent.get(name, []) != body["theirs"].get(name, [])}
    assert different == {"problem", "happened", "consequence"}
    assert body["theirs"]["consequence"] == ["影响"]
    assert Draft.objects.get().data == {"problem": ["第一个窗口"], "consequence": ["影响"]}
    assert put(second, item, {"version": 1, "data": sent}).status_code == 200


def test_conflict_without_a_mark_has_none(world: World, item: Item) -> None:
    client = session_of(world)
    put(client, item, {"version": 0, "data": {"problem": ["一"]}})
    assert "seen" not in put(client, item, {"version": 0, "data": {"problem": ["二"]}}).json()["theirs"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 60_000,
        b"\xff\xfe",
        b"null",
        b"[]",
        {"version": 0},
        {"data": {}},
        {"version": "0", "data": {}},
        {"version": True, "data": {}},
        {"version": -1, "data": {}},
        {"version": 2**40, "data": {}},
        {"version": 0, "data": []},
        {"version": 0, "data": {"problem": "not a list"}},
        {"version": 0, "data": {"problem": [1]}},
        {"version": 0, "data": {str(number): [] for number in range(61)}},
    ],
)
def test_unreadable_body_is_refused_in_words(world: World, item: Item, body: Any) -> None:
    answer = put(session_of(world), item, body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("刷新页面后再试")
    assert not Draft.objects.exists()


def test_size_limit_is_said(world: World, item: Item) -> None:
    answer = put(session_of(world), item, {"version": 0, "data": {"problem": ["字" * 70_000]}})
    assert (answer.status_code, answer.json()["error"][:12]) == (400, "这一页的内容超过 64 ")


@pytest.mark.parametrize("text", [r"\u0000字", r"\ud800字", r"<script>字", r"\u0007字"])
def test_characters_that_no_database_takes_do_no_harm(world: World, item: Item, text: str) -> None:
    body = '{"version": 0, "data": {"problem": ["TEXT"], "TEXT": ["x"]}}'.replace("TEXT", text)
    client = session_of(world)
    assert put(client, item, body).status_code == 200
    assert client.get(url(item)).json()["data"]["problem"][0].endswith("字")


def test_submitted_list_takes_no_drafts(world: World, item: Item) -> None:
    move_checklist(item.checklist, "submit", by=world.fresh("cadre"))
    answer = put(session_of(world), item, {"version": 0, "data": {"problem": ["晚了"]}})
    assert (answer.status_code, answer.json()["error"]) == (403, "清单现在是“待初审”，不能修改。需要修改时先撤回")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("who", ["colleague", "head", "office", "discipline", "admin"])
def test_drafts_of_others_are_unknown(world: World, item: Item, who: str) -> None:
    put(session_of(world), item, {"version": 0, "data": {"problem": ["只有本人看得到"]}})
    stranger = session_of(world, who)
    assert stranger.get(url(item)).status_code == 404
    assert put(stranger, item, {"version": 1, "data": {"problem": ["改掉"]}}).status_code == 404
    assert Draft.objects.get().data == {"problem": ["只有本人看得到"]}


def test_keys_that_name_no_page_are_unknown(world: World, item: Item) -> None:
    client = session_of(world)
    checklist = open_checklist(world.campaign, by=world.fresh("colleague"))
    other = add_item(checklist, by=world.fresh("colleague"))
    keys = [
        "x",
        f"{item.public_id}",
        f"{item.public_id}-5",
        "-" * 36 + "-1",
        f"{uuid.uuid4()}-1",
        f"{other.public_id}-1",
    ]
    answers = [client.get(reverse("problems:draft", args=["problem-item", key])).status_code for key in keys]
    assert answers == [404] * len(keys)
    assert client.get(url(item, form="other-form")).status_code == 404
    assert client.post(url(item)).status_code == 405


def test_page_four_of_a_collective_list_keeps_its_people(world: World) -> None:
    checklist = open_checklist(world.campaign, by=world.fresh("head"), kind="section", unit=world.section)
    item = add_item(checklist, by=world.fresh("head"))
    client = session_of(world, "head")
    data = {"cadre": [str(world.colleague.pk)], "measures-1-text": ["建台账"]}
    assert put(client, item, {"version": 0, "data": data}, step=4).status_code == 200
    assert Draft.objects.get().data == data
