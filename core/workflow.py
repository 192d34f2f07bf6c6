"""The small engine behind every workflow: a state machine is a tuple of rows.

A row says which states it leaves, which state it reaches and who may take it; the same rows give the
buttons, the permission checks, the generated documentation and the refusals in the user's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


class MoveRefused(Exception):
    """The move is not possible now; the message says why, in the user's words."""


class StaleState(MoveRefused):
    """Somebody else moved the object first; the message says who did what."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row: ``name`` leaves ``source`` for ``target`` (empty = the state stays).

    ``allowed(user, obj)`` is the only place that says whose move it is; ``who`` is the same in words
    for the printed tables.
    """

    name: str
    label: str
    source: frozenset[str]
    target: str
    allowed: Callable[[Any, Any], bool]
    who: str
    consequence: str
    needs_comment: bool = False
    stamp: str = ""
    bulk: bool = False
    tone: str = "plain"  # plain | primary | danger
    event_text: str = ""

    @property
    def stays(self) -> bool:
        return not self.target


class Workflow:
    """A named tuple of rows over the field ``state`` of one model."""

    def __init__(self, name: str, rows: tuple[Transition, ...]) -> None:
        self.name = name
        self.rows = rows
        self._by_name = {row.name: row for row in rows}
        if len(self._by_name) != len(rows):
            raise ValueError(f"{name}: two rows share a name")

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.rows)

    def row(self, name: str) -> Transition:
        return self._by_name[name]

    def get(self, name: str) -> Transition | None:
        return self._by_name.get(name)

    def available(self, obj: Any, user: Any) -> list[Transition]:
        """The rows to show to ``user`` as buttons, in table order."""
        return [row for row in self.rows if obj.state in row.source and row.allowed(user, obj)]

    def check(self, obj: Any, name: str, *, by: Any, comment: str = "") -> Transition:
        """Return the row, or raise MoveRefused with the reason."""
        row = self._by_name[name]
        if obj.state not in row.source:
            raise StaleState(stale_text(obj))
        if not row.allowed(by, obj):
            raise MoveRefused(f"“{row.label}”由{row.who}办理，当前账号不能办理")
        if row.needs_comment and not comment.strip():
            raise MoveRefused(f"“{row.label}”要写明理由，对方会看到")
        return row

    def move(self, obj: Any, name: str, *, by: Any, comment: str = "", **stamps: Any) -> Transition:
        """Check and take the row by compare-and-set; the caller adds the event in the same transaction.

        The UPDATE names the state and the version that the user saw, so of two people acting at once
        one wins on every database without a lock. ``stamps`` are further columns to set.
        """
        row = self.check(obj, name, by=by, comment=comment)
        changes = {"state": row.target or obj.state, "version": obj.version + 1, **stamps}
        model = type(obj)
        moved = model.objects.filter(pk=obj.pk, state=obj.state, version=obj.version).update(**changes)
        if not moved:
            raise StaleState(stale_text(model.objects.get(pk=obj.pk)))
        for field, value in changes.items():
            setattr(obj, field, value)
        return row


def stale_text(obj: Any) -> str:
    """Who did what, for the person who came second."""
    last = obj.last_event()
    if last is None:
        return "刚被他人处理，请刷新后重试"
    return f"{last.by_name} {last.when_text} 已“{last.label}”，现在是“{obj.state_label}”。页面已刷新，按最新情况办理"
