import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from campaign.models import (
    CalendarEvent,
    Campaign,
    Manifestation,
    Participant,
    PhaseTemplate,
    ProblemType,
    by_rule,
)
from organization.models import User
from organization.scope import Role
from tests.factories.organization import grant, make_user

D = dt.date


@pytest.mark.parametrize(
    ("on", "number"),
    [(D(2026, 3, 1), 0), (D(2026, 3, 2), 1), (D(2027, 2, 28), 364), (D(2028, 1, 1), 364)],
)
def test_day_number_stays_within_the_campaign(on: D, number: int) -> None:
    assert Campaign(start_on=D(2026, 3, 2), end_on=D(2027, 2, 28)).day_number(on) == (number, 364)


def test_leaders_file_earlier() -> None:
    campaign = Campaign(name="作风整顿", start_on=D(2026, 3, 2), lists_due_on=D(2026, 5, 9))
    leader, staff = User(level=User.Level.LEADERSHIP_MEMBER), User()
    assert campaign.list_due_for(leader) == campaign.list_due_for(staff) == D(2026, 5, 9)
    campaign.leaders_lists_due_on = D(2026, 4, 24)
    assert (campaign.list_due_for(leader), campaign.list_due_for(staff)) == (D(2026, 4, 24), D(2026, 5, 9))
    assert (str(campaign), campaign.year, campaign.is_archived) == ("作风整顿", 2026, False)


def test_names_as_people_read_them(campaign: Campaign) -> None:
    template = PhaseTemplate.objects.get(code="three-months")
    kind = ProblemType.objects.get(code="inaction")
    assert [str(row) for row in (template, template.stages.first(), kind)] == [
        "三个月",
        "动员部署（第 1—2 周）",
        "不作为",
    ]
    assert str(campaign.phases.first()) == "动员部署"
    assert str(CalendarEvent.objects.get()) == "活动结束 2027-02-28"
    assert str(Manifestation(text="拖延搪塞")) == "拖延搪塞"
    assert campaign.get_absolute_url() == "/campaign/ZF2026/"


def test_the_rule_takes_the_bureau_and_the_mid_level_of_schools(bureau) -> None:
    assert set(by_rule(User.objects.all())) == {bureau.office, bureau.cadre, bureau.dean}


def test_coverage_reaches_whole_units_of_the_role(campaign: Campaign, bureau) -> None:
    liaison = make_user("方圆", bureau.section)
    grant(liaison, Role.LIAISON, bureau.school)
    rows = Participant.objects.covered_by(liaison)
    assert {row.user for row in rows} == {bureau.dean}
    assert not Participant.objects.covered_by(bureau.cadre).exists()
    assert Participant.objects.covered_by(bureau.office).count() == 3


def test_leaders_come_first(campaign: Campaign, bureau) -> None:
    User.objects.filter(pk=bureau.dean.pk).update(level=User.Level.LEADERSHIP_MEMBER)
    names = [str(row) for row in Participant.objects.leaders_first()]
    assert names == ["何志远（第一中学）", "沈静（教研室）", "梁思敏（教研室）"]


def test_the_database_refuses_what_cannot_be(campaign: Campaign, bureau) -> None:
    impossible = [
        lambda: Campaign.objects.filter(pk=campaign.pk).update(end_on=D(2026, 1, 1)),
        lambda: campaign.phases.update(end_on=D(2025, 1, 1)),
        lambda: campaign.participants.update(exempt_reason="借调"),
        lambda: campaign.participants.update(exempted_by=bureau.office),
        lambda: Participant.objects.create(campaign=campaign, user=bureau.cadre, unit=bureau.section),
        lambda: CalendarEvent.objects.create(campaign=campaign, name="活动结束", on=D(2026, 1, 1)),
        lambda: PhaseTemplate.objects.update(weeks=0),
        lambda: PhaseTemplate.objects.update(leaders_lists_due_week=60),
        lambda: PhaseTemplate.objects.get(code="three-months").stages.update(from_week=0),
    ]
    for write in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
