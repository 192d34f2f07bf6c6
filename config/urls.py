"""All addresses of the product."""

from django.contrib import admin
from django.urls import include, path

from config.entrance import admin_entrance
from core.health import healthz, readyz

handler500 = "core.errors.server_error"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("manage/admin/login/", admin_entrance, name="admin_entrance"),
    path("manage/admin/", admin.site.urls),
    path("", include("organization.urls")),
    path("", include("notifications.urls")),
    path("", include("audit.urls")),
    path("", include("campaign.urls")),
    path("", include("problems.urls")),
    path("", include("dashboard.urls")),
]
