"""Workbooks in and out of the reference data; every imported row goes through the action of its page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from import_export import fields, resources, widgets

from campaign import actions
from campaign.models import CalendarDay, Manifestation, ProblemType


class YesNo(widgets.Widget):
    """是/否 as offices write it; √ and 1 count as yes, an empty cell as no."""

    YES = frozenset({"是", "√", "1", "true", "上班"})
    NO = frozenset({"否", "×", "0", "false", "休息", ""})

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        text = str("" if value is None else value).strip().lower()
        if text not in self.YES | self.NO:
            raise ValueError(f"“{value}”应为“是”或“否”")
        return text in self.YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "是" if value else "否"


class Day(widgets.Widget):
    """A date as Excel hands it over, or as text."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date:
        if isinstance(value, dt.datetime):
            return value.date()
        text = str(value).strip().replace("/", "-").replace(".", "-")
        try:
            return dt.datetime.strptime(text, "%Y-%m-%d").date()
        except ValueError as error:
            raise ValueError(f"日期“{value}”写成 2026-06-12 的样子") from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%Y-%m-%d}" if value else ""


class ReferenceResource(resources.ModelResource):
    """Remembers who imports, because actions ask for it."""

    by: Any = None

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.by = kwargs.get("user")


class WorkdayResource(ReferenceResource):
    day = fields.Field("day", "日期", Day())
    is_workday = fields.Field("is_workday", "是否上班", YesNo())
    name = fields.Field("name", "名称", widgets.CharWidget())

    class Meta:
        model = CalendarDay
        fields = ("day", "is_workday", "name")
        import_id_fields = ("day",)
        skip_unchanged = True
        report_skipped = True

    def do_instance_save(self, instance: CalendarDay, is_create: bool) -> None:
        values = {"day": instance.day, "is_workday": instance.is_workday, "name": instance.name or ""}
        actions.save_day(values, by=self.by, day=instance)


class TypeResource(ReferenceResource):
    code = fields.Field("code", "代码", widgets.CharWidget())
    name = fields.Field("name", "问题类型", widgets.CharWidget())
    summary = fields.Field("summary", "一句话", widgets.CharWidget())
    order = fields.Field("order", "顺序", widgets.IntegerWidget())
    clue_prone = fields.Field("clue_prone", "可能涉及线索", YesNo())
    evidence_required = fields.Field("evidence_required", "销号须附佐证", YesNo())
    active = fields.Field("active", "在用", YesNo())

    class Meta:
        model = ProblemType
        fields = ("code", "name", "summary", "order", "clue_prone", "evidence_required", "active")
        import_id_fields = ("code",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def do_instance_save(self, instance: ProblemType, is_create: bool) -> None:
        names = ("code", "name", "summary", "order", "clue_prone", "evidence_required", "active")
        values = {name: getattr(instance, name) for name in names}
        stored = None if is_create else ProblemType.objects.get(pk=instance.pk)
        instance.pk = actions.save_type(values, by=self.by, problem_type=stored).pk


class ManifestationResource(ReferenceResource):
    problem_type = fields.Field("problem_type", "问题类型代码", widgets.ForeignKeyWidget(ProblemType, "code"))
    text = fields.Field("text", "具体表现", widgets.CharWidget())
    order = fields.Field("order", "顺序", widgets.IntegerWidget())
    active = fields.Field("active", "在用", YesNo())

    class Meta:
        model = Manifestation
        fields = ("problem_type", "text", "order", "active")
        import_id_fields = ("problem_type", "text")
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def do_instance_save(self, instance: Manifestation, is_create: bool) -> None:
        values = {"text": instance.text, "active": instance.active, "order": instance.order or 0}
        stored = None if is_create else Manifestation.objects.get(pk=instance.pk)
        instance.pk = actions.save_manifestation(instance.problem_type, values, by=self.by, row=stored).pk
