"""The daily reminder: one message per person and working day, however often the sweep runs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from campaign.models import workdays
from notifications.actions import notify_many
from notifications.models import Notification
from problems.ledger import IN_HAND
from problems.models import Item

AHEAD_DAYS, MOST_LINES = 7, 5
URL = "/ledger/?view=mine"

#: (number, day by which the step is due)
Due = tuple[str, dt.date]


@dataclass(frozen=True)
class Reminded:
    """``due`` counts the people who have something due, ``created`` the messages that are new."""

    on: dt.date
    created: int = 0
    due: int = 0
    items: int = 0
    workday: bool = True
    dry_run: bool = False
    texts: list[str] = field(default_factory=list)


def due_by_person(on: dt.date) -> dict[int, list[Due]]:
    """Items in the hands of people who are still there, overdue or due within a week, in one query."""
    rows = (
        Item.objects.filter(state__in=sorted(IN_HAND), cadre__is_active=True, campaign__archived_on=None)
        .due_within(on, AHEAD_DAYS)
        .order_by("step_due_on", "pk")
        .values_list("cadre_id", "code", "step_due_on")
    )
    found: dict[int, list[Due]] = defaultdict(list)
    for cadre, code, due_on in rows:
        found[cadre].append((code, due_on))
    return found


def remind(on: dt.date, *, dry_run: bool = False) -> Reminded:
    """Write the digests of the day; a day off writes nothing. The unique key keeps repeated runs silent."""
    if not workdays().is_workday(on):
        return Reminded(on, workday=False, dry_run=dry_run)
    found = due_by_person(on)
    rows = [digest(person, items, on) for person, items in found.items()]
    return Reminded(
        on,
        created=fresh(rows, on) if dry_run else write(rows),
        due=len(rows),
        items=sum(len(items) for items in found.values()),
        dry_run=dry_run,
        texts=[row.text for row in rows],
    )


@transaction.atomic
def write(rows: list[Notification]) -> int:
    return notify_many(rows)


def fresh(rows: list[Notification], on: dt.date) -> int:
    """How many people have not had the digest of the day yet."""
    reached = set(Notification.objects.filter(key=key_of(on)).values_list("recipient_id", flat=True))
    return len({row.recipient_id for row in rows} - reached)


def key_of(on: dt.date) -> str:
    return f"digest:{on.isoformat()}"


def digest(person: int, items: list[Due], on: dt.date) -> Notification:
    """Numbers and dates only: the message may travel by mail, the problem text does not."""
    lines = [{"text": f"{code}　{left_text((due_on - on).days)}", "url": f"/ledger/{code}/"} for code, due_on in items]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], {"text": f"共 {len(items)} 项，全部在台账“待我办理”", "url": URL}]
    return Notification(
        recipient_id=person,
        key=key_of(on),
        kind=Notification.Kind.TASK,
        text=summary((due_on for _, due_on in items), on),
        lines=lines,
        url=URL,
    )


def left_text(left: int) -> str:
    if left < 0:
        return f"逾期 {-left} 天"
    return "今天到期" if left == 0 else f"剩 {left} 天"


def summary(days: Iterable[dt.date], on: dt.date) -> str:
    """今天有 3 项要办：1 项今天到期，2 项剩 2 天; overdue items are one group."""
    groups: dict[str, int] = defaultdict(int)
    for day in days:
        left = (day - on).days
        groups["已逾期" if left < 0 else left_text(left)] += 1
    parts = "，".join(f"{count} 项{label}" for label, count in groups.items())
    return f"今天有 {sum(groups.values())} 项要办：{parts}"
