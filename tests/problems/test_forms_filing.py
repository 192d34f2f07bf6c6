import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from campaign.models import Manifestation
from problems.forms.fields import full_day, short_day
from problems.forms.filing import digest, lacks_fact, own_names, step_form
from problems.ledger import DeadlineKind, RectType
from problems.models import Item
from tests.factories.problems import World, clue_type, make_world, plain_type, write_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(start_on=dt.date(2026, 3, 1), end_on=dt.date(2026, 12, 31))


@pytest.fixture
def item(world: World) -> Item:
    return write_list(world, due_on=dt.date(2026, 6, 30)).items.get()


@pytest.fixture(autouse=True)
def _a_day_in_may() -> Iterator[None]:
    with time_machine.travel("2026-05-20 10:00+08:00", tick=False):
        yield


def sent(**values: Any) -> dict[str, list[str]]:
    return {name.replace("__", "-"): value if isinstance(value, list) else [value] for name, value in values.items()}


def errors(step: int, item: Item, **values: Any) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in step_form(step, item, sent(**values)).errors.items()}


def stored_days(item: Item, typed: str) -> Any:
    form = step_form(4, item, sent(due_on=typed))
    return form.values()["due_on"] if form.is_valid() else form.errors["due_on"][0]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-06-12", dt.date(2026, 6, 12)),
        ("2026/6/12", dt.date(2026, 6, 12)),
        ("2026.6.12前", dt.date(2026, 6, 12)),
        ("2026年6月12日", dt.date(2026, 6, 12)),
        ("２０２６年６月１２日", dt.date(2026, 6, 12)),
        ("6月12日", dt.date(2026, 6, 12)),
        ("6月12号", dt.date(2026, 6, 12)),
        ("4月1日", dt.date(2026, 4, 1)),
        ("", None),
        ("尽快", "整改时限为“尽快”，看不出是哪一天。写成 2026-06-12 或 6月12日"),
        ("6月31日", "整改时限为“6月31日”，6 月没有 31 日。改为 2026-06-30 或其他日期"),
        ("2026-02-29", "整改时限为“2026-02-29”，2 月没有 29 日。改为 2026-02-28 或其他日期"),
        ("2月29日", "整改时限为“2月29日”，2 月没有 29 日。改为 2026-02-28 或其他日期"),
        ("0000-00-00", "整改时限为“0000-00-00”，没有这一天。写成 2026-06-12 或 6月12日"),
        ("2026-13-01", "整改时限为“2026-13-01”，没有这一天。写成 2026-06-12 或 6月12日"),
        ("9999-12-31", "整改时限不能晚于 2026 年 12 月 31 日（整顿结束日），现在是 9999 年 12 月 31 日"),
        ("2027-01-05", "整改时限不能晚于 2026 年 12 月 31 日（整顿结束日），现在是 2027 年 1 月 5 日"),
        ("2026-02-28", "整改时限不能早于 2026 年 3 月 1 日（整顿开始日），现在是 2026 年 2 月 28 日"),
        ("<script>alert(1)</script>", "整改时限为“<script>alert(1)</sc”，看不出是哪一天。写成 2026-06-12 或 6月12日"),
    ],
)
def test_day_is_read_as_people_write_it_or_explained(item: Item, typed: str, day: Any) -> None:
    assert stored_days(item, typed) == day


def test_day_without_a_year_takes_the_next_one_of_a_campaign_over_new_year(item: Item) -> None:
    item.campaign.end_on = dt.date(2027, 3, 31)
    assert stored_days(item, "2月10日") == dt.date(2027, 2, 10)


def test_typed_deadline_is_kept_as_typed(item: Item) -> None:
    form = step_form(4, item, sent(due_on="6月12日"))
    assert form.is_valid()
    assert form.values()["deadline_raw"] == "6月12日"


