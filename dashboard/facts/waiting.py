"""What waits for a person, as lanes: a name, a number, the first rows, and the list that holds all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from campaign.models import Campaign, workdays
from core.workdays import Workdays
from organization.scope import Role
from problems.exports import awaiting_q, ledger_items
from problems.lamp import Lamp, lamp
from problems.ledger import DONE, IN_HAND, OPEN, VERIFIABLE, State
from problems.models import Checklist, Extension, Item
from problems.models.conditions import clock_q

ROWS = 5
#: Read once for the lines of a lane, and only when one of them counts working days.
Calendar = Callable[[], Workdays]
#: Longer than this is worth a word to the office itself (working days).
LONG_WAIT = 5


@dataclass(frozen=True)
class Line:
    url: str
    title: str
    meta: str
    lamp: Lamp | None = None


@dataclass(frozen=True)
class Lane:
    """``url`` opens a list with exactly ``count`` rows."""

    slug: str
    title: str
    count: int
    url: str
    empty: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One kind of waiting: how to find the rows, how to show one, where all of them stand."""

    slug: str
    title: str
    empty: str
    rows: Callable[[Any, Campaign | None, dt.date], QuerySet]
    line: Callable[[Any, dt.date, Calendar], Line]
    url: str = ""

    def lines(self, rows: Iterable[Any], on: dt.date) -> list[Line]:
        calendar = cache(workdays)
        return [self.line(row, on, calendar) for row in rows]


# --- the rows -----------------------------------------------------------------------------------------


def people(rows: QuerySet) -> QuerySet:
    return rows.select_related("cadre", "unit")


