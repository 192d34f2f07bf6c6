"""One message per person and working day, however often and by whomever the sweep is run."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaign.models import CalendarDay
from core import clock
from notifications.models import Notification
from organization.models import User
from problems.actions.item import move_item
from problems.actions.reminders import remind
from problems.ledger import State
from problems.models import Item
from problems.tasks import remind_due
from tests.factories.problems import PROBLEM, World, entered_list, item_in, make_world
from tests.problems.test_races import at_once

DAY = dt.timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def today() -> dt.date:
    """A working day, whatever day the suite runs on."""
    CalendarDay.objects.update_or_create(day=clock.today(), defaults={"is_workday": True})
    return clock.today()


def item_due(world: World, left: int, who: str = "cadre", reviewer: str = "head") -> Item:
    item = entered_list(world, who, reviewer).items.get()
    Item.objects.filter(pk=item.pk).update(step_due_on=clock.today() + left * DAY)
    return item


def digests() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(key__startswith="digest:").order_by("recipient__staff_no")
    return [(row.recipient.staff_no, row.text) for row in rows.select_related("recipient")]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("remind", *arguments, stdout=out)
    return out.getvalue().strip()


def test_each_person_hears_once_however_often_it_runs(world: World, today: dt.date) -> None:
    item_due(world, 0)
    item_due(world, 2, "other_cadre", "other_head")
    assert [remind(today).created, remind(today).created] == [2, 0]
    assert digests() == [("cadre", "今天有 1 项要办：1 项今天到期"), ("other_cadre", "今天有 1 项要办：1 项剩 2 天")]


def test_the_next_day_brings_a_new_message(world: World, today: dt.date) -> None:
    item_due(world, 3)
    CalendarDay.objects.update_or_create(day=today + DAY, defaults={"is_workday": True})
    assert [remind(today).created, remind(today + DAY).created] == [1, 1]


@pytest.mark.parametrize(("left", "created"), [(-40, 1), (-1, 1), (0, 1), (7, 1), (8, 0)])
def test_due_within_a_week_or_overdue(world: World, today: dt.date, left: int, created: int) -> None:
    item_due(world, left)
    assert remind(today).created == created


def test_a_hundred_items_are_one_message_of_five_lines_and_a_total(world: World, today: dt.date) -> None:
    checklist = entered_list(world, count=100)
    checklist.items.update(step_due_on=today + 2 * DAY)
    late = checklist.items.order_by("pk").first()
    checklist.items.filter(pk=late.pk).update(step_due_on=today - 3 * DAY)
    assert remind(today).created == 1
    message = Notification.objects.get(key__startswith="digest:")
    assert message.text == "今天有 100 项要办：1 项已逾期，99 项剩 2 天"
    assert message.lines[0]["text"] == f"{late.code}　逾期 3 天"
    assert len(message.lines) == 6
    assert message.lines[-1] == {"text": "共 100 项，全部在台账“待我办理”", "url": "/ledger/?view=mine"}


def test_the_message_names_numbers_and_dates_only(world: World, today: dt.date) -> None:
    item_due(world, 1)
    remind(today)
    message = Notification.objects.get(key__startswith="digest:")
    assert PROBLEM[:8] not in message.text + json.dumps(message.lines, ensure_ascii=False)


@pytest.mark.parametrize(
    "state", [State.CLOSURE_REQUESTED, State.UNIT_CONFIRMED, State.VERIFYING, State.SUSPENDED, State.CLOSED, State.VOID]
)
def test_what_the_person_does_not_hold_is_not_his_to_hear_of(world: World, today: dt.date, state: str) -> None:
    item = item_in(world, state)
    Item.objects.filter(pk=item.pk).update(step_due_on=today)
    assert remind(today).created == 0


def test_people_who_left_and_archived_campaigns_are_silent(world: World, today: dt.date) -> None:
    item_due(world, 0)
    item_due(world, 0, "other_cadre", "other_head")
    User.objects.filter(pk=world.cadre.pk).update(is_active=False)
    assert remind(today).created == 1
    Notification.objects.all().delete()
    world.campaign.archived_on = today
    world.campaign.save()
    assert remind(today).created == 0


def test_a_holiday_is_silent_and_a_make_up_day_is_not(world: World) -> None:
    item_due(world, 0)
    saturday = clock.today() + (5 - clock.today().weekday()) % 7 * DAY
    CalendarDay.objects.filter(day=saturday).delete()
    off = remind(saturday)
    assert (off.created, off.workday) == (0, False)
    CalendarDay.objects.create(day=saturday, is_workday=True, name="调休上班")
    assert remind(saturday).created == 1
    CalendarDay.objects.update_or_create(day=saturday + 2 * DAY, defaults={"is_workday": False})
    assert remind(saturday + 2 * DAY).created == 0


def test_dry_run_counts_and_writes_nothing(world: World, today: dt.date) -> None:
    item_due(world, 0)
    result = remind(today, dry_run=True)
    assert (result.created, result.texts) == (1, ["今天有 1 项要办：1 项今天到期"])
    assert digests() == []
    remind(today)
    assert remind(today, dry_run=True).created == 0


def test_closing_is_asked_for_and_the_digest_stops(world: World, today: dt.date) -> None:
    item = item_in(world, State.IN_PROGRESS)
    Item.objects.filter(pk=item.pk).update(step_due_on=today)
    item.refresh_from_db()
    move_item(item, "request_close", by=world.fresh("cadre"), result="已办结", after_value="97%")
    assert remind(today).created == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    world: World, today: dt.date, count: int, django_assert_num_queries: object
) -> None:
    for who in ("cadre", "colleague", "head")[:count]:
        item_due(world, 1, who, "line_leader" if who == "head" else "head")
    with django_assert_num_queries(6):
        assert remind(today).created == count


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_one_row() -> None:
    world = make_world()
    CalendarDay.objects.create(day=clock.today(), is_workday=True)
    item_due(world, 0)
    results = at_once(lambda: remind(clock.today()), lambda: remind(clock.today()))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(digests()) == 1


def test_the_task_reminds_for_today(world: World, today: dt.date) -> None:
    item_due(world, 0)
    remind_due.delay()
    remind_due.delay()
    assert len(digests()) == 1


def test_command_ends_with_json(world: World, today: dt.date) -> None:
    item_due(world, 0)
    lines = [json.loads(run("--on", today.isoformat(), "--json").splitlines()[-1]) for _ in range(2)]
    expected = {"on": today.isoformat(), "people": 1, "items": 1, "workday": True, "dry_run": False}
    assert lines == [{"created": 1, **expected}, {"created": 0, **expected}]


def test_command_in_words(world: World, today: dt.date) -> None:
    item_due(world, 0)
    CalendarDay.objects.update_or_create(day=today + DAY, defaults={"is_workday": False})
    assert run("--dry-run") == f"{today} 1 人有事到期，共 1 项；将发出 1 条提醒"
    assert run() == f"{today} 1 人有事到期，共 1 项；已发出 1 条提醒"
    assert run("--on", (today + DAY).isoformat()) == f"{today + DAY} 不是工作日，不发提醒"


def test_command_says_how_to_write_the_date(db: None) -> None:
    with pytest.raises(CommandError, match=r"6月8日.*2026-06-08"):
        run("--on", "6月8日")
