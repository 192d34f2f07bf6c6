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
    given = list(rows)
    stored = list(problem_type.manifestations.all())
    found: dict[str, Any] = {}
    kept = set()
    for order, (values, row) in enumerate(zip(given, _partners(problem_type, given, stored), strict=True), 1):
        found[values["text"]] = changed(row, {"text": values["text"], "active": values["active"], "order": order})
        row.save()
        kept.add(row.pk)
    for row in stored:
        if row.pk not in kept:
            found[row.text] = changed(row, {"active": False})
            row.save(update_fields=["active"])
    found = {text: detail for text, detail in found.items() if detail}
    if found:
        note(f"问题类型 {problem_type.name} 的具体表现", found, by=by)


def _partners(
    problem_type: ProblemType, given: list[dict[str, Any]], stored: list[Manifestation]
) -> list[Manifestation]:
    """The stored row of each given one: the same text first, so that two texts may change places, then the same pk."""
    by_text = {row.text: row for row in stored}
    taken = {by_text[values["text"]].pk for values in given if values["text"] in by_text}
    free = {row.pk: row for row in stored if row.pk not in taken}
    return [
        by_text.get(values["text"]) or free.pop(values["pk"], None) or Manifestation(problem_type=problem_type)
        for values in given
    ]


@transaction.atomic
def save_manifestation(
    problem_type: ProblemType, values: dict[str, Any], *, by: Any, row: Manifestation | None = None
) -> Manifestation:
    """Add or change a single manifestation, as a workbook brings them: {"text", "active", "order"}."""
    kept = row or Manifestation(problem_type=problem_type)
    found = changed(kept, values)
    kept.save()
    if found:
        note(f"问题类型 {problem_type.name} 的具体表现", {kept.text: found}, by=by)
    return kept
