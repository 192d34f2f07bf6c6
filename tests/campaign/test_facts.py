import datetime as dt

from campaign.actions import archive_campaign, create_campaign
from campaign.facts import chosen_campaign, stages
from campaign.models import Campaign
from core import clock


def test_the_running_campaign_is_chosen_unless_one_is_named(campaign: Campaign, bureau) -> None:
    today = clock.today()
    later = create_campaign("NEXT", "明年整顿", today + dt.timedelta(days=5), today + dt.timedelta(days=50))
    assert chosen_campaign() == campaign
    assert chosen_campaign("NEXT") == later
    assert chosen_campaign("none") is None
    archive_campaign(campaign, by=bureau.office)
    assert chosen_campaign() is None
    assert chosen_campaign("ZF2026") == campaign


def test_stages_say_where_the_campaign_stands(campaign: Campaign) -> None:
    said = [(row.phase.name, row.standing) for row in stages(campaign, dt.date(2026, 3, 25))]
    assert said[:4] == [
        ("动员部署", "done"),
        ("学习教育（集中）", "now"),
        ("查摆问题", "now"),
        ("整改落实", "todo"),
    ]
    assert stages(campaign)
