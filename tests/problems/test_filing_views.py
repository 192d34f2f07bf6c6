import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.workflow import MoveRefused
from organization.models import User
from organization.scope import Role
from problems.actions.filing import open_checklist, save_draft, save_item
from problems.actions.review import move_checklist
from problems.models import Checklist, Draft, Item
from tests.factories.organization import grant, make_user
from tests.factories.problems import (
    PROBLEM,
    World,
    clue_type,
    endorsed_list,
    entered_list,
    item_in,
    make_world,
    plain_type,
    submitted_list,
    write_item,
    write_list,
)

pytestmark = pytest.mark.django_db
HOSTILE = (
    "字" * 10_000,
    "a\x00b",
    "<script>alert(1)</script>",
    "😀" * 200,
    "0000-00-00",
    "9999-12-31",
    "{{ x }}",
    "' OR 1=1 --",
)
LIST, CHECK, DONE, NEW = (reverse(f"problems:{name}") for name in ("my_list", "list_check", "list_done", "item_new"))


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def cadre(client: Client, world: World) -> Client:
    client.force_login(world.cadre)
    return client


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def edit(item: Item, step: int = 1, **params: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in params.items())
    return reverse("problems:item_edit", args=[item.public_id]) + f"?step={step}{query}"


def seen(client: Client, item: Item, step: int) -> str:
    return client.get(edit(item, step)).context["seen"]


def post(client: Client, item: Item, step: int, go: str = "next", **values: Any) -> Any:
    data = {"seen": seen(client, item, step), "go": go} | {key.replace("__", "-"): one for key, one in values.items()}
    return client.post(edit(item, step), data)


def only(world: World) -> Item:
    return write_list(world).items.get()


def texts(response: Any) -> str:
    return response.content.decode()


# --- the list ---------------------------------------------------------------------------------------


def test_empty_list_invites_and_begins_once(cadre: Client, world: World) -> None:
    page = cadre.get(LIST)
    assert "还没有列出问题。对照五类表现逐条自查" in texts(page)
    token = {"form_token": str(uuid.uuid4())}
    first, second = cadre.post(NEW, token), cadre.post(NEW, token)
    item = Item.objects.get()
    assert first.url == edit(item)
    assert second.url == LIST
    assert Checklist.objects.filter(cadre=world.cadre).count() == 1


def test_without_a_campaign_the_page_says_so_and_nothing_begins(cadre: Client, world: World) -> None:
    world.campaign.archived_on = clock.today()
    world.campaign.save()
    assert "现在没有进行中的整顿活动" in texts(cadre.get(LIST))
    assert cadre.post(NEW).url == LIST
    assert not Item.objects.exists()


def test_person_without_a_unit_reads_why(world: World) -> None:
    client = as_user(make_user("无单位", None))
    response = client.post(NEW, follow=True)
    assert "账号还没有所在单位" in texts(response)


def test_draft_list_shows_faults_per_item_and_offers_its_buttons(cadre: Client, world: World) -> None:
    checklist = write_list(world)
    ready = checklist.items.get()
    bare = write_item(checklist, problem="太短", goal="")
    page = cadre.get(LIST)
    rows = {row["item"].pk: [fault["text"] for fault in row["faults"]] for row in page.context["rows"]}
    assert rows[ready.pk] == []
    assert [text[:6] for text in rows[bare.pk]] == ["问题表现至少", "填写整改目标"]
    assert page.context["next"]["title"] == "补齐 2 处后提交"
    for part in ("新增问题", "更改", "删除", "检查并提交", "打印我的清单", "data-next-step"):
        assert part in texts(page)
    assert texts(page).count("data-next-step") == 1


@pytest.mark.parametrize(
    ("days", "text"), [(5, "还有 5 天"), (0, "今天截止"), (-3, "已过 3 天"), (None, "写好一项存一项，随时可以停下")]
)
def test_complete_draft_names_the_reviewer_and_the_date(
    cadre: Client, world: World, days: int | None, text: str
) -> None:
    world.campaign.lists_due_on = None if days is None else clock.today() + dt.timedelta(days=days)
    world.campaign.save()
    write_list(world)
    box = cadre.get(LIST).context["next"]
    assert box["title"] == "已经写全，检查后提交给办公室宋立平初审"
    assert text in box["text"]


