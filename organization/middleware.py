"""What holds before any view of a signed-in person, and what is noted after a refusal."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audit.actions import record

# A person with a first password reaches these and nothing else.
OPEN_TO_FIRST_PASSWORD = {"organization:password", "organization:logout", "organization:relogin"}


def is_background(request: HttpRequest) -> bool:
    """Asked by a script, which cannot do anything with a login page."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    return wants_json or request.headers.get("HX-Request") == "true"


class LoginRequired(LoginRequiredMiddleware):
    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> Any:
        if is_background(request):
            return HttpResponse("登录已过期", status=401, content_type="text/plain; charset=utf-8")
        return super().handle_no_permission(request, view_func)


class FirstPassword:
    """Leads everybody who still has a first password to the page that replaces it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if not request.user.is_authenticated or not request.user.must_change_password:
            return None
        match = request.resolver_match
        if match is None or match.view_name in OPEN_TO_FIRST_PASSWORD or not getattr(view_func, "login_required", True):
            return None
        address = reverse("organization:password")
        if is_background(request):
            return HttpResponse(status=403, headers={"HX-Redirect": address})
        return redirect(address)


class RecordDenials:
    """A refused area is an event worth keeping; a row outside of the scope is a plain 404 and is not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            record("denied", by=request.user, object_label=request.path, request=request)
