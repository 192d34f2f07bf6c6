"""Who hears of what: one row per event. The texts carry no problem text, for they may travel by mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from notifications.models import Notification
from organization.scope import Role
from problems.facts import first_reviewers, holders_above

People = Callable[[Any], Iterable[Any]]


def cadre(obj: Any) -> Iterable[Any]:
    return [obj.cadre]


def reviewers(obj: Any) -> Iterable[Any]:
    return first_reviewers(obj)


def office(obj: Any) -> Iterable[Any]:
    return [person for person in holders_above(Role.OFFICE, obj.unit) if person.pk != obj.cadre_id]


def deciders_of_reopening(obj: Any) -> Iterable[Any]:
    people = {person.pk: person for person in [*office(obj), *holders_above(Role.LEADER, obj.unit)]}
    return [person for pk, person in people.items() if pk != obj.reopen_proposed_by_id]


def discipline(obj: Any) -> Iterable[Any]:
    return holders_above(Role.DISCIPLINE, obj.unit)


def successor(obj: Any) -> Iterable[Any]:
    return [obj.hand_over_to]


@dataclass(frozen=True)
class Notice:
    """``text`` is formatted with what (list or item number), who (name of the actor) and due (date or empty)."""

    people: People
    text: str
    kind: str = Notification.Kind.TASK


NEWS = Notification.Kind.NEWS

LIST_NOTICES: dict[str, Notice] = {
    "submit": Notice(reviewers, "{cadre}提交了{what}，等初审{due}"),
    "endorse": Notice(office, "{what}初审通过，等整顿办审核{due}"),
    "send_back": Notice(cadre, "{who}退回了{what}，按意见修改后再提交{due}"),
    "return_to_cadre": Notice(cadre, "整顿办退回了{what}，按意见修改后再提交{due}"),
    "return_to_unit": Notice(reviewers, "整顿办退回了{what}，请重新初审{due}"),
    "enter": Notice(cadre, "{what}审核通过，已进台账，可以开始整改", NEWS),
}

ITEM_NOTICES: dict[str, Notice] = {
    "request_close": Notice(reviewers, "{cadre}申请销号 {what}，等确认{due}"),
    "confirm": Notice(office, "{what} 单位已确认，等验收{due}"),
    "send_back": Notice(cadre, "{who}退回了 {what} 的销号申请，补正后可再次申请{due}"),
    "reject": Notice(cadre, "{who}退回了 {what} 的销号申请，补正后可再次申请{due}"),
    "close": Notice(cadre, "{what} 已验收销号", NEWS),
    "close_stage": Notice(cadre, "{what} 已阶段销号，继续长期坚持", NEWS),
    "close_finally": Notice(cadre, "{what} 已最终销号", NEWS),
    "request_extension": Notice(reviewers, "{cadre}申请 {what} 延期，等签署意见"),
    "propose_reopen": Notice(deciders_of_reopening, "{who}提出重开 {what}，等另一人确认"),
    "reopen": Notice(cadre, "{what} 已重开，请重新整改{due}"),
    "decline_reopen": Notice(office, "{what} 不予重开，维持销号", NEWS),
    "suspend": Notice(cadre, "{what} 已中止，暂停计时", NEWS),
    "resume": Notice(cadre, "{what} 已恢复整改{due}"),
    "hand_over": Notice(successor, "{who}请您接手 {what}，请接受或说明理由"),
    "accept_hand_over": Notice(office, "{what} 已由{who}接手", NEWS),
    "decline_hand_over": Notice(office, "{who}没有接受 {what} 的交接，请另行安排"),
    "urge": Notice(cadre, "{who}催办 {what}{due}"),
    "void": Notice(cadre, "{what} 已终止", NEWS),
    "transfer": Notice(discipline, "{what} 已移交纪检", NEWS),
}

EXTENSION_NOTICES: dict[str, Notice] = {
    "sign": Notice(office, "{what} 申请延期，单位已同意，等决定"),
    "refuse_at_unit": Notice(cadre, "{what} 的延期申请未获同意，原时限不变", NEWS),
    "grant": Notice(cadre, "{what} 已批准延期{due}", NEWS),
    "refuse": Notice(cadre, "{what} 的延期申请未获批准，原时限不变", NEWS),
}
