"""Keeping the present filter of the ledger under a name, and letting it go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from core.workflow import MoveRefused
from organization.scope import own
from problems.actions.saved import delete_view, save_view
from problems.filters import canonical
from problems.forms.ledger import SavedViewForm
from problems.ledger import may_share_views
from problems.models import SavedView


@own
def view_save(request: HttpRequest) -> HttpResponse:
    """The filter stands in the address, so that the form works as a page and as a dialog."""
    query = canonical(QueryDict(request.META.get("QUERY_STRING", "")))
    data = request.POST if request.method == "POST" else None
    form = SavedViewForm(data, query=query, may_share=may_share_views(request.user))
    back = f"{reverse('problems:ledger')}?{query}"
    if form.is_bound and form.is_valid():
        try:
            view = save_view(form.cleaned_data["name"], query, form.cleaned_data.get("shared", False), by=request.user)
        except MoveRefused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"已保存视图“{view.name}”")
            return leave(request, back)
    context = {
        "form": form,
        "title": "保存当前筛选",
        "lead": "以后在台账上方点这个名称，就按现在的条件列出问题。",
        "action": request.get_full_path(),
        "submit_label": "保存视图",
        "cancel_url": back,
    }
    return answer(request, context, 422 if form.is_bound else 200)


@own
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    if request.method == "POST":
        delete_view(view, by=request.user)
        messages.success(request, f"已删除视图“{view.name}”，台账里的问题不受影响")
        return leave(request, reverse("problems:ledger"))
    others = "，其他人也不再看到它" if view.shared else ""
    context = {
        "title": f"删除视图“{view.name}”",
        "text": f"只删除这个名称和筛选条件，台账里的问题不受影响{others}。",
        "action": request.path,
        "submit_label": "删除视图",
        "danger": True,
        "cancel_url": f"{reverse('problems:ledger')}?{view.query}",
    }
    return answer(request, context, 200)


def answer(request: HttpRequest, context: dict, status: int) -> HttpResponse:
    """The fragment for the dialog, or the page around it."""
    template = "components/_dialog_form.html" if "form" in context else "components/_confirm.html"
    page = template if request.htmx else "problems/ledger_dialog.html"
    return render(request, page, {**context, "fragment": template}, status=status)


def leave(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
