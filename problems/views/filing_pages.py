"""What the pages of the own list show, as plain values for the templates."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from core import clock
from core.templatetags.ui import day
from problems.actions.filing import Fault
from problems.checklist import ListState
from problems.forms.filing import lacks_fact
from problems.ledger import State
from problems.models import Checklist, ChecklistEvent, Item, ItemMark
from problems.views.places import address, edit_address, place_of

RETURNS = ("send_back", "return_to_cadre")
TONES = {"send_back": "o", "return_to_cadre": "o", "return_to_unit": "o", "submit": "b", "endorse": "b", "enter": "g"}


def items_of(checklist: Checklist) -> list[Item]:
    return list(
        checklist.items.exclude(state=State.TRANSFERRED)
        .select_related("problem_type", "responsible_leader", "cadre", "checklist")
        .prefetch_related("measures", "manifestations")
        .order_by("order", "pk")
    )


def steps_of(checklist: Checklist | None) -> list[dict[str, str]]:
    """对照学习 → 列问题清单 → 落实整改, as far as this list has come."""
    state = checklist.state if checklist else ""
    if checklist is None:
        states, when = ("now", "todo", "todo"), ("未开始", "", "")
    elif state == ListState.APPROVED:
        states, when = ("done", "done", "now"), ("已完成", "已进台账", "进行中")
    else:
        states, when = ("done", "now", "todo"), ("已完成", checklist.state_label, "清单审核通过后开始")
    labels = ("对照学习", "列问题清单", "落实整改")
    return [
        {"label": label, "state": step, "when": text} for label, step, text in zip(labels, states, when, strict=True)
    ]


def step_now(steps: list[dict[str, str]]) -> dict[str, Any]:
    """The same in one line, for the phone."""
    number = next(number for number, step in enumerate(steps, start=1) if step["state"] == "now")
    following = steps[number]["label"] if number < len(steps) else ""
    return {"number": number, "label": steps[number - 1]["label"], "next_label": following}


def list_rows(checklist: Checklist, faults: list[Fault]) -> list[dict[str, Any]]:
    by_item: dict[int, list[dict[str, str]]] = defaultdict(list)
    for fault in faults:
        if fault.item and is_begun(fault.item):
            url = edit_address(fault.item, fault.step, fault.field)
            by_item[fault.item.pk].append({"text": fault.text, "url": url})
        elif fault.item:
            by_item[fault.item.pk] = [{"text": "还没有写，从第 1 步开始", "url": edit_address(fault.item)}]
    today = clock.today()
    return [
        {
            "item": item,
            "faults": by_item[item.pk],
            "lamp": item.lamp(today) if item.state != State.LISTED else None,
            "edit_url": edit_address(item, first_step(item)),
        }
        for item in items_of(checklist)
    ]


def is_begun(item: Item) -> bool:
    return bool(item.problem_type_id or item.problem or item.cause or item.goal)


def first_step(item: Item) -> int:
    """Where a person goes on: the first page without its main answer."""
    answers = (item.problem_type_id, item.problem, item.cause, item.goal)
    return next((number for number, answer in enumerate(answers, start=1) if not answer), 1)


def next_step(checklist: Checklist, faults: list[Fault], reviewers: str) -> dict[str, Any]:
    """The one box that says who, what and by when."""
    check = {"label": "检查并提交", "url": address("list_check", place_of(checklist))}
    if checklist.state == ListState.RETURNED:
        due = f"，{before(checklist.step_due_on)}再提交" if checklist.step_due_on else ""
        return {"tone": "returned", "title": f"清单已退回（第 {checklist.returned_count} 次），按意见修改{due}",
                "text": missing(faults) or "改好后检查并提交", "actions": [check]}  # fmt: skip
    if checklist.state == ListState.DRAFT:
        due = checklist.campaign.list_due_for(checklist.cadre)
        title = f"补齐 {len(faults)} 处后提交" if faults else f"已经写全，检查后提交给{reviewers}初审"
        until = f"提交时限 {day(due)}，{left(due)}" if due else "写好一项存一项，随时可以停下"
        return {"tone": "mine", "title": title, "text": until, "actions": [check]}
    if checklist.state == ListState.UNIT_REVIEW:
        return {"tone": "waiting", "title": f"等{reviewers}初审，{before(checklist.step_due_on)}给出意见",
                "text": receipt(checklist)}  # fmt: skip
    if checklist.state == ListState.OFFICE_REVIEW:
        office = checklist.campaign.office_name
        return {"tone": "waiting", "title": f"初审已通过，等{office}审核，{before(checklist.step_due_on)}给出意见",
                "text": receipt(checklist)}  # fmt: skip
    return {"tone": "done", "title": f"清单已于 {day(checklist.entered_on)}进入台账，按时限整改",
            "text": "打开每一项更新进展、上传佐证、申请销号"}  # fmt: skip


def before(due: dt.date | None) -> str:
    """6 月 10 日前; a date of another year keeps its distance: 2027-03-01 前."""
    text = day(due)
    return f"{text}前" if text.endswith("日") else f"{text} 前"


def missing(faults: list[Fault]) -> str:
    return f"还有 {len(faults)} 处要补齐" if faults else ""


def receipt(checklist: Checklist) -> str:
    return f"编号 {checklist.receipt}，{day(checklist.submitted_on)}提交"


def left(due: dt.date) -> str:
    days = (due - clock.today()).days
    if days < 0:
        return f"已过 {-days} 天"
    return f"还有 {days} 天" if days else "今天截止"


def returns_of(checklist: Checklist) -> list[dict[str, Any]]:
    """The last return in the reviewer's own words, with his marks at problem and field."""
    if checklist.state != ListState.RETURNED:
        return []
    return [
        {"event": event, "number": checklist.returned_count,
         "marks": [mark_row(mark) for mark in event.marks.select_related("item")]}
        for event in checklist.events.filter(name__in=RETURNS)[:1]
    ]  # fmt: skip


