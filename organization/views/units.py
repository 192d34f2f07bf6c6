"""Units and people: the tree with its people, and what changes a unit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.paging import page_of
from core.workflow import MoveRefused
from organization import facts
from organization.actions import units
from organization.forms import DayForm, UnitForm
from organization.models import Unit, User
from organization.scope import Role, requires

MANAGERS = (Role.OFFICE, Role.HR, Role.ADMIN)
SHOWN = (("", "在用"), ("none", "没有单位"), ("left", "已停用"))


@requires(*MANAGERS)
def org(request: HttpRequest) -> HttpResponse:
    unit = Unit.objects.filter(code=request.GET.get("unit", "")).first()
    show = request.GET.get("show", "")
    query = request.GET.get("q", "").strip()[:40]
    people = listed(unit, show, query)
    page = page_of(people.count(), request.GET.get("page"), None)
    tree = facts.heads()
    heads = User.objects.in_bulk([*tree.heads.get(unit.pk, []), *tree.leaders.get(unit.pk, [])]) if unit else {}
    context = {
        "unit": unit,
        "heads": [heads[pk] for pk in tree.heads.get(unit.pk, [])] if unit else [],
        "leaders": [heads[pk] for pk in tree.leaders.get(unit.pk, [])] if unit else [],
        "tree": facts.tree_rows(),
        "cards": facts.cards(people[page.first_row : page.first_row + page.size]),
        "page": page,
        "query": query,
        "show": show,
        "shown": SHOWN,
        "without_unit": User.objects.unplaced().count(),
        "params": kept(request),
        "is_filtered": bool(query or show or unit),
    }
    return render(request, "organization/org.html", context)


def kept(request: HttpRequest) -> str:
    """The filters of the address, ready for a page number to follow."""
    pairs = {key: request.GET[key] for key in ("unit", "show", "q") if request.GET.get(key)}
    return f"{urlencode(pairs)}&" if pairs else ""


def listed(unit: Unit | None, show: str, query: str) -> Any:
    """People of one unit and what lies below it, or all; narrowed by state and by name or staff number."""
    people = User.objects.select_related("unit")
    people = people.filter(is_active=False) if show == "left" else people.active()
    if show == "none":
        people = people.unplaced()
    elif unit:
        people = people.filter(unit__in=Unit.objects.get_tree(unit).values("id"))
    if query:
        people = people.filter(Q(name__icontains=query) | Q(staff_no__icontains=query))
    return people


@requires(*MANAGERS)
@require_http_methods(["GET", "POST"])
def unit_new(request: Any) -> HttpResponse:
    above = Unit.objects.open().filter(code=request.GET.get("parent", "")).first()
    initial = {"parent": above or Unit.objects.filter(depth=1).first(), "order": Unit.objects.count()}
    form = UnitForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in form.fields}
        try:
            unit = units.create_unit(**data, by=request.user)
        except MoveRefused as refusal:
            form.add_error("parent", str(refusal))
        else:
            messages.success(request, f"已新增 {unit.name}")
            return redirect(f"/manage/org/?{urlencode({'unit': unit.code})}")
    context = {"form": form, "title": "新增单位", "submit_label": "新增单位", "back": "/manage/org/"}
    return render(request, "organization/form.html", context)


@requires(*MANAGERS)
@require_http_methods(["GET", "POST"])
def unit_edit(request: Any, code: str) -> HttpResponse:
    unit = get_object_or_404(Unit, code=code)
    form = UnitForm(request.POST or None, instance=Unit.objects.get(pk=unit.pk))
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in form.fields}
        units.edit_unit(unit, **data, by=request.user)
        messages.success(request, f"{unit.name} 已修改")
        return redirect(f"/manage/org/?{urlencode({'unit': unit.code})}")
    context = {
        "form": form,
        "title": f"修改{unit.name}",
        "submit_label": "保存修改",
        "back": f"/manage/org/?{urlencode({'unit': unit.code})}",
    }
    return render(request, "organization/form.html", context)


@requires(*MANAGERS)
@require_http_methods(["GET", "POST"])
def unit_close(request: Any, code: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.open(), code=code)
    form = DayForm(request.POST or None, label="撤并日期")
    back = f"/manage/org/?{urlencode({'unit': unit.code})}"
    if form.is_valid():
        try:
            units.close_unit(unit, on=form.cleaned_data["on"], by=request.user)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{unit.name} 已撤并，记录都保留")
            return redirect(back)
    context = {
        "form": form,
        "title": f"撤并{unit.name}",
        "lead": "撤并后不再出现在选择单位的列表里，上面授予的角色同时结束。原有的台账和岗位记录保留在此单位名下。",
        "warnings": units.blocking_close(unit),
        "submit_label": "撤并单位",
        "danger": True,
        "back": back,
    }
    return render(request, "organization/form.html", context)


@requires(*MANAGERS)
@require_POST
def unit_reopen(request: Any, code: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.exclude(closed_on=None), code=code)
    units.reopen_unit(unit, by=request.user)
    messages.success(request, f"{unit.name} 已恢复")
    return redirect(f"/manage/org/?{urlencode({'unit': unit.code})}")
