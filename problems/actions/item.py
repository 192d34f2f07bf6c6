"""Every move of a ledger item goes through ``move_item``; the handlers say what each sets beside the state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campaign.models import workdays
from core import clock
from core.workflow import MoveRefused, Transition
from organization.models import User
from problems.actions.evidence import attach
from problems.actions.extension import open_extension
from problems.actions.trail import record_item_event
from problems.facts import reviewer_of
from problems.lamp import NO_CLOCK, StepClock, owner_clock, reviewer_clock
from problems.ledger import LEDGER
from problems.models import Closure, Item, Progress

Handler = Callable[..., dict[str, Any]]


@transaction.atomic
def move_item(item: Item, name: str, *, by: Any, comment: str = "", **data: Any) -> Item:
    """Take one row of the ledger's workflow with its event and messages, all or nothing.

    ``data`` is what the row's handler takes. Raises MoveRefused or StaleState (in the user's words) and
    core.files.FileRefused when an attached file is not acceptable.
    """
    row = LEDGER.check(item, name, by=by, comment=comment)
    was = item.state
    handler = HANDLERS.get(name, no_extras)
    changes = handler(item, by=by, comment=comment, **data)
    detail = changes.pop("_detail", {})
    if row.stamp:
        changes[row.stamp] = clock.today()
    LEDGER.move(
        item, name, by=by, comment=comment, **changes, **state_date(row, item), latest=latest_text(row, comment, data)
    )
    record_item_event(item, row, by=by, was=was, comment=comment or data.get("text", ""), detail=detail)
    return item


def state_date(row: Transition, item: Item) -> dict[str, Any]:
    return {} if row.stays or row.target == item.state else {"state_on": clock.today()}


def latest_text(row: Transition, comment: str, data: dict[str, Any]) -> str:
    """The line of “最近进展”; the words of a report say more than the name of the move."""
    today = clock.today()
    told = str(data.get("text") or "").strip().splitlines()
    words = told[0] if told else row.label
    if row.needs_comment and comment.strip() and row.name in ("send_back", "reject"):
        words = f"退回：{comment.strip().splitlines()[0]}"
    return f"{today.month}-{today.day:02d} {words}"[:80]


def clocked(step: StepClock) -> dict[str, Any]:
    return {"step_due_on": step.due_on, "step_amber_on": step.amber_on}


def owner_step(item: Item, due_on: dt.date | None) -> dict[str, Any]:
    start = item.entered_on or clock.today()
    return clocked(owner_clock(due_on, start, item.campaign.amber_days))


def reviewer_step(days: int) -> dict[str, Any]:
    return clocked(reviewer_clock(workdays(), clock.today(), days))


def no_extras(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return {}


# --- the responsible person -------------------------------------------------------------------------


def tick_measures(item: Item, done: Iterable[int]) -> None:
    item.measures.filter(pk__in=list(done), done_on=None).update(done_on=clock.today())


def report_progress(
    item: Item,
    *,
    by: Any,
    comment: str,
    text: str,
    percent: int | None = None,
    measures_done: Iterable[int] = (),
    files: Iterable[Any] = (),
    where_kept: str = "",
) -> dict[str, Any]:
    Progress.objects.create(item=item, text=text, percent=percent, by=by)
    tick_measures(item, measures_done)
    names = attach(item, files, where_kept, by=by)
    return {"progress_on": clock.today(), "_detail": {"percent": percent, "files": names}}


def report_standing(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    Progress.objects.create(item=item, text=comment, by=by)
    return {"progress_on": clock.today()}


def request_close(
    item: Item,
    *,
    by: Any,
    comment: str,
    result: str,
    after_value: str = "",
    measures_done: Iterable[int] = (),
    files: Iterable[Any] = (),
    where_kept: str = "",
) -> dict[str, Any]:
    tick_measures(item, measures_done)
    names = attach(item, files, where_kept, by=by)
    if item.problem_type is not None and item.problem_type.evidence_required and not item.evidence.exists():
        raise MoveRefused(f"“{item.problem_type}”类问题申请销号要附佐证材料，可以上传文件，也可以写明材料出处")
    last = item.closures.aggregate(last=Max("number"))["last"] or 0
    Closure.objects.create(item=item, number=last + 1, result=result, after_value=after_value, requested_by=by)
    step = reviewer_step(item.campaign.unit_review_days)
    return {**step, "after_value": after_value, "_detail": {"result": result, "number": last + 1, "files": names}}


def withdraw_close(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    decide(item, Closure.Verdict.WITHDRAWN, by=by)
    return owner_step(item, item.due_on)


def request_extension(item: Item, *, by: Any, comment: str, **fields: Any) -> dict[str, Any]:
    extension = open_extension(item, by=by, **fields)
    return {"_detail": {"extension": extension.pk, "until": str(extension.requested_due_on)}}


# --- reviewers --------------------------------------------------------------------------------------


def decide(item: Item, verdict: str, *, by: Any, note: str = "", supplement_by: dt.date | None = None) -> None:
    item.closures.filter(verdict=Closure.Verdict.WAITING).update(
        verdict=verdict, decided_by=by, decided_at=timezone.now(), note=note, supplement_by=supplement_by
    )


def confirm(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return {**reviewer_step(item.campaign.verification_days), "confirmed_by": by}


def return_closure(item: Item, *, by: Any, comment: str, supplement_by: dt.date | None = None) -> dict[str, Any]:
    """Back to the responsible person, with a day by which the supplement is due."""
    today = clock.today()
    limit = supplement_by or workdays().add(today, item.campaign.supplement_days)
    if limit <= today:
        raise MoveRefused(f"补正时限 {limit.month} 月 {limit.day} 日已过，至少给到明天")
    decide(item, Closure.Verdict.RETURNED, by=by, note=comment, supplement_by=limit)
    due_on = max(limit, item.due_on) if item.due_on else limit
    step = clocked(owner_clock(due_on, today, item.campaign.amber_days))
    return {
        **step,
        "returned_count": item.returned_count + 1,
        "confirmed_by": None,
        "_detail": {"supplement_by": str(limit)},
    }


def close(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    decide(item, Closure.Verdict.PASSED, by=by, note=comment)
    return {**clocked(NO_CLOCK), "closed_by": by}


def close_stage(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    decide(item, Closure.Verdict.PASSED, by=by, note=comment)
    return clocked(NO_CLOCK)


# --- reopening, pausing, ending ---------------------------------------------------------------------


def propose_reopen(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return {"reopen_proposed_by": by}


def reopen(item: Item, *, by: Any, comment: str, due_on: dt.date) -> dict[str, Any]:
    require_future(due_on)
    return {
        **clocked(owner_clock(due_on, clock.today(), item.campaign.amber_days)),
        "due_on": due_on,
        "reopened_count": item.reopened_count + 1,
        "reopen_proposed_by": None,
        "closed_on": None,
        "closed_by": None,
        "staged_on": None,
        "confirmed_by": None,
        "_detail": {"proposed_by": item.reopen_proposed_by.name if item.reopen_proposed_by else ""},
    }


def decline_reopen(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return {"reopen_proposed_by": None}


def suspend(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return clocked(NO_CLOCK)


def resume(item: Item, *, by: Any, comment: str, due_on: dt.date | None = None) -> dict[str, Any]:
    """The pause does not count: without a new date the old one moves by the days paused."""
    if due_on is not None:
        require_future(due_on)
    elif item.due_on is not None and item.state_on is not None:
        due_on = item.due_on + (clock.today() - item.state_on)
    return {**owner_step(item, due_on), "due_on": due_on}


def require_future(due_on: dt.date) -> None:
    if due_on <= clock.today():
        raise MoveRefused(f"新的整改时限 {due_on.month} 月 {due_on.day} 日已到或已过，请改为明天以后")


def void(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return {**clocked(NO_CLOCK), "hand_over_to": None}


def transfer(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return {**clocked(NO_CLOCK), "hand_over_to": None}


# --- hand-over and urging ---------------------------------------------------------------------------


def hand_over(item: Item, *, by: Any, comment: str, to: User) -> dict[str, Any]:
    if to.pk == item.cadre_id:
        raise MoveRefused(f"{to.name}已经是责任人，请选择另一个人")
    if not to.is_active or to.unit_id is None:
        raise MoveRefused(f"{to.name}已停用或没有所在单位，请选择在岗人员")
    return {"hand_over_to": to, "_detail": {"from": item.cadre.name, "to": to.name}}


def accept_hand_over(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    """From now on his item in his unit; what happened before stays in the history."""
    role, review_unit = reviewer_of(by, by.unit)
    return {
        "cadre": by,
        "unit": by.unit,
        "hand_over_to": None,
        "confirmed_by": None,
        "review_role": role,
        "review_unit_id": review_unit,
        "_detail": {"from": item.cadre.name, "from_unit": str(item.unit), "to": by.name},
    }


def decline_hand_over(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    return {"hand_over_to": None}


def urge(item: Item, *, by: Any, comment: str) -> dict[str, Any]:
    today = timezone.localtime().date()
    if item.events.filter(name="urge", at__date=today).exists():
        raise MoveRefused("今天已催办过")
    return {}


HANDLERS: dict[str, Handler] = {
    "report_progress": report_progress,
    "report_standing": report_standing,
    "request_close": request_close,
    "withdraw_close": withdraw_close,
    "request_extension": request_extension,
    "confirm": confirm,
    "send_back": return_closure,
    "reject": return_closure,
    "close": close,
    "close_stage": close_stage,
    "close_finally": close,
    "propose_reopen": propose_reopen,
    "reopen": reopen,
    "decline_reopen": decline_reopen,
    "suspend": suspend,
    "resume": resume,
    "hand_over": hand_over,
    "accept_hand_over": accept_hand_over,
    "decline_hand_over": decline_hand_over,
    "urge": urge,
    "void": void,
    "transfer": transfer,
}
