"""The leadership page: is it on schedule, where not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaign.facts import chosen_campaign
from core import clock
from dashboard.facts.leadership import SCOPES, links, overview, sentence, worst
from dashboard.facts.waiting import LEADER_LANES, backlog, lanes
from dashboard.views.homes import page, split
from organization.scope import Role, requires


@require_safe
@requires(Role.LEADER, Role.UNIT_HEAD, Role.OFFICE, Role.AUDITOR)
def leadership(request: HttpRequest) -> HttpResponse:
    campaign, user, on = chosen_campaign(), request.user, clock.today()
    if campaign is None:
        return page(request, "dashboard/no_campaign.html", None, {"title": "整顿总览"})
    scope = request.GET.get("scope", "")
    scope = scope if scope in SCOPES else ""
    found = overview(user, campaign, scope, on)
    top, share = worst(found)
    context = {
        "found": found,
        "sentence": sentence(found),
        "worst": top,
        "worst_share": share,
        "links": links(scope),
        "backlog": backlog(user, campaign, on) if user.scope.holds(Role.OFFICE) else None,
        **split(lanes(LEADER_LANES, user, campaign, on) if user.scope.holds(Role.LEADER, Role.UNIT_HEAD) else []),
        "scopes": [(slug, label, slug == scope) for slug, label in SCOPES.items()],
        "day": campaign.day_number(on),
    }
    return page(request, "dashboard/leadership.html", campaign, context)
