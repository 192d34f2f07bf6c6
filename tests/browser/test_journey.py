"""The main job in a real Chromium: from a list of three problems to a closed item, by people of the roster."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from problems.actions.filing import open_checklist
from problems.actions.review import move_checklist
from problems.models import Checklist, Evidence, Item
from tests.browser.bureau import Bureau, after, dialog_of, inspect, open_bureau, tab_to
from tests.browser.conftest import OpenPage
from tests.factories.problems import write_item

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
FIRST = "今年 3 月收到 42 件学校来文，有 3 件超过 5 个工作日才办结，学校两次打电话来催问进度。"
SECOND = "今年以来到学校调研 6 次，都是提前通知、听完汇报就走，没有随机走访过一名一线教师。"
THIRD = "每周例会通知平均晚发一天，今年 4 月有两次学校负责人没有收到通知而缺席会议。"
CAUSE = "没有建立来文登记台账，靠个人记忆跟进，没有人核对。"
BETTER = "没有建立来文登记台账，靠个人记忆跟进；对学校等待的难处体会不深，没有主动核对。"


@pytest.fixture
def bureau(transactional_db: None) -> Bureau:
    return open_bureau()


def test_from_a_list_of_three_problems_to_a_closed_item(bureau: Bureau, open_page: OpenPage) -> None:
    pages = {key: open_page(person) for key, person in bureau.people.items()}
    file_three(pages["cadre"])
    return_once(pages["head"], bureau)
    amend(pages["cadre"])
    pass_on(pages["head"])
    codes = enter(pages["office"])
    report(pages["cadre"], codes[0])
    extend(pages, codes[0])
    close(pages, codes[0])
    sees_nothing(pages["colleague"])


# --- filing -----------------------------------------------------------------------------------------


def file_three(page: Page) -> None:
    page.goto("/my/list/")
    inspect(page, "01-list-empty")
    page.get_by_role("button", name="开始对照").click()
    write_by_hand(page, FIRST, inspected=True)
    page.get_by_role("button", name="新增问题").click()
    write_by_keyboard(page, SECOND)
    page.get_by_role("button", name="新增问题").click()
    write_by_hand(page, THIRD)
    expect(page.locator(".check-item")).to_have_count(3)
    inspect(page, "06-check")
    page.get_by_role("button", name=re.compile("^提交给.*袁亚英初审$")).click()
    expect(page.get_by_role("heading", name=re.compile("已提交给.*袁亚英初审"))).to_be_visible()
    expect(page.locator(".code-big")).to_have_text(re.compile(r"^QD-\d{4}-\d{4}$"))
    inspect(page, "07-done")
    page.get_by_role("link", name="回到问题清单").click()
    inspect(page, "08-list-waiting")


def write_by_hand(page: Page, problem: str, *, inspected: bool = False) -> None:
    """Pages 1 to 4 with the mouse; an empty first page is explained before."""
    if inspected:
        page.get_by_role("button", name="下一步").click()
        expect(page.get_by_role("alert")).to_contain_text("选择一类最接近的问题")
        inspect(page, "02-type-error")
    page.locator(".rcard").nth(1).locator("label").first.click()
    page.locator(".rcard").nth(1).locator("ul label").first.click()
    if inspected:
        inspect(page, "02-type")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("问题表现").fill(problem)
    page.get_by_label("造成什么影响").fill("学校的申请晚批 9 天")
    if inspected:
        inspect(page, "03-problem")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("根源一").fill(CAUSE)
    if inspected:
        inspect(page, "04-cause")
    page.get_by_role("button", name="下一步").click()
    write_goal(page)
    if inspected:
        inspect(page, "05-goal")
    page.get_by_role("button", name="下一步：检查").click()
    expect(page.get_by_role("heading", name="检查并提交")).to_be_visible()


def write_goal(page: Page) -> None:
    page.get_by_label("整改目标").fill("来文 5 个工作日办结率达到 95%")
    page.get_by_label("衡量指标").fill("来文 5 个工作日办结率")
    page.get_by_label("整改前").fill("61%")
    page.get_by_label("目标值").fill("95%")
    page.get_by_label("限期整改").check()
    page.get_by_label("整改时限").fill(after(40))
    page.locator("[name='measures-1-text']").fill("建立收文登记台账，每天下班前核对一次")
    page.locator("[name='measures-1-done_sign']").fill("台账启用并有登记")
    page.locator("[name='measures-1-due_on']").fill(after(20))


def write_by_keyboard(page: Page, problem: str) -> None:
    """No mouse at all: five types, text, a date typed by its parts."""
    tab_to(page, "input[name=problem_type]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=manifestations]")
    page.keyboard.press("Space")
    go_on(page)
    tab_to(page, "#id_problem")
    page.keyboard.insert_text(problem)
    go_on(page)
    tab_to(page, "#id_cause_1")
    page.keyboard.insert_text(CAUSE)
    go_on(page)
    tab_to(page, "#id_goal")
    page.keyboard.insert_text("每月至少随机走访 2 所学校、4 名教师")
    tab_to(page, "#id_due_on")
    type_day(page, "#id_due_on", after(40))
    tab_to(page, "[name='measures-1-text']")
    page.keyboard.insert_text("每月排出随机走访名单，不提前通知")
    go_on(page)
    expect(page.get_by_role("heading", name="检查并提交")).to_be_visible()


def type_day(page: Page, selector: str, text: str) -> None:
    """The browser's own date box, part by part; its language decides whether the year or the month comes first."""
    year, month, day = text.split("-")
    page.keyboard.type(month + day + year)
    if page.input_value(selector) != text:
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.keyboard.type(year)
        page.keyboard.press("ArrowRight")
        page.keyboard.type(month + day)
    assert page.input_value(selector) == text


