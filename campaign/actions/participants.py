"""Who takes part: the rule over the roster, and exemptions with a reason."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from campaign.actions.trail import note, refuse_archived
from campaign.facts import RosterChanges, roster_changes
from campaign.models import Campaign, Participant
from core.workflow import MoveRefused

LEFT = "已离开（名册停用）"


@transaction.atomic
def sync_participants(campaign: Campaign, *, by: Any = None) -> RosterChanges:
    """Follow the roster: who is new joins, who moved moves along, who left need not file. Exemptions stay.

    Returns what was done. Without a named person nobody is exempted, for an exemption has an author.
    """
    refuse_archived(campaign)
    changes = roster_changes(campaign)
    Participant.objects.bulk_create(
        Participant(campaign=campaign, user=user, unit=user.unit) for user in changes.joining
    )
    for row in changes.moving:
        row.unit = row.user.unit or row.unit
    Participant.objects.bulk_update(changes.moving, ["unit"], batch_size=500)
    if by is not None:
        left = [row.pk for row in changes.leaving]
        Participant.objects.filter(pk__in=left).update(exempt_reason=LEFT, exempted_by=by)
    if changes.any:
        counts = {"新增": len(changes.joining), "换单位": len(changes.moving), "离开": len(changes.leaving)}
        note(f"{campaign.name} 参加人员", counts, by=by)
    return changes


@transaction.atomic
def exempt(participant: Participant, reason: str, *, by: Any) -> Participant:
    """The person need not file; a list that he filed all the same stays where it is."""
    refuse_archived(participant.campaign)
    if participant.user_id == by.pk:
        raise MoveRefused("不能决定本人免填，请由整顿办的其他人员办理")
    if not reason.strip():
        raise MoveRefused("填写免填理由，例如：借调到县委办，2026 年 3 月至 12 月")
    participant.exempt_reason, participant.exempted_by = reason.strip()[:200], by
    participant.save(update_fields=["exempt_reason", "exempted_by"])
    note(f"{participant} 免填", {"理由": participant.exempt_reason}, by=by)
    return participant


@transaction.atomic
def unexempt(participant: Participant, *, by: Any) -> Participant:
    refuse_archived(participant.campaign)
    if participant.user_id == by.pk:
        raise MoveRefused("不能决定本人的免填，请由整顿办的其他人员办理")
    before = participant.exempt_reason
    participant.exempt_reason, participant.exempted_by = "", None
    participant.save(update_fields=["exempt_reason", "exempted_by"])
    note(f"{participant} 取消免填", {"原理由": before}, by=by)
    return participant
