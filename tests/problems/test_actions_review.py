import datetime as dt

import pytest
import time_machine

from campaign.models import CalendarDay
from core import clock
from core.workflow import MoveRefused, StaleState
from notifications.models import Notification
from problems.actions.filing import save_item
from problems.actions.item import move_item
from problems.actions.review import move_checklist, owes_own_list
from problems.checklist import ListState
from problems.ledger import State
from problems.models import Checklist, Item
from tests.factories.problems import (
    World,
    endorsed_list,
    entered_list,
    make_world,
    submitted_list,
    write_item,
    write_list,
)

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-16 10:00+08:00"


@pytest.fixture
def world() -> World:
    return make_world()


def told(who: str) -> list[str]:
    return list(Notification.objects.filter(recipient__staff_no=who).order_by("pk").values_list("text", flat=True))


@time_machine.travel(MONDAY, tick=False)
def test_submission_gives_a_receipt_a_clock_a_round_and_one_message() -> None:
    world = make_world()
    checklist = submitted_list(world, count=2)
    assert (checklist.receipt, checklist.submitted_on) == ("QD-2026-0001", dt.date(2026, 3, 16))
    assert checklist.step_due_on == dt.date(2026, 3, 19)
    assert set(checklist.items.values_list("step_due_on", "step_amber_on")) == {
        (dt.date(2026, 3, 19), dt.date(2026, 3, 17))
    }
    assert [len(row.snapshot["items"]) for row in checklist.rounds.all()] == [2]
    assert told("head") == ["梁思敏提交了问题清单，等初审，3 月 19 日前"]
    assert Notification.objects.count() == 1


@time_machine.travel("2026-04-30 10:00+08:00", tick=False)
def test_clock_of_the_reviewer_leaves_out_holidays() -> None:
    world = make_world()
    for day in (1, 2, 3, 4, 5):
        CalendarDay.objects.update_or_create(day=dt.date(2026, 5, day), defaults={"is_workday": False})
    assert submitted_list(world).step_due_on == dt.date(2026, 5, 8)


def test_unready_list_is_refused_with_the_first_fault(world: World) -> None:
    checklist = write_list(world, cause="")
    with pytest.raises(MoveRefused, match="有 1 处需要修改：填写原因分析"):
        move_checklist(checklist, "submit", by=world.fresh("cadre"))
    checklist.refresh_from_db()
    assert (checklist.state, checklist.receipt) == (ListState.DRAFT, None)


def test_return_keeps_reason_and_marks_and_the_next_round_shows_the_old_text(world: World) -> None:
    checklist = submitted_list(world)
    item = checklist.items.get()
    marks = [{"item": item, "field": "cause", "note": "写出制度上的原因"}]
    move_checklist(checklist, "send_back", by=world.fresh("head"), comment="原因写得太笼统，请补充", marks=marks)
    event = checklist.events.first()
    assert (event.label, event.comment, event.by_role) == ("退回", "原因写得太笼统，请补充", "单位负责人")
    assert [(mark.item, mark.field, mark.note) for mark in event.marks.all()] == [(item, "cause", "写出制度上的原因")]
    assert told("cadre") == [f"宋立平退回了问题清单，按意见修改后再提交，{_day(checklist.step_due_on)}前"]
    item.refresh_from_db()
    save_item(item, {"cause": "没有收文登记制度，也没有AB岗"}, by=world.fresh("cadre"), version=item.version)
    checklist.refresh_from_db()
    move_checklist(checklist, "submit", by=world.fresh("cadre"))
    newest, oldest = checklist.rounds.all()
    assert (newest.number, newest.snapshot["items"][0]["cause"]) == (2, "没有收文登记制度，也没有AB岗")
    assert oldest.snapshot["items"][0]["cause"] == "没有来文台账，靠个人记忆跟进"
    assert (checklist.returned_count, checklist.receipt) == (1, Checklist.objects.get().receipt)


def _day(day: dt.date) -> str:
    return f"{day.month} 月 {day.day} 日"


def test_return_without_reason_is_refused(world: World) -> None:
    with pytest.raises(MoveRefused, match="写明理由"):
        move_checklist(submitted_list(world), "send_back", by=world.fresh("head"), comment="  ")


def test_withdrawn_list_is_a_draft_again_without_clock(world: World) -> None:
    checklist = move_checklist(submitted_list(world), "withdraw", by=world.fresh("cadre"))
    assert (checklist.state, checklist.step_due_on, checklist.is_editable) == (ListState.DRAFT, None, True)


