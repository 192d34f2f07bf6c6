"""The two gates of a list: queue and reading pane, the list itself, and one view for every move of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from audit.actions import record
from audit.models import AuditEntry
from campaign.models import Campaign
from core.paging import whole
from core.workflow import Transition
from organization.scope import Role, requires, scoped
from problems.actions.review import move_checklist
from problems.checklist import CHECKLIST
from problems.forms.review import LIST_FORMS, QUESTIONS, ListMoveForm
from problems.models import Checklist
from problems.notices import LIST_NOTICES
from problems.views.item import attempt, heard, names_of, offered
from problems.views.places import address, place_of
from problems.views.review_page import (
    GATES,
    OFFICE,
    UNIT,
    Gate,
    left_the_queue,
    list_context,
    missing_people,
    owes_first,
    problems_of,
    queue_of,
    queue_rows,
    waiting_extensions,
    waiting_items,
    with_people,
)

DONE_TEXTS = {"endorse": "初审通过", "enter": "审核通过，已进台账"}


@scoped
@require_GET
def review_unit(request: HttpRequest) -> HttpResponse:
    return review(request, UNIT)


@requires(Role.OFFICE)
@require_GET
def review_office(request: HttpRequest) -> HttpResponse:
    return review(request, OFFICE)


def review(request: HttpRequest, gate: Gate) -> HttpResponse:
    """The queue, the list that is open, and the tabs with what else waits at this gate."""
    user, tab = request.user, request.GET.get("tab", "lists")
    queue, asked = queue_of(gate, user), whole(request.GET.get("open"), 0)
    opened = next((row for row in queue if row.pk == asked), None)
    current = opened or (queue[0] if queue else None)
    context: dict[str, Any] = {
        "gate": gate,
        "tab": tab if tab in ("closures", "extensions") else "lists",
        "open": bool(opened),
        "rows": queue_rows(queue, gate, current),
        "closures": waiting_items(gate, user),
        "extensions": waiting_extensions(gate, user),
        "gone": left_the_queue(gate, user, asked) if asked and not opened else "",
        "questions": QUESTIONS,
    }
    if context["tab"] == "lists" and current is not None:
        context |= reading(request, current, gate)
    elif context["tab"] == "lists":
        running = Campaign.objects.running().first()
        context["missing"] = missing_people(user, running) if running else None
    return render(request, "problems/review.html", context)


def reading(request: HttpRequest, row: Checklist, gate: Gate) -> dict[str, Any]:
    checklist = get_object_or_404(with_people(Checklist.objects.filter(pk=row.pk)))
    context = list_context(checklist, request.user, queue=gate.key)
    note_reading(request, checklist, context)
    blocked = owes_first(checklist, request.user)
    return context | {"blocked": blocked, "forms": pass_forms(request, checklist, context)}


def pass_forms(request: HttpRequest, checklist: Checklist, context: dict[str, Any]) -> list[dict[str, Any]]:
    """Passing is one click, with the consequence in front of the button."""
    return [
        {"row": row, "form": ListMoveForm(item=checklist, row=row, user=request.user, items=[], auto_id="pass_%s")}
        for row in context["passing"]
    ]


def note_reading(request: HttpRequest, checklist: Checklist, context: dict[str, Any]) -> None:
    if context["restricted"] and checklist.cadre_id != request.user.pk:
        label = f"{checklist.receipt or '问题清单'}（{checklist.cadre.name}）"
        record(AuditEntry.Kind.READ_RESTRICTED, by=request.user, object_label=label, request=request)


def visible_list(request: HttpRequest, pk: int) -> Checklist:
    return get_object_or_404(with_people(Checklist.objects.visible_to(request.user)), pk=pk)


@scoped
@require_GET
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """One list to read and print: what was submitted, round by round, and what became of it."""
    found = visible_list(request, pk)
    context = list_context(found, request.user, number=whole(request.GET.get("round"), 0))
    note_reading(request, found, context)
    own = found.cadre_id == request.user.pk
    back = address("my_list", place_of(found)) if own else waiting_at(request, found)
    return render(request, "problems/checklist.html", context | {"own": own, "back_url": back})


def waiting_at(request: HttpRequest, found: Checklist) -> str:
    """The queue in which this list waits for the reader, if it does."""
    gates = (gate for gate in GATES.values() if gate.lists(request.user).filter(pk=found.pk).exists())
    gate = next(gates, None)
    return gate.address(open=found.pk) if gate else ""


@scoped
@require_http_methods(["GET", "POST"])
def checklist_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """The form of one row of the list's workflow, and its execution."""
    found, user = visible_list(request, pk), request.user
    row = offered(CHECKLIST.get(move), found, request)
    form_class = LIST_FORMS.get(move, ListMoveForm)
    sent = request.POST if request.method == "POST" else None
    form = form_class(sent, item=found, row=row, user=user, items=problems_of(found, user))  # type: ignore[arg-type]
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: move_checklist(found, move, by=user, **form.payload()))
        if status == 302:
            return done(request, found, row)
    return draw(request, found, form, status=status)


def chosen_gate(request: HttpRequest) -> Gate | None:
    return GATES.get(request.GET.get("queue", ""))


def done(request: HttpRequest, found: Checklist, row: Transition) -> HttpResponse:
    """On to the next list of the queue; the author goes back to his own."""
    text = f"{found.cadre.name}的清单：{DONE_TEXTS.get(row.name, f'已{row.label}')}"
    text = f"已{row.label}" if found.cadre_id == request.user.pk else text
    messages.success(request, text + heard(LIST_NOTICES.get(row.name), found, request.user))
    target = next_place(request, found, row)
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]


def told(found: Checklist, row: Transition, user: Any) -> str:
    notice = LIST_NOTICES.get(row.name)
    return names_of(person for person in (notice.people(found) if notice else []) if person.pk != user.pk)


def next_place(request: HttpRequest, found: Checklist, row: Transition) -> str:
    gate = chosen_gate(request)
    if gate is not None:
        following = gate.lists(request.user).order_by("step_due_on", "pk").values_list("pk", flat=True).first()
        return gate.address(open=following) if following else gate.address()
    if found.cadre_id == request.user.pk:
        return address("list_done" if row.name == "submit" else "my_list", place_of(found))
    still = Checklist.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return found.get_absolute_url() if still else "/"


def draw(request: HttpRequest, found: Checklist, form: ListMoveForm, *, status: int) -> HttpResponse:
    gate, row = chosen_gate(request), form.row
    action = reverse("problems:checklist_move", args=[found.pk, row.name])
    context = {
        "form": form,
        "checklist": found,
        "row": row,
        "action": f"{action}?queue={gate.key}" if gate else action,
        "danger": row.tone == "danger",
        "people": told(found, row, request.user),
        "cancel_url": gate.address(open=found.pk) if gate else found.get_absolute_url(),
        "blocked": owes_first(found, request.user) and row.name in ("endorse", "send_back"),
    }
    template = "problems/_checklist_move.html" if request.htmx else "problems/checklist_move.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)
