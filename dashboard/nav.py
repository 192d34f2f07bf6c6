"""What each person finds in the bars: rows of data, shown when their predicate holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from organization.scope import READING_ROLES, Role

#: The top bar holds no more; what is minor gives way first and stays reachable from its home page.
MOST_ROWS = 7

Predicate = Callable[[Any], bool]


def everybody(user: Any) -> bool:
    return True


def has_unit(user: Any) -> bool:
    """People of a unit file a list; pure service accounts do not."""
    return user.unit_id is not None


def holds(*roles: str) -> Predicate:
    return lambda user: user.scope.holds(*roles)


def leads(user: Any) -> bool:
    """A member of the leading team; the chief heads the bureau itself."""
    return user.scope.holds(Role.LEADER) or (user.scope.holds(Role.UNIT_HEAD) and user.level == "leadership")


def is_head(user: Any) -> bool:
    return user.scope.holds(Role.UNIT_HEAD) and not leads(user)


def sees_overview(user: Any) -> bool:
    return leads(user) or user.scope.holds(Role.OFFICE, Role.AUDITOR)


def heads_section(user: Any) -> bool:
    return is_head(user) and not heads_school(user)


def heads_school(user: Any) -> bool:
    return is_head(user) and user.level == "mid_level"


def reviews_first(user: Any) -> bool:
    return user.scope.holds(Role.UNIT_HEAD, Role.LEADER) or bool(user.scope.subordinate_ids)


def reads_many(user: Any) -> bool:
    return user.scope.holds(*READING_ROLES, Role.DISCIPLINE) and not is_head(user)


@dataclass(frozen=True)
class Row:
    """``minor`` rows leave the bar first when it is full."""

    label: str
    url: str
    icon: str
    shown_to: Predicate
    minor: bool = False


ROWS = (
    Row("整顿总览", "/dashboard/", "speedometer2", sees_overview),
    Row("工作台", "/office/", "inbox", holds(Role.OFFICE)),
    Row("审核", "/office/review/", "clipboard-check", holds(Role.OFFICE)),
    Row("本科室", "/section/", "diagram-3", heads_section),
    Row("本校进展", "/school/", "diagram-3", heads_school),
    Row("清单初审", "/section/review/", "clipboard-check", reviews_first),
    Row("整改台账", "/ledger/", "table", reads_many),
    Row("科室台账", "/ledger/", "table", heads_section),
    Row("本校台账", "/ledger/", "table", heads_school),
    Row("限制事项", "/discipline/", "shield-lock", holds(Role.DISCIPLINE)),
    Row(
        "收交情况", "/coverage/", "people",
        holds(Role.OFFICE, Role.LEADER, Role.UNIT_HEAD, Role.LIAISON, Role.SUPERVISOR, Role.AUDITOR),
    ),
    Row("整顿活动", "/campaign/", "flag", holds(Role.OFFICE)),
    Row("系统管理", "/manage/", "gear", holds(Role.ADMIN)),
    Row("机构", "/manage/org/", "diagram-3", holds(Role.ADMIN, Role.HR)),
    Row("人员", "/manage/people/", "person", holds(Role.ADMIN, Role.HR)),
    Row("角色权限", "/manage/roles/", "key", holds(Role.ADMIN)),
    Row("审计日志", "/manage/audit/", "journal-check", holds(Role.ADMIN)),
    Row("我的整改", "/my/", "house", has_unit),
    Row("我的清单", "/my/list/", "list-check", has_unit, minor=True),
    Row("帮助", "/help/", "question-circle", everybody, minor=True),
)  # fmt: skip


@dataclass(frozen=True)
class Home:
    """A landing page; the first one of the table with something waiting is where a person arrives."""

    role: str
    label: str
    url: str
    shown_to: Predicate


HOMES = (
    Home("office", "整顿办工作台", "/office/", holds(Role.OFFICE)),
    Home("leader", "整顿总览", "/dashboard/", leads),
    Home("head", "科室初审", "/section/", heads_section),
    Home("head", "本校进展", "/school/", heads_school),
    Home("discipline", "限制事项", "/discipline/", holds(Role.DISCIPLINE)),
    Home("supervisor", "整改台账", "/ledger/", holds(Role.SUPERVISOR, Role.AUDITOR)),
    Home("hr", "机构人员", "/manage/people/", holds(Role.HR)),
    Home("admin", "系统管理", "/manage/", holds(Role.ADMIN)),
    Home("liaison", "收交情况", "/coverage/", holds(Role.LIAISON)),
    Home("cadre", "我的整改", "/my/", has_unit),
)


def rows_for(user: Any) -> list[Row]:
    rows = [row for row in ROWS if row.shown_to(user)]
    for row in reversed(rows):
        if len(rows) > MOST_ROWS and row.minor:
            rows = [kept for kept in rows if kept is not row]
    return rows


def homes_for(user: Any) -> list[Home]:
    """All pages on which the person may land; everybody has one."""
    return [home for home in HOMES if home.shown_to(user)] or [Home("none", "使用帮助", "/help/", everybody)]


def current_url(path: str, urls: list[str]) -> str:
    """The row under which a page lies: the longest address that begins the path."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")
