"""The first screens: each says what waits for its reader, and every number opens the list that it counts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from campaign.facts import chosen_campaign
from campaign.models import Campaign
from core import clock
from core.paging import page_of
from dashboard.facts import cadre as mine_facts
from dashboard.facts.leadership import links
from dashboard.facts.startup import startup
from dashboard.facts.waiting import (
    DISCIPLINE_LANES,
    HEAD_LANES,
    OFFICE_LANES,
    PAGES,
    Lane,
    backlog,
    lanes,
    waiting_count,
)
from dashboard.nav import homes_for
from notifications.models import Notification
from organization.scope import Role, own, requires, scoped
from problems.coverage import coverage, missing, people
from problems.exports import ledger_items
from problems.facts import totals

MESSAGES, NAMES = 4, 8


def switches(request: HttpRequest, campaign: Campaign | None) -> list[dict[str, Any]]:
    """The other capacities of the person, with what waits in each."""
    user, on = request.user, clock.today()
    return [
        {"label": home.label, "url": home.url, "count": waiting_count(home.role, user, campaign, on)}
        for home in homes_for(user)
        if home.url != request.path
    ]


def split(found: list[Lane]) -> dict[str, list[Lane]]:
    """Lanes with something in them as cards, the others as one line."""
    return {"busy": [lane for lane in found if lane.count], "idle": [lane for lane in found if not lane.count]}


def page(request: HttpRequest, template: str, campaign: Campaign | None, context: dict[str, Any]) -> HttpResponse:
    shared = {"on": clock.today(), "switches": switches(request, campaign), "role_switch": True}
    return render(request, template, shared | context)


@require_safe
@own
def landing(request: HttpRequest) -> HttpResponse:
    """To the first home with something waiting, else to the first home."""
    homes, campaign, on = homes_for(request.user), chosen_campaign(), clock.today()
    waiting = (home for home in homes if waiting_count(home.role, request.user, campaign, on))
    return redirect(next(waiting, homes[0]).url)


@require_safe
@own
def my(request: HttpRequest) -> HttpResponse:
    campaign, user, on = chosen_campaign(), request.user, clock.today()
    if campaign is None:
        return page(request, "dashboard/no_campaign.html", None, {"title": "我的整改"})
    mine = mine_facts.read_mine(user, campaign)
    groups, done = mine_facts.stages(mine)
    context = {
        "mine": mine,
        "next": mine_facts.next_step(mine, user, on),  # type: ignore[arg-type]
        "groups": groups,
        "done": done,
        "rows": [(row, row.item.lamp(on)) for row in mine_facts.my_items(mine)],
        "more": mine.counts["total"] - len(mine.items),
        "last_return": mine_facts.last_return(mine),
        "audience": mine_facts.audience(mine, user),  # type: ignore[arg-type]
        "latest": Notification.objects.of(user)[:MESSAGES],
    }
    return page(request, "dashboard/my.html", campaign, context)


@require_safe
@requires(Role.UNIT_HEAD, Role.LEADER)
def section(request: HttpRequest) -> HttpResponse:
    """A unit head's page; a school's head sees the same of his school."""
    campaign, user, on = chosen_campaign(), request.user, clock.today()
    if campaign is None:
        return page(request, "dashboard/no_campaign.html", None, {"title": "本单位"})
    board = coverage(campaign, user)
    context = {
        **split(lanes(HEAD_LANES, user, campaign, on)),
        "board": board,
        "absent": missing(people(campaign, user)).select_related("user", "unit")[:NAMES],
        "totals": totals(ledger_items(user, campaign), on),
        "links": links(""),
        "unit": user.unit,
    }
    return page(request, "dashboard/section.html", campaign, context)


@require_safe
@requires(Role.OFFICE)
def office(request: HttpRequest) -> HttpResponse:
    campaign, user, on = chosen_campaign(), request.user, clock.today()
    steps = startup(campaign)
    context = {
        **split(lanes(OFFICE_LANES, user, campaign, on)),
        "backlog": backlog(user, campaign, on),
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "day": campaign.day_number(on) if campaign else None,
    }
    return page(request, "dashboard/office.html", campaign, context)


@require_safe
@requires(Role.DISCIPLINE)
def discipline(request: HttpRequest) -> HttpResponse:
    campaign = chosen_campaign()
    found = lanes(DISCIPLINE_LANES, request.user, campaign, clock.today())
    return page(request, "dashboard/discipline.html", campaign, split(found))


@require_safe
@scoped
def lane_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole of a lane for which the ledger has no filter; everybody sees his own rows only."""
    kind = PAGES.get(slug)
    if kind is None:
        raise Http404
    on, found = clock.today(), kind.rows(request.user, chosen_campaign(), clock.today())
    part = page_of(found.count(), request.GET.get("page"), "50")
    lines = kind.lines(found[part.first_row : part.first_row + part.size], on)
    return render(request, "dashboard/lane.html", {"kind": kind, "lines": lines, "page": part})
