"""Proof of a rectification: handed in with an answer per file, handed out through the item's permission only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import record
from audit.models import AuditEntry
from core.files import ACCEPT, FileRefused, attachment
from core.workflow import MoveRefused
from organization.scope import scoped
from problems.actions.evidence import add_evidence, cite_evidence
from problems.forms.evidence import CiteForm
from problems.models import Evidence, Item, Measure
from problems.views.item import movable_item
from problems.views.item_page import can_add


def pick(rows: Any, pk: str | None) -> Any:
    """The row of this item named in the address or the form; a strange one is not found."""
    if not pk:
        return None
    if not pk.isdecimal():
        raise Http404
    return get_object_or_404(rows, pk=int(pk))


def aims(request: HttpRequest, item: Item) -> dict[str, Any]:
    """What the upload proves and what it replaces."""
    given = request.POST if request.POST.get("measure") or request.POST.get("replaces") else request.GET
    measure: Measure | None = pick(item.measures.all(), given.get("measure"))
    replaces: Evidence | None = pick(item.evidence.exclude(file=""), given.get("replaces"))
    return {"measure": measure, "replaces": replaces}


@scoped
@require_http_methods(["GET", "POST"])
def evidence_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Several files at once, or a statement of where the material is kept."""
    item = movable_item(request, slug)
    target = aims(request, item)
    if request.method == "POST" and "where_kept" not in request.POST:
        return take_files(request, item, target)
    if not can_add(item, request.user):
        raise Http404
    form = CiteForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        cite_evidence(item, by=request.user, **form.payload())
        messages.success(request, "已写明材料出处")
        return redirect(item)
    context = {"item": item, "form": form, "accept": ACCEPT, "max_mb": settings.MAX_UPLOAD_MB, **target}
    template = "problems/_evidence_add.html" if request.htmx else "problems/item_evidence.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if form.is_bound else 200)


def take_files(request: HttpRequest, item: Item, target: dict[str, Any]) -> HttpResponse:
    """Each file stands for itself: what is refused does not hold up the others."""
    kept, refused = [], []
    for upload in request.FILES.getlist("files"):
        try:
            kept.append(add_evidence(item, upload, by=request.user, **target))
        except (FileRefused, MoveRefused) as refusal:
            refused.append(str(refusal))
    if not kept and not refused:
        refused = ["没有选择文件。请先选择文件再上传"]
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return answer(item, kept, refused)
    if kept:
        messages.success(request, f"已上传 {len(kept)} 个文件")
    for text in refused:
        messages.error(request, text)
    return redirect(item)


def answer(item: Item, kept: list[Evidence], refused: list[str]) -> JsonResponse:
    files = [{"id": row.pk, "name": row.name, "url": address(item, row)} for row in kept]
    body: dict[str, Any] = {"files": files}
    if refused:
        body["error"] = "；".join(refused)
    return JsonResponse(body, status=201 if kept and not refused else 422)


def address(item: Item, row: Evidence) -> str:
    return f"{item.get_absolute_url()}evidence/{row.pk}/"


@scoped
@require_GET
def evidence(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The file itself, to whoever may see the item and to nobody else."""
    found = get_object_or_404(
        Evidence.objects.filter(item__in=Item.objects.visible_to(request.user)).select_related("item__cadre"), pk=pk
    )
    stored = found.file.name
    if found.item.slug != slug or not stored or not found.file.storage.exists(stored):
        raise Http404
    if found.item.restricted:
        label = f"{found.item.code or '未进台账的问题'} {found.name}"
        record(AuditEntry.Kind.DOWNLOAD, by=request.user, object_label=label, request=request)
    return attachment(found.file.open("rb"), name=found.name, content_type=found.content_type)