def test_office_returns_to_the_person_or_to_the_first_gate(world: World) -> None:
    checklist = move_checklist(
        endorsed_list(world), "return_to_unit", by=world.fresh("office"), comment="请核实第一项是否属实"
    )
    assert (checklist.state, checklist.endorsed_by, checklist.returned_count) == (ListState.UNIT_REVIEW, None, 0)
    move_checklist(checklist, "endorse", by=world.fresh("head"))
    move_checklist(checklist, "return_to_cadre", by=world.fresh("office"), comment="目标不可量化，请修改")
    assert (checklist.state, checklist.endorsed_by, checklist.returned_count) == (ListState.RETURNED, None, 1)


def test_entering_numbers_each_problem_and_starts_its_clock(world: World) -> None:
    checklist = entered_list(world, count=3)
    year = world.campaign.year
    rows = checklist.items.order_by("order").values_list("code", "state", "entered_on")
    today = clock.today()
    assert list(rows) == [(f"ZG-{year}-{number:04d}", State.PENDING, today) for number in (1, 2, 3)]
    assert (checklist.entered_on, checklist.entered_by) == (today, world.people["office"])
    item = checklist.items.first()
    assert (item.step_due_on, item.original_due_on) == (item.due_on, item.due_on)
    assert (item.due_on - item.step_amber_on).days == world.campaign.amber_days
    assert [event.label for event in item.events.all()] == ["审核通过，进入台账"]


def test_next_list_goes_on_with_the_numbers(world: World) -> None:
    entered_list(world, count=2)
    other = entered_list(world, "colleague")
    assert other.items.get().code == f"ZG-{world.campaign.year}-0003"


def test_immediate_item_gets_its_days_from_the_approval(world: World) -> None:
    item = entered_list(world, rect_type="immediate", deadline_kind="IMMEDIATE", due_on=None).items.get()
    assert item.due_on == clock.today() + dt.timedelta(days=7)


def test_lasting_item_has_no_clock(world: World) -> None:
    item = entered_list(world, rect_type="ongoing", deadline_kind="ONGOING", due_on=None).items.get()
    assert (item.due_on, item.step_due_on, item.lamp(clock.today()).text) == (None, None, "长期坚持")


def test_late_reviewers_never_make_the_person_late() -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        world = make_world()
        checklist = endorsed_list(world, due_on=dt.date(2026, 3, 26))
        traveller.move_to("2026-04-20 10:00+08:00")
        move_checklist(checklist, "enter", by=world.fresh("office"))
        item = checklist.items.get()
        assert (item.due_on, item.lamp(clock.today()).color) == (dt.date(2026, 4, 30), "green")


def test_head_files_first() -> None:
    world = make_world(head_files_first=True)
    checklist = submitted_list(world)
    head = world.fresh("head")
    assert owes_own_list(world.campaign, head)
    for name, comment in (("endorse", ""), ("send_back", "写清具体的事")):
        with pytest.raises(MoveRefused, match="先提交本人的问题清单"):
            move_checklist(checklist, name, by=head, comment=comment)
    submitted_list(world, "head")
    assert not owes_own_list(world.campaign, head)
    assert move_checklist(checklist, "endorse", by=head).endorsed_by == head


def test_exempt_head_owes_nothing() -> None:
    world = make_world(head_files_first=True)
    world.campaign.participants.filter(user=world.people["head"]).update(
        exempt_reason="借调县委办", exempted_by=world.people["office"]
    )
    assert move_checklist(submitted_list(world), "endorse", by=world.fresh("head")).state == ListState.OFFICE_REVIEW


def test_stranger_and_author_are_refused_in_words(world: World) -> None:
    checklist = submitted_list(world)
    for who in ("cadre", "other_head", "office"):
        with pytest.raises(MoveRefused, match="当前账号不能办理"):
            move_checklist(checklist, "endorse", by=world.fresh(who))


def test_second_reviewer_reads_who_was_first(world: World) -> None:
    checklist = endorsed_list(world)
    with pytest.raises(StaleState, match=r"宋立平 .* 已“通过”，现在是“待审核”"):
        move_checklist(checklist, "send_back", by=world.fresh("head"), comment="写清具体的事")


def test_transferred_problem_leaves_the_list_before_it_enters(world: World) -> None:
    checklist = write_list(world, clue=True)
    write_item(checklist)
    move_checklist(checklist, "submit", by=world.fresh("cadre"))
    move_item(checklist.items.get(restricted=True), "transfer", by=world.fresh("discipline"), comment="按线索处理")
    move_checklist(checklist, "endorse", by=world.fresh("head"))
    move_checklist(checklist, "enter", by=world.fresh("office"))
    assert set(Item.objects.values_list("state", "restricted")) == {(State.TRANSFERRED, True), (State.PENDING, False)}