def go_on(page: Page) -> None:
    before = page.url
    tab_to(page, ".form-acts button[value=next]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


# --- two gates --------------------------------------------------------------------------------------


def return_once(page: Page, bureau: Bureau) -> None:
    """The head sets the example: before his own list is in, the page says so and the server refuses."""
    page.goto("/section/review/")
    expect(page.get_by_role("main")).to_contain_text("先提交本人的问题清单，再初审他人的")
    inspect(page, "09-review-own-first")
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_role("main")).to_contain_text("先提交本人的问题清单")
    assert Checklist.objects.get(cadre=bureau["cadre"]).state == "unit_review"

    own = open_checklist(bureau.campaign, by=bureau["head"])
    write_item(own)
    move_checklist(own, "submit", by=bureau["head"])

    page.goto("/section/review/")
    expect(page.get_by_role("main")).not_to_contain_text("先提交本人的问题清单")
    inspect(page, "10-review")
    box = dialog_of(page, "退回…")
    box.get_by_role("button", name="退回", exact=True).click()
    expect(box.get_by_role("alert")).to_contain_text("选择至少一条退回理由")
    inspect(page, "11-return-error")
    box.get_by_label("根源与问题对不上").check()
    box.get_by_label("具体说明").fill("第一项的根源只写了制度，没有写到本人的态度，请补充")
    box.get_by_label("第 1 项要改的栏目").select_option(label="原因分析")
    box.get_by_label("第 1 项要改什么").fill("写到本人身上")
    inspect(page, "12-return")
    box.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("没有待初审的清单")
    inspect(page, "13-review-empty")


def amend(page: Page) -> None:
    page.goto("/my/list/")
    expect(page.get_by_role("main")).to_contain_text("第 1 次退回")
    inspect(page, "14-list-returned")
    page.get_by_role("link", name="第 1 项“原因分析”").click()
    expect(page.get_by_role("main")).to_contain_text("写到本人身上")
    page.get_by_label("根源一").fill(BETTER)
    inspect(page, "15-cause-marked")
    page.get_by_role("button", name="保存并返回清单").click()
    page.get_by_role("link", name="检查并提交").last.click()
    page.get_by_role("button", name=re.compile("^提交给.*初审$")).click()
    expect(page.get_by_role("heading", name=re.compile("^已提交给"))).to_be_visible()


def pass_on(page: Page) -> None:
    page.goto("/section/review/")
    expect(page.locator(".diff ins").first).to_contain_text("体会不深")
    inspect(page, "16-review-difference")
    page.get_by_role("link", name="全文和打印").click()
    inspect(page, "17-list-read")
    page.goto("/section/review/")
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("郝振武的清单：初审通过")).to_be_visible()


def enter(page: Page) -> list[str]:
    page.goto("/office/review/")
    inspect(page, "18-office-review")
    page.get_by_role("button", name="审核通过并进台账").click()
    expect(page.get_by_text("已进台账").first).to_be_visible()
    codes = sorted(Item.objects.filter(cadre__name="郝振武").values_list("code", flat=True))
    assert [code[-4:] for code in codes] == ["0001", "0002", "0003"]
    page.goto("/ledger/")
    for code in codes:
        expect(page.get_by_role("main").get_by_text(code).first).to_be_visible()
    inspect(page, "19-ledger")
    return codes


# --- rectification ----------------------------------------------------------------------------------


def act(page: Page, move: str, **fields: str) -> None:
    """One move in its dialog: fill by label, press the button of the same name."""
    box = dialog_of(page, move)
    for label, text in fields.items():
        box.get_by_label(label).first.fill(text)
    box.get_by_role("button", name=move, exact=True).click()
    box.wait_for(state="hidden")


