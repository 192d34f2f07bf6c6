"""Reference data for administrators and the office, with import and preview; used rows are never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin

from audit.actions import record
from audit.models import AuditEntry
from campaign.models import CalendarDay, Manifestation, PhaseTemplate, ProblemType, TemplateStage
from campaign.resources import ManifestationResource, TypeResource, WorkdayResource


class Kept:
    """No row is deleted here, and every change is an entry of the log."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        labels = [str(obj._meta.get_field(name).verbose_name) for name in form.changed_data]
        record(
            AuditEntry.Kind.SETTING,
            by=request.user,
            object_label=f"{obj._meta.verbose_name} {obj}",
            detail={"修改": labels},
            request=request,
        )


@admin.register(CalendarDay)
class WorkdayAdmin(Kept, ImportExportModelAdmin):
    resource_classes = [WorkdayResource]
    list_display = ["day", "is_workday", "name", "source"]
    list_filter = ["source", "is_workday"]
    date_hierarchy = "day"


@admin.register(ProblemType)
class TypeAdmin(Kept, ImportExportModelAdmin):
    resource_classes = [TypeResource]
    list_display = ["name", "code", "order", "clue_prone", "evidence_required", "active"]


@admin.register(Manifestation)
class ManifestationAdmin(Kept, ImportExportModelAdmin):
    resource_classes = [ManifestationResource]
    list_display = ["text", "problem_type", "order", "active"]
    list_filter = ["problem_type", "active"]


class StageInline(admin.TabularInline):
    model = TemplateStage
    extra = 0


@admin.register(PhaseTemplate)
class PhaseTemplateAdmin(Kept, admin.ModelAdmin):
    list_display = ["name", "summary", "weeks", "order", "active"]
    inlines = [StageInline]
