"""Who has filed and who has not: one queryset, from which both the numbers and the lists behind them come."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Case, Count, OuterRef, Q, Subquery, Value, When

from campaign.models import Campaign, Participant, ParticipantQuerySet
from organization.models import Unit, User
from organization.scope import Role
from problems.checklist import ListState
from problems.models import Checklist

#: Who may chase those who have not filed; supervisors and the auditor only look.
REMINDING_ROLES = (Role.LEADER, Role.OFFICE, Role.UNIT_HEAD, Role.LIAISON)


class Standing(models.TextChoices):
    MISSING = "missing", "未提交"
    RETURNED = "returned", "退回修改中"
    IN_REVIEW = "in_review", "审核中"
    APPROVED = "approved", "已进台账"
    EXEMPT = "exempt", "免填"


NOT_FILED = frozenset({Standing.MISSING, Standing.RETURNED})
FILED = frozenset({Standing.IN_REVIEW, Standing.APPROVED})
#: The columns of the board; a column is the list of people that its number opens.
SHOWS: dict[str, frozenset[Standing]] = {
    "due": NOT_FILED | FILED,
    "filed": FILED,
    "approved": frozenset({Standing.APPROVED}),
    "missing": NOT_FILED,
    "exempt": frozenset({Standing.EXEMPT}),
}
SHOW_LABELS = {"due": "应交", "filed": "已交", "approved": "已进台账", "missing": "未交", "exempt": "免填"}
KINDS: dict[str, tuple[str, ...]] = {
    "sections": (Unit.Kind.BUREAU, Unit.Kind.SECTION),
    "schools": (Unit.Kind.SCHOOL,),
}


def people(campaign: Campaign, user: User, *, kind: str = "", level: str = "") -> ParticipantQuerySet:
    """Participants of the units that the user answers for, each with ``standing``; a filed list outweighs an
    exemption, so who filed all the same stays listed."""
    own = Checklist.objects.filter(campaign=campaign, cadre=OuterRef("user"), kind=Checklist.Kind.PERSONAL)
    rows = Participant.objects.filter(campaign=campaign).covered_by(user)
    if kind in KINDS:
        rows = rows.filter(unit__kind__in=KINDS[kind])
    if level:
        rows = rows.filter(user__level=level)
    return rows.annotate(list_state=Subquery(own.values("state")[:1])).annotate(
        standing=Case(
            When(list_state=ListState.APPROVED, then=Value(Standing.APPROVED.value)),
            When(list_state__in=[ListState.UNIT_REVIEW, ListState.OFFICE_REVIEW], then=Value(Standing.IN_REVIEW.value)),
            When(~Q(exempt_reason=""), then=Value(Standing.EXEMPT.value)),
            When(list_state=ListState.RETURNED, then=Value(Standing.RETURNED.value)),
            default=Value(Standing.MISSING.value),
            output_field=models.CharField(),
        )
    )


@dataclass
class Counts:
    """How many stand where; the columns follow SHOWS."""

    by_standing: Counter[str] = field(default_factory=Counter)

    def of(self, show: str) -> int:
        return sum(self.by_standing[standing] for standing in SHOWS[show])

    @property
    def columns(self) -> list[tuple[str, str, int]]:
        """(show, heading, number)"""
        return [(show, SHOW_LABELS[show], self.of(show)) for show in SHOWS]

    @property
    def due(self) -> int:
        return self.of("due")

    @property
    def filed(self) -> int:
        return self.of("filed")

    @property
    def missing(self) -> int:
        return self.of("missing")

    @property
    def percent(self) -> int:
        """Rounded down: 100 only when nobody is missing; nobody due counts as all."""
        return self.filed * 100 // self.due if self.due else 100


@dataclass
class UnitLine:
    unit: Unit
    counts: Counts = field(default_factory=Counts)
    missing_names: list[str] = field(default_factory=list)


@dataclass
class Board:
    lines: list[UnitLine]
    total: Counts
    leaders: Counts


def coverage(
    campaign: Campaign, user: User, *, kind: str = "", missing_only: bool = False, unit: Unit | None = None
) -> Board:
    """The board of the user's scope, by unit in the order of the tree, in three queries whatever its size."""
    rows = people(campaign, user, kind=kind)
    if unit:
        rows = rows.filter(unit=unit)
    lines: dict[int, UnitLine] = {}
    total, leaders = Counts(), Counts()
    per_unit: dict[int, Counter[str]] = defaultdict(Counter)
    grouped = rows.order_by().values_list("unit_id", "user__level", "standing").annotate(number=Count("pk"))
    for unit_id, level, standing, number in grouped:
        per_unit[unit_id][standing] += number
        total.by_standing[standing] += number
        if level == User.Level.LEADERSHIP_MEMBER:
            leaders.by_standing[standing] += number
    for found in Unit.objects.filter(pk__in=per_unit).order_by("path"):
        lines[found.pk] = UnitLine(found, Counts(per_unit[found.pk]))
    for unit_id, name in missing(rows).values_list("unit_id", "user__name"):
        lines[unit_id].missing_names.append(name)
    shown = [line for line in lines.values() if line.counts.missing or not missing_only]
    return Board(shown, total, leaders)


def missing(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    return rows.filter(standing__in=NOT_FILED).leaders_first()


def readable_lists(campaign: Campaign, user: Any, user_ids: list[int]) -> dict[int, int]:
    """{person: list} of those lists whose content the user may read; a liaison sees the status alone."""
    lists = Checklist.objects.visible_to(user).filter(
        campaign=campaign, kind=Checklist.Kind.PERSONAL, cadre__in=user_ids
    )
    return dict(lists.values_list("cadre_id", "pk"))
