import datetime as dt
import uuid

import pytest
from django.test import Client

from audit.models import AuditEntry
from campaign.actions import archive_campaign, create_campaign, exempt
from campaign.models import CalendarDay, Campaign, ProblemType
from organization.models import User
from tests.factories.organization import make_user

D = dt.date
pytestmark = pytest.mark.django_db
NEW = {
    "code": "ZF2027",
    "name": "明年整顿",
    "start_on": "2027-03-01",
    "end_on": "2028-02-29",
    "office_name": "整顿办",
}


@pytest.fixture
def office(client: Client, bureau) -> Client:
    client.force_login(User.objects.get(pk=bureau.office.pk))
    return client


def text(response) -> str:
    return response.content.decode()


def rows(prefix: str, *given: dict[str, str], initial: int = 0) -> dict[str, str]:
    data = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": str(initial)}
    return data | {f"{prefix}-{place}-{key}": value for place, row in enumerate(given) for key, value in row.items()}


OFFICE_PAGES = (
    "/campaign/new/",
    "/campaign/types/",
    "/campaign/types/new/",
    "/campaign/types/inaction/",
    "/campaign/workdays/",
    "/campaign/workdays/new/",
    "/campaign/ZF2026/edit/",
    "/campaign/ZF2026/phases/",
    "/campaign/ZF2026/events/",
    "/campaign/ZF2026/participants/",
    "/campaign/ZF2026/participants/sync/",
)
OFFICE_POSTS = (
    "/campaign/workdays/seed/",
    "/campaign/workdays/1/remove/",
    "/campaign/ZF2026/template/",
    "/campaign/ZF2026/archive/",
    "/campaign/ZF2026/participants/1/unexempt/",
)


def test_the_office_opens_every_page(office: Client, campaign: Campaign) -> None:
    assert {url: office.get(url).status_code for url in OFFICE_PAGES} == dict.fromkeys(OFFICE_PAGES, 200)


def test_everybody_else_reads_the_plan_only(client: Client, campaign: Campaign, bureau) -> None:
    client.force_login(bureau.cadre)
    assert {client.get(url).status_code for url in OFFICE_PAGES} == {403}
    assert {client.post(url).status_code for url in OFFICE_POSTS} == {403}
    assert {client.post(url).status_code for url in OFFICE_PAGES} == {403, 405}
    page = text(client.get("/campaign/ZF2026/"))
    assert "共 364 天" in page
    assert "查摆问题" in page
    assert "修改活动" not in page
    assert "归档活动" not in page
    assert "新建活动" not in text(client.get("/campaign/"))
    assert client.get("/campaign/none/").status_code == 404


def test_lists_of_campaigns_say_what_there_is(office: Client, bureau) -> None:
    assert "新建后按" not in text(office.get("/campaign/"))
    assert "还没有整顿活动" in text(office.get("/campaign/"))
    office.force_login(bureau.cadre)
    assert "还没有整顿活动。" in text(office.get("/campaign/"))


def test_a_campaign_is_made_once_even_when_the_button_is_pressed_twice(office: Client, campaign: Campaign) -> None:
    template = office.get("/campaign/new/").context["form"].fields["template"].queryset.get(code="no-stages")
    form = NEW | {"template": template.pk, "form_token": str(uuid.uuid4())}
    for _ in range(2):
        assert office.post("/campaign/new/", form).headers["Location"] == "/campaign/ZF2027/"
    made = Campaign.objects.get(code="ZF2027")
    assert (made.name, made.phases.count(), made.participants.count()) == ("明年整顿", 0, 3)
    assert "不分阶段" in text(office.get("/campaign/ZF2027/"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "ZF2026"}, "活动代码“ZF2026”已被使用，换一个，例如 ZF2026-2"),
        ({"code": "types"}, "活动代码不能用“types”"),
        ({"name": ""}, "填写名称"),
        ({"name": "长" * 81}, "名称最多 80 字，现在 81 字，请删减 1 字"),
        ({"start_on": "三月"}, "开始日期写成 2026-06-12 的样子"),
        ({"end_on": "2027-01-01"}, "结束日期（2027-01-01）早于开始日期（2027-03-01），请改晚"),
        ({"template": ""}, "选择一个阶段方案"),
        ({"start_on": "1998-03-01", "end_on": "1999-03-01"}, "没有 1998 年的放假安排"),
    ],
)
def test_a_campaign_that_cannot_be_keeps_what_was_typed(
    office: Client, campaign: Campaign, change: dict, said: str
) -> None:
    first = office.get("/campaign/new/").context["form"].fields["template"].queryset.first()
    response = office.post("/campaign/new/", NEW | {"template": first.pk, "theme": "整治为官不为"} | change)
    assert response.status_code == 409
    assert said in text(response)
    assert 'value="整治为官不为"' in text(response)
    assert Campaign.objects.count() == 1