def mark_row(mark: ItemMark) -> dict[str, str]:
    where = mark_place(mark.item, mark.field)
    return {"note": mark.note, "where": where, "url": edit_address(mark.item, STEP_OF.get(mark.field, 1), mark.field)}


#: Page of the form on which a marked field stands.
STEP_OF = {
    "problem_type": 1, "source": 1, "problem": 2, "happened": 2, "consequence": 2, "cause": 3, "goal": 4,
    "indicator": 4, "measures": 4, "due_on": 4, "rect_type": 4, "responsible_leader": 4,
}  # fmt: skip
MEASURES = "整改措施"


def mark_place(item: Item, field: str) -> str:
    if not field:
        return f"第 {item.order} 项"
    label = MEASURES if field == "measures" else str(Item._meta.get_field(field).verbose_name)
    return f"第 {item.order} 项“{label}”"


def marks_at(item: Item, step: int) -> list[dict[str, str]]:
    """Marks of the last return that concern this page of this problem."""
    return [
        {"note": mark.note, "where": mark_place(item, mark.field), "by": mark.event.by_name}
        for mark in last_marks(item)
        if STEP_OF.get(mark.field, step) == step
    ]


def last_marks(item: Item) -> list[Any]:
    if item.checklist.state != ListState.RETURNED:
        return []
    event = ChecklistEvent.objects.filter(checklist=item.checklist_id, name__in=RETURNS).first()
    return list(item.marks.filter(event=event).select_related("event")) if event else []


def timeline_of(checklist: Checklist) -> list[dict[str, Any]]:
    return [
        {"who": event.by_name, "text": event.label, "when": event.at, "tone": TONES.get(event.name, ""),
         "comment": event.comment}
        for event in checklist.events.all()
    ]  # fmt: skip


def who_reads(checklist: Checklist, reviewers: str) -> str:
    office = checklist.campaign.office_name
    text = (
        f"提交前只有本人看得到。提交后由{reviewers}初审，再由{office}审核；督查组和分管的班子成员可以查看。"
        "同事和其他单位看不到。"
    )
    if checklist.items.filter(restricted=True).exists():
        text += "“吃拿卡要”类问题只有初审人、整顿办和纪检监察看得到。"
    return text


def check_rows(checklist: Checklist, faults: list[Fault]) -> list[dict[str, Any]]:
    """Every problem as a summary list with its change links, which come back to the check page."""
    by_item: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.item:
            by_item[fault.item.pk].append(fault)
    collective = place_of(checklist).unit is not None
    return [
        {
            "item": item,
            "number": str(item.order),
            "summary": summary_of(item, collective),
            "hint": lacks_fact(item),
            "faults": [{"text": one.text, "url": edit_address(item, one.step, one.field, back="check")}
                       for one in by_item[item.pk]],
        }
        for item in items_of(checklist)
    ]  # fmt: skip


def summary_of(item: Item, collective: bool) -> list[dict[str, str]]:
    signs = "；".join(row.text for row in item.manifestations.all())
    kind = item.problem_type.name if item.problem_type else ""
    indicator = f"{item.indicator} {item.before_value or '--'} → {item.target_value or '--'}" if item.indicator else ""
    rows = [
        ("问题类型", "\n".join(filter(None, [kind, signs])), 1, "problem_type", ""),
        ("问题来源", item.get_source_display(), 1, "source", ""),
        ("问题表现", item.problem, 2, "problem", ""),
        ("时间频次", item.happened, 2, "happened", "没有写，可不填"),
        ("造成影响", item.consequence, 2, "consequence", "没有写，可不填"),
        ("原因分析", item.cause, 3, "cause_1", ""),
        ("整改目标", "\n".join(filter(None, [item.goal, indicator])), 4, "goal", ""),
        ("整改时限", deadline_text(item), 4, "due_on", ""),
        ("整改措施", "\n".join(measure_text(row) for row in item.measures.all()), 4, "measures-1-text", ""),
        ("责任人", item.cadre.name, 4, "cadre", "") if collective else ("责任人", item.cadre.name, 0, "", ""),
        ("责任领导", item.responsible_leader.name if item.responsible_leader else "", 4, "responsible_leader",
         "没有选，可不填"),
    ]  # fmt: skip
    return [
        {"label": label, "value": value, "url": edit_address(item, step, field, back="check") if step else "",
         "optional": optional}
        for label, value, step, field, optional in rows
    ]  # fmt: skip


def deadline_text(item: Item) -> str:
    text = item.get_rect_type_display()
    if item.due_on is None:
        return text if item.deadline_kind == "ONGOING" else ""
    lasting = "，并长期坚持" if item.deadline_kind.endswith("_THEN_ONGOING") else ""
    return f"{text}，{before(item.due_on)}{lasting}（{left(item.due_on)}）"


def measure_text(row: Any) -> str:
    remarks = [f"完成标志：{row.done_sign}"] if row.done_sign else []
    remarks += [before(row.due_on)] if row.due_on else []
    return f"{row.order}. {row.text}" + (f"（{'，'.join(remarks)}）" if remarks else "")
