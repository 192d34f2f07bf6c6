"""Everything that changes the tree of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from audit.actions import record
from core.workflow import MoveRefused
from organization.actions.people import end_grant
from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import Role


@transaction.atomic
def set_up(*, bureau: str, code: str, staff_no: str, name: str, password: str) -> User:
    """The first page of an empty installation: the bureau and its first administrator, once."""
    if User.objects.exists():
        raise MoveRefused("系统已经有人员，首次设置不再开放。直接登录")
    root = Unit.objects.filter(depth=1).first() or Unit.objects.add_root(
        {"kind": Unit.Kind.BUREAU, "code": code, "name": bureau}
    )
    user = User.objects.create_user(staff_no, name, password, must_change_password=False)
    RoleAssignment.objects.create(user=user, role=Role.ADMIN, unit=root, granted_by=user, reason="首次设置")
    record("role", by=user, object_label=f"{name} 系统管理员", detail={"理由": "首次设置"})
    return user


@transaction.atomic
def create_unit(
    *, parent: Unit, kind: str, code: str, name: str, short_name: str, aliases: Sequence[str], order: int, by: User
) -> Unit:
    if parent.closed_on:
        raise MoveRefused(f"{parent.name}已撤并，不能在下面新增单位")
    fields = {"kind": kind, "code": code, "name": name, "short_name": short_name, "order": order}
    unit = Unit.objects.add_child(Unit.objects.get(pk=parent.pk), {**fields, "aliases": list(aliases)})
    record("setting", by=by, object_label=f"新增单位 {name}", detail={"code": code, "parent": parent.name})
    return unit


@transaction.atomic
def edit_unit(
    unit: Unit, *, code: str, name: str, short_name: str, aliases: Sequence[str], order: int, by: User
) -> Unit:
    before = {"name": unit.name, "code": unit.code, "short_name": unit.short_name, "aliases": unit.aliases}
    names = [*aliases]
    if unit.name != name and unit.name not in names:
        # Old workbooks keep the old name.
        names.append(unit.name)
    unit.code, unit.name, unit.short_name, unit.aliases, unit.order = code, name, short_name, names, order
    unit.save(update_fields=["code", "name", "short_name", "aliases", "order"])
    record("setting", by=by, object_label=f"修改单位 {name}", detail={"before": before})
    return unit


def blocking_close(unit: Unit) -> list[str]:
    """What has to be settled before the unit can be closed."""
    reasons = []
    people = unit.people.active().count()
    if people:
        reasons.append(f"还有 {people} 人在此单位，先调动或停用")
    posts = Post.objects.filter(unit=unit, end_on=None, user__is_active=True).exclude(user__unit=unit).count()
    if posts:
        reasons.append(f"还有 {posts} 个兼任岗位，先结束")
    children = Unit.objects.get_children(unit).filter(closed_on=None).count()
    if children:
        reasons.append(f"下面还有 {children} 个单位，先撤并")
    return reasons


@transaction.atomic
def close_unit(unit: Unit, *, on: dt.date, by: User) -> None:
    reasons = blocking_close(unit)
    if reasons:
        raise MoveRefused("；".join(reasons))
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    for grant in unit.role_assignments.filter(end_on=None):
        end_grant(grant, on)
    record("setting", by=by, object_label=f"撤并单位 {unit.name}", detail={"on": str(on)})


@transaction.atomic
def reopen_unit(unit: Unit, *, by: User) -> None:
    unit.closed_on = None
    unit.save(update_fields=["closed_on"])
    record("setting", by=by, object_label=f"恢复单位 {unit.name}")
