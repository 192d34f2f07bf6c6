"""What every write of this app shares: the audit entry, and the refusal once a campaign is archived."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from audit.actions import record
from audit.models import AuditEntry
from campaign.models import Campaign
from core.workflow import MoveRefused


def refuse_archived(campaign: Campaign) -> None:
    if campaign.is_archived:
        raise MoveRefused(f"“{campaign.name}”已于 {campaign.archived_on} 归档，只能查看。需要修改时先取消归档")


def note(label: str, detail: dict[str, Any], *, by: Any) -> None:
    record(AuditEntry.Kind.SETTING, by=by, object_label=label, detail=detail)


def changed(row: Model, values: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Sets the values on the row and returns {verbose name: {原, 现}} of those that differ."""
    labels = {field.name: str(field.verbose_name) for field in row._meta.fields}
    found = {}
    for name, new in values.items():
        old = getattr(row, name)
        if old != new:
            found[labels[name]] = {"原": _text(old), "现": _text(new)}
            setattr(row, name, new)
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
