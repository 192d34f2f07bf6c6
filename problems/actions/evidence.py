"""Proof of a rectification: files checked by content, or a statement of where the material is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core.files import checked
from core.workflow import MoveRefused
from problems.ledger import IN_HAND, State
from problems.models import Evidence, Item, Measure

#: Files in force; replaced versions and statements of place do not count (no piling up of proof).
MAX_FILES = 5


def require_adder(item: Item, by: Any) -> None:
    if item.cadre_id != by.pk:
        raise MoveRefused("佐证材料由责任人本人补充")
    if item.state not in IN_HAND | {State.LISTED}:
        raise MoveRefused(f"现在是“{item.state_label}”，不能补充材料。退回后可以补充")


@transaction.atomic
def add_evidence(
    item: Item,
    upload: Any,
    *,
    by: Any,
    name: str = "",
    measure: Measure | None = None,
    replaces: Evidence | None = None,
) -> Evidence:
    """Store one file under a random name; raises FileRefused or MoveRefused in the user's words."""
    require_adder(item, by)
    if replaces is not None and replaces.item_id != item.pk:
        raise MoveRefused("要替换的材料不属于这一项")
    current = item.evidence.filter(replaced_by=None).exclude(file="").count()
    if replaces is None and current >= MAX_FILES:
        raise MoveRefused(f"最多 {MAX_FILES} 个文件，现在已有 {current} 个。可以替换其中一个，或写明材料出处")
    found = checked(upload)
    return Evidence.objects.create(
        item=item,
        measure=measure or (replaces.measure if replaces else None),
        name=(name.strip() or found.name)[:120],
        file=found.content,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        replaces=replaces,
        uploaded_by=by,
    )


@transaction.atomic
def cite_evidence(item: Item, name: str, where_kept: str, *, by: Any, measure: Measure | None = None) -> Evidence:
    """Existing records need no upload: a document number or the name of a register is enough."""
    require_adder(item, by)
    return Evidence.objects.create(
        item=item, name=name[:120], where_kept=where_kept[:200], measure=measure, uploaded_by=by
    )


def attach(item: Item, files: Iterable[Any], where_kept: str, *, by: Any) -> list[str]:
    """What came along with a report or a request; returns the names for the history."""
    names = [add_evidence(item, upload, by=by).name for upload in files]
    if where_kept.strip():
        names.append(cite_evidence(item, where_kept.strip()[:40], where_kept.strip(), by=by).name)
    return names
