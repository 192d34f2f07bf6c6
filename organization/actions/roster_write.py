"""Carry out a plan: bulk writes, so that a bureau of 300 people is in within a second or two."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from organization.actions.people import end_grant
from organization.actions.roster_plan import CATEGORIES, Plan
from organization.actions.roster_state import FROM_ROSTER, ROOT, Snapshot
from organization.models import Post, RoleAssignment, Unit, User

PREFIXES = {Unit.Kind.BUREAU: "JG", Unit.Kind.SECTION: "JG", Unit.Kind.SCHOOL: "XX"}
UNUSABLE = "!"


def carry_out(plan: Plan, now: Snapshot, *, by: User | None) -> None:
    """The caller holds the transaction."""
    day = clock.today()
    _write_units(plan, now)
    _end_roles(plan, now, day)
    _end_posts(plan, now, day)
    _write_people(plan, now, day)
    _write_posts(plan, now, day)
    _write_superiors(plan, now)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            user=now.users[staff_no], role=role, unit=now.units[unit], granted_by=by, reason=FROM_ROSTER, start_on=day
        )
        for staff_no, role, unit in plan.granted
    )


def _write_units(plan: Plan, now: Snapshot) -> None:
    codes = {unit.code for unit in now.units.values()}
    for order, unit in enumerate(sorted(plan.places.new, key=lambda unit: unit["key"] != ROOT), len(codes) + 1):
        spellings: list[str] = unit["spellings"]
        fields = {
            "kind": unit["kind"],
            "code": _next_code(unit["kind"], codes),
            "name": unit["name"],
            "short_name": "".join(spellings[:1]),
            "aliases": spellings[1:],
            "order": order,
        }
        if unit["key"] == ROOT:
            now.root = now.units[ROOT] = Unit.objects.add_root(fields)
        else:
            now.units[unit["key"]] = Unit.objects.add_child(Unit.objects.get(pk=now.units[ROOT].pk), fields)
    for unit in plan.places.renamed:
        recorded = now.units[unit["key"]]
        fresh = list(unit["spellings"])
        if not recorded.short_name:
            recorded.short_name = fresh.pop(0)
        recorded.aliases = [*recorded.aliases, *fresh]
        recorded.save(update_fields=["short_name", "aliases"])


def _next_code(kind: str, codes: set[str]) -> str:
    """JG for the bureau, JG01… for its sections, XX01… for schools, in the order of the roster."""
    prefix = PREFIXES[Unit.Kind(kind)]
    if kind == Unit.Kind.BUREAU:
        code = prefix
    else:
        number = next(number for number in range(1, len(codes) + 2) if f"{prefix}{number:02d}" not in codes)
        code = f"{prefix}{number:02d}"
    codes.add(code)
    return code


def _end_roles(plan: Plan, now: Snapshot, day: dt.date) -> None:
    for grant in plan.ended:
        end_grant(now.grants[grant], day)


def _end_posts(plan: Plan, now: Snapshot, day: dt.date) -> None:
    mains = [now.main_posts[number] for number in (*plan.moved, *plan.left) if number in now.main_posts]
    posts = [*mains, *plan.ended_seconds]
    for post in posts:
        post.end_on = max(post.start_on, day - dt.timedelta(days=1))
    Post.objects.bulk_update(posts, ["end_on"])


def _write_people(plan: Plan, now: Snapshot, day: dt.date) -> None:
    fresh = [_new_user(plan.people[number], now, day) for number in plan.created]
    User.objects.bulk_create(fresh)
    now.users.update((user.staff_no, user) for user in fresh)
    touched = {*plan.moved, *plan.changed}
    for number in touched:
        user = now.users[number]
        user.unit = now.units[plan.people[number]["unit_key"]]
        for name, value in plan.changed.get(number, {}).items():
            setattr(user, name, value)
        user.left_on = None
    for number in plan.left:
        user = now.users[number]
        user.is_active, user.left_on = False, day
    fields = ["unit", "rank", "phone", "email", "level", "personnel_category", "is_active", "left_on"]
    User.objects.bulk_update([now.users[number] for number in sorted(touched | set(plan.left))], fields)


def _new_user(row: dict[str, Any], now: Snapshot, day: dt.date) -> User:
    school = row["unit_key"].startswith(Unit.Kind.SCHOOL)
    guess = User.Category.PROFESSIONAL if school else User.Category.CIVIL_SERVANT
    return User(
        staff_no=row["staff_no"],
        name=row["name"],
        # Nobody can log in with it; a first password is made on request and shown once.
        password=UNUSABLE,
        unit=now.units[row["unit_key"]],
        personnel_category=CATEGORIES.get(row.get("category") or "", guess),
        level=row["level"],
        rank=row.get("rank") or "",
        phone=row.get("phone") or "",
        email=row.get("email") or "",
        joined_on=day,
    )


def _write_posts(plan: Plan, now: Snapshot, day: dt.date) -> None:
    rows = [(plan.people[number], True) for number in (*plan.created, *plan.moved)]
    rows += [(row, False) for row in plan.new_seconds]
    Post.objects.bulk_create(
        Post(
            user=now.users[row["staff_no"]],
            unit=now.units[row["unit_key"]],
            department=row["department"],
            title=row.get("position") or "",
            is_main=is_main,
            start_on=day,
        )
        for row, is_main in rows
    )


def _write_superiors(plan: Plan, now: Snapshot) -> None:
    for number, above in plan.overrides.items():
        now.users[number].superior_override = now.users[above] if above else None
    User.objects.bulk_update([now.users[number] for number in plan.overrides], ["superior_override"])
