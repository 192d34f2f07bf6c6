"""Read queries of lists and ledger for pages and for the apps above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from core.workflow import Transition
from organization.models import RoleAssignment, Unit, User
from organization.scope import Role
from problems.checklist import CHECKLIST, ListState
from problems.extension import WAITING
from problems.ledger import AWAITING_VERDICT, DONE, ENDED, IN_HAND, LEDGER, VERIFIABLE, State
from problems.models import Checklist, Item
from problems.models.conditions import lamp_q

# --- who reviews whom -------------------------------------------------------------------------------


def reviewer_of(cadre: User, unit: Unit) -> tuple[str, int]:
    """(role, unit id) that holds the first gate for this person: the level directly above, never sideways.

    Own unit's head; for the head himself the leader in charge; for leaders the chief; for the chief the
    leading group; where a place is vacant the next one; the office last.
    """
    root = Unit.objects.get_root(unit)
    ladder = [
        (Role.UNIT_HEAD, unit.pk),
        (Role.LEADER, unit.pk),
        (Role.UNIT_HEAD, root.pk),
        (Role.LEADER, root.pk),
        (Role.OFFICE, root.pk),
    ]
    grants = set(
        RoleAssignment.objects.current()
        .filter(unit__in={unit.pk, root.pk}, user__is_active=True)
        .values_list("role", "unit_id", "user_id")
    )
    for role, unit_id in ladder:
        is_head_himself = role == Role.UNIT_HEAD and (role, unit_id, cadre.pk) in grants
        others = any(grant[:2] == (role, unit_id) and grant[2] != cadre.pk for grant in grants)
        if others and not is_head_himself:
            return role, unit_id
    return ladder[-1]


def first_reviewers(obj: Any) -> list[User]:
    """People who hold the first gate of this list or item, by the grant or as the named superior."""
    holders = RoleAssignment.objects.current().filter(role=obj.review_role, unit=obj.review_unit_id)
    named = Q(pk__in=User.objects.filter(pk=obj.cadre_id).values("superior_override"))
    return list(User.objects.active().filter(Q(pk__in=holders.values("user")) | named).exclude(pk=obj.cadre_id))


def holders_above(role: str, unit: Unit) -> list[User]:
    """People who hold the role on the unit or on a unit above it."""
    units = [unit.pk, *Unit.objects.get_ancestors(unit).values_list("pk", flat=True)]
    return list(User.objects.holding(role, units))


# --- who writes which list --------------------------------------------------------------------------


@dataclass(frozen=True)
class ListPlace:
    """A list that a person may write: his own, or the collective one of a unit that he answers for."""

    kind: str
    unit: Unit | None

    @property
    def key(self) -> str:
        """As it stands in an address: ``personal``, ``section-101``."""
        return f"{self.kind}-{self.unit.code}" if self.unit else self.kind

    @property
    def label(self) -> str:
        if self.unit is None:
            return "个人清单"
        return "领导班子清单" if self.kind == Checklist.Kind.TEAM else f"{self.unit}清单"


COLLECTIVE = {
    Unit.Kind.BUREAU: Checklist.Kind.TEAM,
    Unit.Kind.SECTION: Checklist.Kind.SECTION,
    Unit.Kind.SCHOOL: Checklist.Kind.UNIT,
}


def lists_to_write(user: User) -> list[ListPlace]:
    """His own; that of each unit he heads; the leading team's for its members."""
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=user.scope.direct.get(Role.UNIT_HEAD, ()))}
    if user.level == User.Level.LEADERSHIP_MEMBER and user.unit:
        root = Unit.objects.get_root(user.unit)
        units[root.pk] = root
    places = [ListPlace(COLLECTIVE[Unit.Kind(unit.kind)], unit) for unit in units.values() if unit.closed_on is None]
    return [ListPlace(Checklist.Kind.PERSONAL, None), *sorted(places, key=lambda place: place.key)]


