"""The first screen of a person who rectifies: one next step, four stages, his items."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from campaign.models import Campaign, Participant
from organization.models import User
from problems.checklist import EDITABLE, ListState
from problems.facts import TURNS, first_reviewers
from problems.ledger import AWAITING_VERDICT, DONE, IN_HAND, State
from problems.models import Checklist, Item

MOST_ITEMS = 8
LIST_PAGE = "/my/list/"
MINE = "/ledger/?view=mine"


@dataclass(frozen=True)
class MyItem:
    item: Item
    holder: str
    turn: str


@dataclass(frozen=True)
class Mine:
    """Everything about one person in one campaign, read once."""

    campaign: Campaign
    checklist: Checklist | None
    must_file: bool
    exempt_reason: str
    counts: dict[str, int]
    items: list[Item]

    @property
    def filed(self) -> bool:
        return self.checklist is not None and not self.checklist.is_editable

    @property
    def in_ledger(self) -> bool:
        return self.checklist is not None and self.checklist.state == ListState.APPROVED


def read_mine(user: Any, campaign: Campaign) -> Mine:
    participant = Participant.objects.filter(campaign=campaign, user=user).first()
    checklist = Checklist.objects.filter(campaign=campaign, cadre=user, kind=Checklist.Kind.PERSONAL).first()
    own = Item.objects.of(user).filter(campaign=campaign).exclude(state=State.TRANSFERRED)
    counts = own.aggregate(
        listed=Count("pk", filter=Q(state=State.LISTED, checklist__state__in=EDITABLE)),
        held=Count("pk", filter=Q(state__in=sorted(IN_HAND))),
        waiting=Count("pk", filter=Q(state__in=sorted(AWAITING_VERDICT))),
        done=Count("pk", filter=Q(state__in=sorted(DONE))),
        total=Count("pk", filter=~Q(state=State.LISTED)),
    )
    shown = own.in_ledger().select_related("campaign", "checklist", "unit", "review_unit", "cadre")
    items = sorted(
        shown.order_by(F("step_due_on").asc(nulls_last=True), "pk")[: MOST_ITEMS * 3],
        key=lambda item: (item.state not in IN_HAND, item.state in DONE),
    )
    return Mine(
        campaign=campaign,
        checklist=checklist,
        must_file=participant is not None and not participant.exempt_reason,
        exempt_reason=participant.exempt_reason if participant else "",
        counts=counts,
        items=items[:MOST_ITEMS],
    )


def my_items(mine: Mine) -> list[MyItem]:
    """Each with whose turn it is; reviewers are looked up once per gate."""
    gates: dict[tuple[str, int, int], str] = {}
    rows = []
    for item in mine.items:
        turn = TURNS[item.state]
        holder = {"cadre": "本人", "office": mine.campaign.office_name, "discipline": "纪检监察"}.get(turn.who, "")
        if turn.who == "reviewer":
            gate = (item.review_role, item.review_unit_id, item.cadre_id)
            if gate not in gates:
                gates[gate] = "、".join(person.name for person in first_reviewers(item)[:2])
            holder = gates[gate] or mine.campaign.office_name
        rows.append(MyItem(item, holder, turn.verb if item.state not in DONE else ""))
    return rows


# --- the one next step --------------------------------------------------------------------------------


def day_text(day: dt.date | None) -> str:
    return f"，{day.month} 月 {day.day} 日前" if day else ""


def step(tone: str, title: str, text: str = "", *actions: tuple[str, str]) -> dict[str, Any]:
    return {
        "tone": tone,
        "title": title,
        "text": text,
        "actions": [{"label": label, "url": url} for label, url in actions],
    }


def next_step(mine: Mine, user: User, on: dt.date) -> dict[str, Any]:
    """The card on top: what is overdue or returned first, then the list, then the nearest date."""
    held = [item for item in mine.items if item.state in IN_HAND]
    late = [item for item in held if item.step_due_on and item.step_due_on < on]
    back = [item for item in held if item.state == State.RETURNED]
    if late or back:
        return item_step((late or back)[0], on)
    if mine.must_file and not mine.in_ledger:
        return list_step(mine, user, on)
    if held:
        return item_step(held[0], on)
    if mine.counts["waiting"]:
        return step(
            "waiting",
            f"没有要办的事，{mine.counts['waiting']} 项在等审核人办理",
            "有结果时会发消息",
            ("查看台账", MINE),
        )
    if mine.exempt_reason:
        return step("done", "这次活动免填清单", f"理由：{mine.exempt_reason}")
    if mine.counts["total"]:
        return step("done", "列入台账的问题都已销号", "长期坚持的事项继续定期报告", ("查看台账", "/ledger/"))
    return step("waiting", "没有要办的事", "不在这次活动的填报范围内")


def item_step(item: Item, on: dt.date) -> dict[str, Any]:
    due = item.step_due_on
    left = (due - on).days if due else None
    verbs = {
        State.PENDING: "开始整改",
        State.IN_PROGRESS: "更新进展或申请销号",
        State.RETURNED: "补正后再次申请销号",
        State.REOPENED: "重新整改并更新进展",
    }
    verb, move = verbs[State(item.state)], "request_close" if item.state == State.RETURNED else "report_progress"
    when = "" if left is None else "，今天到期" if left == 0 else day_text(due) if left > 0 else f"，已逾期 {-left} 天"
    tone = "overdue" if left is not None and left < 0 else "returned" if item.state == State.RETURNED else "mine"
    button = "补正并申请销号" if move == "request_close" else "更新进展"
    url = item.get_absolute_url()
    return step(tone, f"{verb}{when}", item.title, (button, f"{url}{move}/"), ("查看这一项", url))


def list_step(mine: Mine, user: User, on: dt.date) -> dict[str, Any]:
    checklist = mine.checklist
    due = mine.campaign.list_due_for(user)
    late = f"，已过 {due.month} 月 {due.day} 日的提交时限" if due and due < on else day_text(due)
    if checklist is None:
        return step(
            "mine",
            f"列出问题清单{late}",
            "对照五类表现逐条自查，大约需要 15 分钟，随时可以停下",
            ("开始对照", LIST_PAGE),
        )
    if checklist.state == ListState.DRAFT:
        text = f"已写 {mine.counts['listed']} 个问题，还没有提交"
        return step("mine", f"写完并提交问题清单{late}", text, ("继续填写", LIST_PAGE))
    if checklist.state == ListState.RETURNED:
        return step("returned", f"修改问题清单后再次提交{day_text(checklist.step_due_on)}", "", ("去修改", LIST_PAGE))
    who = "、".join(person.name for person in first_reviewers(checklist)[:2])
    if checklist.state == ListState.OFFICE_REVIEW:
        who = mine.campaign.office_name
    title = f"问题清单在等{who}审核{day_text(checklist.step_due_on)}"
    return step("waiting", title, f"编号 {checklist.receipt}，有结果时会发消息", ("查看清单", LIST_PAGE))


# --- four stages --------------------------------------------------------------------------------------


def task(label: str, hint: str, state: str, url: str = "", tag: str = "") -> dict[str, str]:
    return {"label": label, "hint": hint, "state": state, "url": url, "tag": tag}


def stages(mine: Mine) -> tuple[list[dict[str, Any]], int]:
    """The groups of the task list and how many of the four are complete."""
    begun, counts = mine.checklist is not None, mine.counts
    finished = mine.in_ledger and counts["total"] > 0 and counts["done"] == counts["total"]
    groups = [
        {
            "title": "对照学习",
            "tasks": [task("对照五类表现自查", "逐条对照，想一想具体的事", "已完成" if begun else "未开始", LIST_PAGE)],
        },
        {"title": "列问题清单", "tasks": [writing(mine), review(mine)]},
        {"title": "落实整改", "tasks": [working(mine, finished)]},
        {"title": "年终自评", "tasks": [task("填写自评", "总结考核阶段开始", "还不能开始")]},
    ]
    return groups, sum((begun, mine.in_ledger, finished))


def writing(mine: Mine) -> dict[str, str]:
    label, hint = "列出问题并提交清单", "每个问题写清原因、目标、措施和时限"
    if mine.checklist is None:
        return task(label, hint, "未开始", LIST_PAGE)
    return task(label, hint, "已完成", LIST_PAGE) if mine.filed else task(label, hint, "进行中", LIST_PAGE, "t-t")


def review(mine: Mine) -> dict[str, str]:
    label, hint = "初审和审核", "先由上一级初审，再由整顿办审核后编号进台账"
    if mine.checklist is None or not mine.filed:
        return task(label, hint, "还不能开始")
    return task(label, hint, "已完成" if mine.in_ledger else mine.checklist.state_label, LIST_PAGE)


def working(mine: Mine, finished: bool) -> dict[str, str]:
    label, counts = "落实措施，逐项销号", mine.counts
    if not mine.in_ledger:
        return task(label, "清单进台账后开始", "还不能开始")
    hint = f"共 {counts['total']} 项，已销号 {counts['done']} 项"
    return task(label, hint, "已完成", "/ledger/") if finished else task(label, hint, "进行中", "/ledger/", "t-t")


# --- what was sent back, and who sees it --------------------------------------------------------------


@dataclass(frozen=True)
class Return:
    who: str
    when: dt.datetime
    about: str
    comment: str
    url: str


def last_return(mine: Mine) -> Return | None:
    """The reason for which something of his was sent back last and has not been mended yet, word for word."""
    item = next((item for item in mine.items if item.state == State.RETURNED), None)
    checklist = mine.checklist
    if item is not None:
        event = item.events.filter(to_state=State.RETURNED).first()
        return event and Return(event.by_name, event.at, item.code or "", event.comment, item.get_absolute_url())
    if checklist is not None and checklist.state == ListState.RETURNED:
        event = checklist.events.filter(to_state=ListState.RETURNED).first()
        return event and Return(event.by_name, event.at, "问题清单", event.comment, LIST_PAGE)
    return None


def audience(mine: Mine, user: User) -> str:
    """Who reads the list now; the page behind the link says it for every role."""
    if mine.checklist is None or mine.checklist.state == ListState.DRAFT:
        return "清单提交前只有本人看得到"
    names = "、".join(person.name for person in first_reviewers(mine.checklist)[:2]) or mine.campaign.office_name
    return f"看得到本人清单的有：初审人{names}、{mine.campaign.office_name}、分管领导、督查组和上级查阅人员；同事看不到"
