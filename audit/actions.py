from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.models import AuditEntry, FormToken


def record(
    kind: str,
    *,
    by: Any = None,
    object_label: str = "",
    detail: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction; ``by`` may be nobody (a failed login)."""
    return AuditEntry.objects.create(
        kind=kind,
        by_id=by.pk if by else None,
        by_name=by.name if by else "",
        object_label=object_label[:200],
        detail=detail or {},
        address=request.META.get("REMOTE_ADDR", "") if request else "",
    )


def record_reading(*, by: Any, request: HttpRequest) -> bool:
    """Reading the log is itself an entry, one per person and hour; returns whether one was written."""
    lately = AuditEntry.objects.filter(
        kind=AuditEntry.Kind.READ_AUDIT, by_id=by.pk, at__gt=timezone.now() - dt.timedelta(hours=1)
    )
    if lately.exists():
        return False
    record(AuditEntry.Kind.READ_AUDIT, by=by, request=request)
    return True


def once(token: str | uuid.UUID, *, by: Any, call: Callable[[], object]) -> bool:
    """Run ``call`` unless a form with this token was accepted before; False means: already done, nothing ran.

    Token and work share one transaction, so a refused or failed ``call`` leaves the token free for the next try.
    A missing or garbled token only loses the protection, never the user's work.
    """
    with transaction.atomic():
        number = _as_uuid(token)
        if number and not _claim(number, by):
            return False
        call()
    return True


def _as_uuid(token: str | uuid.UUID) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(token))
    except ValueError:
        return None


def _claim(token: uuid.UUID, by: Any) -> bool:
    try:
        with transaction.atomic():
            FormToken.objects.create(token=token, by_id=by.pk if by else None)
    except IntegrityError:
        return False
    return True
