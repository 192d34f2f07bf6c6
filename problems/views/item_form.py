"""The pages of the problem form: show, restore, compare, save, go on."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core import clock
from core.workflow import MoveRefused
from organization.scope import scoped
from problems.actions.filing import Fault, VersionConflict, discard_draft, item_faults, save_item
from problems.facts import leaders_of_list, people_of_list
from problems.forms.filing import STEPS, Raw, StepForm, as_initial, digest, lacks_fact, own_names, step_form
from problems.models import Draft, Item
from problems.views.filing_pages import marks_at
from problems.views.places import address, edit_address, own_items, place_of, require_editable

FORM = "problem-item"
LAST = len(STEPS)
PAGES = {1: "type.html", 2: "problem.html", 3: "cause.html", 4: "goal.html"}


def draft_key(item: Item, step: int) -> str:
    return f"{item.public_id}-{step}"


@scoped
@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    item = get_object_or_404(own_items(request), public_id=public_id)
    place = place_of(item.checklist)
    try:
        require_editable(item)
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect(address("my_list", place))
    step = step_number(request.GET.get("step", "1"))
    if step == LAST:
        return redirect(address("list_check", place))
    if step > 1 and item.problem_type_id is None:
        return redirect(edit_address(item, 1))
    if request.method == "POST" and "discard" in request.POST:
        discard_draft(FORM, draft_key(item, step), by=request.user)
        return redirect(edit_address(item, step, **coming_back(request)))
    return save_page(request, item, step) if request.method == "POST" else show_page(request, item, step)


def step_number(text: str) -> int:
    return int(text) if re.fullmatch(f"[1-{LAST}]", text) else 1


def coming_back(request: HttpRequest) -> dict[str, str]:
    """A page opened from the check page returns there."""
    came_from = request.POST.get("back") or request.GET.get("back")
    return {"back": "check"} if came_from == "check" else {}


def options_of(item: Item, step: int) -> dict[str, Any]:
    if step != 4:
        return {}
    return {"people": people_of_list(item.checklist), "leaders": leaders_of_list(item.checklist)}


def show_page(request: HttpRequest, item: Item, step: int) -> HttpResponse:
    form = step_form(step, item, **options_of(item, step))
    stored = own_names(form, form.stored(item))
    raw, seen, restored = stored, digest(stored), ""
    draft = draft_of(request, item, step)
    typed = own_names(form, draft.data) if draft else stored
    if draft and typed != stored:
        raw, seen = typed, draft.data.get("seen", [seen])[0]
        restored = timezone.localtime(draft.saved_at).strftime("%H:%M")
    form.initial = as_initial(form, with_suggestions(form, raw))
    return page(request, item, step, {"form": form, "seen": seen, "restored": restored})


def draft_of(request: HttpRequest, item: Item, step: int) -> Draft | None:
    return Draft.objects.filter(user=request.user, form=FORM, key=draft_key(item, step)).first()


def with_suggestions(form: StepForm, raw: Raw) -> Raw:
    """The direct superior is known, so nobody has to look for him."""
    leaders = getattr(form, "leaders", ())
    if leaders and "responsible_leader" not in raw:
        return raw | {"responsible_leader": [str(leaders[0].pk)]}
    return raw


def save_page(request: HttpRequest, item: Item, step: int) -> HttpResponse:
    blank = step_form(step, item, **options_of(item, step))
    stored = own_names(blank, blank.stored(item))
    sent = own_names(blank, dict(request.POST.lists()))
    if is_stale(request, item, stored) and sent != stored:
        return conflict(request, item, step, blank, sent)
    if "resolve" in request.POST:
        sent = resolved(request, blank, sent, stored)
    if request.POST.get("resolve") == "edit":
        blank.initial = as_initial(blank, sent)
        return page(request, item, step, {"form": blank, "seen": digest(stored)})
    form = step_form(step, item, sent, **options_of(item, step))
    if step == 1 and request.POST.get("go", "next") == "next" and not sent.get("problem_type"):
        form.add_error("problem_type", "选择一类最接近的问题，再写下一步")
    context = {"form": form, "seen": digest(stored)}
    if not form.is_valid():
        return page(request, item, step, context, status=422)
    try:
        save_item(item, form.values(), by=request.user, version=item.version, step=step, **form.extras())
    except VersionConflict as clash:
        return conflict(request, clash.item, step, blank, sent)
    except MoveRefused as refusal:
        return page(request, item, step, context | {"refused": str(refusal)}, status=409)
    return redirect(where_next(request, item, step))


def is_stale(request: HttpRequest, item: Item, stored: Raw) -> bool:
    """Whether these fields were stored elsewhere since the page was opened; other pages of the form do not matter."""
    if "seen" in request.POST:
        return request.POST["seen"] != digest(stored)
    return request.POST.get("version") != str(item.version)


def where_next(request: HttpRequest, item: Item, step: int) -> str:
    place = place_of(item.checklist)
    go = request.POST.get("go", "next")
    if coming_back(request) and go == "next":
        return address("list_check", place)
    if go == "list":
        messages.success(request, "已保存")
        return address("my_list", place)
    target = {"next": step + 1, "prev": max(step - 1, 1)}.get(go) or step_number(go.removeprefix("step-"))
    return address("list_check", place) if target == LAST else edit_address(item, target)


def page(request: HttpRequest, item: Item, step: int, context: dict[str, Any], status: int = 200) -> HttpResponse:
    campaign, today = item.campaign, clock.today()
    draft = draft_of(request, item, step)
    immediate = min(today + dt.timedelta(days=campaign.immediate_days), campaign.end_on)
    common = {
        "item": item,
        "step": step,
        "label": STEPS[step - 1][0],
        "steps": [{"number": number, "label": label} for number, (label, _) in enumerate(STEPS, start=1)],
        "part": f"problems/filing/{PAGES[step]}",
        "back": coming_back(request).get("back", ""),
        "back_url": address("my_list", place_of(item.checklist)),
        "draft_key": draft_key(item, step),
        "draft_version": draft.version if draft else 0,
        "marks": marks_at(item, step),
        "missing": missing_here(item, step),
        "soft_hint": step == 2 and lacks_fact(item),
        "campaign_end": campaign.end_on,
        "immediate": immediate,
        "today": today,
    }
    return render(request, "problems/filing/step.html", common | context, status=status)


def missing_here(item: Item, step: int) -> list[Fault]:
    """What this page lacks; said only where something was written already or the list came back."""
    answers = {1: item.problem_type_id, 2: item.problem, 3: item.cause, 4: item.goal}
    if not answers[step] and not item.checklist.returned_count:
        return []
    return [fault for fault in item_faults(item, item.campaign) if fault.step == step]


def conflict(request: HttpRequest, item: Item, step: int, form: StepForm, mine: Raw) -> HttpResponse:
    """Both versions side by side; nothing is overwritten before the person chose."""
    theirs = own_names(form, form.stored(item))
    rows = [
        {"key": key, "label": label, "mine": form.shown(names, mine), "theirs": form.shown(names, theirs)}
        for key, label, names in form.groups()
        if any(mine.get(name) != theirs.get(name) for name in names)
    ]
    context = {
        "item": item,
        "step": step,
        "rows": rows,
        "sent": [(name, value) for name, values in mine.items() for value in values],
        "go": request.POST.get("go", "next"),
        "back": coming_back(request).get("back", ""),
        "theirs_digest": digest(theirs),
        "label": STEPS[step - 1][0],
    }
    return render(request, "problems/filing/conflict.html", context, status=409)


def resolved(request: HttpRequest, form: StepForm, mine: Raw, theirs: Raw) -> Raw:
    """The person's choice, field by field."""
    merged = dict(mine)
    for key, _, names in form.groups():
        if request.POST.get(f"pick-{key}") == "theirs":
            for name in names:
                merged.pop(name, None)
            merged |= {name: theirs[name] for name in names if name in theirs}
    return merged
