"""Read queries of the campaign for pages and for the apps above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from campaign.models import Campaign, Participant, Phase, by_rule
from core import clock
from organization.models import User


def chosen_campaign(code: str = "") -> Campaign | None:
    """The campaign that the address names, or else the latest one that is running."""
    if code:
        return Campaign.objects.filter(code=code).first()
    return Campaign.objects.running().first()


@dataclass(frozen=True)
class Stage:
    """A phase as the plan shows it."""

    phase: Phase
    standing: str  # done | now | todo


def stages(campaign: Campaign, on: dt.date | None = None) -> list[Stage]:
    day = on or clock.today()
    rows = []
    for phase in campaign.phases.all():
        if phase.is_open(day):
            rows.append(Stage(phase, "now"))
        else:
            rows.append(Stage(phase, "done" if phase.end_on < day else "todo"))
    return rows


@dataclass(frozen=True)
class RosterChanges:
    """What the roster says and the list of participants does not say yet."""

    joining: list[User]
    moving: list[Participant]
    leaving: list[Participant]
    outside: list[Participant]

    @property
    def any(self) -> bool:
        return bool(self.joining or self.moving or self.leaving)


def roster_changes(campaign: Campaign) -> RosterChanges:
    """``outside`` = no longer met by the rule but kept, for nobody disappears from a campaign by himself."""
    present = campaign.participants.select_related("user", "unit", "user__unit")
    due = by_rule(User.objects.active())
    expected = set(due.values_list("pk", flat=True))
    known = set(present.values_list("user_id", flat=True))
    moving, leaving, outside = [], [], []
    for row in present:
        if not row.user.is_active:
            leaving += [row] if not row.exempt_reason else []
        elif row.user.unit_id not in {None, row.unit_id}:
            moving.append(row)
        elif row.user_id not in expected:
            outside.append(row)
    joining = list(due.filter(pk__in=expected - known).select_related("unit").order_by("unit__path", "staff_no"))
    return RosterChanges(joining, moving, leaving, outside)
