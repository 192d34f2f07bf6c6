import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import Workdays
from problems.lamp import GREY, LASTING_LAMP, Lamp, StepClock, lamp, lamp_of, owner_clock, reviewer_clock
from problems.ledger import AWAITING_VERDICT, IN_HAND, State

DUE = dt.date(2026, 6, 10)
PLAIN_WEEK = Workdays({})


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (dt.date(2026, 6, 11), Lamp("red", "红灯", "逾期 1 天")),
        (dt.date(2026, 6, 10), Lamp("amber", "黄灯", "今天到期")),
        (dt.date(2026, 6, 8), Lamp("amber", "黄灯", "剩 2 天")),
        (dt.date(2026, 6, 2), Lamp("green", "绿灯", "剩 8 天")),
    ],
)
def test_lamp_states_days(on: dt.date, expected: Lamp) -> None:
    assert lamp(DUE, dt.date(2026, 6, 3), on) == expected


def test_no_date_no_lamp_and_paused_is_grey() -> None:
    assert lamp(None, None, DUE) is None
    assert lamp(DUE, DUE, DUE, paused=True) == GREY
    assert lamp(DUE, None, DUE - dt.timedelta(days=1)) == Lamp("green", "绿灯", "剩 1 天")


def test_lasting_and_ended_items() -> None:
    assert lamp_of(State.STAGED_CLOSED, None, None, DUE) == LASTING_LAMP
    assert lamp_of(State.IN_PROGRESS, None, None, DUE) == LASTING_LAMP
    assert lamp_of(State.CLOSED, None, None, DUE) is None
    assert lamp_of(State.SUSPENDED, None, None, DUE) == GREY


@pytest.mark.parametrize(
    ("start", "amber"),
    [(dt.date(2026, 3, 1), dt.date(2026, 6, 3)), (dt.date(2026, 6, 1), dt.date(2026, 6, 7)), (DUE, DUE)],
)
def test_owner_sees_yellow_seven_days_ahead_or_a_third_of_a_short_period(start: dt.date, amber: dt.date) -> None:
    assert owner_clock(DUE, start, 7) == StepClock(DUE, amber)


def test_no_due_date_no_clock() -> None:
    assert owner_clock(None, DUE, 7) == StepClock(None, None)


def test_reviewer_counts_working_days_only() -> None:
    # Friday + 3 working days = Wednesday; yellow from Monday on
    assert reviewer_clock(PLAIN_WEEK, dt.date(2026, 6, 5), 3) == StepClock(dt.date(2026, 6, 10), dt.date(2026, 6, 8))


@given(
    start=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    days=st.integers(1, 30),
    later=st.integers(0, 400),
)
def test_lamp_never_brightens_as_time_passes(start: dt.date, days: int, later: int) -> None:
    clock = reviewer_clock(PLAIN_WEEK, start, days)
    order = ["green", "amber", "red"]
    before, after = (lamp(clock.due_on, clock.amber_on, start + dt.timedelta(days=n)) for n in (later, later + 1))
    assert order.index(before.color) <= order.index(after.color)


def test_waiting_states_are_never_in_the_hands_of_the_person() -> None:
    assert set(IN_HAND) & set(AWAITING_VERDICT) == set()
