"""Read queries of the messages for pages and for the frame around every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from notifications.models import Notification


def unread_count(user: Any) -> int:
    return Notification.objects.of(user).unread().count()


@dataclass(frozen=True)
class Group:
    """One of the two groups of the message page: what asks for an act, and what is only worth knowing."""

    kind: str
    label: str
    total: int
    unread: int


def groups(user: Any) -> list[Group]:
    counted = (
        Notification.objects.of(user)
        .order_by()
        .values("kind")
        .annotate(total=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    )
    by_kind = {row["kind"]: (row["total"], row["unread"]) for row in counted}
    return [Group(kind, str(label), *by_kind.get(kind, (0, 0))) for kind, label in Notification.Kind.choices]
