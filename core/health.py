"""Answers for the machine that watches us: is the process alive, can it work."""

import shutil
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

FREE_BYTES_NEEDED = 200 * 1024 * 1024


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def cache_answers() -> bool:
    try:
        cache.set("readyz", "1", 10)
        return cache.get("readyz") == "1"
    except (RedisError, OSError):
        return False


def disk_has_room() -> bool:
    return shutil.disk_usage(settings.VAR_DIR).free > FREE_BYTES_NEEDED


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "cache": cache_answers,
    "disk": disk_has_room,
}


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process serves requests; it asks nothing else, so that a slow database does not restart the process."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    results = {name: check() for name, check in CHECKS.items()}
    return JsonResponse(results, status=200 if all(results.values()) else 503)


# The contract test of the URLconf reads this mark; organization.scope, which usually sets it, lies above core.
for view in (healthz, readyz):
    view.rule = "公开"  # type: ignore[attr-defined]
