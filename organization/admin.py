"""Reference data of the organization: units with preview before import, posts to look at and to export."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from import_export.admin import ExportMixin, ImportExportMixin

from organization.models import Post, Unit
from organization.resources import FORMATS, PostResource, UnitResource


class NeitherAddedNorDeleted:
    """Rows come and go through the product's own pages, which know what hangs on them."""

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(NeitherAddedNorDeleted, ImportExportMixin, admin.ModelAdmin):
    resource_classes = (UnitResource,)
    formats = FORMATS
    list_display = ("code", "name", "short_name", "kind", "closed_on")
    search_fields = ("code", "name", "short_name")
    list_filter = ("kind",)
    fields = ("code", "name", "short_name", "aliases", "order")


@admin.register(Post)
class PostAdmin(NeitherAddedNorDeleted, ExportMixin, admin.ModelAdmin):
    resource_classes = (PostResource,)
    formats = FORMATS
    list_display = ("user", "unit", "department", "title", "start_on", "end_on")
    list_select_related = ("user", "unit")
    search_fields = ("user__name", "user__staff_no", "unit__name")

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False
