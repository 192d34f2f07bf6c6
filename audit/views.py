from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.actions import record_reading
from audit.forms import AuditFilterForm
from audit.models import AuditEntry
from core.paging import REACHABLE, page_of
from organization.scope import Role, requires


@require_safe
@requires(Role.ADMIN, Role.AUDITOR, Role.DISCIPLINE)
def log(request: HttpRequest) -> HttpResponse:
    """Who did what to what, when and from where; to read it is itself recorded."""
    record_reading(by=request.user, request=request)
    form = AuditFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = AuditEntry.objects.matching(**asked)
    # Counting stops where leafing stops: the log grows without end.
    page = page_of(rows[: REACHABLE + 1].count(), request.GET.get("page"), request.GET.get("size"))
    params = request.GET.copy()
    params.pop("page", None)
    context = {
        "form": form,
        "entries": rows[page.first_row : page.first_row + page.size],
        "page": page,
        "params": f"{params.urlencode()}&" if params else "",
        "filtered": any(asked.values()),
    }
    return render(request, "audit/list.html", context)