def test_submitted_list_says_who_and_by_when_and_can_be_withdrawn(cadre: Client, world: World) -> None:
    checklist = submitted_list(world)
    page = cadre.get(LIST)
    due = checklist.step_due_on
    assert page.context["next"]["title"].startswith("等办公室宋立平初审，")
    assert (
        f"{due.month} 月 {due.day} 日" in page.context["next"]["title"]
        or due.isoformat() in page.context["next"]["title"]
    )
    assert [row.name for row in page.context["moves"]] == ["withdraw"]
    assert checklist.receipt in texts(page)
    assert "删除" not in texts(page)


def test_endorsed_and_entered_lists_say_where_they_are(cadre: Client, world: World) -> None:
    checklist = endorsed_list(world)
    assert cadre.get(LIST).context["next"]["title"].startswith("初审已通过，等整顿办审核")
    move_checklist(checklist, "enter", by=world.fresh("office"))
    page = cadre.get(LIST)
    assert page.context["next"]["title"].endswith("进入台账，按时限整改")
    assert "已进台账" in texts(page)
    assert checklist.items.get().code in texts(page)


def test_returned_list_shows_the_reason_and_marks_word_for_word(cadre: Client, world: World) -> None:
    checklist = submitted_list(world)
    item = checklist.items.get()
    marks = [{"item": item, "field": "cause", "note": "根源太笼统"}, {"item": item, "field": "", "note": "与上年重复"},
             {"item": item, "field": "measures", "note": "少了完成标志"}]  # fmt: skip
    move_checklist(checklist, "send_back", by=world.fresh("head"), comment="请写出<具体>的事", marks=marks)
    page = cadre.get(LIST)
    assert "请写出&lt;具体&gt;的事" in texts(page)
    [back] = page.context["returns"]
    assert [(mark["where"], mark["note"]) for mark in back["marks"]] == [
        ("第 1 项“原因分析”", "根源太笼统"), ("第 1 项", "与上年重复"), ("第 1 项“整改措施”", "少了完成标志")
    ]  # fmt: skip
    assert page.context["next"]["tone"] == "returned"
    assert "根源太笼统" in texts(cadre.get(edit(item, 3)))
    assert "根源太笼统" not in texts(cadre.get(edit(item, 2)))


def test_transferred_problem_leaves_the_list_of_its_author(cadre: Client, world: World) -> None:
    item = item_in(world, "transferred")
    assert cadre.get(LIST).context["rows"] == []
    assert cadre.get(edit(item)).status_code == 404


# --- collective lists -------------------------------------------------------------------------------


def test_head_and_leader_choose_among_their_lists(world: World) -> None:
    def offered(who: str) -> list[str]:
        return [row["label"] for row in as_user(world.people[who]).get(LIST).context["places"]]

    assert offered("cadre") == ["个人清单"]
    assert offered("head") == ["个人清单", "办公室清单"]
    assert offered("principal") == ["个人清单", "第一中学清单"]
    assert offered("line_leader") == ["个人清单", "领导班子清单"]
    assert offered("auditor") == ["个人清单"]


def test_collective_item_names_a_responsible_person_of_the_unit(world: World) -> None:
    client, place = as_user(world.head), "section-JY01"
    assert client.post(NEW, {"list": place}).status_code == 302
    item = Item.objects.get(checklist__kind="section")
    item = save_item(item, {"problem_type": plain_type()}, by=world.fresh("head"), version=item.version)
    page = client.get(edit(item, 4))
    people = {label for key, label in page.context["form"].fields["cadre"].choices if key}
    assert people == {"梁思敏（办公室）", "罗启明（办公室）", "宋立平（办公室）", "方圆（办公室）"}
    post(client, item, 4, cadre=str(world.colleague.pk))
    item.refresh_from_db()
    assert item.cadre == world.colleague
    assert client.get(edit(item, 4)).status_code == 200
    assert client.get(f"{CHECK}?list={place}").status_code == 200
    assert post(client, item, 4, go="list", cadre=str(world.colleague.pk)).url == f"{LIST}?list={place}"