def people_of_list(checklist: Checklist) -> list[User]:
    """Who may answer for a problem of a collective list; nobody is chosen on a personal one."""
    if checklist.kind == Checklist.Kind.PERSONAL:
        return []
    people = User.objects.active().select_related("unit")
    if checklist.kind == Checklist.Kind.TEAM:
        return list(people.filter(level=User.Level.LEADERSHIP_MEMBER))
    return list(people.filter(unit=checklist.unit_id))


def leaders_of_list(checklist: Checklist) -> list[User]:
    """Who may be named as responsible leader, the direct superior first."""
    found = [
        *next_reviewers(checklist),
        *holders_above(Role.UNIT_HEAD, checklist.unit),
        *holders_above(Role.LEADER, checklist.unit),
    ]
    unique = {person.pk: person for person in found}
    if checklist.kind == Checklist.Kind.PERSONAL:
        unique.pop(checklist.cadre_id, None)
    prefetch_related_objects(list(unique.values()), "unit")
    return list(unique.values())


def next_reviewers(checklist: Checklist) -> list[User]:
    """Who will review the list if it is submitted now; the named superior first."""
    if checklist.is_editable:
        checklist.review_role, checklist.review_unit_id = reviewer_of(checklist.cadre, checklist.unit)
    named = checklist.cadre.superior_override_id
    return sorted(first_reviewers(checklist), key=lambda person: person.pk != named)


# --- next step of one item --------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """In one state: whose hands the item is in, what he does next, by which rows, and a word of help."""

    who: str
    verb: str
    moves: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class NextStep:
    """Who does what by when; ``mine`` and ``moves`` are those of the reader."""

    holder: str
    verb: str
    due: dt.date | None
    mine: bool
    tone: str
    title: str
    text: str
    moves: tuple[Transition, ...] = ()


VERDICTS = ("close", "close_stage", "reject")
LIST_TURNS: dict[str, Turn] = {
    ListState.DRAFT: Turn("cadre", "写完并提交清单", ("submit",), "提交前只有本人看得到。"),
    ListState.UNIT_REVIEW: Turn("reviewer", "初审清单", ("endorse",)),
    ListState.OFFICE_REVIEW: Turn("office", "审核清单", ("enter",)),
    ListState.RETURNED: Turn("cadre", "按意见修改后再次提交清单", ("submit",)),
}
TURNS: dict[str, Turn] = {
    State.PENDING: Turn("cadre", "开始整改", ("report_progress", "request_close"), "更新一次进展，即为开始整改。"),
    State.IN_PROGRESS: Turn(
        "cadre", "落实整改并申请销号", ("request_close", "report_progress"), "措施做完后申请销号，写明整改成效。"
    ),
    State.RETURNED: Turn("cadre", "补正后再次申请销号", ("request_close", "report_progress")),
    State.REOPENED: Turn("cadre", "重新整改", ("report_progress", "request_close"), "问题反弹，已重新计时。"),
    State.CLOSURE_REQUESTED: Turn(
        "reviewer", "确认是否属实", ("confirm", "send_back"), "对照目标核对成效，再选择“确认属实”或“退回”。"
    ),
    State.UNIT_CONFIRMED: Turn("office", "验收", VERDICTS, "对照目标核对佐证，再选择“通过”或“退回”。"),
    State.VERIFYING: Turn("office", "核查并给出结论", VERDICTS, "已开始核查。对照目标核对佐证，再选择“通过”或“退回”。"),
    State.CLOSED: Turn("office", "归档备查", (), "发现反弹，可由两人确认后重开。"),
    State.STAGED_CLOSED: Turn("cadre", "继续坚持，定期报告", ("report_standing",), "本阶段已验收。"),
    State.SUSPENDED: Turn("office", "决定何时恢复整改", ("resume",)),
    State.TRANSFERRED: Turn("discipline", "按规定办理", (), "已移交，其他人看不到这一项。"),
    State.VOID: Turn("office", "保留记录，不再办理"),
}
HAND_OVER = Turn("successor", "决定是否接手", ("accept_hand_over", "decline_hand_over"))
REOPENING = Turn("second", "确认是否重开", ("reopen", "decline_reopen"))


