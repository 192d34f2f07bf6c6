"""Chasing those who have not filed: one message per person and day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse

from campaign.models import Campaign, Participant
from core import clock
from core.workflow import MoveRefused
from notifications.actions import notify_many
from notifications.models import Notification
from organization.models import Unit
from problems.coverage import REMINDING_ROLES, Standing, missing, people


@dataclass
class Reminded:
    """Who got a message and who did not, with the reason."""

    sent: list[Participant] = field(default_factory=list)
    skipped: list[tuple[Participant, str]] = field(default_factory=list)


@transaction.atomic
def remind_missing(
    campaign: Campaign, *, by: Any, unit: Unit | None = None, kind: str = "", on: dt.date | None = None
) -> Reminded:
    """Tell everybody in the caller's units who has not filed; whoever was told today is skipped."""
    if campaign.is_archived:
        raise MoveRefused(f"“{campaign.name}”已归档，不再提醒")
    day = on or clock.today()
    rows = people(campaign, by, kind=kind).filter(unit__in=by.scope.units(REMINDING_ROLES))
    if unit:
        rows = rows.filter(unit=unit)
    key = f"list-missing:{campaign.pk}:{day}"
    told = set(Notification.objects.filter(key=key).values_list("recipient_id", flat=True))
    result = Reminded()
    for row in missing(rows).select_related("user", "unit"):
        reason = _why_not(row, by, told)
        if reason:
            result.skipped.append((row, reason))
        else:
            result.sent.append(row)
    url = reverse("problems:my_list")
    notify_many(
        [Notification(recipient=row.user, key=key, text=_text(row, campaign, by, day), url=url) for row in result.sent]
    )
    return result


def _why_not(row: Participant, by: Any, told: set[int]) -> str:
    if row.user_id == by.pk:
        return "本人"
    if not row.user.is_active:
        return "账号已停用"
    return "今天已提醒过" if row.user_id in told else ""


def _text(row: Any, campaign: Campaign, by: Any, day: dt.date) -> str:
    what = "问题清单已退回，还没有再次提交" if row.standing == Standing.RETURNED else "问题清单还没有提交"
    due = campaign.list_due_for(row.user)
    if due is None:
        return f"{by.name}提醒：{what}"
    when = f"{due.month} 月 {due.day} 日前"
    return f"{by.name}提醒：{what}，{when}提交" if day <= due else f"{by.name}提醒：{what}，应在{when}提交，已过时限"
