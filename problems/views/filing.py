"""A person's own list: what stands in it, what is missing, and its way to the reviewer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from audit.actions import once
from core import clock
from core.workflow import MoveRefused
from organization.scope import own, scoped
from problems.actions.filing import add_item, faults_of, open_checklist, remove_item
from problems.actions.review import move_checklist
from problems.checklist import CHECKLIST, ListState
from problems.facts import lists_to_write
from problems.ledger import LIST_STATUS, Status
from problems.models import Checklist
from problems.views.filing_pages import (
    before,
    check_rows,
    list_rows,
    next_step,
    returns_of,
    step_now,
    steps_of,
    timeline_of,
    who_reads,
)
from problems.views.places import (
    address,
    chosen_place,
    edit_address,
    list_at,
    own_items,
    place_of,
    require_author,
    require_editable,
    reviewer_names,
    running_campaign,
)

#: An item of an approved list shows its own state; the list itself has arrived.
LIST_STATES = {ListState.APPROVED: Status("已进台账", "t-g", "check-circle", "审核通过，每个问题已编号进入台账")}


@own
@require_GET
def my_list(request: HttpRequest) -> HttpResponse:
    """The task page of one list: state, problems with what they lack, returns, history, paper form."""
    campaign, place = running_campaign(), chosen_place(request)
    checklist = list_at(request, place, campaign)
    steps = steps_of(checklist)
    faults = faults_of(checklist) if checklist and checklist.is_editable else []
    places = [
        {"label": one.label, "url": address("my_list", one), "current": one == place}
        for one in lists_to_write(request.user)  # type: ignore[arg-type]
    ]
    context: dict[str, Any] = {
        "running": campaign,
        "place": place,
        "places": places,
        "steps": steps,
        "step_now": step_now(steps),
        "new_url": address("item_new", place),
        "check_url": address("list_check", place),
    }
    if checklist:
        context |= list_context(request, checklist, faults)
    return render(request, "problems/my_list.html", context)


def list_context(request: HttpRequest, checklist: Checklist, faults: list) -> dict[str, Any]:
    reviewers = reviewer_names(checklist)
    is_author = checklist.cadre_id == request.user.pk
    rows = list_rows(checklist, faults)
    return {
        "checklist": checklist,
        "rows": rows,
        "status": LIST_STATES.get(checklist.state, LIST_STATUS[checklist.state]),
        "editable": is_author and checklist.is_editable,
        "is_author": is_author,
        "next": next_step(checklist, faults, reviewers) if rows else None,
        "moves": [row for row in CHECKLIST.available(checklist, request.user) if row.name != "submit"],
        "returns": returns_of(checklist),
        "events": timeline_of(checklist),
        "who_reads": who_reads(checklist, reviewers),
        "today": clock.today(),
    }


@own
@require_POST
def item_new(request: HttpRequest) -> HttpResponse:
    """A blank problem; a double click makes one, not two."""
    campaign, place = running_campaign(), chosen_place(request)
    made = []

    def begin() -> None:
        checklist = open_checklist(campaign, by=request.user, kind=place.kind, unit=place.unit)
        made.append(add_item(checklist, by=request.user))

    if campaign is None:
        return redirect(address("my_list", place))
    try:
        once(request.POST.get("form_token", ""), by=request.user, call=begin)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(edit_address(made[0]) if made else address("my_list", place))


@scoped
@require_http_methods(["GET", "POST"])
def item_remove(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Asks first and says what goes; only problems that never entered the ledger."""
    item = get_object_or_404(own_items(request), public_id=public_id)
    back = address("my_list", place_of(item.checklist))
    try:
        require_editable(item)
        if request.method == "POST":
            remove_item(item, by=request.user)
            messages.success(request, "已删除 1 项问题")
            return HttpResponseClientRedirect(back) if request.htmx else redirect(back)  # type: ignore[attr-defined]
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseClientRedirect(back) if request.htmx else redirect(back)  # type: ignore[attr-defined]
    template = "problems/filing/_remove.html" if request.htmx else "problems/filing/remove.html"  # type: ignore[attr-defined]
    return render(request, template, {"item": item, "back": back})


@own
@require_http_methods(["GET", "POST"])
def list_check(request: HttpRequest) -> HttpResponse:
    """Page 5: everything as the reviewer will read it, what is missing, and the submission."""
    place = chosen_place(request)
    checklist = require_author(request, list_at(request, place, running_campaign()))
    if not checklist.is_editable:
        return redirect(address("list_done", place))
    faults = faults_of(checklist)
    refused = ""
    if request.method == "POST" and not faults:
        try:
            once(
                request.POST.get("form_token", ""),
                by=request.user,
                call=lambda: move_checklist(checklist, "submit", by=request.user),
            )
            return redirect(address("list_done", place))
        except MoveRefused as refusal:
            refused = str(refusal)
    context = check_context(checklist, faults) | {"refused": refused, "asked": request.method == "POST"}
    return render(request, "problems/filing/check.html", context, status=status_of(request, refused))


def status_of(request: HttpRequest, refused: str) -> int:
    if refused:
        return 409
    return 422 if request.method == "POST" else 200


def check_context(checklist: Checklist, faults: list) -> dict[str, Any]:
    reviewers = reviewer_names(checklist)
    place = place_of(checklist)
    return {
        "checklist": checklist,
        "place": place,
        "faults": [{"fault": fault, "url": fault_address(fault, address("my_list", place))} for fault in faults],
        "rows": check_rows(checklist, faults),
        "reviewers": reviewers,
        "who_reads": who_reads(checklist, reviewers),
        "back": address("my_list", place),
        "new_url": address("item_new", place),
    }


def fault_address(fault: Any, list_url: str) -> str:
    if fault.item is None:
        return list_url
    return edit_address(fault.item, fault.step, back="check")


@own
@require_GET
def list_done(request: HttpRequest) -> HttpResponse:
    """The receipt; stays right when it is opened again later."""
    place = chosen_place(request)
    checklist = require_author(request, list_at(request, place, running_campaign()))
    if checklist.state in (ListState.DRAFT, ListState.RETURNED):
        return redirect(address("my_list", place))
    context = {
        "checklist": checklist,
        "rows": list_rows(checklist, []),
        "reviewers": reviewer_names(checklist),
        "back": address("my_list", place),
        "until": before(checklist.step_due_on) if checklist.step_due_on else "",
    }
    return render(request, "problems/filing/done.html", context)