def turn_of(item: Item, user: Any) -> Turn:
    """The row of the tables that holds for this item; a proposal that waits for the reader comes first."""
    if item.state == State.LISTED:
        return LIST_TURNS[item.checklist.state]
    if item.hand_over_to_id == user.pk:
        return HAND_OVER
    if item.state in DONE and item.reopen_proposed_by_id:
        return REOPENING
    return TURNS[item.state]


def holder_of(item: Item, turn: Turn) -> str:
    """In whose hands, by name where it is a person."""
    if turn.who == "reviewer":
        names = [person.name for person in first_reviewers(item)]
        return ("、".join(names[:2]) + ("等" if len(names) > 2 else "")) or item.campaign.office_name
    if turn.who == "second":
        proposer = item.reopen_proposed_by.name if item.reopen_proposed_by else ""
        return f"{item.campaign.office_name}或班子成员（{proposer}以外）"
    names_by_role = {
        "cadre": item.cadre.name,
        "office": item.campaign.office_name,
        "discipline": "纪检监察",
        "successor": item.hand_over_to.name if item.hand_over_to else "",
    }
    return names_by_role[turn.who]


def next_step(item: Item, user: Any, on: dt.date) -> NextStep:
    """Who does what by when, for this reader. Closures, extensions and events should be prefetched."""
    turn = turn_of(item, user)
    workflow, obj = (CHECKLIST, item.checklist) if item.state == State.LISTED else (LEDGER, item)
    open_rows = {row.name: row for row in workflow.available(obj, user)}
    moves = tuple(open_rows[name] for name in turn.moves if name in open_rows)
    holder, due = holder_of(item, turn), step_date(item)
    return NextStep(
        holder=holder,
        verb=turn.verb,
        due=due,
        mine=bool(moves),
        tone=tone_of(item, due, on, mine=bool(moves)),
        title=f"下一步：{holder}{turn.verb}{by_when(item, due, on)}",
        text="".join(filter(None, [asked_when(item), turn.hint, *remarks(item, user)])),
        moves=moves,
    )


def step_date(item: Item) -> dt.date | None:
    if item.state == State.LISTED and item.checklist.state == ListState.DRAFT:
        return item.campaign.list_due_for(item.cadre)
    return None if item.state == State.SUSPENDED else item.step_due_on


def day_words(day: dt.date, on: dt.date) -> str:
    return f"{day.month} 月 {day.day} 日" if day.year == on.year else f"{day.year} 年 {day.month} 月 {day.day} 日"


def by_when(item: Item, due: dt.date | None, on: dt.date) -> str:
    if due is None:
        ended = item.closed_on or item.staged_on or item.voided_on
        return f"（{day_words(ended, on)}已办结，不计时）" if ended else "（不计时）"
    if due < on:
        return f"，应在 {day_words(due, on)}前完成，已逾期 {(on - due).days} 天"
    return f"，今天（{day_words(due, on)}）到期" if due == on else f"，请在 {day_words(due, on)}前完成"


def tone_of(item: Item, due: dt.date | None, on: dt.date, *, mine: bool) -> str:
    if item.state in ENDED | DONE and not mine:
        return "done"
    if due is not None and due < on:
        return "overdue"
    if item.state in AWAITING_VERDICT:
        return "checking"
    if State.RETURNED in (item.state, item.checklist.state if item.state == State.LISTED else ""):
        return "returned"
    return "mine" if mine else "waiting"


def asked_when(item: Item) -> str:
    closure = next(iter(item.closures.all()), None)
    if closure is None or item.state not in AWAITING_VERDICT:
        return ""
    asked = timezone.localtime(closure.requested_at)
    return f"{asked.month} 月 {asked.day} 日第 {closure.number} 次申请销号。"


