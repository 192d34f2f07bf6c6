"""The item page and its moves: who sees what, whose buttons, nothing typed is lost."""

import datetime as dt
import itertools
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.models import AuditEntry
from core import clock
from notifications.models import Notification
from problems.actions.item import move_item
from problems.actions.review import move_checklist
from problems.facts import next_step
from problems.ledger import LEDGER, State
from problems.models import Closure, Evidence, Extension, Item
from tests.core.test_files import PDF
from tests.factories.problems import World, entered_list, item_in, make_world, submitted_list, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def login(client: Client, world: World, who: str) -> Client:
    client.force_login(world.fresh(who))
    return client


def html(response: Any) -> str:
    return response.content.decode()


def box(page: str) -> str:
    """The one next-step box of the page, as words."""
    boxes = re.findall(r"<div[^>]*data-next-step.*?</p>\s*(?:<p.*?</p>)?.*?</div>\s*</div>", page, re.S)
    assert page.count("data-next-step") == 1
    return re.sub(r"<[^>]+>", "", boxes[0])


READERS = {"cadre", "head", "line_leader", "chief", "group_member", "office", "office_two", "supervisor", "auditor"}


def test_page_is_open_to_its_readers_only(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    entered_list(world, "other_cadre", "other_head")
    seen = set()
    for who in world.people:
        response = login(client, world, who).get(item.get_absolute_url())
        assert response.status_code in (200, 404)
        if response.status_code == 200:
            seen.add(who)
            assert item.problem in html(response)
    assert seen == READERS


def test_strangers_get_404_for_every_address_of_the_item(client: Client, world: World) -> None:
    item = walk(world, item_in(world, State.IN_PROGRESS), [])
    login(client, world, "colleague")
    base = item.get_absolute_url()
    rest = ["", "print/", "evidence/add/", "evidence/1/", "extension/1/sign/", *(f"{row.name}/" for row in LEDGER)]
    answers = {tail: client.get(base + tail).status_code for tail in rest}
    posts = {tail: client.post(base + tail).status_code for tail in rest if tail not in ("", "print/", "evidence/1/")}
    assert {tail: status for tail, status in (answers | posts).items() if status != 404} == {}


def test_number_and_identifier_lead_to_the_same_item(client: Client, world: World) -> None:
    item = item_in(world, State.PENDING)
    login(client, world, "cadre")
    assert client.get(f"/ledger/{item.public_id}/").status_code == 200
    assert client.get("/ledger/ZG-1999-0001/").status_code == 404


STATES = [state for state in State if state != State.LISTED]
TURN = {
    State.LISTED: {"head"},
    State.PENDING: {"cadre"},
    State.IN_PROGRESS: {"cadre"},
    State.CLOSURE_REQUESTED: {"head"},
    State.UNIT_CONFIRMED: {"office", "office_two", "supervisor"},
    State.VERIFYING: {"office", "office_two", "supervisor"},
    State.RETURNED: {"cadre"},
    State.CLOSED: set(),
    State.STAGED_CLOSED: {"cadre"},
    State.REOPENED: {"cadre"},
    State.SUSPENDED: {"office", "office_two"},
    State.TRANSFERRED: set(),
    State.VOID: set(),
}


@pytest.mark.parametrize("state", list(State))
def test_next_step_names_holder_verb_and_date_and_is_mine_in_turn(world: World, state: str) -> None:
    item = item_in(world, state)
    mine = set()
    for who in world.people:
        user = world.fresh(who)
        found = Item.objects.visible_to(user).filter(pk=item.pk).first()
        if found is None:
            continue
        step = next_step(found, user, clock.today())
        assert step.holder and step.verb
        assert step.holder in step.title and step.verb in step.title
        assert re.search(r"\d+ 月 \d+ 日|不计时", step.title)
        assert step.mine == bool(step.moves)
        if step.mine:
            mine.add(who)
    assert mine == TURN[State(state)]


@pytest.mark.parametrize(
    ("state", "who"), list(itertools.product(STATES, ["cadre", "head", "office", "supervisor", "auditor"]))
)
def test_page_has_one_box_and_a_button_only_in_turn(client: Client, world: World, state: str, who: str) -> None:
    item = item_in(world, state)
    response = login(client, world, who).get(item.get_absolute_url())
    if state == State.TRANSFERRED:
        assert response.status_code == 404
        return
    page = html(response)
    words = box(page)
    assert "下一步：" in words
    has_button = bool(re.search(r'data-next-step.*?<div class="acts">', page.split('class="steps"')[0], re.S))
    assert has_button == (who in TURN[State(state)])


def test_buttons_are_those_of_the_table(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    for who in sorted(READERS):
        user = world.fresh(who)
        page = html(login(client, world, who).get(item.get_absolute_url()))
        shown = set(re.findall(rf'href="/ledger/{item.code}/(\w+)/" hx-get', page))
        assert shown == {row.name for row in LEDGER.available(item, user)}


def test_late_step_says_since_when(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    step = next_step(item, world.fresh("cadre"), item.due_on + dt.timedelta(days=12))
    assert (step.tone, "已逾期 12 天" in step.title) == ("overdue", True)
    today = next_step(item, world.fresh("cadre"), item.due_on)
    assert "今天" in today.title


def test_draft_says_when_the_list_is_due(world: World) -> None:
    checklist = submitted_list(world)
    item = checklist.items.get()
    move_checklist(checklist, "withdraw", by=world.fresh("cadre"))
    step = next_step(Item.objects.get(pk=item.pk), world.fresh("cadre"), clock.today())
    assert (step.due, step.mine, step.moves[0].name) == (world.campaign.lists_due_on, True, "submit")


def test_hand_over_and_reopening_wait_for_the_named(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "hand_over", by=world.fresh("office"), comment="调动", to=world.fresh("colleague"))
    mine = next_step(item, world.fresh("colleague"), clock.today())
    other = next_step(item, world.fresh("cadre"), clock.today())
    assert [row.name for row in mine.moves] == ["accept_hand_over", "decline_hand_over"]
    assert "接受前仍由梁思敏负责" in other.text


def test_proposal_to_reopen_waits_for_a_second_person(world: World) -> None:
    item = item_in(world, State.CLOSED)
    move_item(item, "propose_reopen", by=world.fresh("supervisor"), comment="回访又有超期")
    step = next_step(item, world.fresh("office_two"), clock.today())
    assert ([row.name for row in step.moves], step.holder) == (
        ["reopen", "decline_reopen"],
        "整顿办或班子成员（韩冬以外）",
    )


def test_pending_extension_is_told(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    ask(world, item)
    step = next_step(Item.objects.get(pk=item.pk), world.fresh("cadre"), clock.today())
    assert "答复前仍按原时限计" in step.text


def ask(world: World, item: Item) -> Extension:
    until = item.due_on + dt.timedelta(days=20)
    given = {
        "requested_due_on": until,
        "reason_kind": "conditions",
        "reason": "等上级批复",
        "progress": "已报",
        "plan": "批复后办",
    }
    move_item(item, "request_extension", by=world.fresh("cadre"), **given)
    return item.extensions.get()


# --- moves ------------------------------------------------------------------------------------------


def post(client: Client, item: Item, name: str, htmx: bool = False, **data: Any) -> Any:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ledger/?status=open&open=" + item.slug}
    given = {"version": item.version, **data}
    return client.post(f"{item.get_absolute_url()}{name}/", given, headers=headers if htmx else {})


def test_progress_with_files_measure_and_place(client: Client, world: World) -> None:
    item = item_in(world, State.PENDING)
    measure = item.measures.get()
    login(client, world, "cadre")
    page = html(client.get(f"{item.get_absolute_url()}report_progress/"))
    assert measure.text in page
    files = [SimpleUploadedFile(f"{name}.pdf", PDF) for name in ("统计", "回访")]
    response = post(
        client, item, "report_progress", text="台账已启用", percent="60%", measures_done=[measure.pk],
        files=files, where_kept="收文登记簿第 2 册",
    )  # fmt: skip
    assert response.status_code == 302
    item.refresh_from_db()
    measure.refresh_from_db()
    assert (item.state, measure.done_on) == (State.IN_PROGRESS, clock.today())
    assert {row.name for row in item.evidence.all()} == {"统计.pdf", "回访.pdf", "收文登记簿第 2 册"}
    assert item.progress.get().percent == 60
    shown = html(client.get(item.get_absolute_url()))
    assert "统计.pdf" in shown and "材料出处" in shown


def test_empty_form_says_what_to_write_and_keeps_the_rest(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    response = post(login(client, world, "cadre"), item, "report_progress", percent="一半", where_kept="第 2 册")
    page = html(response)
    assert response.status_code == 422
    assert "填写做了什么，写清哪件事、到什么程度" in page
    assert "完成百分比为“一半”，请写 0 到 100 之间的整数" in page
    assert 'value="第 2 册"' in page
    assert page.count("<title>错误：") == 1


def test_refused_file_keeps_the_text_and_writes_nothing(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    before = item.progress.count()
    bad = SimpleUploadedFile("图.svg", b"<svg/>")
    response = post(login(client, world, "cadre"), item, "report_progress", text="写了很久的一段", files=[bad])
    assert response.status_code == 422
    assert "“图.svg”未上传：暂不支持 SVG" in html(response)
    assert "写了很久的一段" in html(response)
    assert item.progress.count() == before


def test_close_request_wants_measures_or_a_reason(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS, target_value="95%", before_value="61%", indicator="办结率")
    login(client, world, "cadre")
    page = html(client.get(f"{item.get_absolute_url()}request_close/"))
    assert "整改前 61%，目标 95%" in page
    assert "会通知宋立平" in page
    response = post(client, item, "request_close", result="办结率明显提高")
    assert response.status_code == 422
    assert "还有 1 条措施没有勾选" in html(response)
    assert "填写整改后的数值，目标是 95%" in html(response)
    response = post(client, item, "request_close", result="提高", after_value="97%", unfinished="等新学期")
    assert response.status_code == 302
    assert item.closures.get().result == "提高\n没有做完的措施：等新学期"
    note = Notification.objects.get(recipient=world.head, text__contains="申请销号")
    assert note.url == item.get_absolute_url()


def test_close_request_without_open_measures_needs_no_reason(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    item.measures.update(done_on=clock.today())
    assert post(login(client, world, "cadre"), item, "request_close", result="都已落实").status_code == 302


def test_close_request_of_a_type_that_demands_proof(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    item.problem_type.evidence_required = True
    item.problem_type.save()
    login(client, world, "cadre")
    done = [item.measures.get().pk]
    response = post(client, item, "request_close", result="都已落实", measures_done=done)
    assert response.status_code == 409
    assert "都已落实" in html(response)
    assert not Closure.objects.exists()
    assert (
        post(client, item, "request_close", result="都已落实", measures_done=done, where_kept="登记簿").status_code
        == 302
    )


def test_return_takes_templates_own_words_and_a_day(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    login(client, world, "office")
    short = post(client, item, "reject", comment="不行", supplement_by="2020-01-01")
    assert short.status_code == 422
    assert "填写要补什么，至少 10 字，现在 2 字" in html(short)
    assert "已到或已过，至少给到明天" in html(short)
    until = clock.today() + dt.timedelta(days=9)
    given = {"comment": "请补充两周以上的办结统计", "reasons": ["缺少整改后的数据"], "supplement_by": until.isoformat()}
    assert post(client, item, "reject", **given).status_code == 302
    closure = item.closures.get()
    assert (closure.note, closure.supplement_by) == ("缺少整改后的数据。请补充两周以上的办结统计", until)
    page = html(login(client, world, "cadre").get(item.get_absolute_url()))
    assert "第 1 次退回" in page and "请补充两周以上的办结统计" in page and "待补正" in page


def test_confirm_names_who_will_hear_and_shows_the_numbers(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED, target_value="95%", before_value="61%")
    page = html(login(client, world, "office").get(f"{item.get_absolute_url()}close/"))
    assert {
        text for text in ("61%", "95%", "97%", "会通知梁思敏", "此项销号，以后发现反弹可以重开") if text not in page
    } == set()


def test_close_by_dialog_goes_back_to_the_filtered_ledger(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    login(client, world, "office")
    form = client.get(f"{item.get_absolute_url()}close/", headers={"HX-Request": "true"})
    assert "<html" not in html(form)
    response = post(client, item, "close", htmx=True, comment="抽查属实")
    assert response["HX-Redirect"] == f"/ledger/?status=open&open={item.slug}"
    item.refresh_from_db()
    assert (item.state, item.closed_by) == (State.CLOSED, world.office)


def test_old_page_is_told_who_did_what_and_keeps_the_text(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    old = item.version
    walk(world, item, [("take", "supervisor", {})])
    login(client, world, "office")
    response = client.post(f"{item.get_absolute_url()}close/", {"version": old, "comment": "抽查属实，写了一段"})
    assert response.status_code == 409
    assert "韩冬" in html(response) and "抽查属实，写了一段" in html(response)
    version = re.search(r'name="version" value="(\d+)"', html(response)).group(1)
    again = client.post(f"{item.get_absolute_url()}close/", {"version": version, "comment": "抽查属实，写了一段"})
    assert again.status_code == 302


def test_second_of_two_reviewers_reads_who_was_first(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    walk(world, item, [("close", "office_two", {"comment": "属实"})])
    response = post(login(client, world, "office"), item, "close", comment="属实")
    assert response.status_code == 409
    assert "顾明" in html(response)


def test_form_sent_twice_counts_once(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    login(client, world, "cadre")
    page = html(client.get(f"{item.get_absolute_url()}report_progress/"))
    token = re.search(r'name="form_token" value="([^"]+)"', page).group(1)
    before = item.progress.count()
    data = {"text": "第二次进展", "form_token": token}
    assert [client.post(f"{item.get_absolute_url()}report_progress/", data).status_code for _ in range(2)] == [302, 302]
    assert item.progress.count() == before + 1


def test_extension_is_asked_signed_and_granted(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    original = item.due_on
    login(client, world, "cadre")
    early = post(client, item, "request_extension", requested_due_on=original.isoformat())
    assert early.status_code == 422
    assert "要晚于现在的时限" in html(early) and "选择原因类别" in html(early)
    until = original + dt.timedelta(days=20)
    given = {"reason_kind": "conditions", "reason": "等批复", "progress": "已报", "plan": "批复后办"}
    far = post(
        client, item, "request_extension", requested_due_on=(original + dt.timedelta(days=200)).isoformat(), **given
    )
    assert far.status_code == 409 and "最多延到" in html(far)
    assert post(client, item, "request_extension", requested_due_on=until.isoformat(), **given).status_code == 302
    extension = item.extensions.get()
    base = f"{item.get_absolute_url()}extension/{extension.pk}/"
    assert client.get(f"{base}sign/").status_code == 404
    login(client, world, "head")
    assert f"{base}sign/" in html(client.get(item.get_absolute_url()))
    assert client.post(f"{base}sign/", {"version": extension.version}).status_code == 302
    assert client.post(f"{base}sign/", {}).status_code == 409
    login(client, world, "office")
    page = html(client.get(f"{base}grant/"))
    assert f'value="{until.isoformat()}"' in page
    assert client.post(f"{base}grant/", {"granted_due_on": ""}).status_code == 422
    stale = client.post(f"{base}grant/", {"granted_due_on": until.isoformat(), "version": 1})
    assert stale.status_code == 409
    granted = until - dt.timedelta(days=2)
    assert client.post(f"{base}grant/", {"granted_due_on": granted.isoformat()}).status_code == 302
    item.refresh_from_db()
    assert (item.due_on, item.original_due_on, item.extended_count) == (granted, original, 1)
    assert "延 1 次" in html(client.get(item.get_absolute_url()))


def test_other_moves_by_their_forms(client: Client, world: World) -> None:
    item = item_in(world, State.CLOSED)
    base = item.get_absolute_url()
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("supervisor", "propose_reopen", {"comment": "回访发现又有超期"}),
        ("office", "reopen", {"comment": "情况属实", "due_on": (clock.today() + dt.timedelta(days=30)).isoformat()}),
        ("office", "suspend", {"comment": "长期病假"}),
        ("office", "resume", {"due_on": ""}),
        ("office", "urge", {}),
        ("head", "hand_over", {"to": "罗启明", "comment": "岗位调整"}),
        ("colleague", "accept_hand_over", {}),
    ]
    for who, name, data in steps:
        item.refresh_from_db()
        login(client, world, who)
        assert client.get(f"{base}{name}/").status_code == 200, name
        assert post(client, item, name, **data).status_code == 302, name
    item.refresh_from_db()
    assert (item.cadre, item.state) == (world.colleague, State.IN_PROGRESS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "填写接手人的姓名或工号"), ("查无此人", "没有找到“查无此人”"), ("罗启明", "有 2 人叫“罗启明”")],
)
def test_successor_is_found_by_name_or_number(client: Client, world: World, typed: str, said: str) -> None:
    item = item_in(world, State.IN_PROGRESS)
    twin = world.fresh("other_cadre")
    twin.name = "罗启明"
    twin.save()
    response = post(login(client, world, "office"), item, "hand_over", to=typed, comment="岗位调整")
    assert (response.status_code, said in html(response)) == (422, True)
    chosen = post(client, item, "hand_over", to="罗启明（人事科，工号 other_cadre）", comment="岗位调整")
    assert chosen.status_code == 302
    item.refresh_from_db()
    assert item.hand_over_to == twin


def test_declining_leads_away_from_what_is_no_longer_visible(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "hand_over", by=world.fresh("office"), comment="调动", to=world.fresh("other_cadre"))
    item.refresh_from_db()
    login(client, world, "other_cadre")
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{item.get_absolute_url()}"}
    url = f"{item.get_absolute_url()}decline_hand_over/"
    response = client.post(url, {"comment": "手上工作已满"}, headers=headers)
    assert response["HX-Redirect"] == "/"


def test_transfer_is_confirmed_and_takes_the_item_out_of_sight(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS, clue=True)
    login(client, world, "discipline")
    unsure = post(client, item, "transfer", comment="按线索处理")
    assert unsure.status_code == 422 and "不能撤销" in html(unsure)
    assert post(client, item, "transfer", comment="按线索处理", sure="on").status_code == 302
    assert client.get(item.get_absolute_url()).status_code == 200
    others = {who: login(client, world, who).get(item.get_absolute_url()).status_code for who in world.people}
    assert {who for who, status in others.items() if status == 200} == {"discipline"}


def test_unknown_move_and_moves_out_of_turn_are_not_found(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    login(client, world, "cadre")
    names = ("nonsense", "close", "withdraw_close", "confirm")
    assert {name: client.get(f"{item.get_absolute_url()}{name}/").status_code for name in names} == dict.fromkeys(
        names, 404
    )


def test_reading_a_restricted_item_is_recorded_but_not_for_the_person_himself(client: Client, world: World) -> None:
    item = item_in(world, State.IN_PROGRESS, clue=True)
    login(client, world, "cadre").get(item.get_absolute_url())
    assert not AuditEntry.objects.filter(kind="read_restricted").exists()
    login(client, world, "office").get(item.get_absolute_url())
    login(client, world, "supervisor").get(item.get_absolute_url())
    rows = AuditEntry.objects.filter(kind="read_restricted").values_list("by_name", "object_label")
    assert list(rows) == [("沈静", f"{item.code}（梁思敏）")]


def test_panel_is_the_same_content_without_the_frame(client: Client, world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    response = login(client, world, "office").get(f"{item.get_absolute_url()}?panel=1", headers={"HX-Request": "true"})
    page = html(response)
    assert "<html" not in page
    assert page.count("data-next-step") == 1
    assert 'id="panel"' in page and item.problem in page


def test_print_shows_the_whole_item(client: Client, world: World) -> None:
    item = item_in(world, State.CLOSED, target_value="95%")
    page = html(login(client, world, "office").get(f"{item.get_absolute_url()}print/"))
    assert {text for text in (item.code, item.problem, "办结率达到九成七", "已销号") if text not in page} == set()


def test_what_was_added_after_a_return_is_told(client: Client, world: World) -> None:
    item = item_in(world, State.RETURNED)
    login(client, world, "cadre")
    post(client, item, "report_progress", text="补统计", files=[SimpleUploadedFile("办结统计.pdf", PDF)])
    item.refresh_from_db()
    post(client, item, "request_close", result="补齐", unfinished="其余不影响")
    page = html(client.get(item.get_absolute_url()))
    assert "已再次申请" in page and "“办结统计.pdf”" in page
    assert "第 2 次申请销号" in box(page)


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries(client: Client, world: World, django_assert_max_num_queries: Any, count: int) -> None:
    item = item_in(world, State.IN_PROGRESS)
    for number in range(count):
        walk(world, item, [("report_progress", "cadre", {"text": f"进展 {number}"})])
        Evidence.objects.create(item=item, name="台账", where_kept="登记簿", uploaded_by=world.cadre)
    login(client, world, "office")
    with django_assert_max_num_queries(20) as captured:
        client.get(item.get_absolute_url())
    own = [query["sql"] for query in captured.captured_queries if "notifications_" not in query["sql"]]
    assert len(own) <= 18


def test_problem_of_a_list_leads_back_to_the_list(client: Client, world: World) -> None:
    item = item_in(world, State.LISTED)
    page = html(login(client, world, "cadre").get(item.get_absolute_url()))
    assert 'href="/my/list/">我的清单' in page and "第 2 步，共 6 步" in page
    reading = html(login(client, world, "head").get(item.get_absolute_url()))
    assert f'href="/lists/{item.checklist_id}/">查看清单' in reading
    move_checklist(item.checklist, "withdraw", by=world.fresh("cadre"))
    mine = html(login(client, world, "cadre").get(item.get_absolute_url()))
    assert 'href="/my/list/">查看清单' in mine and "第 1 步，共 6 步" in mine


def test_lasting_item_shows_its_deadline_in_the_words_of_the_list(client: Client, world: World) -> None:
    item = item_in(
        world, State.PENDING, deadline_kind="ONGOING", rect_type="ongoing", due_on=None, deadline_raw="长期坚持抓"
    )
    page = html(login(client, world, "cadre").get(item.get_absolute_url()))
    assert "长期坚持抓" in page and "不计时" in box(page)


@pytest.mark.parametrize(
    ("state", "who", "move", "data"),
    [
        (State.IN_PROGRESS, "cadre", "report_progress", {"text": "补了一段"}),
        (State.IN_PROGRESS, "cadre", "request_close", {"result": "都已落实", "unfinished": "等新学期"}),
        (State.CLOSURE_REQUESTED, "head", "confirm", {}),
        (State.UNIT_CONFIRMED, "office", "close", {"comment": "抽查属实"}),
    ],
)
def test_saving_a_move_costs_few_queries(
    client: Client, world: World, django_assert_max_num_queries: Any, state: str, who: str, move: str, data: dict
) -> None:
    """Beside the session and the roles of the person, which every request reads."""
    item = item_in(world, state)
    login(client, world, who)
    with django_assert_max_num_queries(60) as captured:
        assert post(client, item, move, form_token=str(uuid.uuid4()), **data).status_code == 302
    every_request = ("django_session", 'organization_roleassignment"."role', "superior_override", "SAVEPOINT")
    own = [
        query["sql"] for query in captured.captured_queries if not any(part in query["sql"] for part in every_request)
    ]
    assert len(own) <= 13, own
