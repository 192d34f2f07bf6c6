"""All addresses of the product."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.entrance import admin_entrance
from core.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("manage/admin/login/", admin_entrance, name="admin_entrance"),
    path("manage/admin/", admin.site.urls),
    *(path("", include(f"{app}.urls")) for app in settings.OWN_APPS if app != "core"),
]
