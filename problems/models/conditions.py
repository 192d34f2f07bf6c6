"""What a lamp, a running clock and a silent item are in SQL: the twins of ``ledger.lamp_of`` for many rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from problems.ledger import IN_HAND, State

#: States whose clock does not run even where a date is still stored.
PAUSED = (State.SUSPENDED, State.STAGED_CLOSED)
STALE_DAYS = 14


def clock_q() -> Q:
    """The current step has a day by which it is due."""
    return ~Q(state__in=PAUSED) & Q(step_due_on__isnull=False)


def lamp_q(color: str, on: dt.date) -> Q:
    if color == "red":
        return clock_q() & Q(step_due_on__lt=on)
    if color == "amber":
        return clock_q() & Q(step_due_on__gte=on, step_amber_on__lte=on)
    if color == "green":
        return clock_q() & Q(step_due_on__gte=on) & (Q(step_amber_on=None) | Q(step_amber_on__gt=on))
    return Q(state__in=PAUSED) | Q(state__in=sorted(IN_HAND), step_due_on=None)


def stale_q(on: dt.date) -> Q:
    """In hand and silent for two weeks, counted from the last report or from entering the ledger."""
    limit = on - dt.timedelta(days=STALE_DAYS)
    silent = Q(progress_on__lte=limit) | Q(progress_on=None, entered_on__lte=limit)
    return Q(state__in=sorted(IN_HAND)) & silent


def week_end(on: dt.date) -> dt.date:
    """The Sunday of the week."""
    return on + dt.timedelta(days=6 - on.weekday())


def this_week_q(on: dt.date) -> Q:
    """Late already, or due by Sunday."""
    return clock_q() & Q(step_due_on__lte=week_end(on))
