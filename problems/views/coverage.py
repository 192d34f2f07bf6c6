"""The one write of the coverage board; the board itself lies in dashboard."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaign.models import Campaign
from core.workflow import MoveRefused
from organization.models import Unit
from organization.scope import requires
from problems.actions.coverage import Reminded, remind_missing
from problems.coverage import REMINDING_ROLES


def in_words(result: Reminded) -> str:
    text = f"已提醒 {len(result.sent)} 人。" if result.sent else "没有发出提醒。"
    reasons: dict[str, list[str]] = defaultdict(list)
    for row, reason in result.skipped:
        reasons[reason].append(row.user.name)
    for reason, names in reasons.items():
        more = f"等 {len(names)} 人" if len(names) > 6 else ""
        text += f"{len(names)} 人未发送：{reason}（{'、'.join(names[:6])}{more}）。"
    return text


@require_POST
@requires(*REMINDING_ROLES)
def remind(request: HttpRequest) -> HttpResponse:
    # PostgreSQL takes no NUL sign in a text; here no form strips it.
    asked, code = (request.POST.get(name, "").replace("\x00", "") for name in ("campaign", "unit"))
    campaign = get_object_or_404(Campaign, code=asked)
    unit = get_object_or_404(Unit, code=code, pk__in=request.user.scope.units(REMINDING_ROLES)) if code else None
    try:
        result = remind_missing(campaign, by=request.user, unit=unit, kind=request.POST.get("kind", ""))
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.add_message(request, messages.SUCCESS if result.sent else messages.INFO, in_words(result))
    return redirect(f"{reverse('dashboard:coverage')}?campaign={campaign.code}")