def test_team_list_takes_its_people_from_the_leaders(world: World) -> None:
    client = as_user(world.chief)
    client.post(NEW, {"list": "team-JY"})
    item = Item.objects.get(checklist__kind="team")
    item = save_item(item, {"problem_type": plain_type()}, by=world.fresh("chief"), version=item.version)
    offered = {
        label.split("（")[0] for key, label in client.get(edit(item, 4)).context["form"].fields["cadre"].choices if key
    }
    assert offered == {"高建国", "程卫东", "周雅宁"}


@pytest.mark.parametrize(
    ("who", "kind"), [("colleague", "section"), ("head", "team"), ("head", "unit"), ("cadre", "team")]
)
def test_collective_list_is_begun_by_its_head_or_a_leader_only(world: World, who: str, kind: str) -> None:
    unit = world.bureau if kind == "team" else world.section
    with pytest.raises(MoveRefused, match="单位清单由单位负责人填报"):
        open_checklist(world.campaign, by=world.fresh(who), kind=kind, unit=unit)
    assert not Checklist.objects.exists()


def test_collective_list_of_another_author_is_read_only(world: World) -> None:
    second = make_user("副职", world.section, level=User.Level.SECTION_HEAD)
    grant(second, Role.UNIT_HEAD, world.section)
    place = "section-JY01"
    checklist = open_checklist(world.campaign, by=world.fresh("head"), kind="section", unit=world.section)
    write_item(checklist)
    client = as_user(second)
    assert "这份清单由填报人本人修改" in texts(client.post(NEW, {"list": place}, follow=True))
    move_checklist(checklist, "submit", by=world.fresh("head"))
    page = client.get(f"{LIST}?list={place}")
    assert "已由其他负责人填报" in texts(page)
    assert page.context["editable"] is False
    assert client.get(f"{CHECK}?list={place}").status_code == 404
    assert client.get(edit(checklist.items.get())).status_code == 404


# --- the five pages ---------------------------------------------------------------------------------


def test_pages_are_walked_and_every_value_is_stored(cadre: Client, world: World) -> None:
    due = clock.today() + dt.timedelta(days=30)
    kind = plain_type()
    sign = kind.manifestations.create(text="工作不用心")
    cadre.post(NEW)
    item = Item.objects.get()
    assert cadre.get(edit(item, 2)).url == edit(item, 1)
    assert post(cadre, item, 1, problem_type=kind.pk, manifestations=[sign.pk], source="masses").url == edit(item, 2)
    assert post(cadre, item, 2, problem=PROBLEM, happened="三月", consequence="学校来电").url == edit(item, 3)
    assert post(cadre, item, 3, cause_1="没有台账", cause_2="怕麻烦").url == edit(item, 4)
    page = cadre.get(edit(item, 4))
    assert page.context["form"]["responsible_leader"].value() == str(world.head.pk)
    answer = post(
        cadre, item, 4, goal="办结率九成五", indicator="办结率", before_value="61%", target_value="95%",
        rect_type="time_limited", due_on=due.isoformat(), responsible_leader=world.head.pk,
        measures__1__text="建立台账", measures__1__done_sign="启用", measures__1__due_on=due.isoformat(),
    )  # fmt: skip
    assert answer.url == CHECK
    item.refresh_from_db()
    assert (item.problem_type, item.source, item.problem, item.happened) == (kind, "masses", PROBLEM, "三月")
    assert (item.consequence, item.cause, item.goal) == ("学校来电", "没有台账\n怕麻烦", "办结率九成五")
    assert (item.indicator, item.before_value, item.target_value) == ("办结率", "61%", "95%")
    assert (item.due_on, item.responsible_leader, item.deadline_kind) == (due, world.head, "DATE")
    assert list(item.manifestations.all()) == [sign]
    assert [(row.text, row.done_sign, row.due_on) for row in item.measures.all()] == [("建立台账", "启用", due)]
    assert cadre.get(edit(item, 5)).url == CHECK


