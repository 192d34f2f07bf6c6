"""Who takes part: the list, the exemptions, and what following the roster would change."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from campaign import actions
from campaign.facts import roster_changes
from campaign.forms import ExemptForm
from campaign.models import Campaign, Participant
from core.paging import page_of
from core.workflow import MoveRefused
from organization.models import Unit
from organization.scope import Role, requires


def address(campaign: Campaign) -> str:
    return reverse("campaign:participants", args=[campaign.code])


def matching(campaign: Campaign, asked: dict[str, str]) -> Any:
    rows = campaign.participants.select_related("user", "unit", "exempted_by")
    if asked["q"]:
        rows = rows.filter(Q(user__name__icontains=asked["q"]) | Q(user__staff_no__icontains=asked["q"]))
    if asked["unit"]:
        rows = rows.filter(unit__code=asked["unit"])
    if asked["exempt"]:
        rows = rows.exclude(exempt_reason="")
    return rows.leaders_first()


@require_safe
@requires(Role.OFFICE)
def participants(request: HttpRequest, code: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, code=code)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "unit", "exempt")}
    rows = matching(campaign, asked)
    page = page_of(rows.count(), request.GET.get("page"), "50")
    params = urlencode({name: value for name, value in asked.items() if value})
    context = {
        "campaign": campaign,
        "rows": rows[page.first_row : page.first_row + page.size],
        "page": page,
        "asked": asked,
        "units": Unit.objects.filter(pk__in=campaign.participants.values("unit")).order_by("path"),
        "total": campaign.participants.count(),
        "exempted": campaign.participants.exclude(exempt_reason="").count(),
        "params": f"{params}&" if params else "",
    }
    return render(request, "campaign/participants.html", context)


@requires(Role.OFFICE)
def sync(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows what would change; POST does it."""
    campaign = get_object_or_404(Campaign, code=code)
    if request.method != "POST":
        context = {"campaign": campaign, "changes": roster_changes(campaign)}
        return render(request, "campaign/sync.html", context)
    try:
        done = actions.sync_participants(campaign, by=request.user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = f"新增 {len(done.joining)} 人，换单位 {len(done.moving)} 人，离开 {len(done.leaving)} 人"
        messages.success(request, text if done.any else "与名册一致，没有变动")
    return redirect(address(campaign))


@requires(Role.OFFICE)
def exempt(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    participant = get_object_or_404(Participant.objects.select_related("user", "campaign"), campaign__code=code, pk=pk)
    form = ExemptForm(request.POST or None, initial={"reason": participant.exempt_reason})
    if request.method == "POST" and form.is_valid():
        try:
            actions.exempt(participant, form.cleaned_data["reason"], by=request.user)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{participant.user.name}免填问题清单")
            return redirect(address(participant.campaign))
    context = {"form": form, "participant": participant, "campaign": participant.campaign}
    return render(request, "campaign/exempt.html", context, status=409 if form.errors else 200)


@require_POST
@requires(Role.OFFICE)
def unexempt(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    participant = get_object_or_404(Participant.objects.select_related("user", "campaign"), campaign__code=code, pk=pk)
    try:
        actions.unexempt(participant, by=request.user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{participant.user.name}恢复填报")
    return redirect(address(participant.campaign))
