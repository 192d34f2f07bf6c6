"""The campaign: its plan for everybody to read, and the pages where the office keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.actions import once
from campaign import actions
from campaign.facts import chosen_campaign, stages
from campaign.forms import CampaignForm, EventRows, NewCampaignForm, PhaseRows, all_errors
from campaign.models import Campaign, PhaseTemplate
from core import clock
from core.workflow import MoveRefused
from organization.scope import Role, requires, signed_in

CONFLICT = 409


@require_safe
@signed_in
def campaign_list(request: HttpRequest) -> HttpResponse:
    context = {
        "campaigns": Campaign.objects.all(),
        "current": chosen_campaign(),
        "can_manage": request.user.scope.holds(Role.OFFICE),
    }
    return render(request, "campaign/list.html", context)


@require_safe
@signed_in
def detail(request: HttpRequest, code: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign.objects.select_related("office_unit"), code=code)
    number, length = campaign.day_number(clock.today())
    context = {
        "campaign": campaign,
        "day": number,
        "length": length,
        "stages": stages(campaign),
        "events": campaign.events.all(),
        "templates": PhaseTemplate.objects.filter(active=True),
        "can_manage": request.user.scope.holds(Role.OFFICE),
    }
    return render(request, "campaign/detail.html", context)


@requires(Role.OFFICE)
def new(request: HttpRequest) -> HttpResponse:
    form = NewCampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Campaign] = []

        def call() -> None:
            made.append(actions.create_campaign(**form.cleaned_data, by=request.user))

        try:
            if not once(request.POST.get("form_token", ""), by=request.user, call=call):
                return redirect("campaign:detail", form.cleaned_data["code"])
        except MoveRefused as refusal:
            form.add_error("code" if "代码" in str(refusal) else None, str(refusal))
        else:
            count = made[0].participants.count()
            messages.success(request, f"已新建“{made[0].name}”，按规则加入 {count} 人")
            return redirect("campaign:detail", made[0].code)
    return render(request, "campaign/new.html", {"form": form}, status=CONFLICT if form.errors else 200)


@requires(Role.OFFICE)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, code=code)
    # The form writes into its instance while checking; the action compares with the stored row.
    form = CampaignForm(request.POST or None, instance=get_object_or_404(Campaign, code=code))
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.update_campaign(campaign, form.values(), by=request.user)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已修改：{'、'.join(found)}" if found else "没有改动")
            return redirect("campaign:detail", code)
    status = CONFLICT if form.errors else 200
    return render(request, "campaign/edit.html", {"form": form, "campaign": campaign}, status=status)


def edit_rows(
    request: HttpRequest, formset: Any, campaign: Campaign, page: dict[str, Any], save: Callable[[list], None]
) -> HttpResponse:
    """One page of rows: checked, saved by one action, shown again with what was typed when it was refused."""
    errors = []
    if request.method == "POST" and formset.is_valid():
        try:
            save(formset.rows())
        except MoveRefused as refusal:
            errors = [str(refusal)]
        else:
            messages.success(request, page["saved"])
            return redirect("campaign:detail", campaign.code)
    errors += [*formset.non_form_errors(), *(text for form in formset.forms for text in all_errors(form))]
    context = {"campaign": campaign, "formset": formset, "errors": [{"text": text} for text in errors], **page}
    return render(request, "campaign/rows.html", context, status=CONFLICT if errors else 200)


@requires(Role.OFFICE)
def phases(request: HttpRequest, code: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, code=code)
    stored = list(campaign.phases.values("name", "start_on", "end_on"))
    formset = PhaseRows(request.POST or None, initial=stored, prefix="phase")
    page = {
        "title": "阶段",
        "hint": "可以没有阶段，可以交叉，也可以在活动结束之后（回头看）。阶段只说明安排，不限制办理",
        "add": "增加阶段",
        "saved": "阶段已保存",
    }

    def save(rows: list[dict[str, Any]]) -> None:
        actions.save_phases(campaign, sorted(rows, key=lambda row: row["start_on"]), by=request.user)

    return edit_rows(request, formset, campaign, page, save)


@requires(Role.OFFICE)
def events(request: HttpRequest, code: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, code=code)
    formset = EventRows(request.POST or None, initial=list(campaign.events.values("name", "on")), prefix="event")
    page = {
        "title": "时间节点",
        "hint": "整改时限写“学期末”“国庆节前”“活动结束”时，按这里的日期算",
        "add": "增加时间节点",
        "saved": "时间节点已保存",
    }

    def save(rows: list[dict[str, Any]]) -> None:
        actions.save_events(campaign, [(row["name"], row["on"]) for row in rows], by=request.user)

    return edit_rows(request, formset, campaign, page, save)


@require_POST
@requires(Role.OFFICE)
def template(request: HttpRequest, code: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, code=code)
    chosen = get_object_or_404(PhaseTemplate, code=request.POST.get("template", ""), active=True)
    return act(request, campaign, lambda: actions.apply_template(campaign, chosen, by=request.user), "阶段已按方案重排")


@require_POST
@requires(Role.OFFICE)
def archive(request: HttpRequest, code: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, code=code)
    call = actions.reopen_campaign if campaign.is_archived else actions.archive_campaign
    done = "已取消归档，可以继续办理" if campaign.is_archived else "已归档，所有人只能查看"
    return act(request, campaign, lambda: call(campaign, by=request.user), done)


def act(request: HttpRequest, campaign: Campaign, call: Callable[[], object], done: str) -> HttpResponse:
    try:
        call()
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("campaign:detail", campaign.code)