@pytest.mark.parametrize(
    ("rect_type", "due_on", "lasting", "kind", "due"),
    [
        ("immediate", "", "", DeadlineKind.IMMEDIATE, dt.date(2026, 5, 27)),
        ("immediate", "2026-05-22", "on", DeadlineKind.IMMEDIATE_THEN_ONGOING, dt.date(2026, 5, 22)),
        ("time_limited", "", "", DeadlineKind.DATE, None),
        ("time_limited", "2026-06-12", "on", DeadlineKind.DATE_THEN_ONGOING, dt.date(2026, 6, 12)),
        ("ongoing", "", "on", DeadlineKind.ONGOING, None),
        ("ongoing", "2026-06-12", "", DeadlineKind.DATE_THEN_ONGOING, dt.date(2026, 6, 12)),
        ("", "2026-06-12", "", DeadlineKind.DATE, dt.date(2026, 6, 12)),
    ],
)
def test_type_date_and_lasting_give_the_kind_of_deadline(
    item: Item, rect_type: str, due_on: str, lasting: str, kind: str, due: dt.date | None
) -> None:
    form = step_form(4, item, sent(rect_type=rect_type, due_on=due_on, lasting=lasting))
    assert form.is_valid(), form.errors
    values = form.values()
    assert (values["deadline_kind"], values["due_on"]) == (kind, due)
    assert values["rect_type"] == (rect_type or RectType.TIME_LIMITED)


def test_texts_that_are_too_long_say_by_how_much(item: Item) -> None:
    assert errors(2, item, problem="字" * 342) == {"problem": ["问题表现最多 300 字，现在 342 字，请删减 42 字"]}
    assert errors(2, item, happened="x" * 101) == {
        "happened": ["什么时候、多频繁最多 100 字，现在 101 字，请删减 1 字"]
    }
    assert errors(3, item, cause_2="x" * 10_000) == {"cause_2": ["根源二最多 200 字，现在 10000 字，请删减 9800 字"]}
    assert errors(4, item, measures__2__text="x" * 301) == {
        "measures-2-text": ["第 2 条措施最多 300 字，现在 301 字，请删减 1 字"]
    }


def test_line_ends_count_once_and_invisible_characters_are_dropped(item: Item) -> None:
    form = step_form(2, item, sent(problem="\x00甲\r\n乙\x07" + "😀" * 297))
    assert form.is_valid(), form.errors
    assert form.values()["problem"] == "甲\n乙" + "😀" * 297


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_blank_page_may_be_saved(item: Item, step: int) -> None:
    assert errors(step, item) == {}


def test_type_takes_only_boxes_of_its_own_card(item: Item) -> None:
    own = Manifestation.objects.get(problem_type=plain_type())
    other = Manifestation.objects.create(problem_type=clue_type(), text="不给好处不办事")
    hidden = Manifestation.objects.create(problem_type=clue_type(), text="停用的表现", active=False)
    form = step_form(1, item, sent(problem_type=str(plain_type().pk), manifestations=[str(own.pk), str(other.pk)]))
    assert form.is_valid(), form.errors
    assert form.values() == {"problem_type": plain_type(), "source": "self"}
    assert form.extras() == {"manifestations": [own.pk]}
    assert errors(1, item, problem_type="99999999999999999999", source="x\x00y", manifestations=[str(hidden.pk)]) == {
        "problem_type": ["问题类型选的“99999999999999999999”不在可选范围内，请重新选择"],
        "source": ["问题来源选的“xy”不在可选范围内，请重新选择"],
        "manifestations": ["具体表现里有一项已停用，请重新勾选"],
    }


def test_causes_become_one_line_each(item: Item) -> None:
    form = step_form(3, item, sent(cause_1="没有台账\r\n靠记忆", cause_3="怕麻烦"))
    assert form.is_valid()
    assert form.values() == {"cause": "没有台账 靠记忆\n怕麻烦"}
    item.cause = "一\n二\n三\n四"
    assert form.stored(item) == {"cause_1": ["一"], "cause_2": ["二"], "cause_3": ["三\n四"]}
    item.cause = ""
    assert form.stored(item) == {}


