"""Signing in and out, passwords, sessions and what a person sets for himself."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from core.workflow import MoveRefused
from organization.actions import sessions, units
from organization.forms import LoginForm, PasswordForm, PreferencesForm, ReloginForm, SetupForm
from organization.models import User
from organization.scope import own, public

YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else "/"


def remember_size(response: HttpResponse, big: bool) -> HttpResponse:
    """Guests keep the large type by the cookie alone."""
    response.set_cookie("big", "1" if big else "0", max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response


@public
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(safe_next(request))
    if not User.objects.exists():
        return redirect("organization:setup")
    form = LoginForm(request.POST or None)
    if form.is_valid():
        try:
            user = sessions.sign_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return remember_size(redirect(safe_next(request)), user.large_type)
    locked = getattr(request, "axes_locked_out", False)
    context = {"form": form, "next": safe_next(request)}
    return render(request, "registration/login.html", context, status=429 if locked else 200)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    sessions.sign_out(request)
    response = redirect("organization:login")
    # On a shared machine nothing of the person stays in the browser.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@own
@require_http_methods(["GET", "POST"])
def password(request: Any) -> HttpResponse:
    first = request.user.must_change_password
    form = PasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        sessions.change_password(request, request.user, form.cleaned_data["new"])
        messages.success(request, "密码已修改，其他设备上的登录已退出")
        return redirect("/" if first else "organization:sessions")
    return render(request, "registration/password.html", {"form": form, "first": first})


@own
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """“继续使用”: the request itself restarts the idle clock."""
    return HttpResponse(status=204)


@public
@require_POST
def relogin(request: HttpRequest) -> JsonResponse:
    """The password again, on the page that is open: only for the person whose page it is."""
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    form = ReloginForm(body if isinstance(body, dict) else {})
    if not form.is_valid():
        return JsonResponse({"error": "输入密码后继续"}, status=400)
    expected = sessions.resuming(request)
    named = form.cleaned_data["username"] or (expected.staff_no if expected else "")
    if not named or (expected and named != expected.staff_no):
        return JsonResponse({"error": "页面属于另一个账号，请到登录页换账号登录"}, status=400)
    try:
        sessions.sign_in(request, named, form.cleaned_data["password"])
    except MoveRefused as refusal:
        locked = getattr(request, "axes_locked_out", False)
        return JsonResponse({"error": str(refusal)}, status=429 if locked else 400)
    return JsonResponse({"csrf": get_token(request)})


@own
def session_list(request: Any) -> HttpResponse:
    rows = [
        {"session": row, "seen_at": seen, "current": row.session_key == request.session.session_key}
        for row in request.user.sessions.all()
        if (seen := sessions.last_seen(row))
    ]
    return render(request, "registration/sessions.html", {"rows": rows})


@own
@require_POST
def session_end(request: Any, pk: int) -> HttpResponse:
    sessions.end_session(get_object_or_404(request.user.sessions, pk=pk))
    messages.success(request, "已退出这台设备上的登录")
    return redirect("organization:sessions")


@own
@require_POST
def session_end_others(request: Any) -> HttpResponse:
    ended = sessions.end_sessions(request.user, keep=request.session.session_key)
    messages.success(request, f"已退出其他 {ended} 台设备上的登录" if ended else "没有其他设备登录")
    return redirect("organization:sessions")


@public
@require_http_methods(["GET", "POST"])
def preferences(request: Any) -> HttpResponse:
    """The whole page for a person; the button in the bar also for guests, who have only the cookie."""
    user = request.user
    if request.method == "POST" and "big" in request.POST and "shortcuts_shown" not in request.POST:
        big = request.POST["big"] == "1"
        if user.is_authenticated:
            sessions.set_preferences(user, big=big)
        return remember_size(redirect(safe_next(request)), big)
    if not user.is_authenticated:
        return redirect("organization:login")
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        form.is_valid()
        sessions.set_preferences(user, big=form.cleaned_data["big"], shortcuts=form.cleaned_data["shortcuts"])
        messages.success(request, "设置已保存")
        return remember_size(redirect("organization:preferences"), user.large_type)
    form = PreferencesForm(initial={"big": user.large_type, "shortcuts": user.shortcuts})
    return render(request, "registration/preferences.html", {"form": form})


@public
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The first page of an empty installation; gone as soon as there is a person."""
    if User.objects.exists():
        raise Http404
    form = SetupForm(request.POST or None)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("bureau", "code", "name", "staff_no", "password")}
        units.set_up(**data)
        sessions.sign_in(request, data["staff_no"], data["password"])
        messages.success(request, "管理员已建立。接下来导入干部名册")
        return redirect("organization:roster")
    return render(request, "registration/setup.html", {"form": form})
