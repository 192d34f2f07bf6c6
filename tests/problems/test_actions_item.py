import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.files import FileRefused
from core.workflow import MoveRefused, StaleState
from notifications.models import Notification
from problems.actions.evidence import MAX_FILES, add_evidence, cite_evidence
from problems.actions.extension import move_extension, refuse_request
from problems.actions.item import move_item
from problems.extension import ExtensionState
from problems.ledger import State
from problems.models import Item
from tests.factories.problems import EXTENSION_FORM, World, entered_list, extension_in, item_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def pdf(name: str = "办结统计.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")


def told(who: str) -> list[str]:
    return list(Notification.objects.filter(recipient__staff_no=who).order_by("pk").values_list("text", flat=True))


def in_days(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def test_progress_keeps_text_percent_measures_files_and_the_latest_line(world: World) -> None:
    item = item_in(world, State.PENDING)
    measure = item.measures.get()
    move_item(
        item, "report_progress", by=world.fresh("cadre"), text="台账已启用\n运行两周", percent=60,
        measures_done=[measure.pk], files=[pdf()], where_kept="收文登记台账（办公室）",
    )  # fmt: skip
    progress = item.progress.get()
    assert (progress.text, progress.percent, item.progress_on) == ("台账已启用\n运行两周", 60, clock.today())
    assert item.latest == f"{clock.today().month}-{clock.today().day:02d} 台账已启用"
    assert item.measures.get().done_on == clock.today()
    assert list(item.evidence.values_list("name", "where_kept")) == [
        ("办结统计.pdf", ""),
        ("收文登记台账（办公室）", "收文登记台账（办公室）"),
    ]
    event = item.events.first()
    assert (event.label, event.from_state, event.to_state) == ("更新进展", State.PENDING, State.IN_PROGRESS)
    assert event.detail == {"percent": 60, "files": ["办结统计.pdf", "收文登记台账（办公室）"]}


def test_refused_file_leaves_nothing_half_written(world: World) -> None:
    item = item_in(world, State.PENDING)
    bad = SimpleUploadedFile("说明.pdf", b"<html><script>alert(1)</script></html>", "application/pdf")
    with pytest.raises(FileRefused):
        move_item(item, "report_progress", by=world.fresh("cadre"), text="台账已启用", files=[bad])
    item = Item.objects.get()
    assert (item.state, item.progress.count(), item.evidence.count()) == (State.PENDING, 0, 0)


def test_closing_goes_through_two_other_people(world: World) -> None:
    item = item_in(world, State.CLOSED)
    assert (item.closed_on, item.closed_by) == (clock.today(), world.people["office"])
    assert (item.confirmed_by, item.step_due_on, item.after_value) == (world.people["head"], None, "97%")
    closure = item.closures.get()
    assert (closure.verdict, closure.decided_by, closure.note) == ("passed", world.people["office"], "抽查属实")
    assert [event.label for event in item.events.order_by("pk")] == [
        "审核通过，进入台账", "更新进展", "申请销号", "确认属实", "通过销号",
    ]  # fmt: skip
    assert told("cadre")[-1] == f"{item.code} 已验收销号"


def test_whoever_confirmed_for_the_unit_does_not_close(world: World) -> None:
    world.people["office"].role_assignments.create(role="unit_head", unit=world.section)
    item = item_in(world, State.CLOSURE_REQUESTED)
    move_item(item, "confirm", by=world.fresh("office"))
    with pytest.raises(MoveRefused, match="当前账号不能办理"):
        move_item(item, "close", by=world.fresh("office"), comment="属实")


def test_supervisor_does_not_verify_his_own_unit(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    supervisor = world.people["supervisor"]
    supervisor.unit = world.section
    supervisor.save()
    with pytest.raises(MoveRefused):
        move_item(item, "take", by=world.fresh("supervisor"))


def test_evidence_is_demanded_only_where_the_type_demands_it(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    kind = item.problem_type
    kind.evidence_required = True
    kind.save()
    item = Item.objects.get()
    with pytest.raises(MoveRefused, match="要附佐证材料"):
        move_item(item, "request_close", by=world.fresh("cadre"), result="已办结")
    move_item(item, "request_close", by=world.fresh("cadre"), result="已办结", where_kept="教办发〔2026〕3号")
    assert item.state == State.CLOSURE_REQUESTED


def test_returned_request_names_the_day_of_the_supplement(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    limit = in_days(6)
    move_item(item, "reject", by=world.fresh("office"), comment="缺少实施后的数据", supplement_by=limit)
    assert (item.state, item.returned_count, item.confirmed_by) == (State.RETURNED, 1, None)
    assert item.step_due_on == item.due_on
    assert item.closures.get().supplement_by == limit
    assert item.latest.endswith("退回：缺少实施后的数据")
    assert "退回了" in told("cadre")[-1]


def test_supplement_after_the_due_date_moves_only_the_step(world: World) -> None:
    item = item_in(world, State.CLOSURE_REQUESTED)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=43), tick=False):
        move_item(item, "send_back", by=world.fresh("head"), comment="与实际不符，请核实")
        assert item.step_due_on > clock.today() > item.due_on


def test_supplement_day_in_the_past_is_refused(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    with pytest.raises(MoveRefused, match="至少给到明天"):
        move_item(item, "reject", by=world.fresh("office"), comment="缺少数据", supplement_by=clock.today())


def test_withdrawn_request_runs_the_old_clock_again(world: World) -> None:
    item = item_in(world, State.CLOSURE_REQUESTED)
    move_item(item, "withdraw_close", by=world.fresh("cadre"))
    assert (item.state, item.step_due_on) == (State.IN_PROGRESS, item.due_on)
    assert item.closures.get().verdict == "withdrawn"


def test_second_request_counts_on(world: World) -> None:
    item = item_in(world, State.RETURNED)
    move_item(item, "request_close", by=world.fresh("cadre"), result="补充了两周统计")
    assert list(item.closures.values_list("number", "verdict")) == [(2, "waiting"), (1, "returned")]


def test_staged_item_reports_and_closes_finally(world: World) -> None:
    item = item_in(world, State.STAGED_CLOSED)
    assert (item.staged_on, item.closed_on, item.lamp(clock.today()).text) == (clock.today(), None, "长期坚持")
    move_item(item, "report_standing", by=world.fresh("cadre"), comment="本季度无超期")
    assert (item.state, item.progress.first().text) == (State.STAGED_CLOSED, "本季度无超期")
    move_item(item, "close_finally", by=world.fresh("office"), comment="一年无反弹")
    assert (item.state, item.closed_on) == (State.CLOSED, clock.today())


def test_reopening_takes_two_people_and_a_new_date(world: World) -> None:
    item = item_in(world, State.CLOSED)
    move_item(item, "propose_reopen", by=world.fresh("supervisor"), comment="回访发现又有超期")
    with pytest.raises(MoveRefused, match="已到或已过"):
        move_item(item, "reopen", by=world.fresh("office"), comment="属实", due_on=clock.today())
    item = Item.objects.get()
    move_item(item, "reopen", by=world.fresh("office"), comment="属实", due_on=in_days(30))
    assert (item.state, item.reopened_count, item.closed_on, item.closed_by) == (State.REOPENED, 1, None, None)
    assert (item.due_on, item.original_due_on < item.due_on, item.reopen_proposed_by) == (in_days(30), False, None)
    assert item.events.first().detail == {"proposed_by": "韩冬"}


def test_declined_reopening_stays_closed(world: World) -> None:
    item = item_in(world, State.CLOSED)
    move_item(item, "propose_reopen", by=world.fresh("office"), comment="回访存疑")
    move_item(item, "decline_reopen", by=world.fresh("group_member"), comment="经核实没有反弹")
    assert (item.state, item.reopen_proposed_by, item.closed_on) == (State.CLOSED, None, clock.today())


def test_pause_does_not_count(world: World) -> None:
    item = item_in(world, State.SUSPENDED)
    assert (item.step_due_on, item.lamp(clock.today()).word) == (None, "不计时")
    due_on = item.due_on
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=9), tick=False):
        move_item(item, "resume", by=world.fresh("office"))
    assert (item.state, item.due_on, item.step_due_on) == (
        State.IN_PROGRESS,
        due_on + dt.timedelta(days=9),
        item.due_on,
    )


def test_resuming_with_a_new_date(world: World) -> None:
    item = item_in(world, State.SUSPENDED)
    with pytest.raises(MoveRefused, match="已到或已过"):
        move_item(item, "resume", by=world.fresh("office"), due_on=clock.today())
    item = Item.objects.get()
    move_item(item, "resume", by=world.fresh("office"), due_on=in_days(12))
    assert item.due_on == in_days(12)


def test_lasting_item_resumes_without_clock(world: World) -> None:
    item = item_in(world, State.SUSPENDED, rect_type="ongoing", deadline_kind="ONGOING", due_on=None)
    move_item(item, "resume", by=world.fresh("office"))
    assert (item.due_on, item.step_due_on) == (None, None)


def test_returned_lasting_item_has_the_supplement_as_its_clock(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED, rect_type="ongoing", deadline_kind="ONGOING", due_on=None)
    move_item(item, "reject", by=world.fresh("office"), comment="缺少数据", supplement_by=in_days(5))
    assert (item.due_on, item.step_due_on) == (None, in_days(5))


def test_hand_over_needs_acceptance_and_keeps_the_history(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "hand_over", by=world.fresh("office"), comment="岗位调整", to=world.people["other_cadre"])
    assert (item.cadre, item.hand_over_to) == (world.people["cadre"], world.people["other_cadre"])
    assert told("other_cadre") == [f"沈静请您接手 {item.code}，请接受或说明理由"]
    move_item(item, "accept_hand_over", by=world.fresh("other_cadre"))
    assert (item.cadre, item.unit, item.hand_over_to) == (world.people["other_cadre"], world.other_section, None)
    assert (item.review_role, item.review_unit_id) == ("unit_head", world.other_section.pk)
    assert item.events.first().detail == {"from": "梁思敏", "from_unit": "办公室", "to": "段文博"}
    assert item.checklist.cadre == world.people["cadre"]


def test_declined_hand_over_stays_where_it_was(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "hand_over", by=world.fresh("head"), comment="岗位调整", to=world.people["colleague"])
    move_item(item, "decline_hand_over", by=world.fresh("colleague"), comment="不分管此项工作")
    assert (item.cadre, item.hand_over_to) == (world.people["cadre"], None)


def test_hand_over_to_the_same_or_a_gone_person_is_refused(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    gone = world.people["colleague"]
    gone.is_active = False
    gone.save()
    for person, words in (
        (world.people["cadre"], "已经是责任人"),
        (gone, "已停用"),
        (world.people["admin"], "没有所在单位"),
    ):
        with pytest.raises(MoveRefused, match=words):
            move_item(item, "hand_over", by=world.fresh("office"), comment="岗位调整", to=person)


def test_urging_once_a_day(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "urge", by=world.fresh("office"))
    assert told("cadre")[-1].startswith(f"沈静催办 {item.code}")
    with pytest.raises(MoveRefused, match="今天已催办过"):
        move_item(item, "urge", by=world.fresh("head"))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=1), tick=False):
        move_item(item, "urge", by=world.fresh("head"))
    assert item.events.filter(name="urge").count() == 2


