"""The two gates: who sees which queue, what changed since the last round, and how a list goes on or back."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import AuditEntry
from core import clock
from notifications.models import Notification
from problems.actions.filing import remove_item, save_item
from problems.actions.review import move_checklist
from problems.checklist import CHECKLIST, ListState
from problems.ledger import State
from problems.models import Checklist, Item
from problems.views.differences import compared, words
from tests.factories.problems import (
    PROBLEM,
    World,
    endorsed_list,
    entered_list,
    item_in,
    make_world,
    submitted_list,
    walk,
    write_item,
    write_list,
)

pytestmark = pytest.mark.django_db
SECTION, OFFICE = "/section/review/", "/office/review/"
RETURN = {"reasons": ["时限不合理"], "comment": "请写清三月份哪几件来文超期"}


@pytest.fixture
def world() -> World:
    return make_world()


def login(client: Client, world: World, who: str) -> Client:
    client.force_login(world.fresh(who))
    return client


def html(response: Any) -> str:
    return response.content.decode()


def names(world: World, page: str) -> set[str]:
    return {key for key, user in world.people.items() if f"{user.name}的个人问题清单" in page}


def again(pk: int) -> Checklist:
    return Checklist.objects.get(pk=pk)


# --- the queue --------------------------------------------------------------------------------------


def test_everybody_finds_the_lists_of_his_own_gate(client: Client, world: World) -> None:
    for who in ("cadre", "other_cadre", "head", "teacher"):
        submitted_list(world, who)
    found = {}
    for who in world.people:
        response = login(client, world, who).get(SECTION)
        assert response.status_code == 200
        found[who] = {row["list"].cadre.staff_no for row in response.context["rows"]}
    assert {who: queue for who, queue in found.items() if queue} == {
        "head": {"cadre"},
        "other_head": {"other_cadre"},
        "line_leader": {"head"},
        "principal": {"teacher"},
    }


def test_office_queue_is_for_the_office_and_not_for_own_lists(client: Client, world: World) -> None:
    endorsed_list(world, "cadre")
    endorsed_list(world, "office", "other_head")
    submitted_list(world, "other_cadre")
    answers = {who: login(client, world, who).get(OFFICE) for who in world.people}
    opened = {who: response for who, response in answers.items() if response.status_code == 200}
    assert {response.status_code for response in answers.values()} == {200, 403}
    queues = {who: {row["list"].cadre.staff_no for row in page.context["rows"]} for who, page in opened.items()}
    assert queues == {"office": {"cadre"}, "office_two": {"cadre", "office"}}


def test_queue_row_says_how_long_it_waits_and_until_when(client: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 6, 5, 3, tzinfo=dt.UTC), tick=False):
        world = make_world()
        checklist = submitted_list(world)
    with time_machine.travel(dt.datetime(2026, 6, 9, 3, tzinfo=dt.UTC), tick=False):
        response = login(client, world, "head").get(SECTION)
    row = response.context["rows"][0]
    assert (row["list"], row["waited"], row["lamp"].color, row["lamp"].text) == (checklist, 2, "amber", "剩 1 天")
    assert "已等 2 个工作日，06-10 到期" in html(response)


def test_most_urgent_first_and_the_next_opens_after_a_decision(client: Client, world: World) -> None:
    first, second = submitted_list(world, "cadre"), submitted_list(world, "colleague")
    Checklist.objects.filter(pk=second.pk).update(step_due_on=clock.today())
    login(client, world, "head")
    page = client.get(SECTION)
    assert [row["list"].pk for row in page.context["rows"]] == [second.pk, first.pk]
    assert names(world, html(page)) == {"colleague"}
    response = client.post(f"/lists/{second.pk}/endorse/?queue=unit", {"version": second.version})
    assert response["Location"] == f"{SECTION}?open={first.pk}"
    last = client.post(f"/lists/{first.pk}/endorse/?queue=unit", {"version": first.version})
    assert last["Location"] == SECTION


def test_empty_queue_says_who_has_not_filed(client: Client, world: World) -> None:
    page = html(login(client, world, "head").get(SECTION))
    assert "没有待初审的清单。" in page and "还有 3 人未提交" in page and 'href="/coverage/"' in page
    for who in ("cadre", "colleague", "liaison"):
        checklist = submitted_list(world, who)
        move_checklist(checklist, "endorse", by=world.fresh("head"))
    assert "3 人已全部提交" in html(client.get(SECTION))


def test_empty_queue_without_a_campaign(client: Client, world: World) -> None:
    world.campaign.archived_on = clock.today()
    world.campaign.save()
    assert "没有待初审的清单。" in html(login(client, world, "head").get(SECTION))


def test_withdrawn_meanwhile_is_told(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    move_checklist(checklist, "withdraw", by=world.fresh("cadre"))
    page = html(login(client, world, "head").get(f"{SECTION}?open={checklist.pk}"))
    assert "已被本人撤回，无需处理" in page
    assert "梁思敏的清单" in page
    stranger = html(login(client, world, "other_head").get(f"{SECTION}?open={checklist.pk}"))
    assert "梁思敏" not in stranger


def test_decided_by_a_colleague_is_told(client: Client, world: World) -> None:
    checklist = endorsed_list(world)
    move_checklist(checklist, "enter", by=world.fresh("office_two"))
    page = html(login(client, world, "office").get(f"{OFFICE}?open={checklist.pk}"))
    assert "已由顾明“审核通过并进台账”，无需处理" in page
    own = html(login(client, world, "office_two").get(f"{OFFICE}?open={checklist.pk}"))
    assert "无需处理" not in own


def test_closures_and_extensions_of_the_gate_are_tabs(client: Client, world: World) -> None:
    asked = item_in(world, State.CLOSURE_REQUESTED)
    longer = entered_list(world, "colleague").items.get()
    until = longer.due_on + dt.timedelta(days=10)
    given = {
        "requested_due_on": until,
        "reason_kind": "funds",
        "reason": "等经费",
        "progress": "已报",
        "plan": "到位后办",
    }
    walk(world, longer, [("request_extension", "colleague", given)])
    login(client, world, "head")
    assert asked.get_absolute_url() in html(client.get(f"{SECTION}?tab=closures"))
    assert longer.get_absolute_url() in html(client.get(f"{SECTION}?tab=extensions"))
    login(client, world, "other_head")
    for tab in ("closures", "extensions"):
        page = html(client.get(f"{SECTION}?tab={tab}"))
        assert "没有等" in page
        assert asked.code not in page and longer.code not in page
    walk(world, asked, [("confirm", "head", {})])
    assert asked.code in html(login(client, world, "office").get(f"{OFFICE}?tab=closures"))


def test_head_who_has_not_filed_is_told_before_and_refused(client: Client, world: World) -> None:
    world.campaign.head_files_first = True
    world.campaign.save()
    checklist = submitted_list(world)
    login(client, world, "head")
    page = html(client.get(SECTION))
    assert "先提交本人的问题清单，再初审他人的" in page and 'href="/my/list/"' in page
    answer = client.post(f"/lists/{checklist.pk}/endorse/?queue=unit", {"version": checklist.version})
    assert answer.status_code == 409
    assert "单位负责人要带头" in html(answer)
    submitted_list(world, "head")
    assert "先提交本人的问题清单" not in html(client.get(SECTION))
    answer = client.post(f"/lists/{checklist.pk}/endorse/?queue=unit", {"version": checklist.version})
    assert answer.status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries(client: Client, world: World, django_assert_max_num_queries: Any, count: int) -> None:
    for who in ["cadre", "colleague", "liaison"][:count]:
        submitted_list(world, who, count=count)
    login(client, world, "head")
    with django_assert_max_num_queries(27):
        client.get(SECTION)


# --- the list ---------------------------------------------------------------------------------------


def test_list_is_open_to_its_readers_only(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    submitted_list(world, "other_cadre")
    seen = {
        who for who in world.people if login(client, world, who).get(checklist.get_absolute_url()).status_code == 200
    }
    readers = {"cadre", "head", "line_leader", "chief", "group_member", "office", "office_two", "supervisor", "auditor"}
    assert seen == readers


def test_stranger_moves_nothing(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    login(client, world, "colleague")
    for row in CHECKLIST:
        assert client.get(f"/lists/{checklist.pk}/{row.name}/").status_code == 404
        assert client.post(f"/lists/{checklist.pk}/{row.name}/", RETURN).status_code == 404
    assert again(checklist.pk).state == ListState.UNIT_REVIEW


def test_moves_out_of_turn_are_not_found(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    login(client, world, "head")
    names = ("enter", "submit", "withdraw", "nonsense", "return_to_unit")
    assert {name: client.get(f"/lists/{checklist.pk}/{name}/").status_code for name in names} == dict.fromkeys(
        names, 404
    )


def test_restricted_problem_is_hidden_from_those_beside_the_line(client: Client, world: World) -> None:
    checklist = submitted_list(world, clue=True)
    for who, shown in (("head", True), ("office", True), ("supervisor", False), ("auditor", False)):
        readings = AuditEntry.objects.filter(kind="read_restricted", by_name=world.people[who].name)
        page = html(login(client, world, who).get(checklist.get_absolute_url()))
        assert (PROBLEM in page) == shown
        assert ("另有 1 项限制查看" in page) != shown
        assert readings.exists() == shown
    login(client, world, "cadre").get(checklist.get_absolute_url())
    assert not AuditEntry.objects.filter(kind="read_restricted", by_name="梁思敏").exists()


def test_unit_head_returns_with_templates_words_and_marks(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    item = checklist.items.get()
    login(client, world, "head")
    url = f"/lists/{checklist.pk}/send_back/?queue=unit"
    form = html(client.get(url, headers={"HX-Request": "true"}))
    assert "<html" not in form and "会通知梁思敏" in form
    empty = client.post(url, {f"mark_{item.pk}_field": "cause"})
    assert empty.status_code == 422
    for text in ("选择至少一条退回理由", "填写具体说明，至少 10 字，现在 0 字", "第 1 项选了栏目，写清要改什么"):
        assert text in html(empty)
    marked = {f"mark_{item.pk}_field": "cause", f"mark_{item.pk}_note": "写到本人"}
    answer = client.post(url, {**RETURN, **marked}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == SECTION
    checklist = again(checklist.pk)
    assert (checklist.state, checklist.returned_count) == (ListState.RETURNED, 1)
    event = checklist.last_event()
    assert event.comment == "时限不合理。请写清三月份哪几件来文超期"
    assert list(event.marks.values_list("item", "field", "note")) == [(item.pk, "cause", "写到本人")]
    assert Notification.objects.filter(recipient=world.cadre, text__contains="退回").exists()


def test_next_round_shows_what_changed_and_the_marks(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    item = checklist.items.get()
    marks = [{"item": item, "field": "cause", "note": "写到本人"}, {"item": item, "field": "", "note": "整项再核对"}]
    move_checklist(checklist, "send_back", by=world.fresh("head"), comment="写清原因，落到本人", marks=marks)
    item.refresh_from_db()
    save_item(item, {"cause": "没有来文台账，本人只靠记忆跟进"}, by=world.fresh("cadre"), version=item.version)
    before = html(login(client, world, "head").get(checklist.get_absolute_url()))
    assert "本人只靠记忆" not in before, "the author is still writing"
    mine = html(login(client, world, "cadre").get(checklist.get_absolute_url()))
    assert "<ins>本人只靠</ins>" in mine
    move_checklist(again(checklist.pk), "submit", by=world.fresh("cadre"))
    page = html(login(client, world, "head").get(SECTION))
    assert "<del>靠个人</del><ins>本人只靠</ins>" in page
    assert "本次有改动" in page
    assert "上次退回标注：写到本人" in page and "上次退回标注：整项再核对" in page
    assert "第 1 次退回" in page and "第 2 次" in page
    first = html(client.get(f"{checklist.get_absolute_url()}?round=1"))
    assert "靠个人记忆跟进" in first and "<ins>" not in first
    second = html(client.get(f"{checklist.get_absolute_url()}?round=2"))
    assert "<ins>" in second


def test_added_and_removed_problems_are_told(client: Client, world: World) -> None:
    checklist = submitted_list(world, count=2)
    move_checklist(checklist, "send_back", by=world.fresh("head"), comment="合并重复的问题")
    checklist = again(checklist.pk)
    remove_item(checklist.items.order_by("order").last(), by=world.fresh("cadre"))
    write_item(checklist)
    move_checklist(again(checklist.pk), "submit", by=world.fresh("cadre"))
    page = html(login(client, world, "head").get(SECTION))
    assert "本次新增" in page and "删去 1 项" in page


def test_office_enters_returns_to_person_and_to_unit(client: Client, world: World) -> None:
    login(client, world, "office")
    first = endorsed_list(world, "cadre")
    assert client.post(f"/lists/{first.pk}/enter/?queue=office", {"version": first.version})["Location"] == OFFICE
    assert set(first.items.values_list("state", flat=True)) == {State.PENDING}
    assert first.items.get().code in html(client.get(first.get_absolute_url()))
    second = endorsed_list(world, "colleague")
    page = html(client.get(OFFICE))
    assert "退回本人…" in page and "退回初审…" in page
    assert client.post(f"/lists/{second.pk}/return_to_unit/?queue=office", RETURN).status_code == 302
    assert again(second.pk).state == ListState.UNIT_REVIEW
    move_checklist(again(second.pk), "endorse", by=world.fresh("head"))
    assert client.post(f"/lists/{second.pk}/return_to_cadre/", RETURN)["Location"] == second.get_absolute_url()
    assert again(second.pk).state == ListState.RETURNED


def test_old_page_is_told_who_did_what_and_keeps_the_text(client: Client, world: World) -> None:
    checklist = endorsed_list(world)
    version = checklist.version
    move_checklist(again(checklist.pk), "enter", by=world.fresh("office_two"))
    login(client, world, "office")
    url = f"/lists/{checklist.pk}/return_to_cadre/?queue=office"
    answer = client.post(url, {**RETURN, "version": version})
    assert answer.status_code == 409
    assert "顾明" in html(answer) and RETURN["comment"] in html(answer)
    assert again(checklist.pk).state == ListState.APPROVED


def test_author_withdraws_and_comes_back_to_his_list(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    login(client, world, "cadre")
    assert "回到草稿" in html(client.get(f"/lists/{checklist.pk}/withdraw/"))
    assert client.post(f"/lists/{checklist.pk}/withdraw/", {"version": checklist.version})["Location"] == "/my/list/"
    assert client.post(f"/lists/{checklist.pk}/submit/", {})["Location"].startswith("/my/list/done/")


def test_incomplete_list_is_not_submitted(client: Client, world: World) -> None:
    checklist = write_list(world, cause="")
    answer = login(client, world, "cadre").post(f"/lists/{checklist.pk}/submit/", {})
    assert answer.status_code == 409
    assert "填写原因分析" in html(answer)


def test_form_sent_twice_counts_once(client: Client, world: World) -> None:
    checklist = submitted_list(world)
    login(client, world, "head")
    token = client.get(SECTION).context["forms"][0]["form"]["form_token"].value()
    data = {"version": checklist.version, "form_token": token}
    url = f"/lists/{checklist.pk}/endorse/?queue=unit"
    assert [client.post(url, data).status_code for _ in range(2)] == [302, 409]
    assert checklist.events.filter(name="endorse").count() == 1


def test_draft_belongs_to_its_author(client: Client, world: World) -> None:
    checklist = write_list(world)
    seen = {
        who for who in world.people if login(client, world, who).get(checklist.get_absolute_url()).status_code == 200
    }
    assert seen == {"cadre"}
    assert Item.objects.count() == 1


# --- differences ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("一样的话", "一样的话", [("same", "一样的话")]),
        ("办结率 61%", "办结率 95%", [("same", "办结率 "), ("del", "61%"), ("ins", "95%")]),
        ("甲乙丙丁戊", "甲X丙Y戊", [("same", "甲"), ("del", "乙丙丁戊"), ("ins", "X丙Y戊")]),
        ("", "新写的", [("ins", "新写的")]),
        ("旧的", "", [("del", "旧的")]),
    ],
)
def test_words_that_changed(old: str, new: str, parts: list[tuple[str, str]]) -> None:
    assert words(old, new) == parts
    assert "".join(text for kind, text in words(old, new) if kind != "ins") == old
    assert "".join(text for kind, text in words(old, new) if kind != "del") == new


def test_fields_without_an_earlier_round_have_no_changes(world: World) -> None:
    snapshot = submitted_list(world, target_value="95%").rounds.get().snapshot["items"][0]
    rows = compared(snapshot, None)
    assert [row["key"] for row in rows] == ["problem", "cause", "goal", "measures", "due_on"]
    assert {tuple(row["parts"]) for row in rows} == {()}
    assert "指标：-- → 95%" in rows[2]["text"]
    assert rows[3]["text"].startswith("1. 建立收文登记台账（完成标志：台账启用，")