def report(page: Page, code: str) -> None:
    page.goto("/my/list/")
    page.get_by_role("link", name=re.compile(FIRST[:12])).click()
    expect(page.get_by_role("main")).to_contain_text(code)
    inspect(page, "20-item-pending")
    box = dialog_of(page, "更新进展")
    box.get_by_role("button", name="更新进展", exact=True).click()
    expect(box.get_by_role("alert")).to_contain_text("填写做了什么")
    inspect(page, "21-progress-error")
    box.get_by_label("做了什么").fill("收文登记台账已启用，本周登记 12 件，全部按期办结")
    box.get_by_label("佐证材料").set_input_files(
        {"name": "收文登记台账.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    inspect(page, "22-progress")
    box.get_by_role("button", name="更新进展", exact=True).click()
    box.wait_for(state="hidden")
    expect(page.locator("#item-evidence")).to_contain_text("收文登记台账.pdf")
    inspect(page, "23-item-in-progress")


def extend(pages: dict[str, Page], code: str) -> None:
    cadre, head, office = pages["cadre"], pages["head"], pages["office"]
    before = Item.objects.get(code=code).due_on
    box = dialog_of(cadre, "申请延期")
    box.get_by_label("申请延至").fill(after(60))
    box.get_by_label("原因类别").select_option(index=1)
    box.get_by_label("延期理由").fill("学校放假，回访无法按期完成")
    box.get_by_label("下一步安排").fill("开学后两周内回访完其余学校")
    inspect(cadre, "24-extension")
    box.get_by_role("button", name="申请延期", exact=True).click()
    box.wait_for(state="hidden")

    head.goto("/section/review/?tab=extensions")
    inspect(head, "25-extensions-waiting")
    head.get_by_role("link", name=re.compile(code)).click()
    act(head, "同意，报整顿办")
    office.goto(f"/ledger/{code}/")
    box = dialog_of(office, "批准延期")
    inspect(office, "26-extension-grant")
    box.get_by_role("button", name="批准延期", exact=True).click()
    box.wait_for(state="hidden")

    cadre.goto(f"/ledger/{code}/")
    expect(cadre.get_by_role("main")).to_contain_text(f"原定 {spoken(before)}，延至")
    inspect(cadre, "27-item-extended")
    item = Item.objects.get(code=code)
    assert (item.original_due_on, str(item.due_on), item.extended_count) == (before, after(60), 1)


def spoken(day: Any) -> str:
    return f"{day.month} 月 {day.day} 日" if day.year == int(after(0)[:4]) else day.isoformat()


def close(pages: dict[str, Page], code: str) -> None:
    cadre, head, office = pages["cadre"], pages["head"], pages["office"]
    ask(cadre, "28-close-request")
    head.goto("/section/review/?tab=closures")
    inspect(head, "29-closures-waiting")
    head.get_by_role("link", name=re.compile(code)).click()
    inspect(head, "30-item-confirm")
    act(head, "确认属实")

    office.goto(f"/ledger/{code}/")
    box = dialog_of(office, "退回")
    box.get_by_label("缺少整改后的数据").check()
    box.get_by_label("要补什么").fill("没有 5 月的办结数据，请补充一个月的统计")
    inspect(office, "31-reject")
    box.get_by_role("button", name="退回", exact=True).click()
    box.wait_for(state="hidden")

    cadre.goto(f"/ledger/{code}/")
    expect(cadre.get_by_role("main")).to_contain_text("没有 5 月的办结数据")
    inspect(cadre, "32-item-returned")
    ask(cadre, "33-close-again")
    head.goto(f"/ledger/{code}/")
    act(head, "确认属实")
    for page, move in ((pages["office_two"], "开始核查"), (office, "通过销号")):
        page.goto(f"/ledger/{code}/")
        act(page, move, **({"核查意见": "现场抽查 10 件，全部按期办结"} if move == "通过销号" else {}))
    expect(office.get_by_role("main")).to_contain_text("已销号")
    inspect(office, "34-item-closed")
    cadre.goto("/notices/?group=news")
    expect(cadre.get_by_role("main")).to_contain_text(f"{code} 已验收销号")
    inspect(cadre, "35-messages")
    assert Item.objects.get(code=code).state == "closed"


def ask(page: Page, name: str) -> None:
    box = dialog_of(page, "申请销号")
    box.get_by_label("整改成效").fill("连续四周办结率 97%，学校没有再来电催问")
    box.get_by_label("整改后").fill("97%")
    done = box.get_by_label("建立收文登记台账")
    if done.count():
        done.check()
    inspect(page, name)
    box.get_by_role("button", name="申请销号", exact=True).click()
    box.wait_for(state="hidden")


# --- a colleague ------------------------------------------------------------------------------------


def sees_nothing(page: Page) -> None:
    """Another person of the same section finds no trace of it, wherever he looks."""
    checklist, evidence = Checklist.objects.get(cadre__name="郝振武"), Evidence.objects.get()
    items = list(Item.objects.filter(checklist=checklist))
    hidden = [f"/lists/{checklist.pk}/", f"/ledger/{evidence.item.slug}/evidence/{evidence.pk}/"]
    hidden += [f"/ledger/{item.slug}/{part}" for item in items for part in ("", "print/", "urge/")]
    assert {path: page.request.get(path).status for path in hidden} == dict.fromkeys(hidden, 404)
    page.goto(f"/ledger/{items[0].code}/")
    inspect(page, "36-not-found")
    for path in ("/ledger/", "/ledger/?q=来文", "/ledger/?q=ZG-", "/ledger/print/", "/my/list/", "/notices/", "/my/"):
        assert page.goto(path).status == 200
        text = page.content()
        assert [word for item in items for word in (item.code, item.problem[:10]) if word in text] == []
        assert "郝振武" not in text
    page.goto("/ledger/?q=来文")
    inspect(page, "37-nothing-found")
