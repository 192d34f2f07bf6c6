"""The difference between a roster and what is recorded, worked out without writing anything."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from organization import facts
from organization.actions.roster_state import FOLLOWING, FROM_ROSTER, ROOT, Grant, Snapshot, UnitKey
from organization.actions.roster_units import Person, Places, is_leader, place
from organization.models import Unit, User
from organization.scope import Role

CATEGORIES = {
    "公务员": User.Category.CIVIL_SERVANT,
    "参公": User.Category.REFERENCE,
    "事业管理": User.Category.INSTITUTION_MANAGEMENT,
    "教师": User.Category.PROFESSIONAL,
    "工勤": User.Category.WORKER,
}
COPIED = ("rank", "phone", "email")
HEAD_TITLE = re.compile(r"(?<!副)(局长|主任|股长|科长|校长|园长|书记)")


@dataclass
class Plan:
    """Lists of changes; ``people`` are the main rows to take, by staff number."""

    places: Places
    people: dict[str, Person] = field(default_factory=dict)
    second: list[Person] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    superiors: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    overrides: dict[str, str | None] = field(default_factory=dict)
    new_seconds: list[Person] = field(default_factory=list)
    ended_seconds: list[Any] = field(default_factory=list)
    granted: list[Grant] = field(default_factory=list)
    ended: list[Grant] = field(default_factory=list)
    tree: facts.Heads = field(default_factory=lambda: facts.Heads({}, {}, ROOT))

    @property
    def is_empty(self) -> bool:
        people = (self.created, self.moved, self.changed, self.left, self.new_seconds, self.ended_seconds)
        relations = (self.superiors, self.overrides, self.granted, self.ended)
        return not any((self.places.new, self.places.renamed, *people, *relations))


def make_plan(rows: list[Person], short_names: dict[str, str], now: Snapshot, *, full: bool, by: Any = None) -> Plan:
    """``full``: the roster names everybody, so whoever is missing has left (never ``by``, never without a unit)."""
    taken = [row for row in rows if not row.get("refused")]
    plan = Plan(place(taken, short_names, now))
    for row in taken:
        _check_identity(plan, row, now)
        if row.get("refused") or "unit_key" not in row:
            continue
        if row.get("second_post_of_row"):
            plan.second.append(row)
        elif row.get("change") == "left":
            _leave(plan, row["staff_no"], now)
        else:
            plan.people[row["staff_no"]] = row
    if full:
        listed = {row["staff_no"] for row in rows}
        missing = [user for user in now.users.values() if user.unit_id and user != by and user.staff_no not in listed]
        for user in missing:
            _leave(plan, user.staff_no, now)
    _plan_roles(plan, now)
    _plan_people(plan, now)
    _plan_superiors(plan, now)
    _plan_seconds(plan, now, full=full)
    return plan


def _check_identity(plan: Plan, row: Person, now: Snapshot) -> None:
    user = now.users.get(row["staff_no"])
    if user and user.name != row["name"] and not row.get("refused"):
        row["refused"] = True
        reason = (
            f"系统里此工号是{user.name}，名册写的是{row['name']}。核对工号；确是改名，先在人员页改姓名；此行没有导入"
        )
        plan.places.troubles.append((row, "staff_no", "name_differs", reason))


def _leave(plan: Plan, staff_no: str, now: Snapshot) -> None:
    user = now.users.get(staff_no)
    if user and user.is_active and staff_no not in plan.left:
        plan.left.append(staff_no)


def _plan_roles(plan: Plan, now: Snapshot) -> None:
    """Heads of the units in the file and the leaders of their line; what the last roster said otherwise ends."""
    wanted = _wanted_grants(plan, now)
    covered = {unit for _, role, unit in wanted if role == Role.UNIT_HEAD}
    for grant, assignment in now.grants.items():
        staff_no, role, unit = grant
        row = plan.people.get(staff_no)
        moved_away = (
            row is not None and row["unit_key"] != unit and now.keys.get(now.users[staff_no].unit_id or 0) == unit
        )
        outdated = assignment.reason == FROM_ROSTER and unit in covered and role in FOLLOWING and grant not in wanted
        leaves_post = moved_away and role in (Role.UNIT_HEAD, Role.LIAISON) and grant not in wanted
        if staff_no in plan.left or outdated or leaves_post:
            plan.ended.append(grant)
    plan.granted = [grant for grant in wanted if grant not in now.grants]
    by_role: dict[str, dict[UnitKey, list[str]]] = {role: defaultdict(list) for role in FOLLOWING}
    for staff_no, role, unit in [*(grant for grant in now.grants if grant not in plan.ended), *plan.granted]:
        if role in by_role:
            by_role[role][unit].append(staff_no)
    plan.tree = facts.Heads(dict(by_role[Role.UNIT_HEAD]), dict(by_role[Role.LEADER]), ROOT)


def _wanted_grants(plan: Plan, now: Snapshot) -> list[Grant]:
    leaders = [row for row in plan.people.values() if is_leader(row)]
    names = {row["staff_no"]: row["name"] for row in leaders}
    for number, user in now.users.items():
        if user.level == User.Level.LEADERSHIP_MEMBER and number not in plan.people and number not in plan.left:
            names[number] = user.name
    chief = _chief(leaders)
    wanted: list[Grant] = [(chief["staff_no"], role, ROOT) for role in FOLLOWING] if chief else []
    by_unit: dict[UnitKey, list[Person]] = defaultdict(list)
    for row in plan.people.values():
        if not is_leader(row):
            by_unit[row["unit_key"]].append(row)
    for unit, rows in by_unit.items():
        head = _head(rows, names)
        if head:
            leader = _leader_of(head, names)
            wanted += [(head["staff_no"], Role.UNIT_HEAD, unit), *([(leader, Role.LEADER, unit)] if leader else [])]
    return wanted


def _chief(leaders: list[Person]) -> Person | None:
    free = [row for row in leaders if not row.get("superior")]
    titled = [row for row in free if HEAD_TITLE.search(row.get("position") or "")]
    return next(iter(titled or free), None)


def _head(rows: list[Person], leaders: dict[str, str]) -> Person | None:
    """The person whose superior is a bureau leader, of several the one with a head's title.

    Where the superior is left open, the title has to say it.
    """
    direct = [row for row in rows if row.get("superior_no") in leaders]
    open_rows = [row for row in rows if not row.get("superior_no") and _leader_of(row, leaders)]
    titled = [row for row in direct or open_rows if HEAD_TITLE.search(row.get("position") or "")]
    return next(iter(titled or direct), None)


def _leader_of(row: Person, leaders: dict[str, str]) -> str | None:
    """The bureau leader whom the row names as 分管领导, else as 直接上级."""
    named = [number for number, name in leaders.items() if name == row.get("leader")]
    if len(named) == 1:
        return named[0]
    return row["superior_no"] if row.get("superior_no") in leaders else None


def _plan_people(plan: Plan, now: Snapshot) -> None:
    for number, row in plan.people.items():
        user = now.users.get(number)
        row["level"] = _level(plan, row)
        if user is None:
            plan.created.append(number)
            continue
        post = now.main_posts.get(number)
        at = (now.keys[post.unit_id], post.department, post.title) if post else None
        title = row.get("position") or (post.title if post else "")
        row["position"] = title
        if at != (row["unit_key"], row["department"], title):
            plan.moved.append(number)
        changes = _field_changes(row, user)
        if changes:
            plan.changed[number] = changes


def _level(plan: Plan, row: Person) -> str:
    if is_leader(row):
        return User.Level.LEADERSHIP_MEMBER if row.get("is_team") is not False else User.Level.STAFF
    if row["unit_key"].startswith(Unit.Kind.SECTION):
        heads = row["staff_no"] in plan.tree.heads.get(row["unit_key"], [])
        return User.Level.SECTION_HEAD if heads else User.Level.STAFF
    leads = row.get("is_team") or row.get("is_mid") or (row.get("is_mid") is None and "领导" in row["department"])
    return User.Level.MID_LEVEL_OR_ABOVE if leads else User.Level.STAFF


def _field_changes(row: Person, user: User) -> dict[str, Any]:
    """Blank cells say nothing: a number that the roster lacks is not erased."""
    values: dict[str, Any] = {name: row[name] for name in COPIED if row.get(name)}
    values["level"] = row["level"]
    if row.get("category"):
        values["personnel_category"] = CATEGORIES[row["category"]]
    if not user.is_active:
        values["is_active"] = True
    return {name: value for name, value in values.items() if getattr(user, name) != value}


def _plan_superiors(plan: Plan, now: Snapshot) -> None:
    before = facts.heads()
    numbers = {user.pk: number for number, user in now.users.items()}
    for number, row in plan.people.items():
        derived = plan.tree.superior(number, row["unit_key"])
        user = now.users.get(number)
        recorded = user.superior_override.staff_no if user and user.superior_override else None
        override = _override(plan, row, now, derived=derived, recorded=recorded)
        if override != recorded:
            plan.overrides[number] = override
        old = recorded or numbers.get(before.superior(user.pk, user.unit_id)) if user else None
        if user and old != (override or derived):
            plan.superiors[number] = (old, override or derived)
    for number, user in now.users.items():
        above = user.superior_override
        if above and above.staff_no in plan.left and number not in plan.people and number not in plan.left:
            plan.overrides[number] = None


def _override(plan: Plan, row: Person, now: Snapshot, *, derived: str | None, recorded: str | None) -> str | None:
    """A superior is recorded only where the tree says otherwise; silence keeps what is recorded."""
    wanted = row.get("superior_no")
    if wanted in plan.left or (wanted not in plan.people and wanted not in now.users):
        wanted = None
    if wanted:
        return wanted if wanted != derived else None
    return None if row.get("in_circle") or recorded in plan.left else recorded


def _plan_seconds(plan: Plan, now: Snapshot, *, full: bool) -> None:
    wanted = {(row["staff_no"], row["unit_key"], row["department"], row.get("position") or "") for row in plan.second}
    recorded = {
        (number, now.keys[post.unit_id], post.department, post.title): post
        for number, posts in now.other_posts.items()
        for post in posts
    }
    plan.new_seconds = [
        row
        for row in plan.second
        if (row["staff_no"], row["unit_key"], row["department"], row.get("position") or "") not in recorded
        and (row["staff_no"] in plan.people or row["staff_no"] in now.users)
    ]
    gone = set(plan.left)
    plan.ended_seconds = [
        post
        for key, post in recorded.items()
        if key[0] in gone or (full and key not in wanted and key[0] in plan.people)
    ]
