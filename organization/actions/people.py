"""Everything that changes a person and his posts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from audit.actions import record
from core import clock
from core.workflow import MoveRefused
from organization import facts, passwords
from organization.actions.sessions import end_sessions
from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import Role

DETAILS = ("name", "personnel_category", "level", "rank", "phone", "email")
#: Roles that belong to a place in the unit; they end when the person leaves the unit.
OF_THE_UNIT = (Role.UNIT_HEAD, Role.LIAISON)


@transaction.atomic
def create_person(*, staff_no: str, unit: Unit, title: str, department: str = "", by: User, **details: Any) -> User:
    """A person without a usable password; the first one is made by ``reset_password``."""
    user = User.objects.create_user(staff_no, details.pop("name"), None, unit=unit, **details)
    Post.objects.create(user=user, unit=unit, title=title, department=department)
    record("account", by=by, object_label=f"新增人员 {user.name} {staff_no}", detail={"unit": unit.name})
    return user


@transaction.atomic
def edit_person(user: User, *, superior_override: User | None, by: User, **details: Any) -> User:
    if superior_override and reaches(superior_override, user):
        raise MoveRefused(
            f"{superior_override.name}的上级链条里已有{user.name}，不能再作{user.name}的直接上级。另选一人"
        )
    before = {name: str(getattr(user, name)) for name in DETAILS if getattr(user, name) != details[name]}
    for name in DETAILS:
        setattr(user, name, details[name])
    if user.superior_override_id != (superior_override.pk if superior_override else None):
        before["superior"] = str(user.superior_override or "按机构推算")
    user.superior_override = superior_override
    user.save(update_fields=[*DETAILS, "superior_override"])
    record("account", by=by, object_label=f"修改人员 {user.name} {user.staff_no}", detail={"before": before})
    return user


def reaches(start: User, target: User) -> bool:
    """Whether the recorded superiors of ``start`` lead up to ``target``."""
    seen: set[int] = set()
    person: User | None = start
    while person is not None and person.pk not in seen:
        if person.pk == target.pk:
            return True
        seen.add(person.pk)
        person = person.superior_override
    return False


@transaction.atomic
def move_person(user: User, *, unit: Unit, title: str, department: str, on: dt.date, by: User) -> None:
    """End the main post the day before and begin the new one; the roles of the old unit end with it."""
    old = user.posts.filter(end_on=None, is_main=True).select_related("unit").first()
    if old and (old.unit_id, old.title, old.department) == (unit.pk, title, department):
        raise MoveRefused("单位、部门和职务都没有变，改动其中一项后再提交")
    if old:
        if on < old.start_on:
            raise MoveRefused(f"调动日期 {on} 早于现岗位的任职日期 {old.start_on}，改晚后再提交")
        _end(old, on)
    if user.unit_id != unit.pk:
        for grant in user.role_assignments.filter(end_on=None, unit=user.unit_id, role__in=OF_THE_UNIT):
            end_grant(grant, on)
    Post.objects.create(user=user, unit=unit, title=title, department=department, start_on=on)
    detail = {"from": str(old or ""), "to": f"{unit.name} {title}", "on": str(on)}
    user.unit = unit
    user.save(update_fields=["unit"])
    record("account", by=by, object_label=f"调动 {user.name} {user.staff_no}", detail=detail)


def _end(post: Post, on: dt.date) -> None:
    """The last day is the day before, or the day itself for what began on it."""
    post.end_on = max(post.start_on, on - dt.timedelta(days=1))
    post.save(update_fields=["end_on"])


def end_grant(grant: RoleAssignment, on: dt.date) -> None:
    """The role is gone on that day; one that would have begun then or later never held and leaves no row."""
    last = on - dt.timedelta(days=1)
    if grant.start_on > last:
        grant.delete()
    else:
        grant.end_on = min(grant.end_on or last, last)
        grant.save(update_fields=["end_on"])


@transaction.atomic
def deactivate_person(user: User, *, on: dt.date, by: User) -> None:
    """Close the account at once: sessions, posts and roles end, the records stay."""
    if user == by:
        raise MoveRefused("不能停用本人的账号，请其他管理员办理")
    if is_last_admin(user):
        raise MoveRefused(f"{user.name}是唯一的系统管理员，先把系统管理员角色授予他人")
    user.is_active, user.left_on = False, on
    user.save(update_fields=["is_active", "left_on"])
    for post in user.posts.filter(end_on=None):
        post.end_on = max(post.start_on, on)
        post.save(update_fields=["end_on"])
    for grant in user.role_assignments.current():
        end_grant(grant, clock.today())
    user.direct_reports.update(superior_override=None)
    end_sessions(user)
    record("account", by=by, object_label=f"停用 {user.name} {user.staff_no}", detail=facts.open_work(user))


@transaction.atomic
def reactivate_person(user: User, *, by: User) -> None:
    user.is_active, user.left_on = True, None
    user.save(update_fields=["is_active", "left_on"])
    record("account", by=by, object_label=f"恢复 {user.name} {user.staff_no}")


def is_last_admin(user: User) -> bool:
    admins = RoleAssignment.objects.current().filter(role=Role.ADMIN, user__is_active=True)
    return set(admins.values_list("user_id", flat=True)) == {user.pk}


@transaction.atomic
def add_post(user: User, *, unit: Unit, title: str, department: str, duties: str, start_on: dt.date, by: User) -> Post:
    """A further post beside the main one."""
    post = Post.objects.create(
        user=user, unit=unit, title=title, department=department, duties=duties, start_on=start_on, is_main=False
    )
    record("account", by=by, object_label=f"{user.name} 兼任 {post}")
    return post


@transaction.atomic
def end_post(post: Post, *, on: dt.date, by: User) -> None:
    if post.is_main:
        raise MoveRefused("主要岗位用“调动”或“停用”结束")
    if on < post.start_on:
        raise MoveRefused(f"离任日期 {on} 早于任职日期 {post.start_on}，改晚后再提交")
    post.end_on = on
    post.save(update_fields=["end_on"])
    record("account", by=by, object_label=f"{post.user.name} 结束兼任 {post}")


@transaction.atomic
def reset_password(user: User, *, by: User) -> str:
    """A new one-time code, shown once; the person's sessions end."""
    if user == by:
        raise MoveRefused("本人的密码在“修改密码”里改")
    if not user.is_active:
        raise MoveRefused(f"{user.name}的账号已停用，先恢复账号")
    beyond = [str(role.label) for role in Role if user.scope.holds(role) and role not in grantable_by(by)]
    if beyond:
        # Whoever sets a password can sign in with it, so nobody sets one for more rights than he may give.
        raise MoveRefused(f"{user.name}持有“{'、'.join(beyond)}”角色，由系统管理员重置密码")
    code = passwords.new_code()
    user.password, user.must_change_password = passwords.code_hash(code), True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user)
    record("account", by=by, object_label=f"重置密码 {user.name} {user.staff_no}")
    return code


def grantable_by(user: User) -> list[Role]:
    """The office grants what the campaign needs; accounts and administrators are the administrators' matter."""
    if user.scope.holds(Role.ADMIN):
        return list(Role)
    if user.scope.holds(Role.OFFICE):
        return [role for role in Role if role not in (Role.ADMIN, Role.OFFICE)]
    return []