def test_no_field_is_asked_twice(cadre: Client, world: World) -> None:
    item = only(world)
    names = [name for step in (1, 2, 3, 4) for name in cadre.get(edit(item, step)).context["form"].fields]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("step", "go", "target"),
    [(2, "prev", 1), (2, "step-4", 4), (3, "step-1", 1), (1, "prev", 1), (2, "step-99", 1), (2, "nonsense", 1)],
)
def test_buttons_save_and_lead_where_they_say(cadre: Client, world: World, step: int, go: str, target: int) -> None:
    item = only(world)
    assert post(cadre, item, step, go, problem_type=item.problem_type_id).url == edit(item, target)


def test_leaving_to_the_list_or_the_check_page(cadre: Client, world: World) -> None:
    item = only(world)
    assert post(cadre, item, 2, "list", problem=PROBLEM).url == LIST
    assert post(cadre, item, 2, "step-5", problem=PROBLEM).url == CHECK
    assert post(cadre, item, 2, back="check", problem=PROBLEM).url == CHECK
    assert 'name="back" value="check"' in texts(cadre.get(edit(item, 2, back="check")))


def test_first_page_asks_for_a_type_before_going_on(cadre: Client, world: World) -> None:
    cadre.post(NEW)
    item = Item.objects.get()
    answer = post(cadre, item, 1)
    assert answer.status_code == 422
    assert "选择一类最接近的问题，再写下一步" in texts(answer)
    assert "<title>错误：" in texts(answer)
    assert post(cadre, item, 1, "list").url == LIST


def test_discipline_notice_stands_in_the_card(cadre: Client, world: World) -> None:
    item = only(world)
    clue_type()
    assert "涉嫌违纪违法的线索请直接向纪检监察组反映，本系统不受理、不留存" in texts(cadre.get(edit(item, 1)))


def test_errors_keep_what_was_typed_and_link_to_the_field(cadre: Client, world: World) -> None:
    item = only(world)
    answer = post(cadre, item, 4, goal="目标", due_on="6月31日", measures__2__done_sign="启用")
    page = texts(answer)
    assert answer.status_code == 422
    assert 'href="#id_due_on"' in page
    assert 'href="#id_measures-2-text"' in page
    assert page.count("第 2 条措施没有写做什么") >= 2
    assert 'value="6月31日"' in page
    item.refresh_from_db()
    assert item.goal != "目标"


def test_what_a_begun_page_lacks_is_said_when_it_opens(cadre: Client, world: World) -> None:
    checklist = write_list(world)
    short, talk = (
        write_item(checklist, problem="写得太短"),
        write_item(checklist, problem="工作主动性不够，服务意识有待进一步提高加强"),
    )
    assert "问题表现至少写 20 字" in texts(cadre.get(edit(short, 2)))
    hint = "data-soft-hint>"
    assert hint in texts(cadre.get(edit(talk, 2)))
    assert hint not in texts(cadre.get(edit(checklist.items.first(), 2)))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_hostile_input_is_an_answer_and_never_a_crash(cadre: Client, world: World, step: int, text: str) -> None:
    item = only(world)
    names = [
        *cadre.get(edit(item, step)).context["form"].fields,
        "version",
        "seen",
        "go",
        "back",
        "resolve",
        "pick-goal",
    ]
    everything = cadre.post(edit(item, step), dict.fromkeys(names, text))
    assert everything.status_code in (302, 409, 422)
    fields = dict.fromkeys(names[:-6], text) | {"seen": seen(cadre, item, step)}
    one = cadre.post(edit(item, step), fields)
    assert one.status_code in (302, 422)
    assert "<script>alert" not in texts(one)
    assert cadre.get(edit(item, step)).status_code == 200
    # A NUL sign in an address is refused before any page sees it.
    refused = "\x00" in text
    address = reverse("problems:item_edit", args=[item.public_id])
    assert cadre.get(address, {"step": text}).status_code == (400 if refused else 200)
    assert cadre.get(LIST, {"list": text}).status_code == (400 if refused else 404)


