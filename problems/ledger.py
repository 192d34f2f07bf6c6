"""The ledger item's life as rows, its status vocabulary, and its lamp. No queries, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from core.workflow import Transition, Workflow
from organization.scope import Role


class State(models.TextChoices):
    LISTED = "listed", "清单中"
    PENDING = "pending", "待整改"
    IN_PROGRESS = "in_progress", "整改中"
    CLOSURE_REQUESTED = "closure_requested", "待确认"
    UNIT_CONFIRMED = "unit_confirmed", "待验收"
    VERIFYING = "verifying", "核查中"
    RETURNED = "returned", "已退回"
    CLOSED = "closed", "已销号"
    STAGED_CLOSED = "staged_closed", "阶段销号"
    REOPENED = "reopened", "已重开"
    SUSPENDED = "suspended", "已中止"
    TRANSFERRED = "transferred", "已移交"
    VOID = "void", "已终止"


class RectType(models.TextChoices):
    IMMEDIATE = "immediate", "立行立改"
    TIME_LIMITED = "time_limited", "限期整改"
    ONGOING = "ongoing", "长期坚持"


class DeadlineKind(models.TextChoices):
    DATE = "DATE", "某日前"
    DATE_THEN_ONGOING = "DATE_THEN_ONGOING", "某日前并长期坚持"
    IMMEDIATE = "IMMEDIATE", "立行立改"
    IMMEDIATE_THEN_ONGOING = "IMMEDIATE_THEN_ONGOING", "立行立改并长期坚持"
    ONGOING = "ONGOING", "长期坚持"


#: The responsible person has it in hand and his clock runs.
IN_HAND = frozenset({State.PENDING, State.IN_PROGRESS, State.RETURNED, State.REOPENED})
#: Waiting for a verdict; the reviewer's clock runs.
AWAITING_VERDICT = frozenset({State.CLOSURE_REQUESTED, State.UNIT_CONFIRMED, State.VERIFYING})
VERIFIABLE = frozenset({State.UNIT_CONFIRMED, State.VERIFYING})
ENDED = frozenset({State.CLOSED, State.TRANSFERRED, State.VOID})
DONE = frozenset({State.CLOSED, State.STAGED_CLOSED})
IN_LEDGER = frozenset(set(State) - {State.LISTED})
OPEN = frozenset(IN_LEDGER - ENDED - {State.STAGED_CLOSED})
#: Kinds that close a stage and go on with periodic reports.
LASTING = frozenset({DeadlineKind.DATE_THEN_ONGOING, DeadlineKind.IMMEDIATE_THEN_ONGOING, DeadlineKind.ONGOING})


@dataclass(frozen=True)
class Status:
    """How a state looks and reads everywhere."""

    label: str
    css: str
    icon: str
    hint: str


STATUS: dict[str, Status] = {
    State.LISTED: Status("清单中", "t-n", "pencil", "还在清单里，没有进入台账"),
    State.PENDING: Status("待整改", "t-t", "arrow-repeat", "已进台账，等责任人开始整改"),
    State.IN_PROGRESS: Status("整改中", "t-t", "arrow-repeat", "责任人正在整改"),
    State.CLOSURE_REQUESTED: Status("待确认", "t-b", "hourglass-split", "已申请销号，等单位负责人确认"),
    State.UNIT_CONFIRMED: Status("待验收", "t-v", "clipboard-check", "单位已确认，等整顿办验收"),
    State.VERIFYING: Status("核查中", "t-v", "clipboard-check", "整顿办或督查组正在核查"),
    State.RETURNED: Status("已退回", "t-o", "arrow-return-left", "销号申请被退回，等责任人补正"),
    State.CLOSED: Status("已销号", "t-g", "check-circle", "验收通过，已销号"),
    State.STAGED_CLOSED: Status("阶段销号", "t-g", "check-circle", "本阶段已验收，继续长期坚持"),
    State.REOPENED: Status("已重开", "t-o", "arrow-return-left", "问题反弹，重新整改"),
    State.SUSPENDED: Status("已中止", "t-n", "pause-circle-fill", "暂停计时"),
    State.TRANSFERRED: Status("已移交", "t-d", "shield-lock", "已移交纪检监察"),
    State.VOID: Status("已终止", "t-n", "slash-circle", "重复、不属实或转出"),
}
#: Before an item enters the ledger it shows the state of its list.
LIST_STATUS: dict[str, Status] = {
    "draft": Status("草稿", "t-n", "pencil", "还没提交，只有自己看得到"),
    "unit_review": Status("待初审", "t-b", "hourglass-split", "等单位负责人初审"),
    "office_review": Status("待审核", "t-b", "hourglass-split", "等整顿办审核"),
    "returned": Status("已退回", "t-o", "arrow-return-left", "清单被退回，等本人修改"),
    "approved": STATUS[State.PENDING],
}


def is_owner(user: Any, obj: Any) -> bool:
    return user.pk == obj.cadre_id


def is_first_reviewer(user: Any, obj: Any) -> bool:
    """The level directly above; never the person himself."""
    if user.pk == obj.cadre_id:
        return False
    return user.heads(obj.review_unit_id, obj.review_role) or obj.cadre_id in user.scope.subordinate_ids


def is_office(user: Any, obj: Any) -> bool:
    return user.pk != obj.cadre_id and user.oversees(obj.unit_id, Role.OFFICE)


def is_verifier(user: Any, obj: Any) -> bool:
    """The office, or a supervisor who does not belong to the unit."""
    if user.pk in (obj.cadre_id, obj.confirmed_by_id):
        return False
    if user.oversees(obj.unit_id, Role.SUPERVISOR) and user.unit_id != obj.unit_id:
        return True
    return user.oversees(obj.unit_id, Role.OFFICE)


def is_closer(user: Any, obj: Any) -> bool:
    """Two persons: whoever confirmed for the unit does not close."""
    return is_office(user, obj) and user.pk != obj.confirmed_by_id


def closes_stage(user: Any, obj: Any) -> bool:
    return is_closer(user, obj) and obj.deadline_kind in LASTING


def closes_fully(user: Any, obj: Any) -> bool:
    return is_closer(user, obj) and obj.deadline_kind not in LASTING


def may_request_close(user: Any, obj: Any) -> bool:
    """立行立改 may ask at once; the others first report progress."""
    return is_owner(user, obj) and (obj.state != State.PENDING or obj.rect_type == RectType.IMMEDIATE)


def may_extend(user: Any, obj: Any) -> bool:
    return is_owner(user, obj) and obj.due_on is not None


def may_propose_reopen(user: Any, obj: Any) -> bool:
    return (
        obj.reopen_proposed_by_id is None
        and user.pk != obj.cadre_id
        and user.oversees(obj.unit_id, Role.OFFICE, Role.SUPERVISOR)
    )


def may_reopen(user: Any, obj: Any) -> bool:
    """The second of two persons."""
    if obj.reopen_proposed_by_id in (None, user.pk) or user.pk == obj.cadre_id:
        return False
    return user.oversees(obj.unit_id, Role.OFFICE, Role.LEADER)


def may_hand_over(user: Any, obj: Any) -> bool:
    return obj.hand_over_to_id is None and (is_office(user, obj) or is_first_reviewer(user, obj))


def is_successor(user: Any, obj: Any) -> bool:
    return obj.hand_over_to_id == user.pk


def is_discipline(user: Any, obj: Any) -> bool:
    return obj.restricted and user.pk != obj.cadre_id and user.oversees(obj.unit_id, Role.DISCIPLINE)


def may_urge(user: Any, obj: Any) -> bool:
    return user.pk != obj.cadre_id and (
        user.oversees(obj.unit_id, Role.OFFICE) or user.heads(obj.review_unit_id, obj.review_role)
    )


# fmt: off
LEDGER = Workflow(
    "整改台账",
    (
        Transition(name="report_progress", label="更新进展", source=IN_HAND, target=State.IN_PROGRESS,
            allowed=is_owner, who="责任人", consequence="记入办理记录，状态为整改中", tone="primary"),
        Transition(name="request_close", label="申请销号", source=IN_HAND, target=State.CLOSURE_REQUESTED,
            allowed=may_request_close, who="责任人", consequence="转单位负责人确认，整改计时停止"),
        Transition(name="withdraw_close", label="撤回申请", source=frozenset({State.CLOSURE_REQUESTED}),
            target=State.IN_PROGRESS, allowed=is_owner, who="责任人", consequence="回到整改中，可以继续修改"),
        Transition(name="request_extension", label="申请延期", source=IN_HAND, target="", allowed=may_extend,
            who="责任人", consequence="时限到期前提出；没有批准前仍按原时限计"),
        Transition(name="confirm", label="确认属实", source=frozenset({State.CLOSURE_REQUESTED}),
            target=State.UNIT_CONFIRMED, allowed=is_first_reviewer, who="单位负责人（上一级）",
            consequence="转整顿办验收", tone="primary"),
        Transition(name="send_back", label="退回", source=frozenset({State.CLOSURE_REQUESTED}),
            target=State.RETURNED, allowed=is_first_reviewer, who="单位负责人（上一级）",
            consequence="退给责任人补正", needs_comment=True, tone="danger"),
        Transition(name="take", label="开始核查", source=frozenset({State.UNIT_CONFIRMED}),
            target=State.VERIFYING, allowed=is_verifier, who="整顿办或督查组", consequence="表示已经有人在核查",
            bulk=True),
        Transition(name="close", label="通过销号", source=VERIFIABLE, target=State.CLOSED, allowed=closes_fully,
            who="整顿办（非责任人、非确认人）", consequence="此项销号，以后发现反弹可以重开", needs_comment=True,
            stamp="closed_on", tone="primary"),
        Transition(name="close_stage", label="阶段销号", source=VERIFIABLE, target=State.STAGED_CLOSED,
            allowed=closes_stage, who="整顿办（非责任人、非确认人）", consequence="本阶段销号，继续定期报告",
            needs_comment=True, stamp="staged_on", tone="primary"),
        Transition(name="reject", label="退回", source=VERIFIABLE, target=State.RETURNED, allowed=is_verifier,
            who="整顿办或督查组", consequence="退给责任人补正，写明补什么、何时补齐", needs_comment=True,
            tone="danger"),
        Transition(name="report_standing", label="报告坚持情况", source=frozenset({State.STAGED_CLOSED}),
            target="", allowed=is_owner, who="责任人", consequence="记入办理记录", needs_comment=True),
        Transition(name="close_finally", label="最终销号", source=frozenset({State.STAGED_CLOSED}),
            target=State.CLOSED, allowed=is_closer, who="整顿办（非责任人、非确认人）",
            consequence="长期坚持结束，此项销号", needs_comment=True, stamp="closed_on"),
        Transition(name="propose_reopen", label="提出重开", source=DONE, target="", allowed=may_propose_reopen,
            who="整顿办或督查组", consequence="由另一人确认后重开", needs_comment=True),
        Transition(name="reopen", label="确认重开", source=DONE, target=State.REOPENED, allowed=may_reopen,
            who="整顿办或班子成员（非提出人）", consequence="重新整改，计入反弹", needs_comment=True,
            tone="danger"),
        Transition(name="decline_reopen", label="不予重开", source=DONE, target="", allowed=may_reopen,
            who="整顿办或班子成员（非提出人）", consequence="维持销号", needs_comment=True),
        Transition(name="suspend", label="中止", source=IN_HAND, target=State.SUSPENDED, allowed=is_office,
            who="整顿办", consequence="暂停计时，恢复前不提醒", needs_comment=True, bulk=True),
        Transition(name="resume", label="恢复整改", source=frozenset({State.SUSPENDED}),
            target=State.IN_PROGRESS, allowed=is_office, who="整顿办", consequence="从今天起重新计时"),
        Transition(name="hand_over", label="交接", source=IN_HAND | {State.SUSPENDED}, target="",
            allowed=may_hand_over, who="整顿办或单位负责人", consequence="对方接受后由对方负责，记录留在原单位",
            needs_comment=True),
        Transition(name="accept_hand_over", label="接受交接", source=IN_HAND | {State.SUSPENDED}, target="",
            allowed=is_successor, who="接手人", consequence="此项由本人负责", tone="primary"),
        Transition(name="decline_hand_over", label="不接受交接", source=IN_HAND | {State.SUSPENDED}, target="",
            allowed=is_successor, who="接手人", consequence="退回提出交接的人", needs_comment=True),
        Transition(name="urge", label="催办", source=IN_HAND, target="", allowed=may_urge,
            who="整顿办或单位负责人", consequence="给责任人发一条消息，每天最多一次", bulk=True),
        Transition(name="void", label="终止", source=IN_HAND | {State.SUSPENDED}, target=State.VOID,
            allowed=is_office, who="整顿办", consequence="不再整改，记录保留", needs_comment=True,
            stamp="voided_on", tone="danger"),
        Transition(name="transfer", label="移交纪检", source=frozenset(OPEN | {State.LISTED}),
            target=State.TRANSFERRED, allowed=is_discipline, who="纪检监察",
            consequence="其他人从此看不到这一项，不能撤销", needs_comment=True, tone="danger"),
    ),
)
# fmt: on


def may_share_views(user: Any) -> bool:
    """The office gives everybody the same look at the ledger."""
    return user.scope.holds(Role.OFFICE)
