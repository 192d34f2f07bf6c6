"""The problem types and their manifestations, kept by the office; never deleted, only taken out of use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from campaign.actions.trail import changed, note
from campaign.models import Manifestation, ProblemType


@transaction.atomic
def save_type(values: dict[str, Any], *, by: Any, problem_type: ProblemType | None = None) -> ProblemType:
    """Add a type, or rename, order, or take an existing one out of use; lists already written keep it."""
    row = problem_type or ProblemType()
    found = changed(row, values)
    row.save()
    if found:
        note(f"问题类型 {row.name}", found, by=by)
    return row


@transaction.atomic
def save_manifestations(problem_type: ProblemType, rows: Iterable[dict[str, Any]], *, by: Any) -> None:
    """``rows``: {"pk" (None = new), "text", "active"} in the order to show; those left out go out of use."""
    stored = {row.pk: row for row in problem_type.manifestations.all()}
    found: dict[str, Any] = {}
    for order, given in enumerate(rows, 1):
        row = stored.pop(given["pk"], None) or Manifestation(problem_type=problem_type)
        found[given["text"]] = changed(row, {"text": given["text"], "active": given["active"], "order": order})
        row.save()
    for row in stored.values():
        found[row.text] = changed(row, {"active": False})
        row.save(update_fields=["active"])
    found = {text: detail for text, detail in found.items() if detail}
    if found:
        note(f"问题类型 {problem_type.name} 的具体表现", found, by=by)
