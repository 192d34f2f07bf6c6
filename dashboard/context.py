"""What every page needs around its content, in at most three queries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Subquery
from django.http import HttpRequest

from campaign.models import Campaign
from core import clock
from dashboard.nav import Row, current_url, homes_for, rows_for
from notifications.models import Notification
from organization.models import Unit
from organization.scope import Role


def campaigns() -> list[Campaign]:
    """All of them, newest first, each with the name of the bureau: one query and a handful of rows."""
    root = Unit.objects.filter(depth=1).values("name")[:1]
    return list(Campaign.objects.annotate(org_name=Subquery(root)).order_by("-start_on"))


def pick(rows: list[Campaign]) -> Campaign | None:
    """The running one, else the next one that is not archived."""
    open_ones = [row for row in rows if row.archived_on is None]
    begun = [row for row in open_ones if row.start_on <= clock.today()]
    return next(iter([*begun, *reversed(open_ones)]), None)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of base.html; pages without a person get the frame only."""
    campaign = pick(campaigns())
    root = Unit.objects.filter(depth=1).values_list("name", flat=True)
    frame = {
        "campaign": campaign,
        "org_name": campaign.org_name if campaign else root.first(),
        "office_phone": campaign.office_phone if campaign else "",
        "demo": bool(campaign and campaign.is_demo),
        "idle_minutes": settings.IDLE_MINUTES,
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    return frame | person(request, user)


def person(request: HttpRequest, user: Any) -> dict[str, Any]:
    unread = Notification.objects.of(user).unread().count()
    homes = homes_for(user)
    rows = rows_for(user)
    return {
        "me": user,
        "my_roles": "、".join(role_names(user)),
        "unread": unread,
        "nav": bar(rows, request.path),
        "tabs": tabs(rows, request.path, unread),
        "switches": [{"label": home.label, "url": home.url} for home in homes if home.url != request.path],
    }


def role_names(user: Any) -> list[str]:
    held = [str(role.label) for role in Role if user.scope.holds(role)]
    return held[:2]


def bar(rows: list[Row], path: str) -> list[dict[str, Any]]:
    here = current_url(path, [row.url for row in rows])
    return [{"label": row.label, "url": row.url, "icon": row.icon, "current": row.url == here} for row in rows]


def tabs(rows: list[Row], path: str, unread: int) -> list[dict[str, Any]]:
    """Four, as phones have them: home, the work, messages, and the menu with everything else."""
    work = next((row for row in rows if row.url in ("/ledger/", "/my/list/")), None)
    middle = [{"label": work.label, "url": work.url, "icon": work.icon}] if work else []
    pages = [
        {"label": "首页", "url": "/", "icon": "house"},
        *middle,
        {"label": "通知", "url": "/notices/", "icon": "bell", "count": unread},
    ]
    here = current_url(path, [page["url"] for page in pages if page["url"] != "/"])
    at_home = path in {"/", "/my/", "/section/", "/school/", "/office/", "/dashboard/", "/manage/", "/discipline/"}
    for page in pages:
        page["current"] = page["url"] == here or (page["url"] == "/" and at_home)
    return [*pages, {"label": "我的", "url": "", "icon": "person"}]
