"""The admin pages have no door of their own: one login, with its lockout and its audit entries."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from organization.scope import Role, public


@public
def admin_entrance(request: HttpRequest) -> HttpResponse:
    """Where Django's admin sends whoever may not be there."""
    if request.user.is_authenticated:
        raise PermissionDenied(f"这里只对{Role.ADMIN.label}开放")
    return redirect_to_login(request.GET.get("next", "/manage/admin/"), settings.LOGIN_URL)
