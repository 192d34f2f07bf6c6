"""What an address asks of the ledger: read once, used by the page, the print and the bulk moves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, LPad, NullIf
from django.http import QueryDict

from campaign.models import Campaign, ProblemType
from core import clock
from organization.models import Unit
from organization.scope import READING_ROLES
from problems.exports import VIEWS, View, count_each, is_sort, ledger_items
from problems.filters import LedgerFilter, canonical
from problems.ledger import OPEN
from problems.models import ChecklistEvent, Item, ItemEvent, SavedView

#: More tabs than this nobody reads; each costs a condition in the count.
MOST_SAVED = 16
#: How long numbers may stand that changed without an event, such as after the move of a unit.
KEPT_SECONDS = 60


@dataclass
class Desk:
    """The ledger of one person under one filter."""

    user: Any
    data: QueryDict
    on: dt.date

    @cached_property
    def choices(self) -> list[Choice]:
        return choices_for(self.user, self.on)

    def of(self, part: str) -> list[Choice]:
        return sorted((row for row in self.choices if row.part == part), key=lambda row: row.place)

    @cached_property
    def units(self) -> list[Choice]:
        """Units that the person reads, in the order of the tree; empty for somebody who sees only his own."""
        return self.of("unit")

    @cached_property
    def saved(self) -> list[Choice]:
        """Views of the person, then those that others share."""
        return self.of("saved")[:MOST_SAVED]

    def read(self, data: QueryDict) -> LedgerFilter:
        units, types = ([(row.key, row.label) for row in rows] for rows in (self.units, self.of("type")))
        return LedgerFilter(data, units=units, types=types, on=self.on)

    @cached_property
    def filter(self) -> LedgerFilter:
        return self.read(self.data)

    @property
    def view(self) -> View:
        return VIEWS.get(self.data.get("view", ""), VIEWS["all"])

    @property
    def sort(self) -> str:
        wanted = str(self.data.get("sort", ""))
        return wanted if is_sort(wanted) else "due"

    @property
    def ignored(self) -> list[str]:
        """Parts of the address that nobody understands, by their labels."""
        parts = list(self.filter.ignored)
        if self.data.get("view") and self.data["view"] not in VIEWS:
            parts.append("视图")
        if self.data.get("sort") and not is_sort(str(self.data["sort"])):
            parts.append("排序")
        return parts

    @cached_property
    def scope(self) -> QuerySet[Item]:
        return ledger_items(self.user, Subquery(running(self.on).values("pk")))

    @cached_property
    def condition(self) -> Q:
        return self.view.condition(self.user, self.on) & self.filter.condition()

    @property
    def items(self) -> QuerySet[Item]:
        return self.scope.filter(self.condition)

    def saved_condition(self, view: Choice) -> Q:
        kept = QueryDict(view.text)
        tab = VIEWS.get(kept.get("view", ""), VIEWS["all"])
        return tab.condition(self.user, self.on) & self.read(kept).condition()

    @cached_property
    def counts(self) -> dict[str, int]:
        """Every number on the page; those of the tabs are kept until something in the ledger moves."""
        kept = cache.get(self.mark)
        if kept is None:
            conditions = {slug: view.condition(self.user, self.on) for slug, view in VIEWS.items()}
            conditions |= {f"saved{view.key}": self.saved_condition(view) for view in self.saved}
            kept = count_each(self.scope, {**conditions, "open": Q(state__in=sorted(OPEN))})
            cache.set(self.mark, kept, KEPT_SECONDS)
        return {**kept, "found": self.items.count() if self.is_narrowed else kept[self.view.slug]}

    @property
    def mark(self) -> str:
        """Names what the numbers depend on: viewer, day, saved filters and the last event of any item or list."""
        scope = self.user.scope
        reach = sorted((role, sorted(ids)) for role, ids in scope.reach.items())
        direct = sorted((role, sorted(ids)) for role, ids in scope.direct.items())
        saved = [(view.key, view.text) for view in self.saved]
        whole = (self.user.pk, self.on, reach, direct, sorted(scope.subordinate_ids), saved, self.of("stamp"))
        return f"ledger-counts:{sha256(repr(whole).encode()).hexdigest()}"

    @property
    def query(self) -> str:
        return canonical(self.data)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filter.values)

    def words(self) -> str:
        """The filter in the user's words: 红灯 + 食堂 + 人事科."""
        tab = [] if self.view.slug == "all" else [self.view.label]
        texts = [value for name, value in self.filter.values.items() if name == "q"]
        labels = [label for name in self.filter.values if name != "q" for label in self.filter.labels(name)]
        return " + ".join([*tab, *texts, *labels])


@dataclass(frozen=True)
class Choice:
    """A line of a menu (``part`` unit, type or saved; ``text`` its full name or filter), or the stamp of the ledger."""

    part: str
    key: str
    label: str
    place: str
    text: str
    mine: int


def choices_for(user: Any, on: dt.date) -> list[Choice]:
    """Units, types, saved views and the last events in one query: the page has few to spend."""
    name = Coalesce(NullIf("short_name", Value("")), "name", output_field=CharField())
    closed = Case(When(closed_on=None, then=Value("")), default=Value("（已撤并）"), output_field=CharField())
    units = Unit.objects.filter(pk__in=user.scope.units(READING_ROLES))
    views = SavedView.objects.filter(Q(user=user.pk) | Q(shared=True))
    mine = Case(When(user=user.pk, then=Value(1)), default=Value(0), output_field=IntegerField())
    place = Concat(Value(1) - mine, LPad(as_text("pk"), 9, Value("0")), output_field=CharField())
    parts = [
        columns(units, "unit", as_text("pk"), Concat(name, closed), F("path"), F("name")),
        columns(
            ProblemType.objects.all(), "type", F("code"), F("name"), LPad(as_text("order"), 9, Value("0")), F("name")
        ),
        columns(views, "saved", as_text("pk"), F("name"), place, F("query"), mine),
        columns(running(on), "stamp", as_text("pk"), latest(ItemEvent), latest(ChecklistEvent), F("name")),
    ]
    return [Choice(*row) for row in parts[0].union(*parts[1:], all=True)]


def running(on: dt.date) -> QuerySet[Campaign]:
    return Campaign.objects.filter(pk__in=Campaign.objects.running(on).values("pk")[:1])


def latest(events: type[ItemEvent] | type[ChecklistEvent]) -> Coalesce:
    """Every move of an item or a list writes an event, so the last one tells whether anything moved."""
    last = events.objects.order_by("-pk").annotate(text=as_text("pk")).values("text")[:1]
    return Coalesce(Subquery(last), Value(""), output_field=CharField())


def as_text(column: str) -> Cast:
    return Cast(column, CharField())


def columns(rows: QuerySet, part: str, key: Any, label: Any, place: Any, text: Any, mine: Any = None) -> QuerySet:
    named = {
        "part": Value(part, CharField()), "key_": key, "label_": label, "place_": place, "text_": text,
        "mine_": mine or Value(0, IntegerField()),
    }  # fmt: skip
    return rows.order_by().annotate(**named).values_list(*named)


def desk_of(user: Any, data: QueryDict) -> Desk:
    return Desk(user, data, clock.today())