def test_measures_are_checked_row_by_row(item: Item) -> None:
    assert errors(
        4, item, due_on="2026-06-30",
        measures__1__text="建立台账", measures__1__due_on="2026-06-30",
        measures__2__text="每周核对", measures__2__due_on="7月5日",
        measures__3__done_sign="公示", measures__4__due_on="2月30日",
    ) == {
        "measures-2-due_on": ["第 2 条措施的完成日期（7 月 5 日）晚于整改时限（6 月 30 日），请改早或把整改时限改晚"],
        "measures-3-text": ["第 3 条措施没有写做什么，写上内容，或把这一条清空"],
        "measures-4-due_on": ["第 4 条措施的完成日期为“2月30日”，2 月没有 30 日。改为 2026-02-28 或其他日期"],
    }  # fmt: skip
    assert errors(4, item, rect_type="ongoing", measures__1__text="坚持", measures__1__due_on="2027-02-01") == {
        "measures-1-due_on": ["第 1 条措施的完成日期（2027 年 2 月 1 日）晚于整顿结束日（2026 年 12 月 31 日），请改早"]
    }


def test_measures_leave_out_blank_rows(item: Item) -> None:
    form = step_form(
        4, item, sent(measures__1__text="建立台账", measures__3__text="公示", measures__3__done_sign="上墙")
    )
    assert form.is_valid()
    assert form.extras() == {
        "measures": [
            {"text": "建立台账", "done_sign": "", "due_on": None},
            {"text": "公示", "done_sign": "上墙", "due_on": None},
        ]
    }
    assert [(row["number"], row["open"]) for row in form.measure_rows()] == [
        (1, True), (2, False), (3, True), (4, False), (5, False)
    ]  # fmt: skip


def test_people_are_chosen_from_those_offered(world: World, item: Item) -> None:
    options = {"people": [world.cadre, world.colleague], "leaders": [world.head]}
    right = {"cadre": str(world.colleague.pk), "responsible_leader": str(world.head.pk)}
    form = step_form(4, item, sent(**right), **options)
    assert form.is_valid(), form.errors
    assert (form.values()["cadre"], form.values()["responsible_leader"]) == (world.colleague, world.head)
    stranger = str(world.teacher.pk)
    wrong = step_form(4, item, sent(cadre=stranger, responsible_leader=stranger), **options)
    assert set(wrong.errors) == {"cadre", "responsible_leader"}
    assert "cadre" not in step_form(4, item).fields


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_stored_values_survive_a_round_through_the_page(world: World, item: Item, step: int) -> None:
    options = {"people": [world.cadre], "leaders": [world.head]}
    form = step_form(step, item, **options)
    raw = own_names(form, form.stored(item))
    bound = step_form(step, item, raw, **options)
    assert bound.is_valid(), bound.errors
    assert own_names(form, raw) == raw
    assert raw
    assert digest(raw) == digest(dict(reversed(raw.items())))
    stored = {name: value for name, value in bound.values().items() if name != "deadline_raw"}
    assert stored == {name: getattr(item, name) for name in stored}


def test_versions_are_shown_in_words(item: Item) -> None:
    form = step_form(4, item)
    assert form.shown(["rect_type"], sent(rect_type="ongoing")) == "长期坚持"
    assert [form.shown(["lasting"], raw) for raw in (sent(lasting="on"), {})] == ["是", "否"]
    names = {key: group for key, _, group in form.groups()}["measures"]
    assert form.shown(names, sent(measures__1__text="建台账", measures__1__done_sign="启用")) == "建台账\n启用"


@pytest.mark.parametrize(
    ("problem", "happened", "lacks"),
    [
        ("", "", False),
        ("工作主动性不够，服务意识有待进一步加强提高", "", True),
        ("工作主动性不够，服务意识有待进一步加强提高", "三月", False),
        ("三件来文没有办结，学校多次来电催问此事", "", False),
        ("上学期下校只看材料不进课堂走过场", "", False),
    ],
)
def test_empty_talk_is_pointed_out(problem: str, happened: str, lacks: bool) -> None:
    assert lacks_fact(Item(problem=problem, happened=happened)) is lacks


def test_days_are_written_for_sentences() -> None:
    day = dt.date(2026, 6, 1)
    assert (full_day(day), short_day(day)) == ("2026 年 6 月 1 日", "6 月 1 日")
