"""What the item page and the ledger's side panel show, put together from one item with its history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from core import clock
from core.templatetags.ui import day, shortday
from core.workflow import MoveRefused, Transition
from problems.actions.evidence import require_adder
from problems.checklist import ListState
from problems.extension import EXTENSION, WAITING
from problems.facts import NextStep, next_step
from problems.ledger import AWAITING_VERDICT, DONE, IN_HAND, LEDGER, State
from problems.models import Checklist, Closure, Evidence, Extension, Item

#: Days without a report after which the page says so; never a lamp, so that nobody reports for the lamp's sake.
QUIET_DAYS = 14
STEPS = ("提交清单", "初审", "整顿办审核", "整改", "验收", "销号")
LIST_STEP = {ListState.UNIT_REVIEW: 2, ListState.OFFICE_REVIEW: 3}
EVENT_TONES = {
    "submit": "b", "endorse": "g", "enter": "g", "send_back": "o", "return_to_cadre": "o", "return_to_unit": "o",
    "reject": "o", "request_close": "v", "confirm": "g", "close": "g", "close_stage": "g", "close_finally": "g",
    "reopen": "r", "void": "r", "transfer": "r", "report_progress": "b", "extension_grant": "g",
}  # fmt: skip
MOVE_ICONS = {"primary": "check-lg", "danger": "arrow-return-left"}
#: Icons that say more than the colour of the button.
OWN_ICONS = {
    "report_progress": "pencil", "request_close": "send", "void": "slash-circle", "transfer": "shield-lock",
    "reopen": "arrow-counterclockwise",
}  # fmt: skip
PASSING, RETURNING = {"confirm", "close", "close_stage"}, {"send_back", "reject"}
SHOWN_MOVES = 3


def with_history(items: Any) -> Any:
    """Everything the page reads, in a fixed number of queries."""
    return items.select_related(
        "cadre__unit", "unit", "campaign", "problem_type", "responsible_leader", "hand_over_to", "reopen_proposed_by",
        "checklist__cadre",
    ).prefetch_related(
        "manifestations",
        "measures",
        "events",
        "checklist__events",
        Prefetch("closures", Closure.objects.select_related("decided_by")),
        Prefetch("extensions", Extension.objects.select_related("decided_by", "unit_by")),
        Prefetch("evidence", Evidence.objects.select_related("measure", "uploaded_by")),
    )  # fmt: skip


def item_context(item: Item, user: Any) -> dict[str, Any]:
    """The context of problems/_item.html and of the head and the buttons around it."""
    today = clock.today()
    step = next_step(item, user, today)
    may_add = can_add(item, user)
    moves = buttons(item, user, step)
    # A menu for a single row would only hide it.
    shown = len(moves) if len(moves) <= SHOWN_MOVES + 1 else SHOWN_MOVES
    return {
        "item": item,
        "lamp_now": item.lamp(today),
        "flags": flags(item, today),
        "next": step_box(item, step),
        "moves": moves[:shown],
        "more_moves": moves[shown:],
        "can_add": may_add,
        "due_text": due_text(item),
        "achieved": item.state in DONE,
        **steps(item),
        **proof(item, may_add=may_add),
        "returns": returns(item),
        "extensions": extensions(item, user),
        "extension_waits": extension_waits(item),
        "events": timeline(item),
    }


def move_url(item: Item, name: str) -> str:
    return reverse("problems:item_move", args=[item.slug, name])


def step_box(item: Item, step: NextStep) -> dict[str, Any]:
    """The next-step box; it carries a button only when it is the reader's turn."""
    actions: list[dict[str, Any]] = []
    if step.mine and item.state == State.LISTED:
        address = reverse("problems:my_list") if step.moves[0].name == "submit" else item.checklist.get_absolute_url()
        actions = [{"label": "查看清单", "url": address}]
    elif step.mine:
        first = step.moves[0]
        actions = [{"label": first.label, "url": move_url(item, first.name), "dialog": True}]
    return {"tone": step.tone, "title": step.title, "text": step.text, "actions": actions}


