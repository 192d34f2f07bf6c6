"""What an address asks of the ledger: read once, used by the page, the print and the bulk moves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from campaign.models import Campaign, ProblemType
from core import clock
from organization.models import Unit
from organization.scope import READING_ROLES
from problems.exports import VIEWS, View, count_each, is_sort, ledger_items
from problems.filters import LedgerFilter, canonical
from problems.ledger import OPEN
from problems.models import Item, SavedView

#: More tabs than this nobody reads; each costs a condition in the count.
MOST_SAVED = 16


@dataclass
class Desk:
    """The ledger of one person under one filter."""

    user: Any
    data: QueryDict
    on: dt.date
    campaign: Campaign | None

    @cached_property
    def units(self) -> list[dict[str, Any]]:
        """Units that the person reads, in the order of the tree; empty for somebody who sees only his own."""
        ids = self.user.scope.units(READING_ROLES)
        if not ids:
            return []
        columns = ("pk", "name", "short_name", "closed_on")
        return list(Unit.objects.filter(pk__in=ids).order_by("path").values(*columns))

    @cached_property
    def types(self) -> list[tuple[str, str]]:
        return list(ProblemType.objects.values_list("code", "name"))

    @cached_property
    def saved(self) -> list[SavedView]:
        mine_first = SavedView.objects.filter(Q(user=self.user.pk) | Q(shared=True))
        return sorted(mine_first[:MOST_SAVED], key=lambda view: (view.user_id != self.user.pk, view.pk))

    def read(self, data: QueryDict) -> LedgerFilter:
        units = [(str(unit["pk"]), unit_label(unit)) for unit in self.units]
        return LedgerFilter(data, units=units, types=self.types, on=self.on)

    @cached_property
    def filter(self) -> LedgerFilter:
        return self.read(self.data)

    @property
    def view(self) -> View:
        return VIEWS.get(self.data.get("view", ""), VIEWS["all"])

    @property
    def sort(self) -> str:
        wanted = self.data.get("sort", "")
        return wanted if is_sort(wanted) else "due"

    @property
    def ignored(self) -> list[str]:
        """Parts of the address that nobody understands, by their labels."""
        parts = list(self.filter.ignored)
        if self.data.get("view") and self.data["view"] not in VIEWS:
            parts.append("视图")
        if self.data.get("sort") and not is_sort(self.data["sort"]):
            parts.append("排序")
        return parts

    @cached_property
    def scope(self) -> QuerySet[Item]:
        return ledger_items(self.user, self.campaign)

    @cached_property
    def condition(self) -> Q:
        return self.view.condition(self.user, self.on) & self.filter.condition()

    @property
    def items(self) -> QuerySet[Item]:
        return self.scope.filter(self.condition)

    def saved_condition(self, view: SavedView) -> Q:
        kept = QueryDict(view.query)
        tab = VIEWS.get(kept.get("view", ""), VIEWS["all"])
        return tab.condition(self.user, self.on) & self.read(kept).condition()

    @cached_property
    def counts(self) -> dict[str, int]:
        """Every number on the page, from one query."""
        conditions = {slug: view.condition(self.user, self.on) for slug, view in VIEWS.items()}
        conditions |= {f"saved{view.pk}": self.saved_condition(view) for view in self.saved}
        return count_each(self.scope, {**conditions, "open": Q(state__in=sorted(OPEN)), "found": self.condition})

    @property
    def query(self) -> str:
        return canonical(self.data)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filter.values)

    def words(self) -> str:
        """The filter in the user's words: 红灯 + 人事科."""
        tab = [] if self.view.slug == "all" else [self.view.label]
        texts = [f"“{value}”" for name, value in self.filter.values.items() if name == "q"]
        labels = [label for name in self.filter.values if name != "q" for label in self.filter.labels(name)]
        return " + ".join([*tab, *texts, *labels])


def unit_label(unit: dict[str, Any]) -> str:
    name = unit["short_name"] or unit["name"]
    return f"{name}（已撤并）" if unit["closed_on"] else name


def desk_of(user: Any, data: QueryDict) -> Desk:
    on = clock.today()
    return Desk(user, data, on, Campaign.objects.running(on).first())
