"""Rows of the demo collected in memory and written in a few statements."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from campaign.models import Campaign
from core.workdays import Workdays
from notifications.models import Notification
from problems.actions.review import snapshot_of
from problems.ledger import State
from problems.models import (
    Checklist,
    ChecklistEvent,
    Closure,
    Evidence,
    Extension,
    Item,
    ItemEvent,
    ItemMark,
    Measure,
    Progress,
    Round,
    Sequence,
)
from problems.notices import ITEM_NOTICES, LIST_NOTICES, Notice, cadre, office, reviewers

BATCH = 500
#: Messages older than this have been read.
FRESH = dt.timedelta(days=4)


@dataclass
class Clock:
    """Working hours of working days; nothing happens on a holiday, by night or in the future."""

    rng: random.Random
    calendar: Workdays
    today: dt.date

    def workday(self, day: dt.date) -> dt.date:
        """The day itself or the working day before it, never later than the last one before today."""
        latest = min(day, self.today - dt.timedelta(days=1))
        return latest if self.calendar.is_workday(latest) else self.calendar.subtract(latest, 1)

    def moment(self, day: dt.date, after: dt.datetime | None = None) -> dt.datetime:
        minutes = self.rng.choice((0, 330)) + self.rng.randrange(0, 200)
        time = dt.datetime.combine(self.workday(day), dt.time(8, 40)) + dt.timedelta(minutes=minutes)
        aware = timezone.make_aware(time)
        return aware if after is None or aware > after else after + dt.timedelta(minutes=self.rng.randint(6, 40))

    def ago(self, days: int) -> dt.date:
        """That many working days before today."""
        return self.calendar.subtract(self.today, days)


def date_of(moment: dt.datetime) -> dt.date:
    return timezone.localtime(moment).date()


@dataclass
class Book:
    """Everything that the stories produce, in the order in which it is written."""

    campaign: Campaign
    checklists: list[Checklist] = field(default_factory=list)
    list_events: list[ChecklistEvent] = field(default_factory=list)
    rounds: list[tuple[Round, dt.datetime]] = field(default_factory=list)
    marks: list[ItemMark] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    item_events: list[ItemEvent] = field(default_factory=list)
    manifestations: list[tuple[Item, list[int]]] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)

    def write(self, clock: Clock, staff: dict[str, list[Any]]) -> None:
        self.number()
        for model, rows in self.tables():
            model.objects.bulk_create(rows, batch_size=BATCH)
        self.write_manifestations()
        self.write_rounds()
        self.write_messages(clock, staff)

    def tables(self) -> list[tuple[Any, list[Any]]]:
        """Events in the order of time, so that the newest row is the newest event."""
        return [
            (Checklist, self.checklists),
            (Item, self.items),
            (ChecklistEvent, sorted(self.list_events, key=lambda row: row.at)),
            (ItemEvent, sorted(self.item_events, key=lambda row: row.at)),
            (ItemMark, self.marks),
            (Measure, self.measures),
            (Progress, self.progress),
            (Closure, self.closures),
            (Evidence, self.evidence),
            (Extension, self.extensions),
        ]

    def number(self) -> None:
        """Receipts by the day of submission, ledger numbers by the day of entering, as they were given out."""
        lists = sorted((row for row in self.checklists if row.submitted_on), key=lambda row: row.submitted_on)
        for place, row in enumerate(lists, 1):
            row.receipt = f"QD-{self.campaign.year}-{place:04d}"
        items = sorted((row for row in self.items if row.entered_on), key=lambda row: row.entered_on)
        for place, item in enumerate(items, 1):
            item.code = f"ZG-{self.campaign.year}-{place:04d}"
        Sequence.objects.create(prefix=f"QD-{self.campaign.year}", last=len(lists))
        Sequence.objects.create(prefix=f"ZG-{self.campaign.year}", last=len(items))

    def write_manifestations(self) -> None:
        link = Item.manifestations.through
        rows = [link(item_id=item.pk, manifestation_id=pk) for item, keys in self.manifestations for pk in keys]
        link.objects.bulk_create(rows, batch_size=BATCH)

    def write_rounds(self) -> None:
        """What was submitted; an earlier round shows the shorter reasons that were sent back."""
        shots: dict[int, list[dict[str, Any]]] = {}
        items = Item.objects.select_related("problem_type").prefetch_related("manifestations", "measures")
        for item in items.order_by("checklist_id", "order"):
            shots.setdefault(item.checklist_id, []).append(snapshot_of(item))
        last = {row.checklist.pk: row.number for row, _ in self.rounds}
        for row, _ in self.rounds:
            taken = shots[row.checklist.pk]
            row.snapshot = {
                "items": taken if row.number == last[row.checklist.pk] else [shorter(shot) for shot in taken]
            }
        Round.objects.bulk_create([row for row, _ in self.rounds], batch_size=BATCH)
        for row, moment in self.rounds:
            row.submitted_at = moment
        Round.objects.bulk_update([row for row, _ in self.rounds], ["submitted_at"], batch_size=BATCH)

    def write_messages(self, clock: Clock, staff: dict[str, list[Any]]) -> None:
        """The messages of the last weeks as the moves would have sent them; older ones were cleared away."""
        since = timezone.now() - dt.timedelta(days=21)
        rows: list[Notification] = []
        for event in self.list_events:
            if event.at >= since:
                own = event.name in ("submit", "send_back", "return_to_cadre", "enter")
                what = "问题清单" if own else f"{event.checklist.cadre.name}的问题清单"
                rows += messages(event, event.checklist, LIST_NOTICES.get(event.name), what, "list-event", staff)
        for event in self.item_events:
            if event.at >= since:
                what = event.item.code or "一项限制查看的问题"
                rows += messages(event, event.item, ITEM_NOTICES.get(event.name), what, "item-event", staff)
        moments = {(row.recipient_id, row.key): row.created_at for row in rows}
        for row in rows:
            row.read_at = row.created_at if row.created_at < timezone.now() - FRESH else None
        Notification.objects.bulk_create(rows, batch_size=BATCH)
        for row in rows:
            row.created_at = moments[row.recipient_id, row.key]
        Notification.objects.bulk_update(rows, ["created_at"], batch_size=BATCH)


def messages(
    event: Any, about: Any, notice: Notice | None, what: str, prefix: str, staff: dict[str, list[Any]]
) -> list[Notification]:
    if notice is None:
        return []
    groups = {cadre: [about.cadre], reviewers: [about.boss], office: staff["office"]}
    text = notice.text.format(what=what, who=event.by_name, cadre=about.cadre.name, due="")
    return [
        Notification(
            recipient=person,
            key=f"{prefix}:{event.pk}",
            kind=notice.kind,
            text=text,
            url=about.get_absolute_url(),
            created_at=event.at,
        )
        for person in groups.get(notice.people, [])
        if person not in (event.by, about.cadre if notice.people is not cadre else None)
    ]


def shorter(shot: dict[str, Any]) -> dict[str, Any]:
    return shot | {"cause": shot["cause"].split("，")[0], "measures": shot["measures"][:1]}


def in_hand(item: Item) -> bool:
    return item.state in {State.PENDING, State.IN_PROGRESS, State.RETURNED, State.REOPENED}
