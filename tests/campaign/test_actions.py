import datetime as dt

import pytest

from audit.models import AuditEntry
from campaign.actions import (
    apply_template,
    archive_campaign,
    create_campaign,
    exempt,
    remove_day,
    reopen_campaign,
    save_day,
    save_events,
    save_manifestation,
    save_manifestations,
    save_phases,
    save_type,
    seed_workdays,
    sync_participants,
    unexempt,
    update_campaign,
)
from campaign.facts import roster_changes
from campaign.models import CalendarDay, Campaign, Participant, PhaseTemplate, ProblemType, workdays
from core.workflow import MoveRefused
from organization.models import User
from tests.factories.organization import make_user

D = dt.date
pytestmark = pytest.mark.django_db


def settings_log() -> list[tuple[str, dict]]:
    return list(AuditEntry.objects.filter(kind="setting").order_by("pk").values_list("object_label", "detail"))


def phases(campaign: Campaign) -> list[tuple]:
    return list(campaign.phases.values_list("name", "start_on", "end_on"))


# --- campaign ---------------------------------------------------------------------------------------


def test_a_new_campaign_has_stages_dues_dates_and_people(campaign: Campaign, bureau) -> None:
    assert phases(campaign)[:4] == [
        ("动员部署", D(2026, 3, 2), D(2026, 3, 22)),
        ("学习教育（集中）", D(2026, 3, 9), D(2026, 5, 10)),
        ("查摆问题", D(2026, 3, 23), D(2026, 5, 24)),
        ("整改落实", D(2026, 4, 20), D(2027, 1, 3)),
    ]
    assert phases(campaign)[-3:] == [
        ("总结考核", D(2026, 12, 28), D(2027, 2, 28)),
        ("回头看（三个月）", D(2027, 5, 24), D(2027, 6, 6)),
        ("回头看（六个月）", D(2027, 8, 23), D(2027, 9, 5)),
    ]
    # 2026-05-09 is a Saturday that the notice makes a working day, 04-26 an ordinary Sunday.
    assert (campaign.lists_due_on, campaign.leaders_lists_due_on) == (D(2026, 5, 9), D(2026, 4, 24))
    assert list(campaign.events.values_list("name", "on")) == [("活动结束", D(2027, 2, 28))]
    assert set(campaign.participants.values_list("user__name", "unit__code")) == {
        ("沈静", "JY01"),
        ("梁思敏", "JY01"),
        ("何志远", "XX01"),
    }
    assert [label for label, _ in settings_log()] == ["工作日历", "新建活动 作风整顿", "作风整顿 参加人员"]


def test_given_dues_and_events_win_over_the_template(bureau) -> None:
    template = PhaseTemplate.objects.get(code="no-stages")
    made = create_campaign(
        "ZF2027",
        "学查改",
        D(2026, 3, 2),
        D(2026, 7, 19),
        template=template,
        events=[("学期末", D(2026, 7, 10)), ("活动结束", D(2026, 7, 17))],
        lists_due_on=D(2026, 4, 1),
        leaders_lists_due_on=None,
        theme="学查改一体推进",
    )
    assert (made.lists_due_on, made.leaders_lists_due_on, made.theme) == (
        D(2026, 4, 1),
        D(2026, 3, 20),
        "学查改一体推进",
    )
    assert phases(made) == []
    assert list(made.events.values_list("name", "on")) == [("学期末", D(2026, 7, 10)), ("活动结束", D(2026, 7, 17))]


def test_a_campaign_without_any_template_has_no_stages_and_no_dues(bureau) -> None:
    PhaseTemplate.objects.update(active=False)
    made = create_campaign("X", "短期整顿", D(2026, 3, 2), D(2026, 3, 2))
    assert (phases(made), made.lists_due_on) == ([], None)


def test_a_campaign_of_one_day_still_has_ordered_stages(bureau) -> None:
    made = create_campaign("X-1", "一天", D(2026, 3, 2), D(2026, 3, 2))
    assert made.lists_due_on == D(2026, 3, 2)
    assert made.phases.count() == 9