# --- two versions -----------------------------------------------------------------------------------


def clash(client: Client, world: World, item: Item) -> str:
    """Another window stores the goal page after this one was opened."""
    before = seen(client, item, 4)
    fresh = Item.objects.get(pk=item.pk)
    save_item(fresh, {"goal": "对方的目标", "indicator": "对方的指标"}, by=world.fresh("cadre"), version=fresh.version)
    return before


def test_conflict_shows_both_and_the_choice_is_saved(cadre: Client, world: World) -> None:
    item = only(world)
    mine = {"seen": clash(cadre, world, item), "version": item.version, "go": "list",
            "goal": "我的目标", "rect_type": "ongoing", "measures-1-text": "我的措施"}  # fmt: skip
    answer = cadre.post(edit(item, 4), mine)
    assert answer.status_code == 409
    rows = {row["key"]: (row["mine"], row["theirs"].split("\n")[0]) for row in answer.context["rows"]}
    assert rows["goal"] == ("我的目标", "对方的目标")
    assert rows["rect_type"] == ("长期坚持", "限期整改")
    assert rows["indicator"] == ("", "对方的指标")
    assert rows["measures"] == ("我的措施", "建立收文登记台账")
    item.refresh_from_db()
    assert item.goal == "对方的目标"
    choice = mine | {"seen": answer.context["theirs_digest"], "resolve": "save", "pick-goal": "mine",
                     "pick-indicator": "theirs", "pick-measures": "theirs"}  # fmt: skip
    assert cadre.post(edit(item, 4), choice).url == LIST
    item.refresh_from_db()
    assert (item.goal, item.indicator, item.rect_type) == ("我的目标", "对方的指标", "ongoing")
    assert [row.text for row in item.measures.all()] == ["建立收文登记台账"]


def test_conflict_can_go_back_to_the_form_with_the_choice(cadre: Client, world: World) -> None:
    item = only(world)
    answer = cadre.post(edit(item, 4), {"seen": clash(cadre, world, item), "goal": "我的目标"})
    back = {"seen": answer.context["theirs_digest"], "goal": "我的目标", "resolve": "edit", "pick-indicator": "theirs"}
    page = cadre.post(edit(item, 4), back)
    assert page.status_code == 200
    assert page.context["form"]["goal"].value() == "我的目标"
    assert page.context["form"]["indicator"].value() == "对方的指标"
    item.refresh_from_db()
    assert item.goal == "对方的目标"


def test_third_version_asks_again(cadre: Client, world: World) -> None:
    item = only(world)
    mine = {"seen": clash(cadre, world, item), "goal": "我的目标"}
    answer = cadre.post(edit(item, 4), mine)
    fresh = Item.objects.get(pk=item.pk)
    save_item(fresh, {"goal": "又一个目标"}, by=world.fresh("cadre"), version=fresh.version)
    again = cadre.post(edit(item, 4), mine | {"seen": answer.context["theirs_digest"], "resolve": "save"})
    assert again.status_code == 409
    assert Item.objects.get(pk=item.pk).goal == "又一个目标"


def test_another_page_saved_meanwhile_is_no_conflict(cadre: Client, world: World) -> None:
    item = only(world)
    before = seen(cadre, item, 2)
    post(cadre, item, 3, cause_1="别的窗口写的根源")
    answer = cadre.post(edit(item, 2), {"version": item.version, "seen": before, "problem": PROBLEM, "go": "list"})
    assert answer.url == LIST


def test_without_a_mark_the_version_decides(cadre: Client, world: World) -> None:
    item = only(world)
    assert cadre.post(edit(item, 2), {"version": item.version - 1, "problem": "旧窗口的内容" * 5}).status_code == 409
    assert cadre.post(edit(item, 2), {"version": item.version, "problem": "新窗口的内容" * 5}).status_code == 302


# --- draft put back ---------------------------------------------------------------------------------


