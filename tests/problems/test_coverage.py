import datetime as dt

import pytest
from django.test import Client

from campaign.actions import exempt
from campaign.models import Participant
from core import clock
from core.workflow import MoveRefused
from notifications.models import Notification
from organization.models import User
from organization.scope import Role
from problems.actions.coverage import remind_missing
from problems.actions.review import move_checklist
from problems.coverage import SHOWS, Counts, coverage, people, readable_lists
from tests.factories.organization import grant, make_unit, make_user
from tests.factories.problems import World, endorsed_list, entered_list, make_world, submitted_list, write_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """cadre: in the ledger; colleague: draft; head: returned; other_cadre: exempt; office_two: exempt and filed."""
    made = make_world()
    entered_list(made)
    write_list(made, "colleague")
    move_checklist(
        submitted_list(made, "head"), "send_back", by=made.fresh("line_leader"), comment="问题写得太笼统，写具体的事"
    )
    submitted_list(made, "office_two")
    for who in ("other_cadre", "office_two"):
        exempt(made.campaign.participants.get(user=made.people[who]), "借调到县委办", by=made.office)
    return made


def standings(world: World, who: str) -> dict[str, str]:
    rows = people(world.campaign, world.fresh(who))
    return {row.user.staff_no: row.standing for row in rows.select_related("user")}


def test_everybody_has_one_standing(world: World) -> None:
    seen = standings(world, "office")
    assert seen == {row.user.staff_no: "missing" for row in world.campaign.participants.select_related("user")} | {
        "cadre": "approved",
        "head": "returned",
        "other_cadre": "exempt",
        "office_two": "in_review",
    }


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("office", {"JY", "JY01", "JY02", "XX01"}),
        ("auditor", {"JY", "JY01", "JY02", "XX01"}),
        ("line_leader", {"JY01"}),
        ("head", {"JY01"}),
        ("liaison", {"JY01"}),
        ("principal", {"XX01"}),
        ("cadre", set()),
        ("hr", set()),
        ("admin", set()),
        ("discipline", set()),
    ],
)
def test_the_board_reaches_as_far_as_the_role(world: World, who: str, units: set[str]) -> None:
    board = coverage(world.campaign, world.fresh(who))
    assert {line.unit.code for line in board.lines} == units


def test_the_board_counts_by_unit_and_names_who_is_missing_leaders_first(world: World) -> None:
    board = coverage(world.campaign, world.fresh("office"))
    by_unit = {line.unit.code: [number for *_, number in line.counts.columns] for line in board.lines}
    assert by_unit["JY01"] == [4, 1, 1, 3, 0]
    assert by_unit["JY02"][1:] == [1, 0, by_unit["JY02"][0] - 1, 1]
    section = next(line for line in board.lines if line.unit.code == "JY01")
    assert section.missing_names == ["宋立平", "罗启明", "方圆"]
    assert (section.counts.percent, section.counts.missing) == (25, 3)
    assert board.leaders.due == board.leaders.missing == 3
    assert board.total.due == board.total.filed + board.total.missing
    assert Counts().percent == 100


