"""The roster import as the office sees it: preview, confirm or discard, first passwords."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from core.sheets import SheetRefused, read_sheets
from organization import passwords
from organization.actions.roster_plan import Plan, make_plan
from organization.actions.roster_report import describe, findings_of
from organization.actions.roster_state import Snapshot
from organization.actions.roster_units import RosterRefused
from organization.actions.roster_write import carry_out
from organization.models import RosterImport, Unit, User
from organization.roster import Roster, read_roster

__all__ = [
    "RosterRefused",
    "SheetRefused",
    "confirm_roster",
    "discard_roster",
    "issue_first_passwords",
    "preview_roster",
]


def preview_roster(data: bytes, file_name: str, *, by: User | None, full: bool = False) -> RosterImport:
    """Read and compare; the only row written is the preview itself. Raises SheetRefused or RosterRefused."""
    batch = compare_roster(data, file_name, by=by, full=full)
    batch.save()
    return batch


def compare_roster(data: bytes, file_name: str, *, by: User | None, full: bool = False) -> RosterImport:
    """The same without writing at all."""
    now = Snapshot.load()
    spellings = now.spellings(Unit.Kind.BUREAU, Unit.Kind.SCHOOL)
    roster = read_roster(read_sheets(data, file_name), spellings, now.numbers_by_name())
    if not roster.people:
        reasons = "；".join(f"“{sheet.name}”{sheet.reason or '没有人员'}" for sheet in roster.sheets)
        raise RosterRefused(f"没有读到人员：{reasons}")
    plan = make_plan(roster.people, roster.short_names, now, full=full, by=by)
    return RosterImport(
        file_name=file_name[-255:],
        sha256=sha256(data).hexdigest(),
        rows=roster.people,
        report=_report(plan, now, full=full) | _reading(roster, plan, now),
        uploaded_by=by,
    )


def _report(plan: Plan, now: Snapshot, *, full: bool) -> dict[str, Any]:
    sections = describe(plan, now)
    return {
        "full": full,
        "sections": sections,
        "counts": {section["key"]: len(section["rows"]) for section in sections}
        | {"changed": len(plan.changed), "unchanged": _unchanged(plan)},
        "is_empty": plan.is_empty,
    }


def _unchanged(plan: Plan) -> int:
    return len(set(plan.people) - {*plan.created, *plan.moved, *plan.changed, *plan.superiors})


def _reading(roster: Roster, plan: Plan, now: Snapshot) -> dict[str, Any]:
    return {
        "short_names": roster.short_names,
        "findings": findings_of(roster, plan, now),
        "unread": [{"sheet": sheet.name, "reason": sheet.reason} for sheet in roster.unread],
        "sheets": [
            {
                "name": sheet.name,
                "understood": sheet.understood,
                "reason": sheet.reason,
                "header_row": sheet.header.last if sheet.header else None,
                "header_rows": sheet.header.rows if sheet.header else [],
                "mapping": sheet.header.mapping if sheet.header else {},
                "extra": sheet.header.extra if sheet.header else {},
                "skipped": sheet.skipped,
            }
            for sheet in roster.sheets
        ],
    }


@transaction.atomic
def confirm_roster(batch: RosterImport, *, by: User | None) -> None:
    """Carry out what was previewed, all of it or nothing. RosterRefused when the people changed meanwhile."""
    if not RosterImport.objects.filter(pk=batch.pk, state=RosterImport.State.PREVIEWED).update(
        state=RosterImport.State.CONFIRMED, confirmed_at=timezone.now()
    ):
        raise RosterRefused("这份名册已经处理过，不会再写一次。需要更新时重新上传")
    now = Snapshot.load()
    plan = make_plan(batch.rows, batch.report["short_names"], now, full=batch.report["full"], by=by)
    if describe(plan, now) != batch.report["sections"]:
        raise RosterRefused("预览之后机构人员有变动，结果会和预览不同。重新上传，核对后再确认")
    carry_out(plan, now, by=by)
    batch.refresh_from_db()
    record("import", by=by, object_label=f"名册 {batch.file_name}", detail=batch.report["counts"])
    if plan.granted or plan.ended:
        lists = {section["key"]: section["rows"] for section in batch.report["sections"]}
        detail = {key: lists[key] for key in ("granted", "ended")}
        record("role", by=by, object_label=f"名册 {batch.file_name}", detail=detail)


def discard_roster(batch: RosterImport) -> None:
    RosterImport.objects.filter(pk=batch.pk, state=RosterImport.State.PREVIEWED).update(
        state=RosterImport.State.DISCARDED, rows=[]
    )


def people_of(batch: RosterImport) -> list[str]:
    """Staff numbers of the people whom this import brought in."""
    created = next(section for section in batch.report["sections"] if section["key"] == "created")
    return [row["staff_no"] for row in created["rows"]]


@transaction.atomic
def issue_first_passwords(batch: RosterImport, *, by: User | None) -> list[tuple[str, str, str, str]]:
    """(unit, name, staff number, code) for the new people who have not used theirs yet.

    The codes are shown this once and stored as a keyed hash; asking again makes the earlier ones void.
    """
    people = User.objects.filter(staff_no__in=people_of(batch), last_login=None, is_active=True)
    rows = []
    people = list(people.select_related("unit").order_by("unit__path", "staff_no"))
    for user in people:
        code = passwords.new_code()
        user.password, user.must_change_password = passwords.code_hash(code), True
        rows.append((user.unit.name if user.unit else "", user.name, user.staff_no, code))
    User.objects.bulk_update(people, ["password", "must_change_password"])
    if rows:
        record("account", by=by, object_label=f"生成 {len(rows)} 个初始密码", detail={"file": batch.file_name})
    return rows
