"""Who may see what: written once, used by every app above.

A role is granted on a unit for a range of dates and reaches the whole subtree below it. The scope of a
user is resolved once per request to sets of unit ids, never to joins over the tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    LEADER = "leader", "班子成员"
    OFFICE = "office", "整顿办"
    SUPERVISOR = "supervisor", "督查组"
    UNIT_HEAD = "unit_head", "单位负责人"
    LIAISON = "liaison", "联络员"
    HR = "hr", "人事"
    DISCIPLINE = "discipline", "纪检监察"
    AUDITOR = "auditor", "上级查阅"
    ADMIN = "admin", "系统管理员"


ROLE_MEANING: dict[str, str] = {
    Role.LEADER: "看分管单位的清单和台账，初审分管单位负责人的清单，确认重开",
    Role.OFFICE: "收清单、审核、入台账、核查销号、督促；不能办理本人的事项",
    Role.SUPERVISOR: "看授权单位的台账，核查、提出退回或重开；不核查本单位",
    Role.UNIT_HEAD: "初审本单位人员的清单，确认销号和延期申请；本人的由上一级初审",
    Role.LIAISON: "看本单位谁没有提交，催办；看不到问题内容",
    Role.HR: "维护人员和岗位；看不到问题内容",
    Role.DISCIPLINE: "接收“吃拿卡要”事项并可移交；移交后只有纪检能看到",
    Role.AUDITOR: "只读查看台账和记录",
    Role.ADMIN: "管理账号、机构和角色；看不到问题内容",
}

#: Roles whose holders read the content of lists and items of the units they are granted on.
READING_ROLES = (Role.LEADER, Role.OFFICE, Role.SUPERVISOR, Role.UNIT_HEAD, Role.AUDITOR)
#: Roles that read items with restricted visibility (吃拿卡要); beside them only the person and the level above.
GUARDING_ROLES = (Role.OFFICE, Role.DISCIPLINE)


@dataclass
class Scope:
    """Unit ids by role: ``direct`` as granted, ``reach`` with everything below."""

    direct: dict[str, frozenset[int]] = field(default_factory=dict)
    reach: dict[str, frozenset[int]] = field(default_factory=dict)
    everywhere: frozenset[str] = frozenset()
    subordinate_ids: frozenset[int] = frozenset()

    def units(self, roles: Iterable[str]) -> frozenset[int]:
        return frozenset().union(*(self.reach.get(role, frozenset()) for role in roles))

    def covers_all(self, roles: Iterable[str]) -> bool:
        """One of the roles reaches every unit, so that a query need not name them."""
        return not self.everywhere.isdisjoint(roles)

    def holds(self, *roles: str) -> bool:
        return any(self.reach.get(role) for role in roles)


def resolve(assignments: Iterable[tuple[str, int]], units: Iterable[tuple[int, str]]) -> Scope:
    """Expand grants (role, unit id) over the tree given as (unit id, materialised path)."""
    paths = dict(units)
    direct: dict[str, set[int]] = defaultdict(set)
    for role, unit_id in assignments:
        direct[role].add(unit_id)
    reach = {}
    for role, granted in direct.items():
        tops = [paths[unit_id] for unit_id in granted]
        reach[role] = frozenset(unit_id for unit_id, path in paths.items() if any(path.startswith(top) for top in tops))
    everywhere = frozenset(role for role, ids in reach.items() if len(ids) == len(paths))
    return Scope({role: frozenset(ids) for role, ids in direct.items()}, reach, everywhere)


#: True for every row; an empty Q would vanish beside an “or”.
EVERYTHING = Q(pk__isnull=False)


class ScopedQuerySet(models.QuerySet):
    """Rows about a person in a unit. Subclasses name the two look-ups."""

    owner = "cadre"
    unit = "unit"

    def visible_to(self, user: Any) -> ScopedQuerySet:
        """Own rows, rows of units that the user reads, rows of people who report to him."""
        return self.filter(self.scope_q(user, READING_ROLES))

    def scope_q(self, user: Any, roles: Iterable[str]) -> Q:
        scope: Scope = user.scope
        if scope.covers_all(roles):
            return EVERYTHING
        return (
            Q(**{self.owner: user.pk})
            | Q(**{f"{self.unit}__in": scope.units(roles)})
            | Q(**{f"{self.owner}__in": scope.subordinate_ids})
        )


View = Callable[..., Any]


def _declare(view: View, rule: str) -> View:
    view.rule = rule  # type: ignore[attr-defined]
    return view


def requires(*roles: Role) -> Callable[[View], View]:
    """An area: 403 with the names of the roles that open it unless the user holds one of them."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not request.user.scope.holds(*roles):
                labels = "、".join(role.label for role in roles)
                raise PermissionDenied(f"这里只对{labels}开放")
            return view(request, *args, **kwargs)

        return _declare(wrapper, "角色：" + "、".join(role.label for role in roles))

    return decorate


def scoped(view: View) -> View:
    """Declares that the view starts from ``visible_to(request.user)``; strangers get 404."""
    return _declare(view, "按数据范围，范围外为 404")


def own(view: View) -> View:
    """Declares that the view shows only what belongs to the logged-in person."""
    return _declare(view, "仅本人")


def signed_in(view: View) -> View:
    """Declares a page without personal data for everybody who is logged in."""
    return _declare(view, "登录即可")


def public(view: View) -> View:
    """Declares a page that needs no login."""
    view.login_required = False  # type: ignore[attr-defined]  # read by LoginRequiredMiddleware
    return _declare(view, "公开")
