"""Is it on schedule, where not: one sentence, five numbers, one table, all from a few queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from campaign.models import Campaign
from organization.models import Unit
from organization.scope import READING_ROLES
from problems.coverage import Counts, coverage
from problems.exports import ledger_items
from problems.facts import Totals, totals_by_unit
from problems.ledger import DONE, IN_HAND, IN_LEDGER, VERIFIABLE
from problems.models import Item

SCOPES = {"": "全局", "sections": "机关科室", "schools": "学校"}
HELD, ENTERED = sorted(IN_HAND), sorted(IN_LEDGER)
#: A unit needs a word when it has this many red ones, this share of red, or lies this far behind.
MANY_RED, RED_SHARE, FEWEST, FAR_BEHIND = 5, 10.0, 10, 10.0
NAMED = 3


def ledger_url(scope: str, unit: int | None = None, **params: Any) -> str:
    """An address of the ledger whose total equals the number that it stands behind."""
    where = [("unit", str(unit))] if unit else [("unit", scope)] if scope else []
    pairs = where + [(key, value) for key, values in params.items() for value in values]
    return "/ledger/" + (f"?{urlencode(pairs)}" if pairs else "")


@dataclass(frozen=True)
class UnitRow:
    name: str
    url: str
    totals: Totals
    filed: int
    due: int
    items_url: str
    closed_url: str
    red_url: str
    amber_url: str
    people_url: str

    @property
    def missing(self) -> int:
        return self.due - self.filed

    @property
    def needs_a_word(self) -> bool:
        many = self.totals.red >= MANY_RED
        share = self.totals.items >= FEWEST and self.totals.share(self.totals.red) >= RED_SHARE
        return many or share or self.totals.due_share - self.totals.closed_share > FAR_BEHIND

    @property
    def bar(self) -> list[dict[str, Any]]:
        """Segments of a bar 100 wide: closed, on schedule, amber, red."""
        parts = (
            ("s-c", self.totals.closed), ("s-g", self.totals.plain), ("s-y", self.totals.amber),
            ("s-r", self.totals.red),
        )  # fmt: skip
        segments, left = [], 0.0
        for css, count in parts:
            width = self.totals.share(count)
            if count:
                segments.append({"css": css, "x": round(left, 1), "width": max(width, 0.6)})
            left += width
        return segments


@dataclass(frozen=True)
class Overview:
    scope: str
    totals: Totals
    filed: Counts
    leaders: Counts
    rows: list[UnitRow]

    @property
    def attention(self) -> list[UnitRow]:
        return [row for row in self.rows if row.needs_a_word]


def scoped_items(user: Any, campaign: Campaign | None, scope: str) -> QuerySet[Item]:
    items = ledger_items(user, campaign)
    if scope == "schools":
        return items.filter(unit__kind=Unit.Kind.SCHOOL)
    return items.exclude(unit__kind=Unit.Kind.SCHOOL) if scope == "sections" else items


def overview(user: Any, campaign: Campaign, scope: str, on: dt.date) -> Overview:
    items = scoped_items(user, campaign, scope)
    board = coverage(campaign, user, kind=scope)
    units = list(Unit.objects.filter(pk__in=user.scope.units(READING_ROLES)).order_by("path"))
    filed = {line.unit.pk: line.counts for line in board.lines}
    counts = totals_by_unit(items, on)
    rows = unit_rows(units, counts, filed, scope)
    return Overview(scope, sum(counts.values(), Totals()), board.total, board.leaders, rows)


def unit_rows(units: list[Unit], counts: dict[int, Totals], filed: dict[int, Counts], scope: str) -> list[UnitRow]:
    """Most red first, then in the order of the tree; on the whole page the schools are one row."""
    rows = []
    for unit in units:
        together = scope == "" and unit.kind == Unit.Kind.SCHOOL
        if not together and (unit.pk in counts or unit.pk in filed):
            rows.append(unit_row(unit, counts.get(unit.pk, Totals()), filed.get(unit.pk, Counts())))
    schools = [unit.pk for unit in units if unit.kind == Unit.Kind.SCHOOL]
    if scope == "" and schools:
        total = sum((counts.get(pk, Totals()) for pk in schools), Totals())
        done = sum(filed[pk].filed for pk in schools if pk in filed)
        due = sum(filed[pk].due for pk in schools if pk in filed)
        urls = number_urls("schools", None)
        people = "/coverage/people/?show=due&kind=schools"
        rows.append(UnitRow(f"学校（{len(schools)} 所）", "?scope=schools", total, done, due, *urls, people))
    return sorted(rows, key=lambda row: -row.totals.red)


def unit_row(unit: Unit, counts: Totals, filed: Counts) -> UnitRow:
    urls = number_urls("", unit.pk)
    people = f"/coverage/people/?{urlencode({'show': 'due', 'unit': unit.code})}"
    return UnitRow(str(unit), ledger_url("", unit.pk), counts, filed.filed, filed.due, *urls, people)


def number_urls(scope: str, unit: int | None) -> tuple[str, str, str, str]:
    """All that entered the ledger, closed, red and amber."""
    return (
        ledger_url(scope, unit, status=ENTERED),
        ledger_url(scope, unit, status=sorted(DONE)),
        ledger_url(scope, unit, lamp=["red"], status=HELD),
        ledger_url(scope, unit, lamp=["amber"], status=HELD),
    )


def links(scope: str) -> dict[str, str]:
    """Where each of the five numbers leads."""
    people = f"&kind={scope}" if scope else ""
    items, closed, red, amber = number_urls(scope, None)
    return {
        "filed": f"/coverage/people/?show=filed{people}",
        "missing": f"/coverage/people/?show=missing{people}",
        "items": items,
        "closed": closed,
        "red": red,
        "amber": amber,
        "reviewing": ledger_url(scope, status=["office_review", *sorted(VERIFIABLE)]),
    }


# --- the sentence (ux.md 6.3) -------------------------------------------------------------------------


@dataclass(frozen=True)
class Sentence:
    """``icon`` and ``css`` say the same as the words, by shape and colour."""

    text: str
    icon: str
    css: str


def sentence(found: Overview) -> Sentence:
    if not found.totals.items:
        return Sentence("台账还没有事项，先看清单提交情况", "info-circle-fill", "")
    ahead = round(found.totals.closed_share - found.totals.due_share, 1)
    units = len(found.attention)
    ask = f"；有 {units} 个单位需要过问。" if units else "；没有需要过问的单位。"
    if ahead >= 1:
        return Sentence(f"总体进度正常，比序时进度快 {ahead} 个百分点{ask}", "check-circle-fill", "")
    if ahead > -1:
        return Sentence(f"总体进度与序时进度持平{ask}", "exclamation-triangle-fill", "warn")
    return Sentence(f"总体进度落后 {-ahead} 个百分点{ask}", "x-octagon-fill", "stop")


def worst(found: Overview) -> tuple[list[UnitRow], float]:
    """The units with most red items and their share of all red ones."""
    top = [row for row in found.rows if row.totals.red][:NAMED]
    red = sum(row.totals.red for row in top)
    return top, round(red * 100 / found.totals.red, 0) if found.totals.red else 0.0