@pytest.mark.parametrize(
    ("code", "end", "part"),
    [
        ("", D(2027, 1, 1), "只能由字母"),
        ("A" * 21, D(2027, 1, 1), "最多 20 个"),
        ("a/b", D(2027, 1, 1), "“a/b”"),
        ("types", D(2027, 1, 1), "不能用“types”"),
        ("ZF2026", D(2027, 1, 1), "已被使用，换一个，例如 ZF2026-2"),
        ("ZF2027", D(2026, 1, 1), "结束日期（2026-01-01）早于开始日期（2026-03-02）"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_in_words(campaign: Campaign, code: str, end: D, part: str) -> None:
    with pytest.raises(MoveRefused, match=part):
        create_campaign(code, "作风整顿", D(2026, 3, 2), end)
    assert Campaign.objects.count() == 1


def test_changes_of_a_campaign_are_kept_with_the_old_value(campaign: Campaign, bureau) -> None:
    before = len(settings_log())
    values = {"immediate_days": 10, "name": "作风整顿", "head_files_first": False, "basis": "云教发〔2026〕3号"}
    assert set(update_campaign(campaign, values, by=bureau.office)) == {
        "立行立改期限（天）",
        "单位负责人先交本人清单，再初审他人",
        "依据文件",
    }
    assert update_campaign(campaign, values, by=bureau.office) == {}
    campaign.refresh_from_db()
    assert campaign.immediate_days == 10
    assert settings_log()[before:] == [
        (
            "活动 作风整顿",
            {
                "立行立改期限（天）": {"原": "7", "现": "10"},
                "单位负责人先交本人清单，再初审他人": {"原": "是", "现": "否"},
                "依据文件": {"原": "", "现": "云教发〔2026〕3号"},
            },
        )
    ]


def test_stages_are_replaced_as_a_whole_and_may_overlap(campaign: Campaign, bureau) -> None:
    rows = [
        {"name": "查摆", "start_on": D(2026, 3, 2), "end_on": D(2026, 5, 1)},
        {"name": "整改", "start_on": D(2026, 4, 1), "end_on": D(2026, 9, 1)},
    ]
    save_phases(campaign, rows, by=bureau.office)
    count = len(settings_log())
    save_phases(campaign, rows, by=bureau.office)
    assert len(settings_log()) == count
    assert phases(campaign) == [tuple(row.values()) for row in rows]
    apply_template(campaign, PhaseTemplate.objects.get(code="three-stages"), by=bureau.office)
    assert [name for name, *_ in phases(campaign)] == ["集中学习查摆", "持续推进整改巩固", "评估考核总结"]
    save_phases(campaign, [], by=bureau.office)
    assert phases(campaign) == []


def test_local_dates_are_replaced_as_a_whole(campaign: Campaign, bureau) -> None:
    rows = [("学期末", D(2026, 7, 10)), ("活动结束", D(2027, 2, 28))]
    save_events(campaign, rows, by=bureau.office)
    count = len(settings_log())
    save_events(campaign, rows, by=bureau.office)
    assert len(settings_log()) == count
    assert list(campaign.events.values_list("name", "on")) == rows


def test_an_archived_campaign_is_read_only_until_it_is_reopened(campaign: Campaign, bureau) -> None:
    archive_campaign(campaign, by=bureau.office)
    participant = campaign.participants.get(user=bureau.cadre)
    attempts = [
        lambda: update_campaign(campaign, {"name": "另一个"}, by=bureau.office),
        lambda: save_phases(campaign, [], by=bureau.office),
        lambda: save_events(campaign, [], by=bureau.office),
        lambda: sync_participants(campaign, by=bureau.office),
        lambda: exempt(participant, "借调", by=bureau.office),
        lambda: unexempt(participant, by=bureau.office),
        lambda: archive_campaign(campaign, by=bureau.office),
    ]
    for attempt in attempts:
        with pytest.raises(MoveRefused, match="归档，只能查看"):
            attempt()
    reopen_campaign(campaign, by=bureau.office)
    update_campaign(campaign, {"name": "另一个"}, by=bureau.office)
    with pytest.raises(MoveRefused, match="没有归档"):
        reopen_campaign(campaign, by=bureau.office)


# --- participants -----------------------------------------------------------------------------------


def test_participants_follow_the_roster_and_keep_exemptions(campaign: Campaign, bureau) -> None:
    exempt(campaign.participants.get(user=bureau.cadre), " 借调到县委办 ", by=bureau.office)
    newcomer = make_user("段文博", bureau.section)
    User.objects.filter(pk=bureau.dean.pk).update(unit=bureau.section, level=User.Level.STAFF)
    demoted = make_user("姜雨彤", bureau.school, level=User.Level.MID_LEVEL_OR_ABOVE)
    sync_participants(campaign)
    User.objects.filter(pk=demoted.pk).update(level=User.Level.STAFF)
    User.objects.filter(pk__in=[newcomer.pk, bureau.cadre.pk]).update(is_active=False)
    changes = sync_participants(campaign, by=bureau.office)
    assert [row.user for row in changes.leaving] == [newcomer]
    assert [row.user for row in changes.outside] == [demoted]
    rows = campaign.participants.values_list("user__name", "unit__code", "exempt_reason")
    assert set(rows) == {
        ("沈静", "JY01", ""),
        ("梁思敏", "JY01", "借调到县委办"),
        ("何志远", "JY01", ""),
        ("段文博", "JY01", "已离开（名册停用）"),
        ("姜雨彤", "XX01", ""),
    }
    count = len(settings_log())
    assert not sync_participants(campaign, by=bureau.office).any
    assert len(settings_log()) == count


def test_without_a_person_nobody_is_exempted(campaign: Campaign, bureau) -> None:
    User.objects.filter(pk=bureau.cadre.pk).update(is_active=False)
    assert [row.user for row in sync_participants(campaign).leaving] == [bureau.cadre]
    assert [row.user for row in roster_changes(campaign).leaving] == [bureau.cadre]
    assert not campaign.participants.exclude(exempt_reason="").exists()


def test_exemption_needs_a_reason_and_another_person(campaign: Campaign, bureau) -> None:
    row, own = (campaign.participants.get(user=user) for user in (bureau.cadre, bureau.office))
    with pytest.raises(MoveRefused, match="填写免填理由"):
        exempt(row, "  ", by=bureau.office)
    for attempt in (lambda: exempt(own, "忙", by=bureau.office), lambda: unexempt(own, by=bureau.office)):
        with pytest.raises(MoveRefused, match="不能决定本人"):
            attempt()
    exempt(row, "长期病假", by=bureau.office)
    assert set(Participant.objects.due().values_list("user__name", flat=True)) == {"沈静", "何志远"}
    unexempt(row, by=bureau.office)
    row.refresh_from_db()
    assert (row.exempt_reason, row.exempted_by) == ("", None)
    assert settings_log()[-2:] == [
        ("梁思敏（教研室） 免填", {"理由": "长期病假"}),
        ("梁思敏（教研室） 取消免填", {"原理由": "长期病假"}),
    ]


# --- problem types ----------------------------------------------------------------------------------


def test_the_types_of_the_speech_are_there() -> None:
    rows = ProblemType.objects.filter(order__lte=5).values_list("name", "clue_prone")
    assert list(rows) == [
        ("懒政怠政", False),
        ("执行力不强", False),
        ("不作为", False),
        ("不在状态", False),
        ("吃拿卡要", True),
    ]
    counts = [row.manifestations.count() for row in ProblemType.objects.all()]
    assert counts == [6, 6, 4, 5, 3]


def test_types_are_added_renamed_and_taken_out_of_use(bureau) -> None:
    values = {"code": "gambling", "name": "上班打牌", "order": 6, "active": True}
    made = save_type(values, by=bureau.office)
    save_type({**values, "name": "工作时间打牌", "active": False}, by=bureau.office, problem_type=made)
    save_type({**values, "name": "工作时间打牌", "active": False}, by=bureau.office, problem_type=made)
    made.refresh_from_db()
    assert (made.name, made.active, ProblemType.objects.count()) == ("工作时间打牌", False, 6)
    assert [label for label, _ in settings_log()] == ["问题类型 上班打牌", "问题类型 工作时间打牌"]


def test_manifestations_left_out_go_out_of_use_and_stay(bureau) -> None:
    kind = ProblemType.objects.get(code="bribe-seeking")
    first, second, third = kind.manifestations.all()
    rows = [
        {"pk": second.pk, "text": second.text, "active": True},
        {"pk": first.pk, "text": "增加环节", "active": False},
        {"pk": None, "text": "索要好处", "active": True},
    ]
    for _ in range(2):
        save_manifestations(kind, rows, by=bureau.office)
        rows[2]["pk"] = kind.manifestations.get(text="索要好处").pk
    assert set(kind.manifestations.values_list("pk", "text", "active", "order")) == {
        (second.pk, second.text, True, 1),
        (first.pk, "增加环节", False, 2),
        (rows[2]["pk"], "索要好处", True, 3),
        (third.pk, third.text, False, 3),
    }
    assert len(settings_log()) == 1


def test_a_single_manifestation_is_audited_when_it_changes(bureau) -> None:
    kind = ProblemType.objects.get(code="inaction")
    values = {"text": "等靠要", "active": True, "order": 9}
    made = save_manifestation(kind, values, by=bureau.office)
    save_manifestation(kind, values, by=bureau.office, row=made)
    assert len(settings_log()) == 1


# --- working calendar -------------------------------------------------------------------------------


def test_statutory_days_of_2025_to_2027() -> None:
    assert seed_workdays([2026, 2025, 2027]) == CalendarDay.objects.count()
    assert seed_workdays([2025, 2026, 2027]) == 0
    worked = CalendarDay.objects.filter(is_workday=True, day__year=2026).values_list("day", flat=True)
    assert list(worked) == [
        D(2026, 1, 4),
        D(2026, 2, 14),
        D(2026, 2, 28),
        D(2026, 5, 9),
        D(2026, 9, 20),
        D(2026, 10, 10),
    ]
    sources = {
        year: set(CalendarDay.objects.filter(day__year=year).values_list("source", flat=True))
        for year in (2025, 2026, 2027)
    }
    assert sources == {2025: {"official"}, 2026: {"official"}, 2027: {"estimated"}}
    calendar = workdays()
    assert calendar.add(D(2026, 9, 30), 1) == D(2026, 10, 8)
    assert calendar.subtract(D(2026, 5, 10), 1) == D(2026, 5, 9)


def test_a_published_notice_replaces_estimates_but_no_day_made_by_hand(bureau) -> None:
    CalendarDay.objects.create(day=D(2026, 3, 3), is_workday=False, source="estimated")
    CalendarDay.objects.create(day=D(2026, 1, 2), is_workday=False, name="旧", source="estimated")
    manual = save_day({"day": D(2026, 1, 1), "is_workday": True, "name": "值班"}, by=bureau.office)
    seed_workdays([2026])
    rows = CalendarDay.objects.filter(day__lt=D(2026, 3, 4)).values_list("day", "is_workday", "source")
    assert list(rows)[:3] == [
        (D(2026, 1, 1), True, "manual"),
        (D(2026, 1, 2), False, "official"),
        (D(2026, 1, 4), True, "official"),
    ]
    assert not CalendarDay.objects.filter(day=D(2026, 3, 3)).exists()
    remove_day(manual, by=bureau.office)
    assert CalendarDay.objects.get(day=D(2026, 1, 1)).name == "元旦"


def test_a_day_made_by_hand_follows_the_week_again(bureau) -> None:
    day = save_day({"day": D(2026, 3, 3), "is_workday": False, "name": "停电"}, by=bureau.office)
    save_day({"day": D(2026, 3, 4), "is_workday": False, "name": "停电"}, by=bureau.office, day=day)
    assert [str(row) for row in CalendarDay.objects.all()] == ["2026-03-04 休息"]
    remove_day(day, by=bureau.office)
    assert not CalendarDay.objects.exists()


def test_statutory_days_are_not_removed(bureau) -> None:
    seed_workdays([2026])
    with pytest.raises(MoveRefused, match="来自放假安排，不能删除"):
        remove_day(CalendarDay.objects.get(day=D(2026, 1, 4)), by=bureau.office)


def test_years_without_any_plan_are_refused() -> None:
    with pytest.raises(MoveRefused, match="没有 1999 年的放假安排"):
        seed_workdays([1999])
