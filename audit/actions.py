from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from audit.models import AuditEntry


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
