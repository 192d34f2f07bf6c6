"""One move for many items: the preview names whom it leaves out, the answer says so again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from audit.actions import once
from core.workflow import Transition
from organization.scope import scoped
from problems.actions.bulk import MOST, Preview, bulk_row, preview, run
from problems.exports import codes_text
from problems.filters import canonical
from problems.forms.ledger import BulkForm
from problems.models import Item
from problems.views.desk import desk_of

#: How many are left out is said in the word of the move: 2 项未发送.
UNDONE = {"urge": "未发送"}


@scoped
def bulk(request: HttpRequest, move: str) -> HttpResponse:
    """GET shows what would happen, POST does it to the items that the preview listed."""
    row = bulk_row(move)
    if row is None:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    back = canonical(QueryDict(asked.get("filter", "")))
    items, too_many = chosen(request.user, asked, back)
    form = BulkForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and items and form.is_valid():
        return perform(request, row, items, form, back)
    context = {
        "form": form,
        "row": row,
        "preview": preview(row.name, items, by=request.user),
        "too_many": too_many,
        "filter": back,
        "action": reverse("problems:bulk", args=[row.name]),
        "cancel_url": ledger_url(back),
        **sentences(row, preview(row.name, items, by=request.user)),
    }
    template = "problems/_bulk_form.html" if request.htmx else "problems/bulk.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def ledger_url(query: str) -> str:
    return f"{reverse('problems:ledger')}{'?' if query else ''}{query}"


def chosen(user: Any, asked: QueryDict, query: str) -> tuple[list[Item], str]:
    """The ticked items, or all that the filter finds when that was said; never more than a request can bear."""
    desk = desk_of(user, QueryDict(query))
    if asked.get("all"):
        items = desk.items
    else:
        keys = [int(text) for text in asked.getlist("pk") if text.isascii() and text.isdigit() and len(text) < 12]
        items = desk.scope.filter(pk__in=keys[: MOST + 1])
    found = list(items.select_related("checklist", "cadre", "unit", "campaign").order_by("pk")[: MOST + 1])
    if len(found) > MOST:
        return [], f"一次最多办理 {MOST} 项，现在选中的超过了这个数。先用筛选缩小范围，再分批办理"
    return found, ""


def sentences(row: Transition, found: Preview) -> dict[str, str]:
    """35 项可催办；2 项不能."""
    ready = f"{len(found.ready)} 项可以{row.label}" if found.ready else f"选中的事项都不能{row.label}"
    skipped = f"{len(found.skipped)} 项不能，原因列在下面" if found.skipped and found.ready else ""
    return {"ready_text": ready, "skipped_text": skipped}


def perform(request: HttpRequest, row: Transition, items: list[Item], form: BulkForm, back: str) -> HttpResponse:
    done: list[Preview] = []
    fresh = once(
        request.POST.get("form_token", ""),
        by=request.user,
        call=lambda: done.append(run(row.name, items, by=request.user, **form.cleaned_data)),
    )
    if fresh:
        report(request, row, done[0])
    else:
        messages.info(request, f"这一批刚才已经{row.label}过，没有重复办理")
    url = ledger_url(back)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def report(request: HttpRequest, row: Transition, done: Preview) -> None:
    """已催办 35 项 / 2 项未发送：今天已催办过（ZG-2026-0417、ZG-2026-0388）."""
    undone = UNDONE.get(row.name, "未办理")
    if done.ready:
        messages.success(request, f"已{row.label} {len(done.ready)} 项")
    for reason, items in done.reasons:
        messages.warning(request, f"{len(items)} 项{undone}：{reason}（{codes_text(items)}）")