def buttons(item: Item, user: Any, step: NextStep) -> list[dict[str, Any]]:
    """What the reader may do now: what moves the item on first, then the rest in the order of the table."""
    asked = extension_waits(item)
    rows = [row for row in LEDGER.available(item, user) if not (asked and row.name == "request_extension")]
    first = {row.name: place for place, row in enumerate(step.moves)}
    rows.sort(key=lambda row: first.get(row.name, len(first)))
    return [button(item, row, primary=step.mine and not place) for place, row in enumerate(rows)]


def button(item: Item, row: Transition, *, primary: bool) -> dict[str, Any]:
    return {
        "name": row.name,
        "label": row.label,
        "short": "通过" if row.name in PASSING else "退回",
        "hint": row.consequence,
        "url": move_url(item, row.name),
        "tone": "primary" if primary else "danger" if row.tone == "danger" else "",
        "icon": OWN_ICONS.get(row.name) or (MOVE_ICONS.get(row.tone, "") if row.name in PASSING | RETURNING else ""),
        "key": "A" if row.name in PASSING else "R" if row.name in RETURNING else "",
    }


def can_add(item: Item, user: Any) -> bool:
    try:
        require_adder(item, user)
    except MoveRefused:
        return False
    return True


def flags(item: Item, on: dt.date) -> list[dict[str, str]]:
    """Small facts beside the status; each is a word and never a colour alone."""
    since = item.progress_on or item.entered_on
    quiet = (on - since).days if item.state in IN_HAND and since else 0
    rows = (
        (item.restricted, "限制查看", "t-x", "shield-lock"),
        (item.rect_type and item.state != State.LISTED, item.get_rect_type_display(), "t-n", ""),
        (item.returned_count, f"退回过 {item.returned_count} 次", "t-o", "arrow-return-left"),
        (item.extended_count, f"延 {item.extended_count} 次", "t-n", "calendar-event"),
        (item.reopened_count, f"重开 {item.reopened_count} 次", "t-o", "arrow-counterclockwise"),
        (quiet >= QUIET_DAYS, f"{quiet} 天未更新", "t-n", "clock-history"),
    )
    return [{"label": label, "css": css, "icon": icon} for shown, label, css, icon in rows if shown]


def step_number(item: Item) -> int:
    """1-6: the step the item is at; 7 when it is through, 0 when it left the road."""
    if item.state == State.LISTED:
        return LIST_STEP.get(ListState(item.checklist.state), 1)
    if item.state in DONE:
        return 7
    if item.state in AWAITING_VERDICT:
        return 5
    return 4 if item.state in IN_HAND | {State.SUSPENDED} else 0


def steps(item: Item) -> dict[str, Any]:
    now = step_number(item)
    checklist: Checklist = item.checklist
    begun = f"{shortday(item.entered_on)} 起" if item.entered_on else ""
    closure = next(iter(item.closures.all()), None)
    asked = shortday(closure.requested_at) if closure and now >= 5 else ""
    ended = item.closed_on or item.staged_on
    days = [checklist.submitted_on, checklist.endorsed_on, checklist.entered_on]
    when = [*(shortday(value) if value else "" for value in days), begun, asked, shortday(ended) if ended else ""]
    rows = []
    for number, (label, text) in enumerate(zip(STEPS, when, strict=True), start=1):
        done = number < now or (not now and bool(text))
        state = "done" if done else "now" if number == now else "todo"
        shown = "阶段销号" if label == "销号" and item.state == State.STAGED_CLOSED else label
        # The day of a step counts once it is over; a list on its second round is not through yet.
        rows.append({"label": shown, "when": text if done else "进行中" if number == now else "", "state": state})
    if not 1 <= now <= 6:
        return {"steps": rows, "step_now": None}
    following = STEPS[now] if now < 6 else ""
    return {"steps": rows, "step_now": {"number": now, "label": STEPS[now - 1], "next_label": following}}


# --- evidence ---------------------------------------------------------------------------------------

KINDS = {"image/": "image", "application/pdf": "pdf", "sheet": "sheet", "excel": "sheet"}
KIND_WORDS = {"image": "图片", "pdf": "PDF", "sheet": "表格", "doc": "文档", "source": "材料出处"}


