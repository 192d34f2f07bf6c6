"""Units and posts as workbooks in the admin: preview, own reader, no rows from nowhere."""

from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEntry
from core.sheets import SheetRefused, read_sheets, write_rows
from organization.models import Unit
from organization.resources import GuardedXLSX, PostResource, UnitResource
from organization.scope import Role
from tests.factories.organization import grant, make_bureau, make_unit, make_user

pytestmark = pytest.mark.django_db

HEADER = ["单位代码", "全称", "简称", "别名", "顺序"]


@pytest.fixture
def unit() -> Unit:
    return make_unit("办公室", make_bureau(code="JG"), code="JG01", aliases=["局办"])


def load(*rows: list[Any], **options: Any) -> Any:
    dataset = GuardedXLSX().create_dataset(write_rows("单位", HEADER, rows))
    return UnitResource().import_data(dataset, **options)


def test_export_can_be_read_back_without_changes(unit: Unit) -> None:
    data = GuardedXLSX().export_data(UnitResource().export())
    [sheet] = read_sheets(data, "单位.xlsx")
    assert sheet.rows[0] == HEADER
    result = UnitResource().import_data(GuardedXLSX().create_dataset(data))
    assert (result.totals["skip"], result.totals["update"]) == (2, 0)


def test_import_changes_spellings_and_is_recorded(unit: Unit) -> None:
    assert load(["JG01", "办公室", "局办公室", "办、局办", 3], dry_run=True).totals["update"] == 1
    assert AuditEntry.objects.count() == 0
    load(["JG01", "办公室", "局办公室", "办、局办", 3], user=make_user("管理员"))
    unit.refresh_from_db()
    assert (unit.short_name, unit.aliases, unit.order) == ("局办公室", ["办", "局办"], 3)
    assert AuditEntry.objects.get().by_name == "管理员"


def test_import_makes_no_unit(unit: Unit) -> None:
    result = load(["JG99", "新科室", "", "", 3])
    [row] = result.row_errors()
    assert "单位代码“JG99”不存在" in str(row[1][0].error)
    assert Unit.objects.count() == 2


def test_hostile_file_is_refused() -> None:
    with pytest.raises(SheetRefused):
        GuardedXLSX().create_dataset(b"no workbook")


def test_posts_are_exported_with_names(unit: Unit) -> None:
    make_user("梁思敏", unit, staff_no="A100", title="=科员")
    [row] = PostResource().export().dict
    assert (row["工号"], row["姓名"], row["单位"], row["职务"]) == ("A100", "梁思敏", "办公室", "=科员")


@pytest.mark.parametrize(("role", "status"), [(Role.OFFICE, 200), (Role.UNIT_HEAD, 302)])
def test_admin_pages(unit: Unit, role: Role, status: int) -> None:
    person = make_user("梁思敏", unit)
    grant(person, role, Unit.objects.get(code="JG"))
    client = Client()
    client.force_login(person)
    for page in ("unit/", "unit/import/", "unit/export/", f"unit/{unit.pk}/change/", "post/", "post/export/"):
        assert client.get(f"/manage/admin/organization/{page}").status_code == status
    assert client.get("/manage/admin/organization/unit/add/").status_code == (403 if status == 200 else 302)
    assert client.get("/manage/admin/organization/post/add/").status_code == (403 if status == 200 else 302)