def remarks(item: Item, user: Any) -> list[str]:
    """What else the reader should know before acting: the last return, a pause, open proposals."""
    closure = next(iter(item.closures.all()), None)
    found = []
    if closure and item.state == State.RETURNED:
        found.append(f"退回理由：{closure.note}。" if not closure.note.endswith("。") else f"退回理由：{closure.note}")
    if item.state == State.SUSPENDED:
        found += [f"中止理由：{event.comment}" for event in item.events.all() if event.name == "suspend"][:1]
    for extension in item.extensions.all():
        if extension.state in WAITING:
            until = extension.requested_due_on
            found.append(f"已申请延至 {until.month} 月 {until.day} 日，{extension.state_label}，答复前仍按原时限计。")
    if item.hand_over_to and item.hand_over_to_id != user.pk:
        found.append(f"已请{item.hand_over_to.name}接手，接受前仍由{item.cadre.name}负责。")
    if item.hand_over_to_id == user.pk:
        found.append(f"原责任人{item.cadre.name}。接受后由本人负责，原来的记录都保留。")
    return found


# --- totals of home pages and of the leadership page ------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """Items that one person reads, counted in one query. Red and amber are those in the unit's own hands."""

    items: int = 0
    closed: int = 0
    due: int = 0
    red: int = 0
    amber: int = 0
    reviewing: int = 0

    @property
    def closed_share(self) -> float:
        """Percent of what entered the ledger, with one decimal."""
        return self.share(self.closed)

    @property
    def due_share(self) -> float:
        """Percent whose date has come (序时进度)."""
        return self.share(self.due)

    @property
    def items_text(self) -> str:
        return f"{self.items:,}"

    @property
    def plain(self) -> int:
        """Open and neither red nor amber."""
        return self.items - self.closed - self.red - self.amber

    def share(self, count: int) -> float:
        return round(count * 100 / self.items, 1) if self.items else 0.0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def total_counts(on: dt.date) -> dict[str, Count]:
    """A late reviewer never turns a unit red, so lamps count only what the responsible persons hold."""
    in_hand = Q(state__in=sorted(IN_HAND))
    at_office = Checklist.objects.filter(state=ListState.OFFICE_REVIEW).values("pk")
    waiting_list = Q(state=State.LISTED, checklist__in=at_office)
    conditions = {
        "items": ~Q(state=State.LISTED),
        "closed": Q(state__in=sorted(DONE)),
        "due": ~Q(state=State.LISTED) & Q(due_on__lte=on),
        "red": in_hand & lamp_q("red", on),
        "amber": in_hand & lamp_q("amber", on),
        "reviewing": Q(state__in=sorted(VERIFIABLE)) | waiting_list,
    }
    return {name: Count("pk", filter=condition) for name, condition in conditions.items()}


def totals(items: QuerySet[Item], on: dt.date) -> Totals:
    return Totals(**items.order_by().aggregate(**total_counts(on)))


def totals_by_unit(items: QuerySet[Item], on: dt.date) -> dict[int, Totals]:
    """The same for every unit that has items, in one query."""
    counts = {f"n_{name}": count for name, count in total_counts(on).items()}
    names = [f"n_{each.name}" for each in fields(Totals)]
    rows = items.order_by().values("unit").annotate(**counts).values_list("unit", *names)
    return {unit: Totals(*numbers) for unit, *numbers in rows}


# --- what hangs on a person --------------------------------------------------------------------------

#: Shown before somebody is moved or deactivated; the items go on by the move “交接”.
OPEN_WORK_COUNTS = {
    "名下未销号的问题，需要交接": lambda user: Item.objects.of(user).open().count(),
    "等本人接手的问题": lambda user: Item.objects.filter(hand_over_to=user).count(),
}
