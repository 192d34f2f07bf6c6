"""Asking for a later date before the date has passed, and the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F

from campaign.models import Campaign
from core import clock
from core.workflow import MoveRefused, StaleState
from problems.actions.trail import record_extension_event
from problems.extension import EXTENSION
from problems.lamp import owner_clock
from problems.ledger import IN_HAND
from problems.models import Extension, Item


def open_extension(
    item: Item,
    *,
    by: Any,
    requested_due_on: dt.date,
    reason_kind: str,
    reason: str,
    progress: str,
    plan: str,
) -> Extension:
    """The request itself; called by the move “申请延期” in its transaction."""
    current_due_on = refuse_request(item, requested_due_on)
    return Extension.objects.create(
        item=item,
        current_due_on=current_due_on,
        requested_due_on=requested_due_on,
        reason_kind=reason_kind,
        reason=reason,
        progress=progress,
        plan=plan,
        requested_by=by,
    )


def refuse_request(item: Item, requested_due_on: dt.date) -> dt.date:
    """The rules for asking, each a setting of the campaign; returns the date that counts now."""
    campaign, due_on = item.campaign, item.due_on
    if due_on is None:
        raise MoveRefused("这一项长期坚持，没有时限，不需要延期")
    if clock.today() > due_on:
        raise MoveRefused(f"整改时限 {due_on.month} 月 {due_on.day} 日已过，延期要在到期前申请")
    if item.extensions.waiting().exists():
        raise MoveRefused("上一次延期申请还没有答复，不用重复申请")
    if item.extended_count >= campaign.max_extensions:
        raise MoveRefused(f"已延期 {item.extended_count} 次，最多 {campaign.max_extensions} 次")
    require_later(item.campaign, due_on, requested_due_on)
    return due_on


def require_later(campaign: Campaign, due_on: dt.date, until: dt.date) -> None:
    latest = min(due_on + dt.timedelta(days=campaign.max_extension_days), campaign.end_on)
    if until <= due_on:
        raise MoveRefused(f"延期后的日期要晚于现在的时限 {due_on.month} 月 {due_on.day} 日")
    if until > latest:
        raise MoveRefused(
            f"最多延到 {latest.year} 年 {latest.month} 月 {latest.day} 日"
            f"（每次不超过 {campaign.max_extension_days} 天，且不晚于整顿结束日）"
        )


@transaction.atomic
def move_extension(
    extension: Extension, name: str, *, by: Any, comment: str = "", granted_due_on: dt.date | None = None
) -> Extension:
    """Opinion, decision or withdrawal; granting states a definite date and keeps the original one."""
    row = EXTENSION.check(extension, name, by=by, comment=comment)
    changes: dict[str, Any] = {row.stamp: clock.today()} if row.stamp else {}
    if name in ("sign", "refuse_at_unit"):
        changes |= {"unit_by": by, "unit_opinion": comment}
    if name in ("grant", "refuse"):
        changes |= {"decided_by": by, "decision": comment}
    if name == "grant":
        changes["granted_due_on"] = until = granted_due_on or extension.requested_due_on
        require_later(extension.item.campaign, extension.item.due_on or extension.current_due_on, until)
        grant(extension.item, until)
    EXTENSION.move(extension, name, by=by, comment=comment, **changes)
    record_extension_event(extension, row, by=by, comment=comment)
    return extension


def grant(item: Item, until: dt.date) -> None:
    """The new date counts for the clock only while the item is in the person's hands."""
    step = owner_clock(until, item.entered_on or clock.today(), item.campaign.amber_days)
    changes: dict[str, Any] = {"due_on": until, "extended_count": F("extended_count") + 1, "version": item.version + 1}
    if item.state in IN_HAND:
        changes |= {"step_due_on": step.due_on, "step_amber_on": step.amber_on}
    if not Item.objects.filter(pk=item.pk, version=item.version).update(**changes):
        raise StaleState("这一项刚被他人处理，请刷新后重试")
    item.refresh_from_db()
