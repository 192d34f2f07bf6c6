"""A plan as the preview shows it: counts, and lists that name each person with before and after."""

from __future__ import annotations

from typing import Any

from organization.actions.roster_plan import Plan
from organization.actions.roster_state import ROOT, Grant, Snapshot
from organization.actions.roster_units import Person
from organization.models import Unit, User
from organization.roster import Finding, Roster, Severity
from organization.roster.columns import LABELS
from organization.scope import Role

FIELD_LABELS = {
    "is_active": "状态",
    "rank": "职级", "phone": "手机", "email": "邮箱", "level": "层级", "personnel_category": "人员类别",
}  # fmt: skip
Row = dict[str, str]


def describe(plan: Plan, now: Snapshot) -> list[dict[str, Any]]:
    """Sections of the preview in reading order, also those without rows."""
    lists: list[tuple[str, str, list[Row]]] = [
        ("created", "新增人员", [_person(plan.people[number], plan) for number in plan.created]),
        ("moved", "调动和岗位变化", [_moved(plan.people[number], plan, now) for number in plan.moved]),
        ("left", "离开", [_left(number, now) for number in plan.left]),
        ("superiors", "上级变更", [_superior(number, pair, plan, now) for number, pair in plan.superiors.items()]),
        ("changed", "信息变更", [row for number in plan.changed for row in _changed(number, plan, now)]),
        ("units", "新增单位", [_unit(unit) for unit in plan.places.new]),
        ("spellings", "单位的其他写法", [_spelling(unit) for unit in plan.places.units.values() if unit["spellings"]]),
        ("seconds", "兼任岗位", [_person(row, plan) for row in plan.new_seconds]),
        ("seconds_ended", "结束兼任", [_ended_post(post) for post in plan.ended_seconds]),
        ("granted", "授予角色", [_grant(grant, plan, now) for grant in plan.granted]),
        ("ended", "收回角色", [_grant(grant, plan, now) for grant in plan.ended]),
    ]
    return [{"key": key, "title": title, "rows": rows} for key, title, rows in lists]


def findings_of(roster: Roster, plan: Plan, now: Snapshot) -> list[dict[str, Any]]:
    """What the reader and the comparison found, in sheet order; what an earlier decision settled is left out."""
    found = [finding for finding in roster.findings if not _settled(finding, roster, now)]
    sheets = {sheet.name: sheet for sheet in roster.sheets}
    for person, column, kind, reason in plan.places.troubles:
        header = sheets[person["sheet"]].header
        found.append(
            Finding(
                sheet=person["sheet"],
                row=person["row"],
                col=header.column(column) if header else None,
                field=column,
                label=LABELS[column],
                kind=kind,
                severity=Severity.ERROR,
                value=person[column] or "",
                reason=reason,
            )
        )
    return [finding.as_dict() for finding in found]


def _settled(finding: Finding, roster: Roster, now: Snapshot) -> bool:
    """A namesake that the system already tells apart for this person is not asked again."""
    if finding.kind != "ambiguous_person":
        return False
    row = next(p for p in roster.people if (p["sheet"], p["row"]) == (finding.sheet, finding.row))
    user = now.users.get(row["staff_no"])
    above = user.superior_override if user else None
    return above is not None and above.name == finding.value


def _place(department: str, title: str, name: str) -> str:
    return " ".join(filter(None, [name, department, title]))


def _unit_name(key: str, plan: Plan, now: Snapshot) -> str:
    return plan.places.units[key]["name"] if key in plan.places.units else now.units[key].name


def _person(row: Person, plan: Plan) -> Row:
    name = plan.places.units[row["unit_key"]]["name"]
    return {
        "who": row["name"],
        "staff_no": row["staff_no"],
        "after": _place(row["department"], row.get("position") or "", name),
    }


def _moved(row: Person, plan: Plan, now: Snapshot) -> Row:
    post = now.main_posts.get(row["staff_no"])
    before = _place(post.department, post.title, post.unit.name) if post else "没有岗位"
    return {**_person(row, plan), "before": before}


def _left(number: str, now: Snapshot) -> Row:
    post = now.main_posts.get(number)
    before = f"{post.unit.name} {post.title}" if post else "没有岗位"
    return {"who": now.users[number].name, "staff_no": number, "before": before, "after": "停用账号，结束岗位和角色"}


def _name(number: str | None, plan: Plan, now: Snapshot) -> str:
    if number is None:
        return "无"
    return plan.people[number]["name"] if number in plan.people else now.users[number].name


def _superior(number: str, pair: tuple[str | None, str | None], plan: Plan, now: Snapshot) -> Row:
    before, after = (_name(above, plan, now) for above in pair)
    return {"who": plan.people[number]["name"], "staff_no": number, "before": before, "after": after}


def _changed(number: str, plan: Plan, now: Snapshot) -> list[Row]:
    user = now.users[number]
    return [
        {
            "who": f"{user.name} {FIELD_LABELS[name]}",
            "staff_no": number,
            "before": _shown(name, getattr(user, name)),
            "after": _shown(name, value),
        }
        for name, value in plan.changed[number].items()
    ]


def _shown(name: str, value: Any) -> str:
    if name == "is_active":
        return "在用" if value else "停用"
    labels = {"level": User.Level, "personnel_category": User.Category}
    return str(labels[name](value).label) if name in labels else value or "空"


def _unit(unit: dict[str, Any]) -> Row:
    label = Unit.Kind(unit["kind"]).label
    return {"who": unit["name"], "after": "局" if unit["key"] == ROOT else str(label)}


def _spelling(unit: dict[str, Any]) -> Row:
    return {"who": unit["name"], "after": "、".join(unit["spellings"])}


def _ended_post(post: Any) -> Row:
    return {"who": post.user.name, "staff_no": post.user.staff_no, "before": f"{post.unit.name} {post.title}"}


def _grant(grant: Grant, plan: Plan, now: Snapshot) -> Row:
    number, role, unit = grant
    text = f"{_unit_name(unit, plan, now)} {Role(role).label}"
    return {"who": _name(number, plan, now), "staff_no": number, "after": text}