def test_draft_comes_back_and_can_be_given_up(cadre: Client, world: World) -> None:
    item = only(world)
    key = f"{item.public_id}-2"
    mark = seen(cadre, item, 2)
    save_draft("problem-item", key, {"problem": ["刚刚打的字"], "seen": [mark]}, by=world.cadre, version=0)
    page = cadre.get(edit(item, 2))
    assert page.context["form"]["problem"].value() == "刚刚打的字"
    assert "自动保存的内容，还没有存进清单" in texts(page)
    assert cadre.post(edit(item, 2, back="check"), {"discard": "1"}).url == edit(item, 2, back="check")
    assert cadre.get(edit(item, 2)).context["form"]["problem"].value() == PROBLEM
    assert not Draft.objects.exists()


def test_saving_a_page_ends_its_own_draft_only(cadre: Client, world: World) -> None:
    item = only(world)
    for step in (2, 3):
        save_draft("problem-item", f"{item.public_id}-{step}", {"problem": ["字"]}, by=world.cadre, version=0)
    post(cadre, item, 2, problem=PROBLEM)
    assert set(Draft.objects.values_list("key", flat=True)) == {f"{item.public_id}-3"}


def test_page_with_errors_goes_on_with_its_draft(cadre: Client, world: World) -> None:
    item = only(world)
    save_draft("problem-item", f"{item.public_id}-4", {"goal": ["草稿"]}, by=world.cadre, version=0)
    assert 'data-version="1"' in texts(post(cadre, item, 4, due_on="6月31日"))


def test_draft_that_says_what_is_stored_is_no_news(cadre: Client, world: World) -> None:
    item = only(world)
    data = {"problem": [PROBLEM], "seen": ["older"]}
    save_draft("problem-item", f"{item.public_id}-2", data, by=world.cadre, version=0)
    page = cadre.get(edit(item, 2))
    assert "自动保存的内容" not in texts(page)
    assert page.context["seen"] != "older"


def test_draft_over_an_older_version_meets_the_stored_one(cadre: Client, world: World) -> None:
    item = only(world)
    before = clash(cadre, world, item)
    save_draft("problem-item", f"{item.public_id}-4", {"goal": ["草稿"], "seen": [before]}, by=world.cadre, version=0)
    page = cadre.get(edit(item, 4))
    assert page.context["seen"] == before
    assert cadre.post(edit(item, 4), {"seen": before, "goal": "草稿"}).status_code == 409


# --- delete, check, submit, done --------------------------------------------------------------------


