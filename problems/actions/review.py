"""The list's way through its two gates and into the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from campaign.models import Participant, workdays
from core import clock
from core.workflow import MoveRefused
from problems.actions.filing import faults_of
from problems.actions.trail import next_numbers, record_list_event
from problems.checklist import CHECKLIST, ListState
from problems.facts import reviewer_of
from problems.lamp import NO_CLOCK, StepClock, owner_clock, reviewer_clock
from problems.ledger import DeadlineKind, State
from problems.models import Checklist, Item, ItemEvent, ItemMark, Round

SNAPSHOT_FIELDS = (
    "problem", "happened", "consequence", "cause", "goal", "indicator", "before_value", "target_value",
)  # fmt: skip


@transaction.atomic
def move_checklist(
    checklist: Checklist, name: str, *, by: Any, comment: str = "", marks: Iterable[dict[str, Any]] = ()
) -> Checklist:
    """Take one row of the list's workflow; raises MoveRefused or StaleState in the user's words."""
    row = CHECKLIST.check(checklist, name, by=by, comment=comment)
    was = checklist.state
    stamps = PREPARE[name](checklist, by) if name in PREPARE else {}
    step = list_clock(checklist, row.target)
    CHECKLIST.move(checklist, name, by=by, comment=comment, step_due_on=step.due_on, **stamps)
    checklist.items.filter(state=State.LISTED).update(
        step_due_on=step.due_on,
        step_amber_on=step.amber_on,
        state_on=clock.today(),
        review_role=checklist.review_role,
        review_unit=checklist.review_unit_id,
    )
    event = record_list_event(checklist, row, by=by, was=was, comment=comment)
    ItemMark.objects.bulk_create(ItemMark(event=event, **mark) for mark in marks)
    if name == "submit":
        keep_round(checklist)
    if name == "enter":
        enter_ledger(checklist, by=by)
    return checklist


def prepare_submit(checklist: Checklist, by: Any) -> dict[str, Any]:
    faults = faults_of(checklist)
    if faults:
        raise MoveRefused(f"有 {len(faults)} 处需要修改：{faults[0].text}")
    role, review_unit = reviewer_of(checklist.cadre, checklist.unit)
    receipt = checklist.receipt or next_numbers(f"QD-{checklist.campaign.year}", 1)[0]
    return {
        "receipt": receipt,
        "submitted_on": clock.today(),
        "review_role": role,
        "review_unit_id": review_unit,
        "endorsed_by": None,
        "endorsed_on": None,
    }


def prepare_endorse(checklist: Checklist, by: Any) -> dict[str, Any]:
    require_own_list_first(checklist, by)
    return {"endorsed_by": by, "endorsed_on": clock.today()}


def prepare_return(checklist: Checklist, by: Any) -> dict[str, Any]:
    if checklist.state == ListState.UNIT_REVIEW:
        require_own_list_first(checklist, by)
    return {"returned_count": checklist.returned_count + 1, "endorsed_by": None, "endorsed_on": None}


def prepare_enter(checklist: Checklist, by: Any) -> dict[str, Any]:
    return {"entered_by": by, "entered_on": clock.today()}


PREPARE = {
    "submit": prepare_submit,
    "endorse": prepare_endorse,
    "send_back": prepare_return,
    "return_to_cadre": prepare_return,
    "return_to_unit": lambda checklist, by: {"endorsed_by": None, "endorsed_on": None},
    "enter": prepare_enter,
}


def owes_own_list(campaign: Any, person: Any) -> bool:
    """Rule of the speech: a head sets the example, so his own list is in before he reviews others."""
    due = Participant.objects.due().filter(campaign=campaign, user=person).exists()
    return (
        campaign.head_files_first
        and due
        and not Checklist.objects.filed().filter(campaign=campaign, cadre=person, kind=Checklist.Kind.PERSONAL).exists()
    )


def require_own_list_first(checklist: Checklist, by: Any) -> None:
    if owes_own_list(checklist.campaign, by):
        raise MoveRefused("先提交本人的问题清单，再初审他人的。单位负责人要带头")


def list_clock(checklist: Checklist, target: str) -> StepClock:
    campaign, today, calendar = checklist.campaign, clock.today(), workdays()
    days = {
        ListState.UNIT_REVIEW: campaign.unit_review_days,
        ListState.OFFICE_REVIEW: campaign.office_review_days,
        ListState.RETURNED: campaign.supplement_days,
    }
    return reviewer_clock(calendar, today, days[target]) if target in days else NO_CLOCK  # type: ignore[index]


def snapshot_of(item: Item) -> dict[str, Any]:
    """What a reader sees of one problem, as plain values."""
    values = {field: getattr(item, field) for field in SNAPSHOT_FIELDS}
    return values | {
        "public_id": str(item.public_id),
        "type": item.problem_type.name if item.problem_type else "",
        "manifestations": [row.text for row in item.manifestations.all()],
        "source": item.get_source_display(),
        "rect_type": item.get_rect_type_display(),
        "due_on": item.due_on.isoformat() if item.due_on else "",
        "measures": [
            {"text": row.text, "done_sign": row.done_sign, "due_on": row.due_on.isoformat() if row.due_on else ""}
            for row in item.measures.all()
        ],
    }


def keep_round(checklist: Checklist) -> Round:
    items = (
        checklist.items.filter(state=State.LISTED)
        .select_related("problem_type")
        .prefetch_related("manifestations", "measures")
        .order_by("order")
    )
    number = checklist.rounds.count() + 1
    return Round.objects.create(
        checklist=checklist, number=number, snapshot={"items": [snapshot_of(item) for item in items]}
    )


def enter_ledger(checklist: Checklist, *, by: Any) -> list[Item]:
    """Number every problem of the list and start its clock."""
    items = list(checklist.items.filter(state=State.LISTED).order_by("order"))
    today, campaign = clock.today(), checklist.campaign
    codes = next_numbers(f"ZG-{campaign.year}", len(items))
    for item, code in zip(items, codes, strict=True):
        due_on = live_due(item, checklist, today)
        step = owner_clock(due_on, today, campaign.amber_days)
        item.code, item.state, item.state_on, item.entered_on = code, State.PENDING, today, today
        item.due_on, item.original_due_on = due_on, due_on
        item.step_due_on, item.step_amber_on, item.version = step.due_on, step.amber_on, item.version + 1
        item.latest = f"{today.month}-{today.day:02d} 进入台账"
    Item.objects.bulk_update(
        items,
        ["code", "state", "state_on", "entered_on", "due_on", "original_due_on", "step_due_on", "step_amber_on",
         "version", "latest"],
    )  # fmt: skip
    ItemEvent.objects.bulk_create(
        ItemEvent(
            item=item, by=by, by_name=by.name, by_role="整顿办", name="enter", label="审核通过，进入台账",
            from_state=State.LISTED, to_state=State.PENDING,
        )
        for item in items
    )  # fmt: skip
    return items


def live_due(item: Item, checklist: Checklist, today: dt.date) -> dt.date | None:
    """The date that counts from now on: time spent by the reviewers never eats up the person's own."""
    if item.due_on is None:
        if item.deadline_kind == DeadlineKind.ONGOING:
            return None
        return today + dt.timedelta(days=checklist.campaign.immediate_days)
    if item.due_on > today or checklist.submitted_on is None:
        return item.due_on
    planned = max(item.due_on - checklist.submitted_on, dt.timedelta(days=1))
    return today + planned
