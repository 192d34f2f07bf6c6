"""First screens: who lands where, what waits there, and every number equals the list that it opens."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.models import CalendarDay, Campaign, Participant
from core import clock
from dashboard.nav import MOST_ROWS, rows_for
from organization.models import User
from problems.actions.extension import move_extension
from problems.actions.filing import open_checklist
from problems.actions.item import move_item
from problems.actions.review import move_checklist
from problems.ledger import State
from problems.models import Checklist, Extension, Item
from tests.factories.organization import make_unit, make_user
from tests.factories.problems import (
    ASK,
    PEOPLE,
    PROBLEM,
    World,
    endorsed_list,
    entered_list,
    item_in,
    make_world,
    submitted_list,
    walk,
    write_item,
    write_list,
)

DAY = dt.timedelta(days=1)
ROLES = [row[0] for row in PEOPLE]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def busy(world: World) -> World:
    """Something waits at every desk: lists at both gates, closures, extensions, a reopening, late and clue items."""
    item_in(world, State.UNIT_CONFIRMED)
    submitted_list(world, "colleague")
    endorsed_list(world, "other_cadre", "other_head")
    teacher = entered_list(world, "teacher", "principal", clue=True).items.get()
    walk(world, teacher, [("report_progress", "teacher", {"text": "已开始"})])
    Item.objects.filter(pk=teacher.pk).update(step_due_on=clock.today() - 3 * DAY, due_on=clock.today() - 3 * DAY)
    closed = entered_list(world, "head", "line_leader").items.get()
    steps = [
        ("report_progress", "head", {"text": "已开始"}),
        ("request_close", "head", {"result": "已办结"}),
        ("confirm", "line_leader", {}),
        ("close", "office", {"comment": "属实"}),
        ("propose_reopen", "supervisor", {"comment": "反弹"}),
    ]
    walk(world, closed, steps)
    late = entered_list(world, "group_member", "chief").items.get()
    walk(
        world,
        late,
        [
            (
                "request_extension",
                "group_member",
                {
                    "requested_due_on": late.due_on + 10 * DAY,
                    "reason_kind": "conditions",
                    "reason": "放假",
                    "progress": "过半",
                    "plan": "开学后完成",
                },
            )
        ],
    )
    move_extension(Extension.objects.get(), "sign", by=world.fresh("chief"), comment="属实")
    return world


def client_of(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who])
    return client


def total(client: Client, url: str) -> int:
    """How many rows the list behind an address has."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    context = answer.context
    if url.startswith("/ledger/"):
        return context["total_count"]
    if "/review/" in url:
        return len(context[{"closures": "closures", "extensions": "extensions"}.get(context["tab"], "rows")])
    return context["page"].count


@pytest.mark.parametrize("who", ROLES)
def test_every_row_of_the_bar_opens(busy: World, who: str) -> None:
    client, user = client_of(busy, who), busy.fresh(who)
    rows = rows_for(user)
    assert len(rows) <= MOST_ROWS
    assert {row.url: client.get(row.url).status_code for row in rows} == {row.url: 200 for row in rows}


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("cadre", "我的整改 我的清单 帮助"),
        ("head", "本科室 清单初审 科室台账 收交情况 我的整改 我的清单 帮助"),
        ("principal", "本校进展 清单初审 本校台账 收交情况 我的整改 我的清单 帮助"),
        ("line_leader", "整顿总览 清单初审 整改台账 收交情况 我的整改 我的清单 帮助"),
        ("office", "整顿总览 工作台 审核 整改台账 收交情况 整顿活动 我的整改"),
        ("supervisor", "整改台账 收交情况 我的整改 我的清单 帮助"),
        ("discipline", "整改台账 限制事项 我的整改 我的清单 帮助"),
        ("auditor", "整顿总览 整改台账 收交情况 帮助"),
        ("liaison", "收交情况 我的整改 我的清单 帮助"),
        ("hr", "机构 人员 我的整改 我的清单 帮助"),
        ("admin", "系统管理 机构 人员 角色权限 审计日志 帮助"),
    ],
)
def test_bar_of_each_role(world: World, who: str, labels: str) -> None:
    assert [row.label for row in rows_for(world.fresh(who))] == labels.split()


@pytest.mark.parametrize(
    ("who", "url"),
    [
        ("cadre", "/my/"), ("head", "/section/"), ("principal", "/school/"), ("line_leader", "/dashboard/"),
        ("chief", "/dashboard/"), ("office", "/office/"), ("supervisor", "/ledger/"), ("discipline", "/discipline/"),
        ("auditor", "/ledger/"), ("liaison", "/coverage/"), ("hr", "/manage/people/"), ("admin", "/manage/"),
    ],
)  # fmt: skip
def test_with_nothing_waiting_the_highest_role_decides(world: World, who: str, url: str) -> None:
    assert client_of(world, who).get("/").headers["Location"] == url


