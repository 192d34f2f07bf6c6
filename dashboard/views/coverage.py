"""Who has filed: the board by unit, and the people behind each of its numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from campaign.facts import chosen_campaign
from campaign.models import COVERAGE_ROLES, Campaign
from core import clock
from core.paging import page_of
from organization.models import Unit, User
from organization.scope import READING_ROLES, requires
from problems.coverage import KINDS, REMINDING_ROLES, SHOW_LABELS, SHOWS, Standing, coverage, people, readable_lists

KIND_TABS = (("", "全部"), ("sections", "机关"), ("schools", "学校"))


def campaign_of(request: HttpRequest) -> Campaign | None:
    code = request.GET.get("campaign", "")
    campaign = chosen_campaign(code)
    if code and campaign is None:
        raise Http404
    return campaign


def query(request: HttpRequest, *names: str, **changes: str) -> str:
    """The named parameters of the address with some changed, ending in & where there are any."""
    pairs = {name: request.GET[name] for name in names if request.GET.get(name)} | changes
    kept = {name: value for name, value in pairs.items() if value}
    return f"{urlencode(kept)}&" if kept else ""


@require_safe
@requires(*COVERAGE_ROLES)
def board(request: HttpRequest) -> HttpResponse:
    campaign = campaign_of(request)
    if campaign is None:
        return render(request, "dashboard/coverage_none.html")
    kind = request.GET.get("kind", "")
    missing_only = request.GET.get("missing") == "1"
    found = coverage(campaign, request.user, kind=kind, missing_only=missing_only)
    context = {
        "campaign": campaign,
        "board": found,
        "shows": SHOW_LABELS.values(),
        "kind": kind,
        "kinds": [
            (f"?{query(request, 'campaign', 'missing', kind=slug)}", label, slug == kind) for slug, label in KIND_TABS
        ],
        "missing_only": missing_only,
        "toggle": f"?{query(request, 'campaign', 'kind', missing='' if missing_only else '1')}",
        "behind": query(request, "campaign", "kind"),
        "can_remind": request.user.scope.holds(*REMINDING_ROLES) and not campaign.is_archived,
        "today": clock.today(),
    }
    return render(request, "dashboard/coverage.html", context)


def narrowed(request: HttpRequest, campaign: Campaign, show: str, unit: Unit | None) -> Any:
    kind = request.GET.get("kind", "")
    level = User.Level.LEADERSHIP_MEMBER if request.GET.get("level") == "leaders" else ""
    rows = people(campaign, request.user, kind=kind, level=level).filter(standing__in=SHOWS[show])
    return rows.filter(unit=unit) if unit else rows


def line(row: Any, campaign: Campaign, lists: dict[int, int], user: Any) -> dict[str, Any]:
    """A liaison sees who filed; why somebody need not is for those who read the lists of the unit."""
    reads = row.unit_id in user.scope.units(READING_ROLES)
    return {
        "person": row.user,
        "unit": row.unit,
        "standing": Standing(row.standing).label,
        "due": campaign.list_due_for(row.user),
        "list": lists.get(row.user_id),
        "reason": row.exempt_reason if reads else "",
    }


@require_safe
@requires(*COVERAGE_ROLES)
def behind(request: HttpRequest) -> HttpResponse:
    """The people of one number, leaders first; the number and this list come from the same rows."""
    campaign = campaign_of(request)
    if campaign is None:
        raise Http404
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "missing"
    code = request.GET.get("unit", "")
    unit = get_object_or_404(Unit, code=code, pk__in=request.user.scope.units(COVERAGE_ROLES)) if code else None
    rows = narrowed(request, campaign, show, unit)
    page = page_of(rows.count(), request.GET.get("page"), "50")
    shown = list(rows.leaders_first().select_related("user", "unit")[page.first_row : page.first_row + page.size])
    lists = readable_lists(campaign, request.user, [row.user_id for row in shown])
    context = {
        "campaign": campaign,
        "unit": unit,
        "show": show,
        "heading": SHOW_LABELS[show],
        "leaders": request.GET.get("level") == "leaders",
        "kind": request.GET.get("kind", "") if request.GET.get("kind", "") in KINDS else "",
        "rows": [line(row, campaign, lists, request.user) for row in shown],
        "page": page,
        "params": query(request, "campaign", "kind", "unit", "level", "show"),
        "back": query(request, "campaign", "kind"),
        "tabs_of_list": [
            (f"?{query(request, 'campaign', 'kind', 'unit', 'level', show=slug)}", label, slug == show)
            for slug, label in SHOW_LABELS.items()
        ],
    }
    return render(request, "dashboard/coverage_people.html", context)
