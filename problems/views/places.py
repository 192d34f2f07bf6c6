"""Which list a page of the filing area is about, and what stands around it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from campaign.models import Campaign
from core.workflow import MoveRefused
from organization.models import Unit
from problems.facts import ListPlace, lists_to_write, next_reviewers
from problems.ledger import State
from problems.models import Checklist, Item


def running_campaign() -> Campaign | None:
    return Campaign.objects.running().first()


def chosen_place(request: HttpRequest) -> ListPlace:
    """The list named by ``list``, the person's own when none is named; lists of others are not found."""
    key = request.POST.get("list") or request.GET.get("list") or Checklist.Kind.PERSONAL
    for place in lists_to_write(request.user):  # type: ignore[arg-type]
        if place.key == key:
            return place
    raise Http404


def list_at(request: HttpRequest, place: ListPlace, campaign: Campaign | None) -> Checklist | None:
    lists = Checklist.objects.visible_to(request.user).select_related("campaign", "cadre__unit", "unit", "review_unit")
    if place.unit is None:
        return lists.filter(campaign=campaign, kind=place.kind, cadre=request.user.pk).first()
    return lists.filter(campaign=campaign, kind=place.kind, unit=place.unit).first()


def place_of(checklist: Checklist) -> ListPlace:
    personal = checklist.kind == Checklist.Kind.PERSONAL
    return ListPlace(checklist.kind, None if personal else checklist.unit)


def address(name: str, place: ListPlace, **params: Any) -> str:
    """Address of a page of this list; the person's own list needs no name in it."""
    query = urlencode(({} if place.unit is None else {"list": place.key}) | params)
    return reverse(f"problems:{name}") + (f"?{query}" if query else "")


#: Faults and marks name a column of the item; these stand in the page under another name.
BOXES = {"cause": "cause_1", "measures": "measures-1-text"}


def edit_address(item: Item, step: int = 1, field: str = "", **params: Any) -> str:
    query = urlencode({"step": step} | params)
    anchor = f"#id_{BOXES.get(field, field)}" if field else ""
    return f"{reverse('problems:item_edit', args=[item.public_id])}?{query}{anchor}"


def require_author(request: HttpRequest, checklist: Checklist | None) -> Checklist:
    if checklist is None or checklist.cadre_id != request.user.pk:
        raise Http404
    return checklist


def own_items(request: HttpRequest) -> Any:
    """Problems of the lists that this person writes, his own or collective, in the running campaign."""
    lists = Checklist.objects.visible_to(request.user).filter(cadre=request.user.pk, campaign=running_campaign())
    return (
        Item.objects.filter(checklist__in=lists)
        .exclude(state=State.TRANSFERRED)
        .select_related("campaign", "checklist__cadre__unit", "checklist__unit", "checklist__campaign", "problem_type")
    )


def require_editable(item: Item) -> None:
    if item.state != State.LISTED:
        raise MoveRefused("这一项已经进入台账，在台账里更新进展")
    if not item.checklist.is_editable:
        raise MoveRefused(f"清单现在是“{item.checklist.state_label}”，不能修改。需要修改时先撤回")


def reviewer_names(checklist: Checklist) -> str:
    """办公室宋立平: who has or will have the first gate, as a reader knows him."""
    people = next_reviewers(checklist)
    names = [f"{person.unit if in_section(person.unit) else ''}{person.name}" for person in people]
    return "、".join(names) or checklist.campaign.office_name


def in_section(unit: Unit | None) -> bool:
    return unit is not None and unit.kind != Unit.Kind.BUREAU