def test_the_first_home_with_something_waiting_wins(world: World) -> None:
    entered_list(world, "head", "line_leader")
    assert client_of(world, "head").get("/").headers["Location"] == "/my/"
    submitted_list(world)
    assert client_of(world, "head").get("/").headers["Location"] == "/section/"
    page = client_of(world, "head").get("/my/").content.decode()
    assert "切换到：科室初审 <b>1</b>" in page


def test_somebody_without_role_and_unit_reads_the_help(world: World) -> None:
    world.people["guest"] = make_user("来客")
    assert client_of(world, "guest").get("/").headers["Location"] == "/help/"


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("office", "/office/"), ("office_two", "/office/"), ("head", "/section/"), ("other_head", "/section/"),
        ("principal", "/school/"), ("chief", "/section/"), ("line_leader", "/dashboard/"), ("chief", "/dashboard/"),
        ("group_member", "/dashboard/"), ("discipline", "/discipline/"),
    ],
)  # fmt: skip
def test_lanes_open_lists_of_the_same_length(busy: World, who: str, home: str) -> None:
    client = client_of(busy, who)
    busy_lanes = client.get(home).context["busy"]
    assert {lane.slug: total(client, lane.url) for lane in busy_lanes} == {lane.slug: lane.count for lane in busy_lanes}


def test_lanes_of_the_office(busy: World) -> None:
    context = client_of(busy, "office").get("/office/").context
    counts = {lane.slug: lane.count for lane in context["busy"]}
    assert counts == {"lists": 1, "closures": 1, "extensions": 1, "reopenings": 1}
    assert [lane.slug for lane in context["idle"]] == ["today", "returned"]


def test_what_is_due_today_comes_first(busy: World) -> None:
    Item.objects.filter(state=State.UNIT_CONFIRMED).update(step_due_on=clock.today())
    client = client_of(busy, "office")
    lane = client.get("/office/").context["busy"][0]
    assert (lane.slug, lane.count, total(client, lane.url)) == ("today", 1, 1)


def test_a_lane_shows_five_and_counts_all(world: World) -> None:
    for number in range(7):
        world.people[f"p{number}"] = make_user(f"科员{number}", world.section)
        submitted_list(world, f"p{number}")
    client = client_of(world, "head")
    lane = client.get("/section/").context["busy"][0]
    assert (len(lane.lines), lane.count, total(client, lane.url)) == (5, 7, 7)


@pytest.mark.parametrize(
    "home", ["/section/", "/dashboard/", "/dashboard/?scope=sections", "/dashboard/?scope=schools"]
)
@pytest.mark.parametrize("who", ["chief", "line_leader", "head", "principal", "office"])
def test_numbers_equal_the_lists_that_they_open(busy: World, who: str, home: str) -> None:
    client = client_of(busy, who)
    answer = client.get(home)
    if answer.status_code == 403:
        assert (who, home) == ("office", "/section/")
        return
    page = answer.content.decode()
    shown = re.findall(r'<a class="kpi" href="([^"]+)">.*?data-number>(\d+)', page, re.DOTALL)
    assert len(shown) in (4, 5)
    assert {url: total(client, unescape(url)) for url, _ in shown} == {url: int(number) for url, number in shown}


def test_numbers_of_every_unit_equal_their_lists(busy: World) -> None:
    client = client_of(busy, "chief")
    rows = client.get("/dashboard/").context["found"].rows
    assert {row.name for row in rows} == {"云溪县教育局", "办公室", "人事科", "学校（1 所）"}
    for row in rows:
        numbers = {row.items_url: row.totals.items, row.closed_url: row.totals.closed, row.red_url: row.totals.red}
        numbers |= {row.amber_url: row.totals.amber, row.people_url: row.due}
        assert {url: total(client, url) for url in numbers} == numbers
    assert sum(row.totals.items for row in rows) == client.get("/dashboard/").context["found"].totals.items


def test_a_head_sees_his_unit_and_a_leader_his_line(busy: World) -> None:
    assert client_of(busy, "head").get("/section/").context["totals"].items == 2
    assert [row.name for row in client_of(busy, "line_leader").get("/dashboard/").context["found"].rows] == ["办公室"]
    assert PROBLEM not in client_of(busy, "other_head").get("/section/").content.decode()


def test_who_has_not_filed_is_named(world: World) -> None:
    submitted_list(world)
    page = client_of(world, "head").get("/section/").content.decode()
    assert "罗启明" in page
    assert "还没有提交清单" in page
    for who in ("colleague", "head", "liaison"):
        Participant.objects.filter(user=world.people[who]).delete()
    assert "还没有提交清单" not in client_of(world, "head").get("/section/").content.decode()


