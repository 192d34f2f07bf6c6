"""What goes wrong at a real desk: a closed tab, an expired session, a double click, no script, large type, paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from organization.models import User
from problems.models import Checklist, Draft, Item, Progress
from tests.browser.bureau import Bureau, after, inspect, open_bureau
from tests.browser.checks import assert_no_sideways_scrolling, assert_no_violations, take_picture
from tests.browser.conftest import OpenPage
from tests.factories.organization import PASSWORD
from tests.factories.problems import World, entered_list, make_world, submitted_list, write_list

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "今年 3 月收到 42 件学校来文，有 3 件超过 5 个工作日才办结，学校两次打电话来催问进度。"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def step_url(world: World, number: int) -> str:
    item = write_list(world).items.get()
    return f"/my/items/{item.public_id}/edit/?step={number}"


def test_what_was_typed_survives_a_closed_tab(world: World, open_page: OpenPage) -> None:
    page, url = open_page(world.people["cadre"]), step_url(world, 2)
    page.goto(url)
    field = page.get_by_label("造成什么影响")
    field.fill("学校的申请晚批 9 天")
    # 3 s after the first key at the latest, whatever is typed meanwhile.
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存", timeout=3500)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(url)
    expect(again.get_by_label("造成什么影响")).to_have_value("学校的申请晚批 9 天")
    expect(again.get_by_role("main")).to_contain_text("已恢复")
    assert_no_violations(again)
    again.get_by_role("button", name="放弃这些内容").click()
    expect(again.get_by_label("造成什么影响")).to_have_value("")
    assert not Draft.objects.exists()


def test_an_expired_session_is_continued_in_place(world: World, open_page: OpenPage) -> None:
    page = open_page(world.people["cadre"])
    page.goto(step_url(world, 2))
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("造成什么影响").fill("学校的申请晚批 9 天")
    box = page.locator("#session-login")
    expect(box).to_be_visible()
    assert_no_violations(page)
    take_picture(page, "resilience-relogin")
    password = page.get_by_label("梁思敏的密码")
    password.fill("Bu-shi-ta-2026")
    box.get_by_role("button", name="继续").click()
    expect(page.locator("#session-error")).to_contain_text("密码不对")
    password.fill(PASSWORD)
    box.get_by_role("button", name="继续").click()
    expect(box).to_be_hidden()
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存")
    assert Draft.objects.get().data["consequence"] == ["学校的申请晚批 9 天"]
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="根源")).to_be_visible()
    assert Item.objects.get().consequence == "学校的申请晚批 9 天"


def test_a_double_click_has_one_effect(world: World, open_page: OpenPage) -> None:
    checklist = write_list(world)
    page = open_page(world.people["cadre"])
    page.goto("/my/list/check/")
    page.get_by_role("button", name=re.compile("^提交给")).dblclick()
    expect(page.get_by_role("heading", name=re.compile("^已提交给"))).to_be_visible()
    assert (checklist.rounds.count(), checklist.events.filter(name="submit").count()) == (1, 1)

    item = entered_list(world, "colleague").items.get()
    page = open_page(world.people["colleague"])
    page.goto(f"/ledger/{item.code}/")
    page.get_by_role("link", name="更新进展").first.click()
    box = page.locator("dialog#dialog[open]")
    box.get_by_label("做了什么").fill("收文登记台账已启用")
    box.get_by_role("button", name="更新进展", exact=True).dblclick()
    expect(page.get_by_role("main")).to_contain_text("收文登记台账已启用")
    assert Progress.objects.count() == 1


def test_a_move_on_an_old_page_says_who_was_first(world: World, open_page: OpenPage) -> None:
    """Two of the office with the same list open: the second one reads who did what, on the page."""
    checklist = submitted_list(world)
    pages = [open_page(world.people[key]) for key in ("head", "head")]
    for page in pages:
        page.goto(f"/section/review/?open={checklist.pk}")
    for page in pages:
        page.get_by_role("button", name="通过").click()
    expect(pages[1].get_by_role("main")).to_contain_text(re.compile("宋立平.*已“通过”"))
    assert checklist.events.filter(name="endorse").count() == 1


def test_filing_and_reading_need_no_script(world: World, open_page: OpenPage) -> None:
    page = open_page(world.people["cadre"], java_script_enabled=False)
    page.goto("/my/list/")
    page.get_by_role("button", name="开始对照").click()
    page.locator("input[name=problem_type]").first.check()
    page.get_by_role("button", name="下一步", exact=True).click()
    page.get_by_label("问题表现").fill(TEXT)
    page.get_by_role("button", name="下一步", exact=True).click()
    page.get_by_label("根源一").fill("没有来文台账，靠个人记忆")
    page.get_by_role("button", name="下一步", exact=True).click()
    page.get_by_label("整改目标").fill("来文五个工作日办结率达到九成五")
    page.get_by_label("限期整改").check()
    page.locator("#id_due_on").fill(after(40))
    page.locator("[name='measures-1-text']").fill("建立收文登记台账")
    page.get_by_role("button", name="下一步：检查").click()
    page.get_by_role("button", name=re.compile("^提交给")).click()
    expect(page.get_by_role("heading", name=re.compile("^已提交给"))).to_be_visible()

    head = open_page(world.people["head"], java_script_enabled=False)
    head.goto("/section/review/")
    head.get_by_role("link", name="退回…").click()
    expect(head).to_have_url(re.compile("/send_back/"))
    head.goto("/section/review/")
    head.get_by_role("button", name="通过").click()
    office = open_page(world.people["office"], java_script_enabled=False)
    office.goto(f"/office/review/?open={Checklist.objects.get().pk}")
    office.get_by_role("button", name="审核通过并进台账").click()
    item = Item.objects.get()
    office.goto("/ledger/")
    office.get_by_role("link", name=re.compile(TEXT[:10])).first.click()
    expect(office.get_by_role("main")).to_contain_text(item.code)
    page.goto(f"/ledger/{item.code}/")
    page.get_by_role("link", name="更新进展").first.click()
    page.get_by_label("做了什么").fill("收文登记台账已启用")
    page.get_by_role("button", name="更新进展").click()
    assert Progress.objects.get().item == item


LARGE = ("/my/", "/my/list/", "/my/list/check/", "/ledger/", "/section/", "/section/review/", "/office/",
         "/office/review/", "/dashboard/", "/coverage/", "/notices/", "/manage/people/", "/help/")  # fmt: skip


def test_large_type_fits_every_screen(world: World, open_page: OpenPage) -> None:
    write_list(world)
    item = entered_list(world, "colleague").items.get()
    submitted_list(world, "liaison")
    pages = {key: open_page(world.people[key]) for key in ("cadre", "head", "office")}
    for page in pages.values():
        page.goto("/help/")
        page.get_by_role("button", name=re.compile("大字")).first.click()
        expect(page.locator("html")).to_have_attribute("data-big", "")
    for path in (*LARGE, f"/ledger/{item.code}/"):
        key = "cadre" if path.startswith("/my/") else "head" if path.startswith("/section/") else "office"
        pages[key].goto(path)
        assert pages[key].locator("html").get_attribute("data-big") is not None
        for width in (1440, 720, 360):
            pages[key].set_viewport_size({"width": width, "height": 900})
            assert_no_sideways_scrolling(pages[key])
    take_picture(pages["office"], "resilience-large-type")
    assert User.objects.filter(large_type=True).count() == 3


def test_login_tells_what_is_wrong_and_when_to_come_back(world: World, open_page: OpenPage) -> None:
    page = open_page(width=1440)
    page.goto("/ledger/")
    expect(page).to_have_url(re.compile(r"/login/\?next=/ledger/"))
    inspect(page, "00-login")
    for _ in range(5):
        sign_in(page, "cadre", "Bu-shi-ta-2026")
        expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, "cadre", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"暂停登录 15 分钟，\d\d:\d\d 后再试"))
    inspect(page, "00-login-locked")
    sign_in(page, "colleague", PASSWORD)
    expect(page).to_have_url(re.compile("/ledger/$"))


def sign_in(page: Page, staff_no: str, password: str) -> None:
    page.get_by_label("工号").fill(staff_no)
    page.get_by_label("密码").first.fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_load_state()


def test_the_ledger_prints_as_the_official_table(world: World, open_page: OpenPage) -> None:
    entered_list(world, count=3)
    page = open_page(world.people["office"])
    page.goto("/ledger/print/")
    page.emulate_media(media="print")
    table = page.locator("table.ptable")
    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() == 3
    heads = [re.sub(r"\s", "", text) for text in table.locator("thead th").all_inner_texts()]
    assert heads == ["序号", "编号", "责任人", "单位", "存在问题", "问题类型", "最近进展", "当前时限", "状态", "亮灯"]
    for bar in (".appbar", ".tabbar", "[data-print]"):
        assert not any(node.is_visible() for node in page.locator(bar).all()), bar
    take_picture(page, "resilience-print")
    pdf = page.pdf(prefer_css_page_size=True)
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert [round(float(side)) for side in box.groups()] == [842, 595]  # A4, the long side lying


def test_the_roster_is_the_one_of_the_sample(transactional_db: None) -> None:
    bureau: Bureau = open_bureau()
    assert {key: str(user.unit) for key, user in bureau.people.items()} == {
        "cadre": "办公室", "colleague": "办公室", "head": "办公室", "office": "人事股", "office_two": "人事股"
    }  # fmt: skip
