"""Campaign, coverage, messages and the log in a real browser: axe, no sideways scrolling, rows added by script."""

import datetime as dt

import pytest

from audit.actions import record
from campaign.actions import exempt, seed_workdays
from campaign.models import CalendarEvent, Campaign, Phase, ProblemType
from core import clock
from notifications.actions import notify
from tests.browser.checks import assert_no_sideways_scrolling, assert_no_violations, take_picture
from tests.factories.problems import World, entered_list, make_world, submitted_list, write_list

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    made = make_world(theme="整治为官不为", leading_group="组长：程卫东\n副组长：高建国")
    today = clock.today()
    Phase.objects.create(campaign=made.campaign, name="查摆问题", start_on=today, end_on=today + dt.timedelta(days=30))
    CalendarEvent.objects.create(campaign=made.campaign, name="学期末", on=today + dt.timedelta(days=90))
    seed_workdays([today.year])
    entered_list(made)
    submitted_list(made, "colleague")
    write_list(made, "other_cadre")
    exempt(made.campaign.participants.get(user=made.teacher), "支教一年", by=made.office)
    notify([made.office], "梁思敏提交了清单，等审核", key="a", url="/office/review/", lines=[{"text": "3 个问题"}])
    record("role", by=made.admin, object_label="沈静 整顿办", detail={"单位": "云溪县教育局"})
    return made


OFFICE = {
    "list": "/campaign/",
    "detail": "/campaign/ZF2026/",
    "new": "/campaign/new/",
    "edit": "/campaign/ZF2026/edit/",
    "phases": "/campaign/ZF2026/phases/",
    "events": "/campaign/ZF2026/events/",
    "participants": "/campaign/ZF2026/participants/",
    "sync": "/campaign/ZF2026/participants/sync/",
    "types": "/campaign/types/",
    "type": "/campaign/types/inaction/",
    "workdays": "/campaign/workdays/",
    "workday": "/campaign/workdays/new/",
    "coverage": "/coverage/",
    "coverage-people": "/coverage/people/?show=due",
    "notices": "/notices/",
    "notices-empty": "/notices/?group=news",
}


@pytest.mark.parametrize("width", [1440, 360])
def test_pages_of_the_office_are_accessible(world: World, open_page, width: int) -> None:
    page = open_page(world.fresh("office"), width=width)
    for name, url in OFFICE.items():
        page.goto(url)
        take_picture(page, f"campaign-{name}-{width}")
        assert_no_violations(page)
        assert_no_sideways_scrolling(page)


@pytest.mark.parametrize("width", [1440, 360])
def test_the_log_is_accessible(world: World, open_page, width: int) -> None:
    page = open_page(world.fresh("admin"), width=width)
    for name, query in {"filled": "", "error": "?since=x", "none": "?person=无"}.items():
        page.goto(f"/manage/audit/{query}")
        take_picture(page, f"audit-{name}-{width}")
        assert_no_violations(page)
        assert_no_sideways_scrolling(page)


def test_stages_are_added_and_a_refusal_keeps_them(world: World, open_page) -> None:
    page = open_page(world.fresh("office"))
    page.goto("/campaign/ZF2026/phases/")
    page.get_by_role("button", name="增加阶段").click()
    page.locator("#id_phase-1-name").fill("整改落实")
    page.locator("#id_phase-1-start_on").fill("2026-12-01")
    page.locator("#id_phase-1-end_on").fill("2026-11-01")
    page.get_by_role("button", name="保存").click()
    assert "结束日期（2026-11-01）早于开始日期（2026-12-01）" in page.locator(".error-summary").inner_text()
    take_picture(page, "campaign-phases-error")
    assert_no_violations(page)
    page.locator("#id_phase-1-end_on").fill("2027-03-01")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/campaign/ZF2026/")
    assert set(Campaign.objects.get().phases.values_list("name", flat=True)) == {"查摆问题", "整改落实"}
    assert ProblemType.objects.filter(code="inaction").exists()


def test_the_liaison_reminds_and_a_message_opens_its_page(world: World, open_page) -> None:
    page = open_page(world.fresh("liaison"))
    page.goto("/coverage/")
    page.get_by_role("button", name="提醒他们").click()
    page.get_by_text("已提醒 1 人").first.wait_for()
    other = open_page(world.fresh("head"), width=360)
    other.goto("/notices/")
    other.get_by_role("button", name="方圆提醒").first.click()
    other.wait_for_url("**/my/list/")