def test_the_board_narrows_to_kind_unit_and_what_is_missing(world: World) -> None:
    office = world.fresh("office")
    assert {line.unit.code for line in coverage(world.campaign, office, kind="schools").lines} == {"XX01"}
    assert {line.unit.code for line in coverage(world.campaign, office, kind="x").lines} > {"XX01"}
    assert {line.unit.code for line in coverage(world.campaign, office, unit=world.school).lines} == {"XX01"}
    for who in ("teacher", "principal"):
        exempt(world.campaign.participants.get(user=world.people[who]), "支教", by=world.office)
    codes = {line.unit.code for line in coverage(world.campaign, office, missing_only=True).lines}
    assert codes == {"JY", "JY01", "JY02"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_takes_three_queries_whatever_its_size(world: World, count: int, django_assert_num_queries) -> None:
    for number in range(count):
        unit = make_unit(f"股室{number}", world.bureau)
        for name in ("甲", "乙"):
            user = make_user(name, unit)
            Participant.objects.create(campaign=world.campaign, user=user, unit=unit)
    office = world.fresh("office")
    _ = office.scope
    with django_assert_num_queries(3):
        assert len(coverage(world.campaign, office).lines) == 4 + count


def test_only_readers_of_lists_get_a_way_to_them(world: World) -> None:
    ids = [world.cadre.pk, world.colleague.pk]
    assert set(readable_lists(world.campaign, world.fresh("office"), ids)) == {world.cadre.pk}
    assert readable_lists(world.campaign, world.fresh("liaison"), ids) == {}


# --- reminding --------------------------------------------------------------------------------------


def test_the_missing_are_told_once_a_day(world: World) -> None:
    first = remind_missing(world.campaign, by=world.fresh("liaison"))
    assert {row.user.staff_no for row in first.sent} == {"head", "colleague"}
    assert [(row.user.staff_no, reason) for row, reason in first.skipped] == [("liaison", "本人")]
    again = remind_missing(world.campaign, by=world.fresh("head"))
    assert {row.user.staff_no for row in again.sent} == {"liaison"}
    assert {(row.user.staff_no, reason) for row, reason in again.skipped} == {
        ("head", "本人"),
        ("colleague", "今天已提醒过"),
    }
    assert Notification.objects.filter(key__startswith="list-missing").count() == 3
    tomorrow = clock.today() + dt.timedelta(days=1)
    assert len(remind_missing(world.campaign, by=world.fresh("liaison"), on=tomorrow).sent) == 2


def test_the_reminder_says_until_when(world: World) -> None:
    due = world.campaign.lists_due_on
    day = f"{due.month} 月 {due.day} 日前"

    def texts(on: dt.date) -> set[str]:
        Notification.objects.all().delete()
        remind_missing(world.campaign, by=world.fresh("liaison"), on=on)
        return set(Notification.objects.values_list("text", flat=True))

    assert texts(due) == {
        f"方圆提醒：问题清单还没有提交，{day}提交",
        f"方圆提醒：问题清单已退回，还没有再次提交，{day}提交",
    }
    assert f"方圆提醒：问题清单还没有提交，应在{day}提交，已过时限" in texts(due + dt.timedelta(days=1))
    world.campaign.lists_due_on = None
    assert "方圆提醒：问题清单还没有提交" in texts(due)


def test_reminders_stay_within_the_callers_units(world: World) -> None:
    assert remind_missing(world.campaign, by=world.fresh("auditor")).sent == []
    User.objects.filter(pk=world.teacher.pk).update(is_active=False)
    result = remind_missing(world.campaign, by=world.fresh("office"), unit=world.school)
    assert {row.user.staff_no for row in result.sent} == {"principal"}
    assert [(row.user.staff_no, reason) for row, reason in result.skipped] == [("teacher", "账号已停用")]
    assert remind_missing(world.campaign, by=world.fresh("head"), unit=world.school).sent == []
    sections = remind_missing(world.campaign, by=world.fresh("office"), kind="sections")
    assert "XX01" not in {row.unit.code for row, _ in sections.skipped} | {row.unit.code for row in sections.sent}


def test_an_archived_campaign_reminds_nobody(world: World) -> None:
    world.campaign.archived_on = clock.today()
    with pytest.raises(MoveRefused, match="已归档，不再提醒"):
        remind_missing(world.campaign, by=world.fresh("office"))


# --- pages ------------------------------------------------------------------------------------------


def test_every_number_opens_a_list_of_that_length(world: World, client: Client) -> None:
    for who in ("office", "head", "liaison"):
        client.force_login(world.fresh(who))
        board = client.get("/coverage/").context["board"]
        pairs = [
            ({"unit": line.unit.code, "show": show}, line.counts.of(show)) for line in board.lines for show in SHOWS
        ]
        pairs += [({"show": show}, board.total.of(show)) for show in SHOWS]
        pairs += [({"show": show, "level": "leaders"}, board.leaders.of(show)) for show in SHOWS]
        for params, number in pairs:
            page = client.get("/coverage/people/", params)
            assert (params, page.context["page"].count) == (params, number)
            assert len(page.context["rows"]) == number


def test_a_liaison_sees_status_and_neither_list_nor_reason(world: World, client: Client) -> None:
    exempt(world.campaign.participants.get(user=world.colleague), "长期病假", by=world.office)
    pages = {}
    for who in ("liaison", "head"):
        client.force_login(world.fresh(who))
        shown = [client.get("/coverage/people/", {"show": show}).content.decode() for show in ("filed", "exempt")]
        pages[who] = "".join(shown)
    assert "罗启明" in pages["liaison"]
    assert "梁思敏" in pages["liaison"]
    assert "长期病假" not in pages["liaison"]
    assert "/lists/" not in pages["liaison"]
    assert "长期病假" in pages["head"]
    assert "/lists/" in pages["head"]


@pytest.mark.parametrize("who", ["cadre", "hr", "admin", "discipline"])
def test_the_board_is_closed_to_everybody_else(world: World, client: Client, who: str) -> None:
    client.force_login(world.fresh(who))
    answers = [client.get("/coverage/"), client.get("/coverage/people/"), client.post("/coverage/remind/")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_units_and_campaigns_out_of_reach_are_not_found(world: World, client: Client) -> None:
    client.force_login(world.fresh("head"))
    code = world.campaign.code
    assert client.get("/coverage/people/", {"unit": "XX01"}).status_code == 404
    assert client.get("/coverage/people/", {"campaign": "none"}).status_code == 404
    assert client.get("/coverage/", {"campaign": "none"}).status_code == 404
    assert client.post("/coverage/remind/", {"campaign": code, "unit": "XX01"}).status_code == 404
    assert client.post("/coverage/remind/", {"campaign": "none"}).status_code == 404
    assert not Notification.objects.filter(key__startswith="list-missing").exists()


def test_the_button_says_whom_it_told_and_whom_not(world: World, client: Client) -> None:
    client.force_login(world.fresh("liaison"))
    form = {"campaign": world.campaign.code}
    said = client.post("/coverage/remind/", form, follow=True).content.decode()
    assert "已提醒 2 人。1 人未发送：本人（方圆）。" in said
    said = client.post("/coverage/remind/", form | {"unit": "JY01"}, follow=True).content.decode()
    assert "没有发出提醒。" in said
    assert "2 人未发送：今天已提醒过（宋立平、罗启明）。" in said
    world.campaign.archived_on = clock.today()
    world.campaign.save()
    assert "已归档，不再提醒" in client.post("/coverage/remind/", form, follow=True).content.decode()


def test_without_a_campaign_the_board_says_so(world: World, client: Client) -> None:
    world.campaign.archived_on = clock.today()
    world.campaign.save()
    client.force_login(world.fresh("office"))
    assert "还没有进行中的整顿活动" in client.get("/coverage/").content.decode()
    assert client.get("/coverage/people/").status_code == 404
    page = client.get("/coverage/", {"campaign": world.campaign.code}).content.decode()
    assert "提醒他们" not in page


def test_filters_of_the_board_stay_in_its_links(world: World, client: Client) -> None:
    client.force_login(world.fresh("office"))
    page = client.get("/coverage/", {"kind": "schools", "missing": "1"}).content.decode()
    assert "?kind=schools&amp;unit=XX01&amp;show=missing" in page
    assert 'href="?missing=1&amp;"' in page.replace("&amp;kind=", "")
    assert client.get("/coverage/people/", {"kind": "schools", "show": "x"}).context["show"] == "missing"
    grant(world.fresh("office"), Role.UNIT_HEAD, world.school)
    endorsed_list(world, "teacher", "principal")
    assert standings(world, "office")["teacher"] == "in_review"
