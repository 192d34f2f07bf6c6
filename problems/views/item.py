"""One ledger item: its page, and one view for every move of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from audit.actions import once, record
from audit.models import AuditEntry
from core.files import FileRefused
from core.workflow import MoveRefused, Transition, stale_text
from organization.scope import scoped
from problems.actions.extension import move_extension
from problems.actions.item import move_item
from problems.extension import EXTENSION
from problems.forms.moves import MOVE_FORMS, ExtensionMoveForm, MoveForm
from problems.ledger import LEDGER, State
from problems.models import Extension, Item
from problems.notices import EXTENSION_NOTICES, ITEM_NOTICES, Notice
from problems.notices import cadre as to_the_cadre
from problems.views.item_page import item_context, with_history

#: Where “已” and the button's label do not make a sentence.
DONE_TEXTS = {
    "hand_over": "已请接手人确认",
    "decline_hand_over": "没有接受交接",
    "decline_reopen": "不予重开，维持销号",
}
#: Moves after which the person himself may no longer see the item.
OUT_OF_SIGHT = frozenset({"transfer", "accept_hand_over", "decline_hand_over"})
NAMED = 3


def named(slug: str) -> Q:
    """By number, or before there is one by the identifier."""
    try:
        return Q(code=slug) | Q(public_id=uuid.UUID(slug))
    except ValueError:
        return Q(code=slug)


def visible_item(request: HttpRequest, slug: str) -> Item:
    return get_object_or_404(with_history(Item.objects.visible_to(request.user)), named(slug))


def movable_item(request: HttpRequest, slug: str) -> Item:
    """Without its history: an action must ask the database, not what the page read before."""
    lean = Item.objects.visible_to(request.user).select_related(
        "cadre", "unit", "campaign", "checklist", "problem_type"
    )
    return get_object_or_404(lean, named(slug))


def note_reading(request: HttpRequest, item: Item) -> None:
    """Reading what is restricted is recorded, except by the person whom it is about."""
    if item.restricted and item.cadre_id != request.user.pk:
        label = f"{item.code or '未进台账的问题'}（{item.cadre.name}）"
        record(AuditEntry.Kind.READ_RESTRICTED, by=request.user, object_label=label, request=request)


def way_back(request: HttpRequest, item: Item) -> dict[str, str]:
    if item.cadre_id != request.user.pk:
        return {"back_url": reverse("problems:ledger"), "back_label": "整改台账"}
    if item.state == State.LISTED:
        return {"back_url": reverse("problems:my_list"), "back_label": "我的清单"}
    return {"back_url": "/my/", "back_label": "我的整改"}


@scoped
@require_GET
def item(request: HttpRequest, slug: str) -> HttpResponse:
    found = visible_item(request, slug)
    note_reading(request, found)
    context = item_context(found, request.user)
    if request.htmx and request.GET.get("panel"):  # type: ignore[attr-defined]
        return render(request, "problems/_panel.html", context)
    printed = reverse("problems:item_print", args=[found.slug])
    return render(request, "problems/item.html", context | way_back(request, found) | {"print_url": printed})


@scoped
@require_GET
def item_print(request: HttpRequest, slug: str) -> HttpResponse:
    found = visible_item(request, slug)
    note_reading(request, found)
    return render(request, "problems/item_print.html", item_context(found, request.user))


@scoped
@require_http_methods(["GET", "POST"])
def item_move(request: HttpRequest, slug: str, move: str) -> HttpResponse:
    """The form of one row of the ledger's workflow, and its execution."""
    found, user = movable_item(request, slug), request.user
    row = offered(LEDGER.get(move), found, request)
    form_class = MOVE_FORMS.get(move, MoveForm)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_class(*sent, item=found, row=row, user=user)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: move_item(found, move, by=user, **form.payload()))
        if status == 302:
            return done(request, found, row, ITEM_NOTICES.get(move))
    people = told(ITEM_NOTICES.get(move), found, user)
    action = reverse("problems:item_move", args=[found.slug, move])
    return draw(request, form, row, action=action, people=people, status=status)