def edit_form(office: Client, **changes: str) -> dict[str, str]:
    form = office.get("/campaign/ZF2026/edit/").context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    kept = {name: str(value) for name, value in values.items() if value not in (None, False)}
    return kept | {"head_files_first": "on"} | changes


def test_limits_are_changed_and_audited(office: Client, campaign: Campaign) -> None:
    response = office.post("/campaign/ZF2026/edit/", edit_form(office, immediate_days="10"), follow=True)
    assert "已修改：立行立改期限（天）" in text(response)
    assert AuditEntry.objects.latest("pk").lines == ["立行立改期限（天）：7 → 10"]
    assert "没有改动" in text(office.post("/campaign/ZF2026/edit/", edit_form(office), follow=True))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"immediate_days": "七"}, "立行立改期限（天）填整数，例如 5"),
        ({"leaders_lists_due_on": "2026-12-01"}, "班子成员清单提交时限（2026-12-01）晚于其他人员（2026-05-09）"),
    ],
)
def test_limits_that_cannot_be_are_explained(office: Client, campaign: Campaign, change: dict, said: str) -> None:
    response = office.post("/campaign/ZF2026/edit/", edit_form(office, **change))
    assert (response.status_code, said in text(response)) == (409, True)


def test_stages_are_edited_as_rows(office: Client, campaign: Campaign) -> None:
    good = rows(
        "phase",
        {"name": "整改", "start_on": "2026-05-01", "end_on": "2026-09-01"},
        {"name": "查摆", "start_on": "2026-03-02", "end_on": "2026-06-01"},
        {"name": "不要", "start_on": "2026-03-02", "end_on": "2026-06-01", "DELETE": "on"},
    )
    assert "阶段已保存" in text(office.post("/campaign/ZF2026/phases/", good, follow=True))
    assert list(campaign.phases.values_list("name", flat=True)) == ["查摆", "整改"]
    bad = rows(
        "phase",
        {"name": "整改", "start_on": "2026-05-01", "end_on": "2026-04-01"},
        {"name": "整改", "start_on": "x", "end_on": "2026-04-01"},
    )
    response = office.post("/campaign/ZF2026/phases/", bad)
    assert response.status_code == 409
    for said in ("结束日期（2026-04-01）早于开始日期（2026-05-01）", "开始日期写成", "“整改”出现了两次"):
        assert said in text(response)
    assert "页面没有完整送达" in text(office.post("/campaign/ZF2026/phases/", {"x": "1"}))
    assert campaign.phases.count() == 2


def test_stages_are_laid_out_anew_by_a_template(office: Client, campaign: Campaign) -> None:
    said = text(office.post("/campaign/ZF2026/template/", {"template": "three-stages"}, follow=True))
    assert "阶段已按方案重排" in said
    assert campaign.phases.count() == 3
    assert office.post("/campaign/ZF2026/template/", {"template": "none"}).status_code == 404


def test_local_dates_are_edited_as_rows(office: Client, campaign: Campaign) -> None:
    good = rows("event", {"name": "学期末", "on": "2026-07-10"}, {"name": "", "on": ""}, initial=0)
    assert "时间节点已保存" in text(office.post("/campaign/ZF2026/events/", good, follow=True))
    assert list(campaign.events.values_list("name", "on")) == [("学期末", D(2026, 7, 10))]
    assert "学期末" in text(office.get("/campaign/ZF2026/"))


def test_an_archived_campaign_refuses_and_keeps_the_rows(office: Client, campaign: Campaign, bureau) -> None:
    assert "已归档，所有人只能查看" in text(office.post("/campaign/ZF2026/archive/", follow=True))
    form = rows("event", {"name": "学期末", "on": "2026-07-10"})
    response = office.post("/campaign/ZF2026/events/", form)
    assert response.status_code == 409
    assert 'value="学期末"' in text(response)
    assert "归档，只能查看" in text(response)
    refused = [
        office.post("/campaign/ZF2026/edit/", edit_form(office, name="别的")),
        office.post("/campaign/ZF2026/template/", {"template": "three-stages"}, follow=True),
        office.post("/campaign/ZF2026/participants/sync/", follow=True),
    ]
    assert all("归档，只能查看" in text(answer) for answer in refused)
    assert "修改活动" not in text(office.get("/campaign/ZF2026/"))
    assert "取消归档，可以" not in text(office.get("/campaign/"))
    assert "已取消归档" in text(office.post("/campaign/ZF2026/archive/", follow=True))


