"""Reference data that the office keeps: problem types with their manifestations, and the working calendar."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from campaign import actions
from campaign.forms import ManifestationRows, NewTypeForm, TypeForm, WorkdayForm, all_errors, plan_years
from campaign.models import CalendarDay, Manifestation, ProblemType
from core import clock
from core.workflow import MoveRefused
from organization.scope import Role, requires


@require_safe
@requires(Role.OFFICE)
def types(request: HttpRequest) -> HttpResponse:
    shown = Manifestation.objects.filter(active=True)
    rows = ProblemType.objects.prefetch_related(Prefetch("manifestations", shown))
    return render(request, "campaign/types.html", {"types": rows})


@requires(Role.OFFICE)
def type_new(request: HttpRequest) -> HttpResponse:
    form = NewTypeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.save_type(form.values(), by=request.user)
        messages.success(request, f"已新增“{made.name}”，再填写它的具体表现")
        return redirect("campaign:type", made.code)
    return render(request, "campaign/type_new.html", {"form": form}, status=409 if form.errors else 200)


@requires(Role.OFFICE)
def type_edit(request: HttpRequest, slug: str) -> HttpResponse:
    kind = get_object_or_404(ProblemType, code=slug)
    stored = list(kind.manifestations.values("pk", "text", "active"))
    form = TypeForm(request.POST or None, instance=get_object_or_404(ProblemType, code=slug))
    formset = ManifestationRows(request.POST or None, initial=stored, prefix="row")
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        actions.save_type(form.values(), by=request.user, problem_type=kind)
        actions.save_manifestations(kind, formset.rows(), by=request.user)
        messages.success(request, f"“{kind.name}”已保存")
        return redirect("campaign:types")
    errors = [*formset.non_form_errors(), *(text for one in [form, *formset.forms] for text in all_errors(one))]
    context = {"form": form, "formset": formset, "kind": kind, "errors": [{"text": text} for text in errors]}
    return render(request, "campaign/type.html", context, status=409 if errors else 200)


def chosen_year(text: str) -> int:
    return int(text) if re.fullmatch("(19|20)[0-9]{2}", text) else clock.today().year


def workdays_url(year: int) -> str:
    return f"{reverse('campaign:workdays')}?year={year}"


@require_safe
@requires(Role.OFFICE)
def workdays(request: HttpRequest) -> HttpResponse:
    year = chosen_year(request.GET.get("year", ""))
    days = CalendarDay.objects.filter(day__year=year)
    stored = [day.year for day in CalendarDay.objects.dates("day", "year")]
    context = {
        "year": year,
        "years": plan_years(clock.today(), [*stored, year]),
        "days": days,
        "estimated": any(day.source == CalendarDay.Source.ESTIMATED for day in days),
    }
    return render(request, "campaign/workdays.html", context)


@requires(Role.OFFICE)
def workday_new(request: HttpRequest) -> HttpResponse:
    return workday_form(request, WorkdayForm(request.POST or None), None)


@requires(Role.OFFICE)
def workday_edit(request: HttpRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay, pk=pk)
    return workday_form(request, WorkdayForm(request.POST or None, instance=day), day)


def workday_form(request: HttpRequest, form: WorkdayForm, day: CalendarDay | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = actions.save_day(form.values(), by=request.user, day=day)
        messages.success(request, f"已保存：{saved}")
        return redirect(workdays_url(saved.day.year))
    return render(request, "campaign/workday.html", {"form": form, "day": day}, status=409 if form.errors else 200)


@require_POST
@requires(Role.OFFICE)
def workday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay, pk=pk)
    year = day.day.year
    return done(request, lambda: actions.remove_day(day, by=request.user), "已恢复为原来的安排", workdays_url(year))


@require_POST
@requires(Role.OFFICE)
def workdays_seed(request: HttpRequest) -> HttpResponse:
    year = chosen_year(request.POST.get("year", ""))
    text = f"{year} 年的放假安排已载入"
    return done(request, lambda: actions.seed_workdays([year], by=request.user), text, workdays_url(year))


def done(request: HttpRequest, call: Any, text: str, url: str) -> HttpResponse:
    try:
        call()
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, text)
    return redirect(url)
