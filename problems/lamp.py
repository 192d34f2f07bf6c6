"""Lamps and the clocks behind them: pure arithmetic on dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.workdays import Workdays
from problems.ledger import IN_HAND, State


@dataclass(frozen=True)
class Lamp:
    """``color`` red | amber | green | grey; the text always states days, so colour is never alone."""

    color: str
    word: str
    text: str


@dataclass(frozen=True)
class StepClock:
    """Due day and first yellow day of one step; None means that no clock runs."""

    due_on: dt.date | None
    amber_on: dt.date | None


NO_CLOCK = StepClock(None, None)


def owner_clock(due_on: dt.date | None, start_on: dt.date, amber_days: int) -> StepClock:
    """The clock of the responsible person: yellow ``amber_days`` ahead, or a third of a shorter period."""
    if due_on is None:
        return NO_CLOCK
    ahead = min(amber_days, max((due_on - start_on).days, 0) // 3)
    return StepClock(due_on, due_on - dt.timedelta(days=ahead))


def reviewer_clock(calendar: Workdays, start_on: dt.date, days: int) -> StepClock:
    """The clock of a reviewer in working days, yellow two working days ahead."""
    due_on = calendar.add(start_on, days)
    return StepClock(due_on, calendar.subtract(due_on, 2))


GREY = Lamp("grey", "不计时", "暂停计时")
LASTING_LAMP = Lamp("grey", "不计时", "长期坚持")


def lamp(due_on: dt.date | None, amber_on: dt.date | None, on: dt.date, *, paused: bool = False) -> Lamp | None:
    """The lamp of the current step and holder (ux.md 4.2); the due day itself is not late.

    None when there is no clock. ``amber_on`` is the first yellow day.
    """
    if paused:
        return GREY
    if due_on is None:
        return None
    left = (due_on - on).days
    if left < 0:
        return Lamp("red", "红灯", f"逾期 {-left} 天")
    text = "今天到期" if left == 0 else f"剩 {left} 天"
    if amber_on is not None and on >= amber_on:
        return Lamp("amber", "黄灯", text)
    return Lamp("green", "绿灯", text)


def lamp_of(state: str, step_due_on: dt.date | None, step_amber_on: dt.date | None, on: dt.date) -> Lamp | None:
    """The lamp of an item from its columns; lists read columns, pages read items."""
    if state == State.STAGED_CLOSED or (state in IN_HAND and step_due_on is None):
        return LASTING_LAMP
    return lamp(step_due_on, step_amber_on, on, paused=state == State.SUSPENDED)