def kind_of(row: Evidence) -> str:
    if not row.file:
        return "source"
    return next((kind for part, kind in KINDS.items() if part in row.content_type), "doc")


def size_text(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"


def evidence_row(item: Item, row: Evidence, *, may_add: bool) -> dict[str, Any]:
    kind = kind_of(row)
    address = reverse("problems:evidence", args=[item.slug, row.pk]) if row.file else ""
    return {
        "pk": row.pk,
        "name": row.name,
        "kind": kind,
        "kind_word": KIND_WORDS[kind],
        "url": address,
        # A restricted picture is opened on purpose only, for every reading of it is recorded.
        "thumb_url": address if kind == "image" and not item.restricted else "",
        "size": size_text(row.size) if row.file else "",
        "where_kept": row.where_kept,
        "measure": row.measure.order if row.measure else None,
        "by": row.uploaded_by.name,
        "at": row.uploaded_at,
        "replace_url": f"{add_url(item)}?replaces={row.pk}" if may_add and row.file else "",
    }


def add_url(item: Item) -> str:
    return reverse("problems:evidence_add", args=[item.slug])


def proof(item: Item, *, may_add: bool) -> dict[str, Any]:
    """Files in force and statements of place; what was replaced is kept below as earlier versions."""
    rows = list(item.evidence.all())
    replaced = {row.replaces_id for row in rows}
    shown = [evidence_row(item, row, may_add=may_add) for row in rows if row.pk not in replaced]
    earlier = [evidence_row(item, row, may_add=False) for row in rows if row.pk in replaced]
    return {"evidence": shown, "earlier": earlier, "add_url": add_url(item)}


# --- returns, extensions, history -------------------------------------------------------------------


def returns(item: Item) -> list[dict[str, Any]]:
    """Each return with its reason and with what was added after it, newest first."""
    closures = sorted(item.closures.all(), key=lambda closure: closure.number)
    returned = [closure for closure in closures if closure.verdict == Closure.Verdict.RETURNED]
    rows = []
    for number, closure in enumerate(returned, start=1):
        following = returned[number].decided_at if number < len(returned) else None
        added = [
            row.name
            for row in item.evidence.all()
            if (not closure.decided_at or row.uploaded_at > closure.decided_at)
            and (not following or row.uploaded_at <= following)
        ]
        again = next((later.requested_at for later in closures if later.number > closure.number), None)
        rows.append({"number": number, "closure": closure, "added": added, "again": again})
    return rows[::-1]


def extension_waits(item: Item) -> bool:
    """A request is being decided; another one would only be refused."""
    return any(extension.state in WAITING for extension in item.extensions.all())


def extensions(item: Item, user: Any) -> list[dict[str, Any]]:
    rows = []
    for extension in item.extensions.all():
        extension.item = item
        moves = [
            {
                "label": row.label,
                "tone": row.tone,
                "url": reverse("problems:extension_move", args=[item.slug, extension.pk, row.name]),
            }
            for row in EXTENSION.available(extension, user)
        ]
        rows.append({"extension": extension, "moves": moves})
    return rows


def timeline(item: Item) -> list[dict[str, Any]]:
    """Who did what, newest first; the way of the list stands before that of the item."""
    before = [event for event in item.checklist.events.all() if event.name != "enter"]
    return [
        {
            "who": event.by_name if event.by_role in ("", "责任人", "本人") else f"{event.by_name}（{event.by_role}）",
            "text": event.label,
            "when": event.at,
            "tone": EVENT_TONES.get(event.name, ""),
            "comment": event.comment,
            "files": event.detail.get("files") or [],
        }
        for event in [*item.events.all(), *before]
    ]


def due_text(item: Item) -> str:
    """The date that counts, and where it was before: 原定 6 月 5 日，延至 7 月 5 日，延 1 次."""
    if item.due_on is None:
        return item.deadline_raw or item.get_deadline_kind_display()
    if item.original_due_on and item.original_due_on != item.due_on and item.extended_count:
        return f"原定 {day(item.original_due_on)}，延至 {day(item.due_on)}，延 {item.extended_count} 次"
    return day(item.due_on)