# --- participants -----------------------------------------------------------------------------------


def names(office: Client, **params: str) -> list[str]:
    return [row.user.name for row in office.get("/campaign/ZF2026/participants/", params).context["rows"]]


def test_participants_are_searched_and_filtered(office: Client, campaign: Campaign, bureau) -> None:
    exempt(campaign.participants.get(user=bureau.dean), "支教一年", by=bureau.office)
    assert names(office) == ["沈静", "何志远", "梁思敏"]
    assert names(office, q="梁") == names(office, q=bureau.cadre.staff_no) == ["梁思敏"]
    assert names(office, unit="XX01") == names(office, exempt="1") == ["何志远"]
    page = text(office.get("/campaign/ZF2026/participants/", {"q": "无此人"}))
    assert "没有符合筛选的人员" in page


def test_an_exemption_is_given_and_taken_back(office: Client, campaign: Campaign, bureau) -> None:
    row = campaign.participants.get(user=bureau.cadre)
    url = f"/campaign/ZF2026/participants/{row.pk}/"
    assert "填写免填理由" in text(office.post(f"{url}exempt/", {"reason": ""}))
    assert "梁思敏免填问题清单" in text(office.get(f"{url}exempt/"))
    assert "梁思敏免填问题清单" in text(office.post(f"{url}exempt/", {"reason": "借调"}, follow=True))
    assert campaign.participants.get(pk=row.pk).exempt_reason == "借调"
    assert "梁思敏恢复填报" in text(office.post(f"{url}unexempt/", follow=True))
    own = f"/campaign/ZF2026/participants/{campaign.participants.get(user=bureau.office).pk}/"
    response = office.post(f"{own}exempt/", {"reason": "工作忙"})
    assert (response.status_code, "不能决定本人免填" in text(response), "工作忙" in text(response)) == (409, True, True)
    assert "不能决定本人的免填" in text(office.post(f"{own}unexempt/", follow=True))


def test_a_participant_of_another_campaign_is_not_found(office: Client, campaign: Campaign, bureau) -> None:
    other = create_campaign("OTHER", "另一个", D(2026, 3, 2), D(2026, 9, 1), by=bureau.office)
    pk = other.participants.first().pk
    assert office.get(f"/campaign/ZF2026/participants/{pk}/exempt/").status_code == 404
    assert office.post(f"/campaign/ZF2026/participants/{pk}/unexempt/").status_code == 404


def test_following_the_roster_is_shown_before_it_is_done(office: Client, campaign: Campaign, bureau) -> None:
    url = "/campaign/ZF2026/participants/sync/"
    assert "与名册一致，没有要更新的" in text(office.get(url))
    assert "与名册一致，没有变动" in text(office.post(url, follow=True))
    make_user("段文博", bureau.section)
    User.objects.filter(pk=bureau.dean.pk).update(unit=bureau.section)
    User.objects.filter(pk=bureau.cadre.pk).update(is_active=False)
    page = text(office.get(url))
    for name in ("段文博", "何志远", "梁思敏"):
        assert name in page
    assert campaign.participants.count() == 3
    assert "新增 1 人，换单位 1 人，离开 1 人" in text(office.post(url, follow=True))
    User.objects.filter(pk=bureau.office.pk).update(unit=None)
    assert "不再符合规则" in text(office.get(url))


# --- reference data ---------------------------------------------------------------------------------