def test_the_office_reads_how_long_it_keeps_others_waiting(world: World) -> None:
    CalendarDay.objects.bulk_create(CalendarDay(day=clock.today() - day * DAY, is_workday=True) for day in range(12))
    assert "没有等整顿办办理的事项" in client_of(world, "office").get("/office/").content.decode()
    item = item_in(world, State.UNIT_CONFIRMED)
    checklist = endorsed_list(world, "other_cadre", "other_head")
    Item.objects.filter(pk=item.pk).update(state_on=clock.today() - 8 * DAY)
    Checklist.objects.filter(pk=checklist.pk).update(endorsed_on=clock.today() - DAY)
    text = client_of(world, "office").get("/office/").context["backlog"].sentence
    assert text == "平均等待 4.5 个工作日，1 项超过 5 个工作日。"
    Item.objects.filter(pk=item.pk).update(state_on=clock.today())
    text = client_of(world, "office").get("/office/").context["backlog"].sentence
    assert text == "平均等待 0.5 个工作日，没有超过 5 个工作日的。"


def test_discipline_sees_what_is_restricted(busy: World) -> None:
    context = client_of(busy, "discipline").get("/discipline/").context
    assert [(lane.slug, lane.count) for lane in context["busy"]] == [("restricted", 1)]
    item = Item.objects.get(restricted=True)
    move_item(item, "transfer", by=busy.fresh("discipline"), comment="按线索处理")
    context = client_of(busy, "discipline").get("/discipline/").context
    assert [(lane.slug, lane.count) for lane in context["busy"]] == [("transferred", 1)]


def test_lane_pages_show_own_rows_only(busy: World) -> None:
    assert total(client_of(busy, "office"), "/lanes/reopenings/") == 1
    assert total(client_of(busy, "supervisor"), "/lanes/reopenings/") == 0
    assert total(client_of(busy, "cadre"), "/lanes/restricted/") == 0
    assert client_of(busy, "office").get("/lanes/nothing/").status_code == 404


def test_the_administrator_reads_no_problem(busy: World) -> None:
    page = client_of(busy, "admin").get("/manage/").content.decode()
    assert PROBLEM not in page
    assert "还没有修改初始密码" not in page
    User.objects.filter(pk=busy.cadre.pk).update(must_change_password=True)
    assert "1 人还没有修改初始密码" in client_of(busy, "admin").get("/manage/").content.decode()


@pytest.mark.parametrize(
    "url", ["/my/", "/section/", "/dashboard/", "/office/", "/discipline/", "/coverage/", "/help/"]
)
def test_before_the_first_campaign_every_home_opens(world: World, url: str) -> None:
    Participant.objects.all().delete()
    Campaign.objects.all().delete()
    who = {"/office/": "office", "/discipline/": "discipline"}.get(url, "chief")
    assert client_of(world, who).get(url).status_code == 200


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    ("who", "url", "most"),
    [("office", "/office/", 45), ("head", "/section/", 30), ("chief", "/dashboard/", 30), ("cadre", "/my/", 24)],
)
def test_queries_do_not_grow_with_the_rows(world: World, who: str, url: str, most: int) -> None:
    counts = []
    for batch in range(2):
        unit = make_unit(f"新科{batch}", world.bureau)
        for number in range(3):
            key = f"q{batch}{number}"
            world.people[key] = make_user(f"某{batch}{number}", unit)
            Participant.objects.create(campaign=world.campaign, user=world.people[key], unit=unit)
        world.people["extra"] = make_user(f"同事{batch}", world.section)
        endorsed_list(world, "extra", "head", count=2)
        if batch == 0:
            item_in(world, State.IN_PROGRESS)
        counts.append(queries(client_of(world, who), url))
    assert counts[1] <= counts[0] <= most


def test_my_page_names_the_one_next_step(world: World) -> None:
    def titles(who: str = "cadre") -> tuple[str, str]:
        context = client_of(world, who).get("/my/").context
        return context["next"]["tone"], context["next"]["title"]

    due = world.campaign.lists_due_on
    assert titles() == ("mine", f"列出问题清单，{due.month} 月 {due.day} 日前")
    checklist = write_list(world)
    assert titles() == ("mine", f"写完并提交问题清单，{due.month} 月 {due.day} 日前")
    move_checklist(checklist, "submit", by=world.fresh("cadre"))
    assert titles()[1].startswith("问题清单在等宋立平审核，")
    checklist.refresh_from_db()
    move_checklist(checklist, "send_back", by=world.fresh("head"), comment="原因写具体")
    assert (titles()[0], titles()[1][:12]) == ("returned", "修改问题清单后再次提交，"[:12])
    page = client_of(world, "cadre").get("/my/").content.decode()
    assert "原因写具体" in page
    checklist.refresh_from_db()
    move_checklist(checklist, "submit", by=world.fresh("cadre"))
    move_checklist(Checklist.objects.get(), "endorse", by=world.fresh("head"))
    assert titles()[1].startswith("问题清单在等整顿办审核，")
    move_checklist(Checklist.objects.get(), "enter", by=world.fresh("office"))
    assert titles()[1].startswith("开始整改，")


