"""The same move for many items: first what it would do, then the doing, each time with whom it leaves out and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from core import clock
from core.workflow import MoveRefused, Transition
from problems.actions.item import move_item
from problems.ledger import LEDGER
from problems.models import Item, ItemEvent

#: Beyond this a request would take too long; the page asks to narrow the filter.
MOST = 500


@dataclass
class Preview:
    """What a bulk move does (or did): the items it takes and those it leaves, each with the reason."""

    row: Transition
    ready: list[Item] = field(default_factory=list)
    skipped: list[tuple[Item, str]] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[str, list[Item]]]:
        """Skipped items by reason, in the order in which the reasons came up."""
        grouped: dict[str, list[Item]] = defaultdict(list)
        for item, reason in self.skipped:
            grouped[reason].append(item)
        return list(grouped.items())


def bulk_row(name: str) -> Transition | None:
    row = LEDGER.get(name)
    return row if row is not None and row.bulk else None


def preview(name: str, items: Iterable[Item], *, by: Any) -> Preview:
    """Sort the items into those that the move takes and those it skips; writes nothing."""
    found = Preview(LEDGER.row(name))
    items = list(items)
    urged = urged_today(items) if name == "urge" else set()
    for item in items:
        reason = refusal(found.row, item, by) or ("今天已催办过" if item.pk in urged else "")
        if reason:
            found.skipped.append((item, reason))
        else:
            found.ready.append(item)
    return found


def refusal(row: Transition, item: Item, by: Any) -> str:
    if item.state not in row.source:
        return f"现在是“{item.state_label}”，不能{row.label}"
    return "" if row.allowed(by, item) else f"由{row.who}办理，当前账号不能办理"


def urged_today(items: Iterable[Item]) -> set[int]:
    events = ItemEvent.objects.filter(name="urge", at__date=clock.today(), item__in=list(items))
    return set(events.values_list("item_id", flat=True))


def run(name: str, items: Iterable[Item], *, by: Any, comment: str = "", **data: Any) -> Preview:
    """Do it item by item, each in its own transaction: one that is refused leaves the others done."""
    done = preview(name, items, by=by)
    wanted, done.ready = done.ready, []
    for item in wanted:
        try:
            with transaction.atomic():
                move_item(item, name, by=by, comment=comment, **data)
        except MoveRefused as refused:
            done.skipped.append((item, str(refused)))
        else:
            done.ready.append(item)
    return done
