"""Pages to read: help by role, who sees what, accessibility, where to turn; and the administrator's first screen."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.models import AuditEntry
from campaign.facts import chosen_campaign
from core import clock
from dashboard.views.homes import page
from organization.models import RoleAssignment, Unit, User
from organization.scope import ROLE_MEANING, Role, public, requires, signed_in

#: Slug, name, template and which role leads to it; the cadre's page is for everybody.
GUIDES = (
    ("cadre", "干部", "help/_cadre.html", ()),
    ("head", "科室和学校负责人", "help/_head.html", (Role.UNIT_HEAD,)),
    ("office", "整顿办", "help/_office.html", (Role.OFFICE,)),
    ("leader", "班子成员", "help/_leader.html", (Role.LEADER,)),
    ("supervisor", "督查组和上级查阅", "help/_supervisor.html", (Role.SUPERVISOR, Role.AUDITOR)),
    ("discipline", "纪检监察", "help/_discipline.html", (Role.DISCIPLINE,)),
    ("hr", "人事和联络员", "help/_hr.html", (Role.HR, Role.LIAISON)),
    ("admin", "系统管理员", "help/_admin.html", (Role.ADMIN,)),
)


@require_safe
@signed_in
def guide(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Without a name the page of the person's own role."""
    own = [row[0] for row in GUIDES if row[3] and request.user.scope.holds(*row[3])]  # type: ignore[union-attr]
    wanted = slug or next(iter(own), "cadre")
    found = next((row for row in GUIDES if row[0] == wanted), None)
    if found is None:
        raise Http404
    tabs = [(f"/help/{row[0]}/", row[1], row[0] == wanted) for row in GUIDES]
    context = {"heading": found[1], "body": found[2], "guides": tabs, "running": chosen_campaign()}
    return render(request, "help/guide.html", context)


@require_safe
@public
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "help/accessibility.html")


@require_safe
@public
def feedback(request: HttpRequest) -> HttpResponse:
    return render(request, "help/feedback.html")


@require_safe
@signed_in
def visibility(request: HttpRequest) -> HttpResponse:
    rows = [(Role(role).label, meaning) for role, meaning in ROLE_MEANING.items()]
    return render(request, "help/visibility.html", {"rows": rows})


@require_safe
@requires(Role.ADMIN)
def manage(request: HttpRequest) -> HttpResponse:
    """Accounts, units and the record of sign-ins; no text of any problem."""
    on = clock.today()
    people = User.objects.active()
    refused = AuditEntry.objects.filter(kind__in=[AuditEntry.Kind.LOGIN_FAILED, AuditEntry.Kind.LOCKED], at__date=on)
    areas = [
        ("机构", "/manage/org/", Unit.objects.open().count(), "个单位在用", "diagram-3"),
        ("人员", "/manage/people/", people.count(), "人在用", "people"),
        ("角色权限", "/manage/roles/", RoleAssignment.objects.current().count(), "项授权有效", "key"),
        ("审计日志", "/manage/audit/", refused.count(), "次登录失败或锁定（今天）", "journal-check"),
    ]
    first = people.filter(must_change_password=True).count()
    context = {"areas": areas, "first_passwords": first, "idle": settings.IDLE_MINUTES}
    return page(request, "dashboard/manage.html", chosen_campaign(), context)
