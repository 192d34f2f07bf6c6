"""Bulk moves: the preview says whom it leaves out, the answer says so again, and nobody reaches beyond his scope."""

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from core.workflow import MoveRefused
from notifications.models import Notification
from problems.actions import bulk as bulk_actions
from problems.actions.bulk import bulk_row, preview, run
from problems.actions.item import move_item
from problems.actions.saved import delete_view, save_view
from problems.exports import codes_text
from problems.ledger import LEDGER, State
from problems.models import Item, ItemEvent
from tests.factories.problems import ROAD, World, entered_list, item_in, make_world, walk

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TOKEN = "6f1f64b4-1c8b-4a46-8f65-0a3f2b6f3c11"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def items(world: World) -> list[Item]:
    """Pending, urged today, already closed."""
    _pending, urged, closed = entered_list(world, count=3).items.order_by("order")
    move_item(urged, "urge", by=world.fresh("office"))
    walk(world, closed, ROAD[State.CLOSED])
    return list(Item.objects.order_by("order"))


@pytest.fixture
def office(client: Client, world: World) -> Client:
    client.force_login(world.office)
    return client


def told(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def urges() -> int:
    return ItemEvent.objects.filter(name="urge").count()


def test_which_moves_go_in_bulk() -> None:
    assert {row.name for row in LEDGER if row.bulk} == {"take", "suspend", "urge"}
    assert (bulk_row("close"), bulk_row("nonsense")) == (None, None)


def test_a_preview_sorts_and_writes_nothing(world: World, items: list[Item]) -> None:
    found = preview("urge", items, by=world.fresh("office"))
    assert [item.pk for item in found.ready] == [items[0].pk]
    assert [(item.pk, reason) for item, reason in found.skipped] == [
        (items[1].pk, "今天已催办过"),
        (items[2].pk, "现在是“已销号”，不能催办"),
    ]
    assert found.reasons == [("今天已催办过", [items[1]]), ("现在是“已销号”，不能催办", [items[2]])]
    assert urges() == 1


def test_a_preview_for_somebody_without_the_right(world: World, items: list[Item]) -> None:
    found = preview("suspend", items[:1], by=world.fresh("head"))
    assert (found.ready, found.skipped) == ([], [(items[0], "由整顿办办理，当前账号不能办理")])


def test_nobody_acts_on_his_own_item(world: World) -> None:
    item = item_in(world, State.PENDING)
    Item.objects.filter(pk=item.pk).update(cadre=world.office)
    found = preview("urge", Item.objects.all(), by=world.fresh("office"))
    assert [reason for _, reason in found.skipped] == ["由整顿办或单位负责人办理，当前账号不能办理"]


def test_run_does_each_and_names_the_skipped(world: World, items: list[Item]) -> None:
    done = run("urge", items, by=world.fresh("office"))
    assert ([item.pk for item in done.ready], len(done.skipped)) == ([items[0].pk], 2)
    assert urges() == 2
    assert Notification.objects.filter(recipient=world.cadre, text__contains="催办").count() == 2
    again = run("urge", items, by=world.fresh("office"))
    assert [reason for _, reason in again.skipped] == ["今天已催办过", "今天已催办过", "现在是“已销号”，不能催办"]


def test_somebody_was_faster(world: World, items: list[Item]) -> None:
    stale = Item.objects.select_related("checklist").get(pk=items[0].pk)
    move_item(items[0], "suspend", by=world.fresh("office_two"), comment="病假")
    done = run("urge", [stale], by=world.fresh("office"))
    assert done.ready == []
    assert "顾明" in done.skipped[0][1]


def test_the_dialog_lists_the_reasons(office: Client, items: list[Item]) -> None:
    query = "&".join(f"pk={item.pk}" for item in items)
    page = office.get(f"/ledger/bulk/urge/?{query}&filter=view%3Dred").content.decode()
    assert "1 项可以催办" in page
    assert "2 项不能" in page
    assert f"1 项：今天已催办过</dt><dd>{items[1].code}" in page
    assert "/ledger/?view=red" in page
    fragment = office.get(f"/ledger/bulk/urge/?{query}", headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert urges() == 1


def test_the_answer_names_whom_it_left_out(office: Client, items: list[Item]) -> None:
    data = {"pk": [item.pk for item in items], "filter": "status=pending", "form_token": TOKEN}
    response = office.post("/ledger/bulk/urge/", data)
    assert response.headers["Location"] == "/ledger/?status=pending"
    assert told(response) == [
        "已催办 1 项",
        f"1 项未发送：今天已催办过（{items[1].code}）",
        f"1 项未发送：现在是“已销号”，不能催办（{items[2].code}）",
    ]
    second = office.post("/ledger/bulk/urge/", data, headers=HTMX)
    assert second.headers["HX-Redirect"] == "/ledger/?status=pending"
    assert told(second)[-1] == "这一批刚才已经催办过，没有重复办理"
    assert urges() == 2
    third = office.post("/ledger/bulk/urge/", {"pk": items[1].pk})
    assert told(third)[-1] == f"1 项未发送：今天已催办过（{items[1].code}）"


def test_a_reason_is_asked_where_the_move_needs_one(office: Client, items: list[Item]) -> None:
    first = {"pk": items[0].pk}
    refused = office.post("/ledger/bulk/suspend/", first)
    assert refused.status_code == 422
    assert "填写理由，写清为什么中止" in refused.content.decode()
    assert Item.objects.get(pk=items[0].pk).state == State.PENDING
    assert told(office.post("/ledger/bulk/suspend/", {**first, "comment": "汛期停课"})) == ["已中止 1 项"]
    assert Item.objects.get(pk=items[0].pk).state == State.SUSPENDED


def test_take(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    client.force_login(world.supervisor)
    assert told(client.post("/ledger/bulk/take/", {"pk": item.pk})) == ["已开始核查 1 项"]
    assert Item.objects.get().state == State.VERIFYING


def test_everything_that_the_filter_finds(office: Client, items: list[Item]) -> None:
    page = office.get("/ledger/bulk/urge/", {"all": "1", "filter": "status=pending&page=1"})
    assert {item.pk for item in page.context["preview"].ready} == {items[0].pk}
    assert {item.pk for item, _ in page.context["preview"].skipped} == {items[1].pk}


def test_too_many_are_refused_with_a_sentence(
    office: Client, items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("problems.views.bulk.MOST", 2)
    page = office.get("/ledger/bulk/urge/", {"all": "1"})
    assert "一次最多办理 2 项" in page.content.decode()
    assert page.context["preview"].ready == []
    assert office.post("/ledger/bulk/urge/", {"pk": [item.pk for item in items]}).status_code == 422
    assert urges() == 1


def test_nothing_chosen(office: Client) -> None:
    assert "还没有选中事项" in office.get("/ledger/bulk/urge/?pk=x&pk=99999999999999").content.decode()


def test_other_moves_are_not_offered(office: Client) -> None:
    assert office.get("/ledger/bulk/close/").status_code == 404
    assert office.post("/ledger/bulk/void/", {"pk": 1}).status_code == 404


def test_a_stranger_moves_nothing(client: Client, world: World, items: list[Item]) -> None:
    keys = {"pk": [item.pk for item in items]}
    for who in ("other_cadre", "other_head", "principal", "admin"):
        client.force_login(world.people[who])
        page = client.get("/ledger/bulk/urge/", keys)
        assert "还没有选中事项" in page.content.decode(), who
        assert items[0].code not in page.content.decode()
        assert client.post("/ledger/bulk/urge/", keys).status_code == 422
    assert urges() == 1


def test_long_lists_of_the_skipped_are_cut(world: World, items: list[Item]) -> None:
    assert codes_text(items, most=2) == f"{items[0].code}、{items[1].code} 等 3 项"
    assert codes_text(items[:1]) == items[0].code


def test_actions_of_views_hold_their_rules(world: World) -> None:
    with pytest.raises(MoveRefused, match="共享给所有人由整顿办设置"):
        save_view("共享", "lamp=red", True, by=world.fresh("head"))
    view = save_view("红的", "lamp=red", False, by=world.fresh("head"))
    with pytest.raises(MoveRefused, match="由保存它的人删除"):
        delete_view(view, by=world.fresh("office"))


def test_the_cap_is_what_one_request_bears() -> None:
    assert bulk_actions.MOST == 500
