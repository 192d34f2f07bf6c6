"""Headers and session rules that hold for every answer, whichever view gave it."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Answer = Callable[[HttpRequest], HttpResponse]

SEEN = "seen_at"
STARTED = "started_at"
# Whose page is still open after the session ended: he alone may go on with it by giving his password.
RESUME = "resume_user"
# Writing the session at every hit would make every page view a database write.
TOUCH_SECONDS = 60
# A page that polls sends this header, so that an unattended screen still logs out.
BACKGROUND_HEADER = "X-Background"


class SecurityHeaders:
    """Pages of a signed-in person stay out of every cache: the next user of a shared machine finds nothing."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        user = getattr(request, "user", None)
        if user is not None and (user.is_authenticated or response.cookies):
            response.headers["Cache-Control"] = "private, no-store"
        return response


class PlainAddress:
    """Nothing of ours is called by a NUL sign, and PostgreSQL does not even compare with one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a NUL sign in the address")
        return self.get_response(request)


class IdleLogout:
    """Server-side idle limit; runs before LoginRequiredMiddleware, which then asks for the login."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._touch_or_end(request)
        return self.get_response(request)

    def _touch_or_end(self, request: HttpRequest) -> None:
        now = int(timezone.now().timestamp())
        idle = now - request.session.get(SEEN, now)
        age = now - request.session.get(STARTED, now)
        if idle > settings.IDLE_MINUTES * 60 or age > settings.SESSION_HOURS * 3600:
            self._end(request)
        elif (SEEN not in request.session or idle >= TOUCH_SECONDS) and BACKGROUND_HEADER not in request.headers:
            request.session[SEEN] = now

    def _end(self, request: HttpRequest) -> None:
        person = request.user.pk
        logout(request)
        request.session[RESUME] = person