def due_today(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    mine = ledger_items(user, campaign).filter(awaiting_q(user, on), clock_q(), step_due_on=on)
    return people(mine).order_by("pk")


def lists_first(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    return people(Checklist.objects.awaiting_first_review(user)).order_by("step_due_on", "pk")


def lists_office(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    return people(Checklist.objects.awaiting_office(user)).order_by("step_due_on", "pk")


def closures_first(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    items = Item.objects.visible_to(user).awaiting_first_review(user)
    return people(items).order_by("step_due_on", "pk")


def closures_office(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    items = Item.objects.visible_to(user).awaiting_verification(user)
    return people(items).order_by("step_due_on", "pk")


def verifications(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    """For supervisors: confirmed by the unit and not of their own unit."""
    units = user.scope.units([Role.SUPERVISOR]) - {user.unit_id}
    items = ledger_items(user, campaign).filter(unit__in=units, state__in=VERIFIABLE)
    return people(items).order_by("step_due_on", "pk")


def extensions_first(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    return asked(Extension.objects.awaiting_first_review(user))


def extensions_office(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    return asked(Extension.objects.awaiting_office(user, user.scope.units([Role.OFFICE])))


def asked(rows: QuerySet) -> QuerySet:
    return rows.select_related("item__cadre", "item__unit").order_by("current_due_on", "pk")


def reopenings(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    """Proposed by one person, to be confirmed by another."""
    mine = Q(unit__in=user.scope.units([Role.OFFICE, Role.LEADER])) & ~Q(cadre=user.pk)
    proposed = Item.objects.visible_to(user).filter(mine, state__in=DONE, reopen_proposed_by__isnull=False)
    return people(proposed.exclude(reopen_proposed_by=user.pk)).order_by("pk")


def returned(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    items = ledger_items(user, campaign).filter(state=State.RETURNED)
    return people(items).order_by("step_due_on", "pk")


def restricted(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    """吃拿卡要 that discipline may take over; drafts are nobody's business."""
    units = user.scope.units([Role.DISCIPLINE])
    open_ones = ledger_items(user, campaign).filter(unit__in=units, restricted=True, state__in=OPEN)
    return people(open_ones).order_by("-entered_on", "pk")


def transferred(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    items = ledger_items(user, campaign).filter(state=State.TRANSFERRED)
    return people(items).order_by("-state_on", "pk")


def overdue(user: Any, campaign: Campaign | None, on: dt.date) -> QuerySet:
    late = ledger_items(user, campaign).filter(clock_q(), state__in=IN_HAND, step_due_on__lt=on)
    return people(late).order_by("step_due_on", "pk")


# --- one row as a line --------------------------------------------------------------------------------


def item_line(item: Item, on: dt.date, calendar: Calendar) -> Line:
    meta = f"{item.cadre.name}，{item.unit}" + (f"，{item.code}" if item.code else "")
    return Line(item.get_absolute_url(), item.title, meta, item.lamp(on))


def list_line(page: str) -> Callable[[Checklist, dt.date, Calendar], Line]:
    def line(checklist: Checklist, on: dt.date, calendar: Calendar) -> Line:
        since = checklist.endorsed_on or checklist.submitted_on
        meta = f"{checklist.unit}" + (f"，{since.month} 月 {since.day} 日送到" if since else "")
        title = f"{checklist.cadre.name}的问题清单"
        if checklist.kind != Checklist.Kind.PERSONAL:
            title = f"{checklist.unit}的{checklist.get_kind_display()}清单"
        due_on = checklist.step_due_on
        shown = lamp(due_on, calendar().subtract(due_on, 2), on) if due_on else None
        return Line(f"{page}?open={checklist.pk}", title, meta, shown)

    return line


def extension_line(extension: Extension, on: dt.date, calendar: Calendar) -> Line:
    item, until = extension.item, extension.requested_due_on
    meta = f"{item.cadre.name}，{item.unit}，申请延至 {until.month} 月 {until.day} 日"
    return Line(item.get_absolute_url(), item.title, meta, lamp(extension.current_due_on, None, on))


UNIT_PAGE, OFFICE_PAGE = "/section/review/", "/office/review/"
VERIFICATIONS = Kind("verifications", "待核查", "没有待核查的事项", verifications, item_line)
TODAY = Kind("today", "今天到期", "今天没有到期的事项", due_today, item_line, "/ledger/?view=mine&due=today")
LISTS_FIRST = Kind("lists", "待初审清单", "没有等初审的清单", lists_first, list_line(UNIT_PAGE), UNIT_PAGE)
LISTS_OFFICE = Kind("lists", "待审核清单", "没有待审核的清单", lists_office, list_line(OFFICE_PAGE), OFFICE_PAGE)
CLOSURES_FIRST = Kind(
    "closures", "销号待确认", "没有等确认的销号申请", closures_first, item_line, f"{UNIT_PAGE}?tab=closures"
)  # fmt: skip
CLOSURES_OFFICE = Kind(
    "closures", "待验收", "没有待验收的事项", closures_office, item_line, f"{OFFICE_PAGE}?tab=closures"
)  # fmt: skip
EXTENSIONS_FIRST = Kind(
    "extensions", "延期待签意见", "没有等签意见的延期申请", extensions_first, extension_line,
    f"{UNIT_PAGE}?tab=extensions",
)  # fmt: skip
EXTENSIONS_OFFICE = Kind(
    "extensions", "延期待决定", "没有等决定的延期申请", extensions_office, extension_line,
    f"{OFFICE_PAGE}?tab=extensions",
)  # fmt: skip
REOPENINGS = Kind("reopenings", "重开待确认", "没有等确认的重开", reopenings, item_line)
RETURNED = Kind("returned", "退回未改", "没有退回后还没改的事项", returned, item_line, "/ledger/?status=returned")
OVERDUE = Kind(
    "overdue", "逾期未办", "没有逾期的整改", overdue, item_line,
    "/ledger/?lamp=red&status=pending&status=in_progress&status=returned&status=reopened",
)  # fmt: skip
RESTRICTED = Kind("restricted", "限制查看事项", "没有限制查看的事项", restricted, item_line)
TRANSFERRED = Kind(
    "transferred", "已移交", "没有移交的事项", transferred, item_line, "/ledger/?status=transferred"
)  # fmt: skip

OFFICE_LANES = (TODAY, LISTS_OFFICE, CLOSURES_OFFICE, EXTENSIONS_OFFICE, REOPENINGS, RETURNED)
HEAD_LANES = (LISTS_FIRST, CLOSURES_FIRST, EXTENSIONS_FIRST, OVERDUE)
LEADER_LANES = (LISTS_FIRST, CLOSURES_FIRST, EXTENSIONS_FIRST, REOPENINGS)
DISCIPLINE_LANES = (RESTRICTED, TRANSFERRED)
#: Lanes whose whole list is a page of its own, because the ledger has no filter for them.
PAGES = {kind.slug: kind for kind in (REOPENINGS, RESTRICTED)}


def lane(kind: Kind, user: Any, campaign: Campaign | None, on: dt.date, rows: int = ROWS) -> Lane:
    found = kind.rows(user, campaign, on)
    lines = kind.lines(found[:rows], on)
    count = len(lines) if len(lines) < rows else found.count()
    return Lane(kind.slug, kind.title, count, kind.url or f"/lanes/{kind.slug}/", kind.empty, lines)


def lanes(kinds: tuple[Kind, ...], user: Any, campaign: Campaign | None, on: dt.date) -> list[Lane]:
    return [lane(kind, user, campaign, on) for kind in kinds]


# --- numbers for the role switch ----------------------------------------------------------------------

WAITING: dict[str, tuple[Kind, ...]] = {
    "office": (LISTS_OFFICE, CLOSURES_OFFICE, EXTENSIONS_OFFICE),
    "leader": LEADER_LANES,
    "head": (LISTS_FIRST, CLOSURES_FIRST, EXTENSIONS_FIRST),
    "supervisor": (VERIFICATIONS,),
    "discipline": (RESTRICTED,),
}


def waiting_count(role: str, user: Any, campaign: Campaign | None, on: dt.date) -> int:
    """How much waits for the person in this role; 0 for roles that only read."""
    if role == "cadre":
        return Item.objects.filter(campaign=campaign, cadre=user, state__in=IN_HAND).count()
    return sum(kind.rows(user, campaign, on).count() for kind in WAITING.get(role, ()))


@dataclass(frozen=True)
class Backlog:
    """How long what waits for the office has been waiting, in working days."""

    count: int
    average: float
    long: int

    @property
    def sentence(self) -> str:
        if not self.count:
            return "没有等整顿办办理的事项。"
        late = f"，{self.long} 项超过 {LONG_WAIT} 个工作日" if self.long else f"，没有超过 {LONG_WAIT} 个工作日的"
        return f"平均等待 {self.average} 个工作日{late}。"


def backlog(user: Any, campaign: Campaign | None, on: dt.date) -> Backlog:
    since = list(lists_office(user, campaign, on).values_list("endorsed_on", flat=True))
    since += closures_office(user, campaign, on).values_list("state_on", flat=True)
    calendar = workdays()
    waits = [calendar.between(day, on) for day in since if day]
    average = round(sum(waits) / len(waits), 1) if waits else 0.0
    return Backlog(len(waits), average, sum(wait > LONG_WAIT for wait in waits))
