"""The ledger as rows of plain columns: one query layer for the page, the print and later the workbook."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OrderBy, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from campaign.models import Campaign
from problems.checklist import ListState
from problems.lamp import Lamp, lamp_of
from problems.ledger import IN_HAND, LEDGER, LIST_STATUS, STATUS, State, Status
from problems.models import Checklist, Evidence, Item, ItemEvent
from problems.models.conditions import lamp_q, this_week_q
from problems.models.item import turn_q

SLUG_TEXT = re.compile(r"[-A-Za-z0-9_]{1,40}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# --- which items --------------------------------------------------------------------------------------


def ledger_items(user: Any, campaign: Campaign | Subquery | None) -> QuerySet[Item]:
    """What the user may read of the campaign's ledger, with the lists that wait for one of the two gates.

    A page names the campaign as a subquery and saves one query.
    """
    filed = Checklist.objects.filter(state__in=[ListState.UNIT_REVIEW, ListState.OFFICE_REVIEW]).values("pk")
    waiting = Q(state=State.LISTED, checklist__in=filed)
    return Item.objects.visible_to(user).filter(~Q(state=State.LISTED) | waiting, campaign=campaign)


def awaiting_q(user: Any, on: dt.date) -> Q:
    """Waits for this person: an item in his hands or at his gate, or a list at his gate."""
    lists = Checklist.objects.awaiting_first_review(user).values("pk")
    at_office = Checklist.objects.awaiting_office(user).values("pk")
    return turn_q(user) | (Q(state=State.LISTED) & (Q(checklist__in=lists) | Q(checklist__in=at_office)))


@dataclass(frozen=True)
class View:
    """One of the tabs above the ledger."""

    slug: str
    label: str
    condition: Callable[[Any, dt.date], Q]
    tone: str = ""


VIEWS = {
    view.slug: view
    for view in (
        View("all", "全部", lambda user, on: Q()),
        View("week", "本周关注", lambda user, on: this_week_q(on)),
        View("mine", "待我办理", awaiting_q),
        View("red", "红灯", lambda user, on: lamp_q("red", on), tone="red"),
        View("amber", "黄灯", lambda user, on: lamp_q("amber", on)),
        View("returned", "退回未改", lambda user, on: Q(state=State.RETURNED)),
        View("school", "学校", lambda user, on: Q(unit__kind="school")),
    )
}


def count_each(items: QuerySet[Item], conditions: dict[str, Q]) -> dict[str, int]:
    """How many rows meet each condition, all in one query."""
    counts = {name: Count("pk", filter=q) if q else Count("pk") for name, q in conditions.items()}
    return items.order_by().aggregate(**counts)


# --- in which order -----------------------------------------------------------------------------------

SORTS: dict[str, tuple[str, ...]] = {
    "due": ("step_due_on",),
    "code": ("code",),
    "unit": ("unit__path", "step_due_on"),
    "progress": ("progress_on",),
}


def order_of(sort: str) -> list[OrderBy]:
    """``due`` or ``-due``: rows without a value come last either way."""
    name, reverse_order = sort.removeprefix("-"), sort.startswith("-")
    first, *rest = SORTS[name]
    column = F(first).desc(nulls_last=True) if reverse_order else F(first).asc(nulls_last=True)
    tie = F("pk").desc() if reverse_order else F("pk").asc()
    return [column, *(F(other).asc(nulls_last=True) for other in rest), tie]


def is_sort(sort: str) -> bool:
    return sort.removeprefix("-") in SORTS


# --- what a row shows ---------------------------------------------------------------------------------

#: The day in the first column is the end of this step.
STEP_WORDS: dict[str, str] = {
    State.PENDING: "整改",
    State.IN_PROGRESS: "整改",
    State.REOPENED: "整改",
    State.RETURNED: "补正",
    State.CLOSURE_REQUESTED: "确认",
    State.UNIT_CONFIRMED: "验收",
    State.VERIFYING: "验收",
    ListState.UNIT_REVIEW: "初审",
    ListState.OFFICE_REVIEW: "审核",
}
#: What happened on the day when the row came into its state.
SINCE_WORDS: dict[str, str] = {
    State.UNIT_CONFIRMED: "单位确认",
    State.VERIFYING: "开始核查",
    State.CLOSED: "销号",
    State.STAGED_CLOSED: "阶段销号",
    State.SUSPENDED: "中止",
    State.TRANSFERRED: "移交",
    State.VOID: "终止",
    ListState.UNIT_REVIEW: "提交",
    ListState.OFFICE_REVIEW: "初审通过",
}
QUIET_DAYS = 5
COLUMNS = (
    "pk", "code", "public_id", "state", "problem", "cadre_id", "unit_id", "review_role", "review_unit_id", "rect_type",
    "deadline_kind", "restricted", "confirmed_by_id", "hand_over_to_id", "reopen_proposed_by_id", "due_on",
    "step_due_on", "step_amber_on", "state_on", "entered_on", "progress_on", "latest", "returned_count",
)  # fmt: skip
JOINED = {
    "list_state": F("checklist__state"),
    "type_name": F("problem_type__name"),
    "cadre_name": F("cadre__name"),
    "unit_short": F("unit__short_name"),
    "unit_full": F("unit__name"),
}


def month_day(day: dt.date, on: dt.date) -> str:
    return f"{day:%m-%d}" if day.year == on.year else day.isoformat()


@dataclass
class LedgerRow:
    """One line of the ledger; it has the columns that the rows of the workflow ask about."""

    on: dt.date
    base: str
    pk: int
    code: str | None
    public_id: Any
    state: str
    problem: str
    cadre_id: int
    unit_id: int
    review_role: str
    review_unit_id: int
    rect_type: str
    deadline_kind: str
    restricted: bool
    confirmed_by_id: int | None
    hand_over_to_id: int | None
    reopen_proposed_by_id: int | None
    due_on: dt.date | None
    step_due_on: dt.date | None
    step_amber_on: dt.date | None
    state_on: dt.date | None
    entered_on: dt.date | None
    progress_on: dt.date | None
    latest: str
    returned_count: int
    list_state: str
    type_name: str | None
    cadre_name: str
    unit_short: str
    unit_full: str
    evidence_count: int = 0
    urged: int = 0
    moves: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.code or str(self.public_id)

    @property
    def number(self) -> str:
        return self.code or "未编号"

    @property
    def printed_number(self) -> str:
        """Without the prefix that every line would repeat."""
        return self.code.partition("-")[2] if self.code else ""

    @property
    def url(self) -> str:
        return f"{self.base}{self.slug}/"

    @property
    def title(self) -> str:
        return self.problem or "（还没有写问题）"

    @property
    def unit_name(self) -> str:
        return self.unit_short or self.unit_full

    @property
    def step(self) -> str:
        """The state that counts: before the ledger that of the list."""
        return self.list_state if self.state == State.LISTED else self.state

    @property
    def status(self) -> Status:
        return LIST_STATUS[self.list_state] if self.state == State.LISTED else STATUS[self.state]

    @property
    def lamp(self) -> Lamp | None:
        return lamp_of(self.state, self.step_due_on, self.step_amber_on, self.on)

    @property
    def step_label(self) -> str:
        """05-27 整改到期."""
        if self.step_due_on is None or self.step not in STEP_WORDS:
            return ""
        return f"{month_day(self.step_due_on, self.on)} {STEP_WORDS[self.step]}到期"

    @property
    def due_text(self) -> str:
        return month_day(self.step_due_on, self.on) if self.step_due_on else ""

    @property
    def note(self) -> str:
        """The small line below the status."""
        if self.state == State.RETURNED:
            return f"第 {self.returned_count} 次退回"
        if self.state == State.CLOSURE_REQUESTED:
            return self._since("再次申请" if self.returned_count else "申请")
        if self.state in IN_HAND:
            return f"已催办 {self.urged} 次" if self.urged else self._progress_note()
        return self._since(SINCE_WORDS.get(self.step, ""))

    def _since(self, word: str) -> str:
        return f"{month_day(self.state_on, self.on)} {word}" if self.state_on and word else ""

    def _progress_note(self) -> str:
        if self.state == State.REOPENED:
            return self._since("重开")
        if self.progress_on is None:
            return "还没有进展"
        quiet = (self.on - self.progress_on).days
        if quiet >= QUIET_DAYS:
            return f"{quiet} 天未更新"
        return "今日有更新" if quiet <= 0 else f"{month_day(self.progress_on, self.on)} 有更新"


def counted(rows: QuerySet) -> Coalesce:
    """The number of rows that belong to the item, without a join that would multiply lines."""
    grouped = rows.filter(item=OuterRef("pk")).order_by().values("item").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(grouped), 0)


def page_keys(items: QuerySet[Item], sort: str, first: int, size: int) -> Any:
    """The keys of one page, as a subquery where that is as quick.

    Rows with a running clock come first in the usual order and lie in an index in that order, so a page among them
    is read without looking at the others; only a page that reaches beyond them sorts everything.
    """
    if sort.removeprefix("-") == "due":
        away = "-" if sort.startswith("-") else ""
        clocked = items.filter(step_due_on__isnull=False).order_by(f"{away}step_due_on", "pk" if not away else "-pk")
        keys = list(clocked.values_list("pk", flat=True)[first : first + size])
        if len(keys) == size:
            return keys
    return items.order_by(*order_of(sort)).values("pk")[first : first + size]


def read_rows(
    items: QuerySet[Item], *, user: Any, on: dt.date, sort: str = "due", first: int = 0, size: int
) -> list[LedgerRow]:
    """The page is cut by key first, so that only its rows carry texts and counts."""
    page = Item.objects.filter(pk__in=page_keys(items, sort, first, size)).order_by(*order_of(sort))
    values = page.annotate(
        evidence_count=counted(Evidence.objects.filter(replaced_by=None)),
        urged=counted(ItemEvent.objects.filter(name="urge")),
    ).values(*COLUMNS, "evidence_count", "urged", **JOINED)
    base = reverse("problems:ledger")
    rows = [LedgerRow(on=on, base=base, **columns) for columns in values]
    for row in rows:
        row.moves = tuple(move.name for move in LEDGER.available(row, user))
    return rows


def by_slug(user: Any, slug: str) -> QuerySet[Item]:
    """The item that an address names, by its number or its inner identifier, as far as the user may read it."""
    named = Q(code=slug)
    if UUID_TEXT.fullmatch(slug):
        named |= Q(public_id=slug)
    return Item.objects.visible_to(user).filter(named if SLUG_TEXT.fullmatch(slug) else Q(pk=None))


def codes_text(items: Iterable[Item], most: int = 20) -> str:
    """ZG-2026-0001、ZG-2026-0002 等 37 项."""
    slugs = [item.slug for item in items]
    text = "、".join(slugs[:most])
    return f"{text} 等 {len(slugs)} 项" if len(slugs) > most else text