def test_a_type_is_added_and_its_manifestations_kept(office: Client) -> None:
    new = {"code": "gambling", "name": "工作时间打牌", "order": "6", "active": "on"}
    assert office.post("/campaign/types/new/", new).headers["Location"] == "/campaign/types/gambling/"
    again = office.post("/campaign/types/new/", new | {"name": "又一个"})
    assert (again.status_code, "这个代码已被使用" in text(again)) == (409, True)
    form = {"name": "上班打牌", "order": "6", "active": "on"}
    first = rows("row", {"text": "打牌", "active": "on"}, {"text": "下棋", "active": "on"})
    assert "“上班打牌”已保存" in text(office.post("/campaign/types/gambling/", form | first, follow=True))
    kind = ProblemType.objects.get(code="gambling")
    pks = list(kind.manifestations.values_list("pk", flat=True))
    second = rows(
        "row",
        {"pk": str(pks[0]), "text": "打牌", "active": "on", "DELETE": "on"},
        {"pk": str(pks[1]), "text": "下棋打游戏", "active": "on"},
        initial=2,
    )
    office.post("/campaign/types/gambling/", form | second)
    assert set(kind.manifestations.values_list("pk", "text", "active")) == {
        (pks[0], "打牌", False),
        (pks[1], "下棋打游戏", True),
    }
    bad = office.post("/campaign/types/gambling/", form | rows("row", {"text": "同"}, {"text": "同"}) | {"name": ""})
    assert (bad.status_code, "填写问题类型" in text(bad)) == (409, True)
    assert "上班打牌" in text(office.get("/campaign/types/"))
    assert office.get("/campaign/types/none/").status_code == 404


def test_a_new_order_never_collides(office: Client) -> None:
    """Swapping two texts would meet the unique constraint half-way; the page answers in words or does it."""
    kind = ProblemType.objects.get(code="bribe-seeking")
    one, two, three = kind.manifestations.all()
    swapped = rows(
        "row",
        {"pk": str(one.pk), "text": two.text, "active": "on"},
        {"pk": str(two.pk), "text": one.text, "active": "on"},
        {"pk": str(three.pk), "text": three.text, "active": "on"},
        initial=3,
    )
    form = {"name": kind.name, "order": "5", "active": "on", "clue_prone": "on"}
    assert office.post("/campaign/types/bribe-seeking/", form | swapped).status_code == 302
    assert list(kind.manifestations.values_list("text", flat=True)) == [two.text, one.text, three.text]
    removed_and_retyped = rows("row", {"text": three.text, "active": "on"})
    assert office.post("/campaign/types/bribe-seeking/", form | removed_and_retyped).status_code == 302
    assert list(kind.manifestations.filter(active=True).values_list("text", flat=True)) == [three.text]


def test_the_working_calendar_is_kept_by_hand(office: Client) -> None:
    assert "这一年还没有日期" in text(office.get("/campaign/workdays/", {"year": "2026"}))
    assert "2026 年的放假安排已载入" in text(office.post("/campaign/workdays/seed/", {"year": "2026"}, follow=True))
    assert "没有 1990 年" in text(office.post("/campaign/workdays/seed/", {"year": "1990"}, follow=True))
    assert "调休上班" in text(office.get("/campaign/workdays/", {"year": "2026"}))
    office.post("/campaign/workdays/seed/", {"year": "2027"})
    assert "还没有公布" in text(office.get("/campaign/workdays/", {"year": "2027"}))
    form = {"day": "2026-03-03", "is_workday": "0", "name": "停电"}
    assert "已保存：2026-03-03 休息" in text(office.post("/campaign/workdays/new/", form, follow=True))
    again = office.post("/campaign/workdays/new/", form)
    assert (again.status_code, "这一天已在日历里" in text(again)) == (409, True)
    assert "选择当天上班还是休息" in text(office.post("/campaign/workdays/new/", {"day": "2026-03-05"}))
    made = CalendarDay.objects.get(day=D(2026, 3, 3))
    assert "checked" in text(office.get(f"/campaign/workdays/{made.pk}/"))
    office.post(f"/campaign/workdays/{made.pk}/", form | {"is_workday": "1"})
    assert CalendarDay.objects.get(pk=made.pk).is_workday
    assert "已恢复为原来的安排" in text(office.post(f"/campaign/workdays/{made.pk}/remove/", follow=True))
    official = CalendarDay.objects.get(day=D(2026, 10, 10))
    assert "不能删除" in text(office.post(f"/campaign/workdays/{official.pk}/remove/", follow=True))
    assert office.get("/campaign/workdays/", {"year": "abc"}).status_code == 200


def test_the_archived_campaign_stays_readable_for_all(client: Client, campaign: Campaign, bureau) -> None:
    archive_campaign(campaign, by=bureau.office)
    client.force_login(bureau.cadre)
    assert "此活动已归档，只能查看" in text(client.get("/campaign/ZF2026/"))
    assert "已归档" in text(client.get("/campaign/"))
