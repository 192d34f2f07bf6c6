"""The ledger page: what it shows, to whom, and that it costs the same for one row and for sixty."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from core import clock
from problems.actions.saved import MAX_VIEWS, save_view
from problems.checklist import ListState
from problems.exports import LedgerRow, read_rows
from problems.ledger import State
from problems.models import Item, SavedView
from problems.views.ledger import MOST_PRINTED
from tests.factories.problems import ROAD, World, entered_list, item_in, make_world, submitted_list, walk

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def log_in(client: Client, world: World) -> Callable[[str], Client]:
    def as_person(who: str) -> Client:
        client.force_login(world.people[who])
        # The first hit of a session notes the time of day.
        client.get("/notices/")
        return client

    return as_person


def told(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def rows_of(response: HttpResponse) -> list[str]:
    return [row.slug for row in response.context["rows"]]


def days_ago(days: int) -> dt.date:
    return clock.today() - dt.timedelta(days=days)


@pytest.mark.parametrize("count", [1, 3, 60])
def test_a_page_costs_the_same_whatever_it_lists(
    world: World, log_in: Callable, django_assert_max_num_queries: Callable, count: int
) -> None:
    entered_list(world, count=count)
    office = log_in("office")
    save_view("我的", "lamp=red&unit=schools", True, by=world.office)
    for address in ("/ledger/?size=100", "/ledger/print/", "/ledger/?q=来文&status=pending&evidence=no&sort=-unit"):
        with django_assert_max_num_queries(MOST_QUERIES):
            response = office.get(address)
        assert len(response.context["rows"]) == min(count, 20 if "q=" in address else 100)


def test_twenty_rows_weigh_little(world: World, log_in: Callable) -> None:
    entered_list(world, count=21)
    response = log_in("office").get("/ledger/")
    assert len(rows_of(response)) == 20
    assert len(response.content) < 120_000


def test_a_row_tells_how_things_stand(world: World) -> None:
    on = clock.today()
    notes = {
        State.PENDING: "还没有进展",
        State.IN_PROGRESS: "今日有更新",
        State.CLOSURE_REQUESTED: f"{on:%m-%d} 申请",
        State.UNIT_CONFIRMED: f"{on:%m-%d} 单位确认",
        State.VERIFYING: f"{on:%m-%d} 开始核查",
        State.RETURNED: "第 1 次退回",
        State.CLOSED: f"{on:%m-%d} 销号",
        State.REOPENED: f"{on:%m-%d} 重开",
        State.SUSPENDED: f"{on:%m-%d} 中止",
        State.VOID: f"{on:%m-%d} 终止",
    }
    checklist = entered_list(world, count=len(notes))
    for state, item in zip(notes, checklist.items.order_by("order"), strict=True):
        walk(world, item, ROAD[state])
    rows = read_rows(Item.objects.all(), user=world.office, on=on, size=20)
    assert {row.state: row.note for row in rows} == notes


def row(**columns: object) -> LedgerRow:
    given: dict = dict.fromkeys(LedgerRow.__dataclass_fields__) | {
        "on": dt.date(2026, 6, 8), "base": "/ledger/", "code": "ZG-2026-0502", "state": State.IN_PROGRESS, "moves": (),
        "returned_count": 0, "urged": 0, "unit_short": "", "unit_full": "办公室", "problem": "",
        "list_state": "approved",
    }  # fmt: skip
    return LedgerRow(**(given | columns))


def test_the_small_words_of_a_row() -> None:
    june = dt.date(2026, 6, 1)
    assert row(progress_on=june).note == "7 天未更新"
    assert row(progress_on=dt.date(2026, 6, 5)).note == "06-05 有更新"
    assert row(urged=2, progress_on=june).note == "已催办 2 次"
    assert row(state=State.CLOSURE_REQUESTED, returned_count=1, state_on=june).note == "06-01 再次申请"
    assert row(state=State.PENDING).note == "还没有进展"
    assert row(state=State.LISTED, list_state=ListState.OFFICE_REVIEW, state_on=june).note == "06-01 初审通过"
    assert row(step_due_on=june).step_label == "06-01 整改到期"
    assert row(state=State.RETURNED, step_due_on=dt.date(2025, 12, 31)).step_label == "2025-12-31 补正到期"
    assert row(state=State.CLOSED, step_due_on=june).step_label == ""
    assert (row().step_label, row().due_text, row(step_due_on=june).due_text) == ("", "", "06-01")
    assert (row().title, row().unit_name, row(unit_short="办").unit_name) == ("（还没有写问题）", "办公室", "办")
    assert (row(code=None, public_id="abc").number, row(code=None).printed_number) == ("未编号", "")
    assert row().printed_number == "2026-0502"
    assert row(code=None, public_id="abc").url == "/ledger/abc/"


def test_sorting(world: World, log_in: Callable) -> None:
    first, second, third = entered_list(world, count=3).items.order_by("order")
    school = entered_list(world, "teacher", "principal").items.get()
    Item.objects.filter(pk=second.pk).update(step_due_on=None, progress_on=days_ago(1))
    Item.objects.filter(pk=third.pk).update(step_due_on=days_ago(3), progress_on=days_ago(5))
    office = log_in("office")
    codes = {"a": first.code, "b": second.code, "c": third.code, "s": school.code}
    names = {code: name for name, code in codes.items()}
    expected = {"due": "casb", "-due": "sacb", "code": "abcs", "-code": "scba", "unit": "cabs", "-progress": "bcsa"}
    found = {sort: "".join(names[code] for code in rows_of(office.get(f"/ledger/?sort={sort}"))) for sort in expected}
    assert found == expected
    heads = {head["label"]: head["direction"] for head in office.get("/ledger/?sort=-due").context["sorts"]}
    assert heads["时限"] == "descending"


def test_numbered_pages(world: World, log_in: Callable) -> None:
    entered_list(world, count=45)
    office = log_in("office")
    seen = [code for page in (1, 2, 3) for code in rows_of(office.get(f"/ledger/?page={page}"))]
    assert len(seen) == len(set(seen)) == 45
    assert rows_of(office.get("/ledger/?page=99")) == seen[40:]
    assert rows_of(office.get("/ledger/?page=x&size=7")) == seen[:20]
    assert len(rows_of(office.get("/ledger/?size=50"))) == 45


def test_bad_addresses_open_with_a_word_about_it(world: World, log_in: Callable) -> None:
    item_in(world, State.PENDING)
    office = log_in("office")
    for query in ("unit=9&lamp=blue", "q=" + "长" * 3000, "page=-1&size=x", "open=%F0", "open=ZG-9999-1"):
        response = office.get(f"/ledger/?{query}")
        assert (response.status_code, len(rows_of(response))) == (200, 1)
        print_page = office.get(f"/ledger/print/?{query}")
        assert print_page.status_code == 200
    assert office.get("/ledger/?q=%00").status_code == 400
    assert "单位、亮灯" in office.get("/ledger/?unit=9&lamp=blue").content.decode()


def test_the_open_item_stands_beside_the_list(world: World, log_in: Callable) -> None:
    item = item_in(world, State.IN_PROGRESS)
    office = log_in("office")
    page = office.get(f"/ledger/?open={item.code}").content.decode()
    assert f'data-code="{item.code}" aria-labelledby="panel-title"' in page
    assert "panel-open" in page
    alone = office.get(f"/ledger/?open={item.code}", headers=HTMX | {"HX-Target": "panel"})
    assert alone.content.decode().lstrip().startswith("<aside")
    stranger = log_in("other_cadre").get(f"/ledger/?open={item.code}")
    assert item.problem not in stranger.content.decode()
    assert "panel-open" not in stranger.content.decode()


def test_a_list_at_a_gate_opens_by_its_inner_name(world: World, log_in: Callable) -> None:
    item = submitted_list(world).items.get()
    page = log_in("head").get(f"/ledger/?open={item.public_id}").content.decode()
    assert "panel-open" in page


def test_moves_of_a_row(world: World, log_in: Callable) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    address = f"/ledger/{item.code}/moves/"
    menu = log_in("office").get(address, headers=HTMX)
    assert [row.name for row in menu.context["moves"]] == ["take", "close", "reject"]
    assert "此项销号" in menu.content.decode()
    assert log_in("office").get(address).headers["Location"] == f"/ledger/{item.code}/"
    assert "现在没有要本人办理的" in log_in("cadre").get(address, headers=HTMX).content.decode()
    assert log_in("other_cadre").get(address, headers=HTMX).status_code == 404
    assert log_in("office").get("/ledger/no-such-item/moves/", headers=HTMX).status_code == 404


def test_a_plain_cadre_gets_no_tools_that_he_cannot_use(world: World, log_in: Callable) -> None:
    item_in(world, State.PENDING)
    context = log_in("cadre").get("/ledger/").context
    assert [menu["name"] for menu in context["menus"]] == ["status", "type", "due", "more"]
    assert context["moves_bulk"] == []
    office = log_in("office").get("/ledger/").context
    assert [menu["name"] for menu in office["menus"]] == ["status", "unit", "type", "due", "more"]
    assert [move["label"] for move in office["moves_bulk"]] == ["催办", "中止"]


def test_menus_show_what_is_chosen(world: World, log_in: Callable) -> None:
    item_in(world, State.PENDING)
    context = log_in("office").get("/ledger/?status=pending&status=returned&due=late&unit=schools").context
    menus = {menu["name"]: menu for menu in context["menus"]}
    assert {name: menu["summary"] for name, menu in menus.items() if menu["active"]} == {
        "status": "2 项", "unit": "学校", "due": "已逾期",
    }  # fmt: skip
    assert menus["due"]["clear_url"] == "/ledger/?status=pending&status=returned&unit=schools"
    assert context["clear_url"] == "/ledger/"


def test_empty_ledgers_say_why(world: World, log_in: Callable) -> None:
    office = log_in("office")
    assert "清单经单位初审、整顿办审核后进入台账" in office.get("/ledger/").content.decode()
    item_in(world, State.PENDING)
    nothing = office.get("/ledger/?lamp=red&unit=schools").content.decode()
    assert "没有符合“学校 + 红灯”的问题" in nothing
    assert "清除筛选" in nothing
    tab = office.get("/ledger/?view=red").content.decode()
    assert "没有符合“红灯”的问题" in tab
    assert "查看全部" in tab


def test_print(world: World, log_in: Callable) -> None:
    item = item_in(world, State.PENDING)
    office = log_in("office")
    page = office.get("/ledger/print/")
    assert (rows_of(page), page.context["scope_text"], page.context["cut_text"]) == ([item.code], world.bureau.name, "")
    assert office.get("/ledger/print/?unit=sections&unit=schools").context["scope_text"] == "机关科室、学校"
    every = "&".join(
        f"unit={pk}" for pk in (world.bureau.pk, world.section.pk, world.other_section.pk, world.school.pk)
    )
    assert office.get(f"/ledger/print/?{every}").context["scope_text"] == "云溪县教育局、办公室、人事科 等 4 个单位"
    assert "没有可以打印的问题" in office.get("/ledger/print/?lamp=red").content.decode()
    assert log_in("cadre").get("/ledger/print/").context["scope_text"] == "办公室"
    assert log_in("admin").get("/ledger/print/").context["scope_text"] == ""


def test_print_stops_where_paper_ends(world: World, log_in: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PRINTED == 200
    monkeypatch.setattr("problems.views.ledger.MOST_PRINTED", 3)
    entered_list(world, count=4)
    page = log_in("office").get("/ledger/print/")
    assert len(rows_of(page)) == 3
    assert "共 4 项，一次最多打印 3 项" in page.content.decode()


# --- saved views --------------------------------------------------------------------------------------


def keep(client: Client, query: str, **data: str) -> HttpResponse:
    return client.post(f"/ledger/views/save/?{query}", data)


def test_a_saved_view_becomes_a_tab_with_its_count(world: World, log_in: Callable) -> None:
    item_in(world, State.RETURNED)
    office = log_in("office")
    assert "保存当前筛选" in office.get("/ledger/?status=returned").content.decode()
    saved = keep(office, "status=returned&page=2&q=", name="退回的", shared="on")
    assert saved.headers["Location"] == "/ledger/?status=returned"
    page = office.get("/ledger/?status=returned")
    tab = page.context["views"][-1]
    assert (tab["label"], tab["count_text"], tab["current"], tab["url"]) == (
        "退回的",
        "1",
        True,
        "/ledger/?status=returned",
    )
    assert [view["label"] for view in page.context["views"] if view["current"]] == ["退回的"]
    assert page.context["save_view_url"] == ""
    assert page.context["drop_view_url"] == f"/ledger/views/{SavedView.objects.get().pk}/delete/"
    shared = log_in("head").get("/ledger/?status=returned").context
    assert (shared["views"][-1]["label"], shared["drop_view_url"]) == ("退回的", "")


def test_private_views_stay_private(world: World, log_in: Callable) -> None:
    keep(log_in("head"), "lamp=red", name="红的")
    assert "红的" not in log_in("office").get("/ledger/").content.decode()
    view = SavedView.objects.get()
    assert log_in("office").post(f"/ledger/views/{view.pk}/delete/").status_code == 404
    head = log_in("head")
    assert "只删除这个名称" in head.get(f"/ledger/views/{view.pk}/delete/").content.decode()
    assert head.post(f"/ledger/views/{view.pk}/delete/", headers=HTMX).headers["HX-Redirect"] == "/ledger/"
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "query", "data", "text"),
    [
        ("office", "lamp=red", {"name": ""}, "填写视图名称"),
        ("office", "lamp=red", {"name": "长" * 21}, "最多 20 字，现在 21 字"),
        ("office", "lamp=red", {"name": "已有"}, "已有名为“已有”的视图"),
        ("office", "", {"name": "空"}, "现在没有筛选条件"),
        ("office", "q=" + "x" * 600, {"name": "长"}, "筛选条件太多"),
    ],
)
def test_views_that_cannot_be_saved(
    world: World, log_in: Callable, who: str, query: str, data: dict, text: str
) -> None:
    save_view("已有", "lamp=amber", False, by=world.people[who])
    response = keep(log_in(who), query, **data)
    assert response.status_code == 422
    assert text in response.content.decode()
    assert SavedView.objects.count() == 1


def test_only_the_office_shares(world: World, log_in: Callable) -> None:
    head = log_in("head")
    assert "共享" not in head.get("/ledger/views/save/?lamp=red").content.decode()
    keep(head, "lamp=red", name="红的", shared="on")
    assert SavedView.objects.get().shared is False
    fragment = log_in("office").get("/ledger/views/save/?lamp=red", headers=HTMX).content.decode()
    assert "共享给所有能看台账的人" in fragment
    assert "<html" not in fragment


def test_views_have_a_limit(world: World, log_in: Callable) -> None:
    for number in range(MAX_VIEWS):
        save_view(f"视图{number}", "lamp=red", False, by=world.head)
    assert f"最多保存 {MAX_VIEWS} 个视图" in keep(log_in("head"), "lamp=amber", name="再一个").content.decode()


def test_a_view_survives_the_new_name_of_a_unit(world: World, log_in: Callable) -> None:
    item_in(world, State.PENDING)
    query = f"unit={world.section.pk}"
    save_view("办公室的", query, False, by=world.office)
    world.section.name = "综合科"
    world.section.save()
    page = log_in("office").get(f"/ledger/?{query}")
    assert (page.context["views"][-1]["count_text"], len(rows_of(page))) == ("1", 1)
    assert "综合科" in page.content.decode()