def test_void_and_transfer_end_the_clock(world: World) -> None:
    void = item_in(world, State.VOID)
    assert (void.voided_on, void.step_due_on) == (clock.today(), None)


def test_transfer_tells_discipline_without_problem_text(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS, clue=True)
    before = len(told("cadre"))
    move_item(item, "transfer", by=world.fresh("discipline"), comment="按线索处理")
    assert (item.state, item.step_due_on, len(told("cadre"))) == (State.TRANSFERRED, None, before)


def test_stranger_reads_whose_move_it_is(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    with pytest.raises(MoveRefused, match="“通过销号”由整顿办"):
        move_item(item, "close", by=world.fresh("head"), comment="属实")
    with pytest.raises(StaleState):
        move_item(item, "confirm", by=world.fresh("head"))


def test_move_costs_at_most_ten_queries(world: World, django_assert_max_num_queries: object) -> None:
    item = Item.objects.select_related("campaign", "cadre", "unit").get(pk=item_in(world, State.UNIT_CONFIRMED).pk)
    office = world.fresh("office")
    assert office.heads(None, "office") is False
    with django_assert_max_num_queries(10):
        move_item(item, "close", by=office, comment="抽查属实")


# --- evidence ---------------------------------------------------------------------------------------


def test_replaced_file_stays_as_an_earlier_version(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    cadre = world.fresh("cadre")
    first = add_evidence(item, pdf(), by=cadre, name="办结统计表", measure=item.measures.get())
    second = add_evidence(item, pdf("新统计.pdf"), by=cadre, replaces=first)
    assert (second.replaces, second.measure, first.sha256) == (first, item.measures.get(), second.sha256)
    assert first.file.name != second.file.name
    assert list(item.evidence.filter(replaced_by=None)) == [second]


def test_files_are_bounded_and_statements_are_not(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    cadre = world.fresh("cadre")
    for number in range(MAX_FILES):
        add_evidence(item, pdf(f"{number}.pdf"), by=cadre)
    with pytest.raises(MoveRefused, match=f"最多 {MAX_FILES} 个文件"):
        add_evidence(item, pdf(), by=cadre)
    cite_evidence(item, "收文台账", "办公室收文登记台账第 12 页", by=cadre)
    add_evidence(item, pdf(), by=cadre, replaces=item.evidence.first())
    assert item.evidence.count() == MAX_FILES + 2


def test_only_the_person_adds_and_only_while_in_hand(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    with pytest.raises(MoveRefused, match="责任人本人"):
        add_evidence(item, pdf(), by=world.fresh("head"))
    with pytest.raises(MoveRefused, match="不能补充材料"):
        cite_evidence(item, "台账", "办公室", by=world.fresh("cadre"))


def test_version_of_another_item_is_refused(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    foreign = add_evidence(item, pdf(), by=world.fresh("cadre"))
    other = entered_list(world, "colleague").items.get()
    with pytest.raises(MoveRefused, match="不属于这一项"):
        add_evidence(other, pdf(), by=world.fresh("colleague"), replaces=foreign)


# --- extension --------------------------------------------------------------------------------------


def ask(world: World, item: Item, until: dt.date) -> Item:
    return move_item(item, "request_extension", by=world.fresh("cadre"), requested_due_on=until, **EXTENSION_FORM)


def test_granted_extension_moves_the_date_and_keeps_the_original(world: World) -> None:
    extension = extension_in(world, ExtensionState.OFFICE_DECISION)
    item = extension.item
    until = item.due_on + dt.timedelta(days=10)
    move_extension(extension, "grant", by=world.fresh("office"), comment="同意", granted_due_on=until)
    item = Item.objects.get()
    assert (item.due_on, item.step_due_on, item.extended_count) == (until, until, 1)
    assert item.original_due_on == until - dt.timedelta(days=10)
    assert (extension.decided_by, extension.decided_on) == (world.people["office"], clock.today())
    assert item.events.first().label == "延期：批准延期"
    assert told("cadre")[-1] == f"{item.code} 已批准延期，{until.month} 月 {until.day} 日前"


def test_refused_extension_leaves_the_date(world: World) -> None:
    extension = extension_in(world, ExtensionState.REFUSED)
    item = Item.objects.get()
    assert (item.due_on, item.extended_count, extension.decision) == (item.original_due_on, 0, "理由不充分")


def test_unit_head_may_refuse_at_once(world: World) -> None:
    extension = extension_in(world, ExtensionState.UNIT_OPINION)
    move_extension(extension, "refuse_at_unit", by=world.fresh("head"), comment="工作可以按期完成")
    assert (extension.state, extension.unit_opinion, extension.decided_by) == ("refused", "工作可以按期完成", None)


def test_extension_of_an_item_under_verification_does_not_touch_the_reviewers_clock(world: World) -> None:
    extension = extension_in(world, ExtensionState.OFFICE_DECISION)
    item = move_item(Item.objects.get(), "request_close", by=world.fresh("cadre"), result="提前完成")
    clock_before = item.step_due_on
    extension.refresh_from_db()
    move_extension(extension, "grant", by=world.fresh("office"))
    item.refresh_from_db()
    assert (item.step_due_on, item.due_on) == (clock_before, extension.requested_due_on)


def test_extension_meets_a_move_made_meanwhile(world: World) -> None:
    extension = extension_in(world, ExtensionState.OFFICE_DECISION)
    assert extension.item.version
    move_item(Item.objects.get(), "report_progress", by=world.fresh("cadre"), text="又回访一所")
    with pytest.raises(StaleState, match="刚被他人处理"):
        move_extension(extension, "grant", by=world.fresh("office"))
    extension.refresh_from_db()
    assert extension.state == ExtensionState.OFFICE_DECISION


def test_requests_that_the_rules_refuse(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    for until, words in (
        (item.due_on, "要晚于现在的时限"),
        (item.due_on + dt.timedelta(days=61), "最多延到"),
    ):
        with pytest.raises(MoveRefused, match=words):
            ask(world, Item.objects.get(), until)
    ask(world, Item.objects.get(), item.due_on + dt.timedelta(days=20))
    with pytest.raises(MoveRefused, match="还没有答复"):
        ask(world, Item.objects.get(), item.due_on + dt.timedelta(days=30))


def test_request_after_the_date_is_too_late(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    later = dt.datetime.combine(item.due_on, dt.time(9), dt.UTC) + dt.timedelta(days=1)
    with time_machine.travel(later, tick=False), pytest.raises(MoveRefused, match="已过，延期要在到期前申请"):
        ask(world, item, item.due_on + dt.timedelta(days=20))


def test_number_of_extensions_is_bounded_by_the_campaign(world: World) -> None:
    world.campaign.max_extensions = 0
    world.campaign.save()
    item = item_in(world, State.IN_PROGRESS)
    with pytest.raises(MoveRefused, match="最多 0 次"):
        ask(world, item, item.due_on + dt.timedelta(days=20))


def test_lasting_item_needs_no_extension(world: World) -> None:
    item = item_in(world, State.PENDING, rect_type="ongoing", deadline_kind="ONGOING", due_on=None)
    with pytest.raises(MoveRefused, match="没有时限"):
        refuse_request(item, in_days(5))


def test_history_names_the_capacity_in_which_each_person_acted(world: World) -> None:
    item = item_in(world, State.VERIFYING)
    move_item(item, "reject", by=world.fresh("office"), comment="缺少实施后的数据")
    move_item(item, "urge", by=world.fresh("head"))
    told_as = list(item.events.order_by("pk").values_list("label", "by_role"))
    assert told_as == [
        ("审核通过，进入台账", "整顿办"),
        ("更新进展", "责任人"),
        ("申请销号", "责任人"),
        ("确认属实", "单位负责人"),
        ("开始核查", "督查组"),
        ("退回", "整顿办"),
        ("催办", "单位负责人"),
    ]