def test_late_lists_say_so(world: World) -> None:
    world.campaign.lists_due_on = clock.today() - 2 * DAY
    world.campaign.save()
    title = client_of(world, "cadre").get("/my/").context["next"]["title"]
    assert title.endswith("日的提交时限")


@pytest.mark.parametrize(
    ("state", "left", "tone", "title"),
    [
        (State.IN_PROGRESS, 0, "mine", "更新进展或申请销号，今天到期"),
        (State.IN_PROGRESS, -2, "overdue", "更新进展或申请销号，已逾期 2 天"),
        (State.RETURNED, 0, "returned", "补正后再次申请销号，今天到期"),
        (State.REOPENED, -1, "overdue", "重新整改并更新进展，已逾期 1 天"),
        (State.CLOSURE_REQUESTED, 1, "waiting", "没有要办的事，1 项在等审核人办理"),
        (State.CLOSED, None, "done", "列入台账的问题都已销号"),
    ],
)
def test_next_step_by_state(world: World, state: str, left: int | None, tone: str, title: str) -> None:
    item = item_in(world, state)
    if left is not None:
        Item.objects.filter(pk=item.pk).update(step_due_on=clock.today() + left * DAY)
    found = client_of(world, "cadre").get("/my/").context["next"]
    assert (found["tone"], found["title"]) == (tone, title)
    for action in found["actions"]:
        assert client_of(world, "cadre").get(action["url"]).status_code == 200


def test_no_date_no_day_in_the_step(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    Item.objects.filter(pk=item.pk).update(step_due_on=None)
    assert client_of(world, "cadre").get("/my/").context["next"]["title"] == "更新进展或申请销号"


def test_exempt_and_outside(world: World) -> None:
    Participant.objects.filter(user=world.cadre).update(exempt_reason="长期病假", exempted_by=world.office)
    assert client_of(world, "cadre").get("/my/").context["next"]["title"] == "这次活动免填清单"
    Participant.objects.filter(user=world.cadre).delete()
    assert client_of(world, "cadre").get("/my/").context["next"]["title"] == "没有要办的事"


def test_my_items_say_in_whose_hands_they_are(world: World) -> None:
    item_in(world, State.CLOSURE_REQUESTED)
    context = client_of(world, "cadre").get("/my/").context
    assert [(row.holder, row.turn) for row, _ in context["rows"]] == [("宋立平", "确认是否属实")]
    assert context["audience"].startswith("看得到本人清单的有：初审人宋立平、整顿办")
    assert (context["done"], context["more"]) == (2, 0)


def test_at_most_eight_items_and_a_link_to_the_rest(world: World) -> None:
    entered_list(world, count=10)
    answer = client_of(world, "cadre").get("/my/")
    assert (len(answer.context["rows"]), answer.context["more"]) == (8, 2)
    assert "还有 2 项" in answer.content.decode()


def test_what_was_sent_back_stands_there_word_for_word(world: World) -> None:
    item_in(world, State.RETURNED)
    found = client_of(world, "cadre").get("/my/").context["last_return"]
    assert (found.comment, found.who) == ("缺少实施后的数据，请补充", "沈静")


def test_all_four_stages_but_the_last(world: World) -> None:
    item_in(world, State.CLOSED)
    context = client_of(world, "cadre").get("/my/").context
    states = [task["state"] for group in context["groups"] for task in group["tasks"]]
    assert (context["done"], states) == (3, ["已完成", "已完成", "已完成", "已完成", "还不能开始"])


def test_reviewers_are_named_on_every_item_that_waits_for_them(world: World) -> None:
    for item in entered_list(world, count=2).items.all():
        walk(world, item, ASK)
    rows = client_of(world, "cadre").get("/my/").context["rows"]
    assert [row.holder for row, _ in rows] == ["宋立平", "宋立平"]


def test_collective_lists_are_called_by_their_unit(world: World) -> None:
    checklist = open_checklist(world.campaign, by=world.fresh("head"), kind=Checklist.Kind.SECTION, unit=world.section)
    write_item(checklist)
    move_checklist(checklist, "submit", by=world.fresh("head"))
    lane = client_of(world, "line_leader").get("/dashboard/").context["busy"][0]
    assert [line.title for line in lane.lines] == ["办公室的科室清单"]
