"""Who holds which role where, in one list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from core.paging import page_of
from organization.models import RoleAssignment
from organization.scope import ROLE_MEANING, Role, requires
from organization.views.units import MANAGERS


@requires(*MANAGERS)
def role_list(request: Any) -> HttpResponse:
    chosen = request.GET.get("role", "")
    grants = RoleAssignment.objects.current().select_related("user", "unit", "granted_by")
    if chosen in Role.values:
        grants = grants.filter(role=chosen)
    page = page_of(grants.count(), request.GET.get("page"), None)
    context = {
        "roles": [{"value": role.value, "label": role.label, "meaning": ROLE_MEANING[role]} for role in Role],
        "chosen": chosen,
        "meaning": ROLE_MEANING.get(chosen, ""),
        "grants": grants[page.first_row : page.first_row + page.size],
        "page": page,
        "params": f"{urlencode({'role': chosen})}&" if chosen else "",
    }
    return render(request, "organization/roles.html", context)
