import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tablib import Dataset

from audit.models import AuditEntry
from campaign.models import CalendarDay, Manifestation, PhaseTemplate, ProblemType
from campaign.resources import Day, ManifestationResource, TypeResource, WorkdayResource, YesNo

D = dt.date
pytestmark = pytest.mark.django_db
BASE = "/manage/admin/campaign/"


def dataset(*rows: tuple) -> Dataset:
    return Dataset(*rows[1:], headers=rows[0])


def test_reference_data_goes_out_and_comes_back_unchanged() -> None:
    CalendarDay.objects.create(day=D(2026, 3, 3), is_workday=False, name="停电")
    for resource in (WorkdayResource(), TypeResource(), ManifestationResource()):
        sheet = resource.export()
        result = resource.import_data(sheet, raise_errors=True)
        assert result.totals["skip"] == len(sheet) > 0


def test_days_are_imported_through_the_action(bureau) -> None:
    CalendarDay.objects.create(day=D(2026, 5, 1), is_workday=False, name="劳动节", source="official")
    given = dataset(("日期", "是否上班", "名称"), ("2026-05-01", "上班", "值班"), ("2026/5/8", "否", "停电"))
    result = WorkdayResource().import_data(given, user=bureau.office, raise_errors=True)
    assert (result.totals["new"], result.totals["update"]) == (1, 1)
    assert set(CalendarDay.objects.values_list("day", "is_workday", "source")) == {
        (D(2026, 5, 1), True, "manual"),
        (D(2026, 5, 8), False, "manual"),
    }
    assert AuditEntry.objects.filter(kind="setting", by_id=bureau.office.pk).count() == 2


def test_types_and_manifestations_are_imported_through_their_actions(bureau) -> None:
    heads = ("代码", "问题类型", "一句话", "顺序", "可能涉及线索", "销号须附佐证", "在用")
    types = dataset(
        heads, ("gambling", "上班打牌", "", 6, "否", "是", "是"), ("inaction", "不作为", "", 3, "", "", "否")
    )
    TypeResource().import_data(types, user=bureau.office, raise_errors=True)
    assert not ProblemType.objects.get(code="inaction").active
    assert ProblemType.objects.get(code="gambling").evidence_required
    given = dataset(
        ("问题类型代码", "具体表现", "顺序", "在用"),
        ("gambling", "打牌", 1, "是"),
        ("inaction", "畏难、缺乏开拓勇气", 9, "否"),
    )
    ManifestationResource().import_data(given, user=bureau.office, raise_errors=True)
    stored = Manifestation.objects.filter(order__in=(1, 9), text__in=("打牌", "畏难、缺乏开拓勇气"))
    assert set(stored.values_list("problem_type__code", "active")) == {("gambling", True), ("inaction", False)}


def test_a_cell_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ValueError, match="“也许”应为“是”或“否”"):
        YesNo().clean("也许")
    given = dataset(("日期", "是否上班", "名称"), ("2026-05-01", "也许", ""))
    assert "“也许”应为" in str(WorkdayResource().import_data(given).invalid_rows[0].error)


def test_an_import_is_previewed_before_it_is_written(client: Client, bureau) -> None:
    client.force_login(bureau.office)
    file = SimpleUploadedFile("days.csv", "日期,是否上班,名称\n2026-05-08,否,停电\n".encode())
    preview = client.post(f"{BASE}calendarday/import/", {"import_file": file, "format": "0", "resource": "0"})
    assert "停电" in preview.content.decode()
    assert not CalendarDay.objects.exists()
    confirm = preview.context["confirm_form"].initial
    client.post(f"{BASE}calendarday/process_import/", confirm | {"resource": "0"})
    assert CalendarDay.objects.get().name == "停电"


def test_changes_in_the_admin_are_audited_and_nothing_is_deleted(client: Client, bureau) -> None:
    client.force_login(bureau.office)
    kind = ProblemType.objects.get(code="inaction")
    form = {"code": kind.code, "name": "不干事", "summary": kind.summary, "order": kind.order, "active": "on"}
    assert client.post(f"{BASE}problemtype/{kind.pk}/change/", form).status_code == 302
    assert AuditEntry.objects.latest("pk").lines == ["修改：问题类型"]
    for name in ("calendarday", "problemtype", "manifestation", "phasetemplate"):
        assert client.get(f"{BASE}{name}/").status_code == 200
    assert client.post(f"{BASE}problemtype/{kind.pk}/delete/", {"post": "yes"}).status_code == 403
    template = PhaseTemplate.objects.get(code="one-year")
    assert client.get(f"{BASE}phasetemplate/{template.pk}/change/").status_code == 200


def test_the_admin_is_closed_to_others(client: Client, bureau) -> None:
    client.force_login(bureau.cadre)
    assert client.get(f"{BASE}problemtype/").status_code in {302, 403, 404}


def test_dates_come_as_excel_or_people_write_them() -> None:
    assert {Day().clean(value) for value in (dt.datetime(2026, 5, 1), "2026.5.1", " 2026/05/01 ")} == {D(2026, 5, 1)}
    with pytest.raises(ValueError, match="日期“五月”写成 2026-06-12 的样子"):
        Day().clean("五月")
