"""Granting and revoking roles: never to oneself, always with a reason."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from audit.actions import record
from core import clock
from core.workflow import MoveRefused
from organization.actions.people import end_grant, grantable_by, is_last_admin
from organization.models import RoleAssignment, Unit, User
from organization.scope import READING_ROLES, Role


@transaction.atomic
def grant_role(
    user: User, *, role: str, unit: Unit, start_on: dt.date, end_on: dt.date | None, reason: str, by: User
) -> RoleAssignment:
    _check(user, role, by)
    if not user.is_active:
        raise MoveRefused(f"{user.name}的账号已停用，不能授予角色")
    if unit.closed_on:
        raise MoveRefused(f"{unit.name}已撤并，不能在上面授予角色")
    _check_separation(user, role)
    open_grants = user.role_assignments.filter(role=role, unit=unit)
    last = end_on or dt.date.max
    if any(grant.start_on <= last and (grant.end_on or dt.date.max) >= start_on for grant in open_grants):
        raise MoveRefused(f"{user.name}在{unit.name}这段时间已有此角色，改日期或先收回原来的")
    grant = RoleAssignment.objects.create(
        user=user, role=role, unit=unit, start_on=start_on, end_on=end_on, granted_by=by, reason=reason
    )
    dates = {"起": str(start_on), "止": str(end_on or "长期")}
    record("role", by=by, object_label=f"授予 {grant}", detail={"理由": reason, **dates})
    return grant


@transaction.atomic
def revoke_role(grant: RoleAssignment, *, reason: str, by: User) -> None:
    """Ends at once: yesterday was its last day."""
    _check(grant.user, grant.role, by)
    if grant.role == Role.ADMIN and is_last_admin(grant.user):
        raise MoveRefused(f"{grant.user.name}是唯一的系统管理员，先把系统管理员角色授予他人")
    label = str(grant)
    end_grant(grant, clock.today())
    record("role", by=by, object_label=f"收回 {label}", detail={"理由": reason})


def _check(user: User, role: str, by: User) -> None:
    if user == by:
        raise MoveRefused("不能给本人授予或收回角色，请其他管理员或整顿办办理")
    if role not in grantable_by(by):
        raise MoveRefused(f"“{Role(role).label}”由系统管理员授予和收回")


def _check_separation(user: User, role: str) -> None:
    """Whoever manages accounts does not read problems, and the other way round."""
    held = set(RoleAssignment.objects.current().filter(user=user).values_list("role", flat=True))
    content = {*READING_ROLES, Role.DISCIPLINE}
    clash = held & content if role == Role.ADMIN else held & {Role.ADMIN} if role in content else set()
    if clash:
        names = "、".join(str(Role(name).label) for name in sorted(clash))
        raise MoveRefused(f"系统管理员不看问题内容，不能与“{names}”由同一账号担任。另建一个账号")