@scoped
@require_http_methods(["GET", "POST"])
def extension_move(request: HttpRequest, slug: str, pk: int, move: str) -> HttpResponse:
    found, user = movable_item(request, slug), request.user
    extension = get_object_or_404(Extension, pk=pk, item=found)
    extension.item = found
    row = offered(EXTENSION.get(move), extension, request)
    sent = request.POST if request.method == "POST" else None
    form = ExtensionMoveForm(sent, item=found, row=row, user=user, extension=extension)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: move_extension(extension, move, by=user, **form.payload()))
        if status == 302:
            return done(request, found, row, EXTENSION_NOTICES.get(move))
    people = told(EXTENSION_NOTICES.get(move), found, user)
    action = reverse("problems:extension_move", args=[found.slug, pk, move])
    return draw(request, form, row, action=action, people=people, status=status)


def offered(row: Transition | None, obj: Any, request: HttpRequest) -> Transition:
    """The row if it is the reader's; a form sent from a page that has grown old may still be answered."""
    if row is None or not row.allowed(request.user, obj):
        raise Http404
    if request.method == "GET" and obj.state not in row.source:
        raise Http404
    return row


def attempt(form: MoveForm, call: Callable[[], object]) -> int:
    """302 when it is done (now or by the same form before); else the status with which the form is shown again."""
    if not form.is_valid():
        return 422
    if form.is_stale():
        form.add_error(None, stale_text(form.subject))
        form.renewed()
        return 409
    try:
        once(form.cleaned_data["form_token"], by=form.user, call=call)
    except FileRefused as refusal:
        form.add_error("files", str(refusal))
        return 422
    except MoveRefused as refusal:
        form.subject.refresh_from_db(fields=["state", "version"])
        form.add_error(None, str(refusal))
        form.renewed()
        return 409
    return 302


def names_of(people: Iterable[Any]) -> str:
    names = [person.name for person in people]
    return "、".join(names[:NAMED]) + (f"等 {len(names)} 人" if len(names) > NAMED else "")


def told(notice: Notice | None, item: Item, user: Any) -> str:
    """Names of those who will get a message."""
    people = notice.people(item) if notice else []
    return names_of(person for person in people if person and person.pk != user.pk)


def heard(notice: Notice | None, obj: Any, user: Any) -> str:
    """Whom the message reached, where that is known without asking the database again; the form named the others."""
    to_cadre = notice is not None and notice.people is to_the_cadre and obj.cadre_id != user.pk
    return f"，已通知{obj.cadre.name}" if to_cadre else ""


def done(request: HttpRequest, item: Item, row: Transition, notice: Notice | None) -> HttpResponse:
    messages.success(request, DONE_TEXTS.get(row.name, f"已{row.label}") + heard(notice, item, request.user))
    still = row.name not in OUT_OF_SIGHT or Item.objects.visible_to(request.user).filter(pk=item.pk).exists()
    here = item.get_absolute_url() if still else "/"
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(came_from(request, still) or here)
    return redirect(here)


def came_from(request: HttpRequest, still: bool) -> str:
    """The page whose dialog this was, so that a filtered ledger stays as it is."""
    path = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    item_pages = path.startswith("/ledger/") and not path.startswith("/ledger/?")
    return "" if item_pages and not still else path


def draw(
    request: HttpRequest, form: MoveForm, row: Transition, *, action: str, people: str, status: int
) -> HttpResponse:
    item = form.item
    context = {
        "form": form,
        "item": item,
        "row": row,
        "title": row.label,
        "action": action,
        "submit_label": row.label,
        "danger": row.tone == "danger",
        "people": people,
        "cancel_url": item.get_absolute_url(),
        "compared": row.name in ("confirm", "close", "close_stage", "close_finally"),
    }
    template = "problems/_move.html" if request.htmx else "problems/item_move.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)
