"""All addresses of the product."""

from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.entrance import admin_entrance
from core.health import healthz, readyz

PREFIXES = {
    "organization": "",
    "notifications": "",
    "audit": "",
    "campaign": "",
    "problems": "",
    "dashboard": "",
}

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("manage/admin/login/", admin_entrance, name="admin_entrance"),
    path("manage/admin/", admin.site.urls),
    # Replace by plain rows when every package has arrived.
    *[
        path(prefix, include(f"{app}.urls"))
        for app, prefix in PREFIXES.items()
        if (Path(settings.BASE_DIR) / app / "urls.py").exists()
    ],
]
