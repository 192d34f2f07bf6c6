import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaign.models import CalendarDay, Campaign

D = dt.date
pytestmark = pytest.mark.django_db


def create(tmp_path: Path, content: object = None, **options: str) -> str:
    given = {"code": "ZF2026", "name": "作风整顿", "start": "2026-03-02", "end": "2027-02-28", **options}
    if content is not None:
        file = tmp_path / "calendar.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        given["calendar"] = str(file)
    out = StringIO()
    call_command("create_campaign", stdout=out, **given)
    return out.getvalue()


def test_a_campaign_from_the_command_line(bureau, tmp_path: Path) -> None:
    said = create(tmp_path)
    assert said == "已新建活动“作风整顿”（ZF2026）：9 个阶段，1 个时间节点，3 人参加，来自 2 个单位\n"
    assert CalendarDay.objects.filter(day__year__in=(2026, 2027)).exists()


TERM = [("学期末", D(2026, 7, 10))]


@pytest.mark.parametrize(
    ("content", "events"),
    [
        ({"events": [{"name": "学期末", "date": "2026-07-10"}]}, TERM),
        ([{"name": "学期末", "on": "2026-07-10"}], TERM),
        ({"学期末": "2026-07-10"}, TERM),
        ({"term_end": "2026-07-10"}, TERM),
        ({"reference_date": "2026-03-15", "calendar_events": {"学期末": "2026-07-10"}, "vectors": [1]}, TERM),
        ({"学期末": {"day": "2026-07-10"}}, TERM),
        ({"events": []}, []),
        (
            {"summer_holiday": {"start": "2026-07-11", "end": "2026-08-31"}, "holidays": ["2026-06-19"]},
            [("假期1", D(2026, 6, 19)), ("暑假开始", D(2026, 7, 11)), ("暑假结束", D(2026, 8, 31))],
        ),
        (
            {"events": [{"name": "寒假", "start": "2027-01-20", "end": "2027-02-20"}]},
            [("寒假开始", D(2027, 1, 20)), ("寒假结束", D(2027, 2, 20))],
        ),
    ],
)
def test_local_dates_come_in_several_shapes(bureau, tmp_path: Path, content: object, events: list) -> None:
    create(tmp_path, content)
    stored = Campaign.objects.get().events.exclude(name="活动结束").values_list("name", "on")
    assert list(stored) == events


@pytest.mark.parametrize(
    ("content", "options", "part"),
    [
        (None, {"code": "", "end": ""}, "缺少参数 --code、--end。例如"),
        (None, {"start": "3月2日"}, "--start 为“3月2日”，不是日期"),
        (None, {"end": "2026-01-01"}, "早于开始日期"),
        (None, {"calendar": "nowhere.json"}, "打不开文件 nowhere.json"),
        ("{", {}, "不是 UTF-8 的 JSON"),
        ("3", {}, "里没有时间节点"),
        ({"学期末": "七月"}, {}, "“学期末”为“七月”，不是日期"),
        ({"学期末": 5}, {}, "“学期末”为“5”，不是日期"),
        ([{"date": "2026-07-10"}], {}, "名称“”有 0 字"),
        ({"很" * 41: "2026-07-10"}, {}, "有 41 字，应为 1—40 字"),
    ],
)
def test_what_cannot_be_read_ends_with_a_sentence(tmp_path: Path, content: object, options: dict, part: str) -> None:
    with pytest.raises(CommandError) as caught:
        create(tmp_path, content, **options)
    assert part in str(caught.value)
    assert caught.value.returncode == 2
    assert not Campaign.objects.exists()


def test_the_calendar_is_filled_for_given_years() -> None:
    out = StringIO()
    call_command("seed_workdays", "--years", "2026", stdout=out)
    assert out.getvalue() == f"工作日历变动 {CalendarDay.objects.count()} 天\n"
    assert set(CalendarDay.objects.values_list("day__year", flat=True)) == {2026}


def test_the_calendar_is_filled_for_the_running_campaigns(campaign: Campaign) -> None:
    Campaign.objects.update(start_on=D(2025, 3, 3))
    out = StringIO()
    call_command("seed_workdays", stdout=out)
    assert {2025, 2026, 2027} <= set(CalendarDay.objects.values_list("day__year", flat=True))
    assert "2027 年的安排尚未公布，按规则推算" in out.getvalue()


def test_years_out_of_reach_end_with_a_sentence() -> None:
    with pytest.raises(CommandError, match="没有 1900 年") as caught:
        call_command("seed_workdays", "--years", "1900")
    assert caught.value.returncode == 2
