"""Reference data as workbooks for the admin: units and posts."""

from __future__ import annotations

from typing import Any

import tablib
from import_export import fields, resources, widgets
from import_export.formats import base_formats

from audit.actions import record
from core.sheets import read_sheets
from organization.models import Post, Unit, User


class AliasesWidget(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return [name.strip() for name in str(value or "").split("、") if name.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "、".join(value or [])


#: A blank cell is an empty text, never nothing.
TEXT = widgets.CharWidget(coerce_to_string=True, allow_blank=True)


class UnitResource(resources.ModelResource):
    """Names, spellings and order of units that exist; the tree itself grows by the roster and the unit pages."""

    aliases = fields.Field(column_name="别名", attribute="aliases", widget=AliasesWidget())
    name = fields.Field(column_name="全称", attribute="name", widget=TEXT)
    short_name = fields.Field(column_name="简称", attribute="short_name", widget=TEXT)
    code = fields.Field(column_name="单位代码", attribute="code", widget=TEXT)
    order = fields.Field(column_name="顺序", attribute="order", widget=widgets.IntegerWidget())

    class Meta:
        model = Unit
        fields = ("code", "name", "short_name", "aliases", "order")
        export_order = fields
        import_id_fields = ("code",)
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def import_instance(self, instance: Unit, row: Any, **kwargs: Any) -> None:
        if instance.pk is None:
            raise ValueError(f"单位代码“{row.get('单位代码')}”不存在。新单位在机构人员页新增，或随名册导入")
        super().import_instance(instance, row, **kwargs)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        if not kwargs.get("dry_run"):
            record("import", by=kwargs.get("user"), object_label="单位基础数据", detail=dict(result.totals))


class PostResource(resources.ModelResource):
    """Posts as a list to check and to send on; they change by the roster and the person pages only."""

    staff_no = fields.Field(column_name="工号", attribute="user", widget=widgets.ForeignKeyWidget(User, "staff_no"))
    name = fields.Field(column_name="姓名", attribute="user__name", readonly=True)
    unit = fields.Field(column_name="单位", attribute="unit", widget=widgets.ForeignKeyWidget(Unit, "name"))
    department = fields.Field(column_name="部门", attribute="department")
    title = fields.Field(column_name="职务", attribute="title")
    duties = fields.Field(column_name="岗位职责", attribute="duties")
    start_on = fields.Field(column_name="任职日期", attribute="start_on", widget=widgets.DateWidget("%Y-%m-%d"))
    end_on = fields.Field(column_name="离任日期", attribute="end_on", widget=widgets.DateWidget("%Y-%m-%d"))

    class Meta:
        model = Post
        fields = ("staff_no", "name", "unit", "department", "title", "duties", "start_on", "end_on")
        export_order = fields


class GuardedXLSX(base_formats.XLSX):
    """The library's own reader has no limits; this one is ours."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        header, *rows = read_sheets(in_stream, "import.xlsx")[0].filled()
        width = len(header)
        cells = [[*row, *[None] * width][:width] for row in rows]
        return tablib.Dataset(*cells, headers=header)


#: Formats of which the reader is safe; the rest of the library's list is not offered.
FORMATS = [GuardedXLSX, base_formats.CSV]
