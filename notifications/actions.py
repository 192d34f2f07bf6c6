from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from notifications.models import Notification


def notify(
    recipients: Iterable[Any],
    text: str,
    *,
    url: str = "",
    key: str,
    kind: str = Notification.Kind.TASK,
    lines: list[dict[str, str]] | None = None,
) -> int:
    """Write one message per recipient in the caller's transaction; a key already used writes nothing.

    Returns how many rows are new. The text carries no problem text (it may travel by mail later).
    """
    people = {person.pk for person in recipients}
    known = set(Notification.objects.filter(key=key, recipient__in=people).values_list("recipient_id", flat=True))
    rows = [
        Notification(recipient_id=pk, key=key, kind=kind, text=text[:300], url=url, lines=lines or [])
        for pk in sorted(people - known)
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def notify_many(rows: list[Notification]) -> int:
    """Write prepared rows once each and return how many were new, in two statements whatever their number."""
    keys = {row.key for row in rows}
    known = set(Notification.objects.filter(key__in=keys).values_list("recipient_id", "key"))
    new = [row for row in rows if (row.recipient_id, row.key) not in known]
    Notification.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


def mark_read(user: Any, pk: int | None = None, *, kind: str = "") -> int:
    """Mark one message of the person, all of a kind, or all of them, as read; returns how many changed."""
    rows = Notification.objects.of(user).unread()
    if pk is not None:
        rows = rows.filter(pk=pk)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.update(read_at=timezone.now())
