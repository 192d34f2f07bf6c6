"""What is being typed, kept on the server within seconds, as typed."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.workflow import MoveRefused
from organization.scope import scoped
from problems.actions.filing import DraftConflict, save_draft
from problems.facts import leaders_of_list, people_of_list
from problems.forms.fields import tidy
from problems.forms.filing import own_names, step_form
from problems.models import Draft, Item
from problems.views.item_form import FORM
from problems.views.places import own_items, require_editable

KEY = re.compile(r"([0-9a-f-]{36})-([1-4])")
MOST_BYTES = 64 * 1024
MOST_FIELDS = 60
MOST_VERSION = 2**31 - 1


class Unreadable(Exception):
    """The body is not a draft; the message says so to the person."""


@scoped
@require_http_methods(["GET", "PUT"])
def draft(request: HttpRequest, form: str, key: str) -> JsonResponse:
    item, step = find(request, form, key)
    if request.method == "GET":
        mine = Draft.objects.filter(user=request.user, form=form, key=key).first()
        return JsonResponse({"version": mine.version if mine else 0, "data": mine.data if mine else {}})
    try:
        require_editable(item)
        version, sent = read(request)
    except MoveRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=403)
    except Unreadable as reason:
        return JsonResponse({"error": str(reason)}, status=400)
    data = content(item, step, sent)
    try:
        kept = save_draft(form, key, data, by=request.user, version=version)
    except DraftConflict as clash:
        return JsonResponse(both(clash.draft, sent, data), status=409)
    return JsonResponse({"version": kept.version, "saved_at": clock_text(kept)})


def find(request: HttpRequest, form: str, key: str) -> tuple[Item, int]:
    """The problem that the key names, if this person writes it."""
    match = KEY.fullmatch(key)
    if form != FORM or match is None:
        raise Http404
    try:
        public_id = UUID(match[1])
    except ValueError as wrong:
        raise Http404 from wrong
    return get_object_or_404(own_items(request), public_id=public_id), int(match[2])


def read(request: HttpRequest) -> tuple[int, dict[str, list[str]]]:
    if len(request.body) > MOST_BYTES:
        raise Unreadable("这一页的内容超过 64 KB，没有自动保存。请删减后再试")
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("没有读懂要保存的内容，请刷新页面后再试") from wrong
    version = sent.get("version") if isinstance(sent, dict) else None
    data = sent.get("data") if isinstance(sent, dict) else None
    if type(version) is not int or not 0 <= version <= MOST_VERSION or not is_form_data(data):
        raise Unreadable("要保存的内容不完整，请刷新页面后再试")
    return version, {name: [tidy(one) for one in values] for name, values in data.items()}


def is_form_data(data: Any) -> bool:
    """{field name: [texts]}, the way a browser sends a form."""
    return (
        isinstance(data, dict)
        and len(data) <= MOST_FIELDS
        and all(isinstance(values, list) and all(isinstance(one, str) for one in values) for values in data.values())
    )


def content(item: Item, step: int, sent: dict[str, list[str]]) -> dict[str, list[str]]:
    """Only the fields of this page, and the mark of the stored version that the text was typed over."""
    page = step_form(step, item, people=people_of_list(item.checklist), leaders=leaders_of_list(item.checklist))
    kept = own_names(page, sent)
    seen = sent.get("seen", [""])[0][:16]
    return kept | ({"seen": [seen]} if seen else {})


def both(draft: Draft, sent: dict[str, list[str]], mine: dict[str, list[str]]) -> dict[str, Any]:
    """The other window's text; fields that are no content are echoed so that they do not look different."""
    tokens = {name: values for name, values in sent.items() if name not in mine and any(values)}
    empty = {name: values for name, values in sent.items() if not any(values)}
    theirs = tokens | empty | draft.data
    if "seen" in sent:
        theirs["seen"] = sent["seen"]
    return {
        "version": draft.version,
        "theirs": theirs,
        "theirs_by": "本人在另一个窗口",
        "theirs_at": clock_text(draft),
        "saved_at": clock_text(draft),
    }


def clock_text(draft: Draft) -> str:
    return timezone.localtime(draft.saved_at).strftime("%H:%M")