def test_removal_asks_first_and_then_removes(cadre: Client, world: World) -> None:
    checklist = write_list(world, count=2)
    item, other = checklist.items.order_by("pk")
    url = reverse("problems:item_remove", args=[item.public_id])
    assert "不能恢复" in texts(cadre.get(url))
    fragment = cadre.get(url, HTTP_HX_REQUEST="true")
    assert "不能恢复" in texts(fragment)
    assert "<html" not in texts(fragment)
    assert set(checklist.items.all()) == {item, other}
    assert cadre.post(url).url == LIST
    assert list(checklist.items.values_list("pk", "order")) == [(other.pk, 1)]
    answer = cadre.post(reverse("problems:item_remove", args=[other.public_id]), HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Redirect"] == LIST
    assert not checklist.items.exists()


def test_submitted_list_is_neither_edited_nor_shortened(cadre: Client, world: World) -> None:
    item = submitted_list(world).items.get()
    assert cadre.get(edit(item, 2)).url == LIST
    assert "清单现在是“待初审”" in texts(cadre.get(LIST))
    remove = reverse("problems:item_remove", args=[item.public_id])
    assert cadre.post(remove).url == LIST
    assert cadre.post(remove, HTTP_HX_REQUEST="true").headers["HX-Redirect"] == LIST
    assert Item.objects.filter(pk=item.pk).exists()
    assert cadre.get(CHECK).url == DONE


def test_entered_item_is_worked_on_in_the_ledger(cadre: Client, world: World) -> None:
    item = entered_list(world).items.get()
    assert "已经进入台账" in texts(cadre.get(edit(item), follow=True))


def test_check_page_lists_everything_and_what_is_missing(cadre: Client, world: World) -> None:
    checklist = write_list(world)
    write_item(
        checklist, goal="", problem="工作主动性不够，服务意识有待进一步提高加强", responsible_leader=None, happened=""
    )
    page = cadre.get(CHECK)
    assert page.status_code == 200
    assert "提交给办公室宋立平初审" in texts(page)
    assert "提交前只有本人看得到。提交后由办公室宋立平初审，再由整顿办审核" in texts(page)
    assert "没有写到具体的事和时间，审核时可能被退回" in texts(page)
    [fault] = page.context["faults"]
    assert fault["url"].endswith("?step=4&back=check")
    answer = cadre.post(CHECK, {"form_token": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "<title>错误：" in texts(answer)
    assert "data-error-summary" in texts(answer)
    checklist.refresh_from_db()
    assert checklist.state == "draft"


def test_check_page_of_an_empty_list_leads_back(cadre: Client, world: World) -> None:
    open_checklist(world.campaign, by=world.fresh("cadre"))
    assert [row["url"] for row in cadre.get(CHECK).context["faults"]] == [LIST]


def test_check_page_tells_who_reads_restricted_problems(cadre: Client, world: World) -> None:
    write_list(world, clue=True, rect_type="ongoing", deadline_kind="ONGOING", due_on=None)
    page = texts(cadre.get(CHECK))
    assert "“吃拿卡要”类问题只有初审人、整顿办和纪检监察看得到" in page
    assert "长期坚持" in page


def test_check_page_writes_indicator_and_lasting_deadline(cadre: Client, world: World) -> None:
    write_list(world, indicator="办结率", target_value="95%", deadline_kind="DATE_THEN_ONGOING")
    page = texts(cadre.get(CHECK))
    assert "办结率 -- → 95%" in page
    assert "前，并长期坚持（还有 40 天）" in page


def test_submission_is_accepted_once_and_confirmed(cadre: Client, world: World) -> None:
    checklist = write_list(world)
    assert cadre.get(DONE).url == LIST
    token = {"form_token": str(uuid.uuid4())}
    assert cadre.post(CHECK, token).url == DONE
    assert cadre.post(CHECK, token).url == DONE
    checklist.refresh_from_db()
    assert (checklist.state, checklist.rounds.count()) == ("unit_review", 1)
    page = cadre.get(DONE)
    assert "已提交给办公室宋立平初审" in texts(page)
    assert checklist.receipt in texts(page)
    move_checklist(checklist, "endorse", by=world.fresh("head"))
    assert "初审已通过，等整顿办审核" in texts(cadre.get(DONE))
    move_checklist(checklist, "enter", by=world.fresh("office"))
    assert "清单已进入台账" in texts(cadre.get(DONE))


def test_named_superior_reviews_before_the_head(cadre: Client, world: World) -> None:
    world.cadre.superior_override = world.line_leader
    world.cadre.save()
    write_list(world)
    assert "提交给高建国、办公室宋立平初审" in texts(cadre.get(CHECK))


@pytest.mark.parametrize("who", ["colleague", "head", "office", "teacher", "admin", "discipline"])
def test_every_object_address_is_unknown_to_others(world: World, who: str) -> None:
    item = only(world)
    client = as_user(world.people[who])
    remove = reverse("problems:item_remove", args=[item.public_id])
    answers = [client.get(edit(item)), client.post(edit(item), {"problem": "x"}),
               client.get(remove), client.post(remove),
               client.get(CHECK), client.get(DONE), client.get(f"{LIST}?list=section-JY02x"),
               client.get(reverse("problems:item_edit", args=[uuid.uuid4()]))]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 8
    assert PROBLEM not in texts(client.get(LIST))
    assert Item.objects.filter(pk=item.pk).exists()


def test_reading_a_page_never_writes(cadre: Client, world: World, django_assert_max_num_queries: Any) -> None:
    cadre.get(LIST)
    assert not Checklist.objects.exists()
    write_list(world, count=3)
    with django_assert_max_num_queries(30):
        cadre.get(LIST)
