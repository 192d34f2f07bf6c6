"""Signing in and out. The request is part of these actions: a session belongs to it."""

from __future__ import annotations

import datetime as dt
import re
from importlib import import_module
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.actions import record
from core.middleware import RESUME, SEEN, STARTED
from core.workflow import MoveRefused
from organization.models import User, UserSession

SYSTEMS = (("Android", "Android"), ("iPhone|iPad", "iPhone / iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
           ("UOS|Kylin", "国产系统"), ("Linux", "Linux"))  # fmt: skip
BROWSERS = (("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg/", "Edge"), ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
WRONG = "工号或密码不对。核对后再试；初始密码由整顿办发放"


def sign_in(request: HttpRequest, staff_no: str, password: str) -> User:
    """Check the password and open the session; MoveRefused says why not, also when and until when it is locked."""
    user = authenticate(request, username=staff_no, password=password)
    if not isinstance(user, User):
        if getattr(request, "axes_locked_out", False):
            record("locked", object_label=staff_no, request=request)
            raise MoveRefused(locked_text(request, staff_no))
        record("login_failed", object_label=staff_no, request=request)
        raise MoveRefused(WRONG)
    with transaction.atomic():
        login(request, user)
        now = int(timezone.now().timestamp())
        request.session.pop(RESUME, None)
        request.session[SEEN] = request.session[STARTED] = now
        remember_session(request, user)
        record("login", by=user, object_label=user.staff_no, request=request)
    return user


def locked_text(request: HttpRequest, staff_no: str) -> str:
    attempts = AccessAttempt.objects.filter(username=staff_no, ip_address=request.META.get("REMOTE_ADDR"))
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    until = timezone.localtime(last + dt.timedelta(minutes=settings.LOCKOUT_MINUTES))
    return (
        f"密码连续 {settings.LOCKOUT_FAILURES} 次不对，此账号在这台设备上暂停登录 {settings.LOCKOUT_MINUTES} 分钟，"
        f"{until:%H:%M} 后再试。忘记密码请联系整顿办重置"
    )


def keep_answer(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """axes would replace the page; ours has said already what happened and keeps what was typed."""
    return response


def resuming(request: HttpRequest) -> User | None:
    """Whose page is open: the person signed in, or the one whose session has just ended."""
    if isinstance(request.user, User):
        return request.user
    return User.objects.active().filter(pk=request.session.get(RESUME)).first()


def sign_out(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        record("logout", by=request.user, object_label=request.user.staff_no, request=request)
    logout(request)


def remember_session(request: HttpRequest, user: User) -> None:
    """Note the device, and forget sessions that are over."""
    request.session.save()
    for known in user.sessions.all():
        if not stored(known).exists(known.session_key):
            known.delete()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "device": device_of(request.headers.get("User-Agent", "")),
            "address": request.META.get("REMOTE_ADDR", ""),
        },
    )


def device_of(agent: str) -> str:
    """“Windows · Chrome”, as far as the browser tells."""
    system = next((name for pattern, name in SYSTEMS if re.search(pattern, agent)), "其他设备")
    browser = next((name for pattern, name in BROWSERS if pattern in agent), "其他浏览器")
    return f"{system} · {browser}"


def stored(session: UserSession) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)


def last_seen(session: UserSession) -> dt.datetime | None:
    """None when the session is over."""
    store = stored(session)
    if not store.exists(session.session_key):
        return None
    return dt.datetime.fromtimestamp(store.get(SEEN, session.started_at.timestamp()), tz=dt.UTC)


def end_session(session: UserSession) -> None:
    stored(session).delete(session.session_key)
    session.delete()


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """End every session of the person but one; returns how many."""
    others = list(user.sessions.exclude(session_key=keep))
    for session in others:
        end_session(session)
    return len(others)


@transaction.atomic
def change_password(request: HttpRequest, user: User, password: str) -> None:
    """The new password opens nothing that the old one had opened elsewhere."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user, keep=request.session.session_key)
    before = request.session.session_key
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
    record("account", by=user, object_label="修改本人密码", request=request)


def set_preferences(user: User, *, big: bool, shortcuts: bool | None = None) -> None:
    user.large_type = big
    user.shortcuts = user.shortcuts if shortcuts is None else shortcuts
    user.save(update_fields=["large_type", "shortcuts"])
