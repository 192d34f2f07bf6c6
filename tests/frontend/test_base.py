"""The frame and its components carry what readers depend on: icon and words, names, focus targets."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

#: The frame asks who is there and which campaign runs.
pytestmark = pytest.mark.django_db
ME = SimpleNamespace(pk=7, name="程卫东", get_username="cheng", shortcuts=True)
STATUS = SimpleNamespace(label="待验收", css="t-v", icon="clipboard-check", hint="等整顿办验收")


def lamp(color: str, word: str, text: str) -> SimpleNamespace:
    return SimpleNamespace(color=color, word=word, text=text)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def component(name: str, **context) -> str:
    return render_to_string(f"components/{name}", context)


def base(path: str = "/", cookies: dict | None = None, **context) -> str:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies or {})
    return render_to_string("base.html", context, request=request)


class ReturnForm(forms.Form):
    reason = forms.CharField(label="退回理由", min_length=10, error_messages={"required": "写明退回理由"})


@pytest.mark.parametrize(
    ("color", "shape"),
    [
        ("red", "x-octagon-fill"),
        ("amber", "exclamation-triangle-fill"),
        ("green", "check-circle-fill"),
        ("grey", "pause-circle-fill"),
    ],
)
def test_lamp_shows_shape_and_words(color: str, shape: str) -> None:
    template = Template("{% load ui %}{% lamp lamp %} / {% lamp lamp word=True %}")
    html = template.render(Context({"lamp": lamp(color, "某灯", "剩 2 天")}))
    assert html.count(f"#{shape}") == 2
    assert words(html) == "某灯， 剩 2 天 / 某灯 · 剩 2 天"


def test_lamp_of_a_closed_item_draws_nothing() -> None:
    assert words(component("_lamp.html", lamp=None)) == ""


def test_status_has_icon_word_and_hint() -> None:
    html = component("_status.html", meta=STATUS)
    assert words(html) == "待验收"
    assert 'class="tag t-v"' in html
    assert "#clipboard-check" in html
    assert 'title="等整顿办验收"' in html


def test_error_summary_links_to_the_field() -> None:
    html = component("_error_summary.html", form=ReturnForm({}))
    assert 'href="#id_reason"' in html
    assert "data-error-summary" in html
    assert words(html) == "有 1 处需要修改 写明退回理由"


def test_error_summary_without_errors_draws_nothing() -> None:
    assert words(component("_error_summary.html", form=ReturnForm({"reason": "缺少实施后的统计数据"}))) == ""


@pytest.mark.parametrize("tone", ["mine", "waiting", "checking", "returned", "overdue", "done"])
def test_next_step_has_one_marker_an_icon_and_its_button(tone: str) -> None:
    step = {
        "tone": tone,
        "title": "下一步：整顿办验收，请在 6 月 10 日前完成",
        "actions": [{"label": "去验收", "url": "/x/"}],
    }
    html = component("_next_step.html", next=step)
    assert html.count("data-next-step") == 1
    assert html.count('class="ic"') == 1
    assert 'href="/x/"' in html


def test_steps_name_the_current_one() -> None:
    steps = [{"label": "整改", "when": "3-23", "state": "done"}, {"label": "验收", "when": "", "state": "now"}]
    html = component("_steps.html", steps=steps, step_now={"number": 2, "label": "验收", "next_label": "销号"})
    assert html.count('aria-current="step"') == 1
    assert "第 2 步，共 2 步： 验收 （下一步：销号）" in words(html)


def test_timeline_dates_are_local() -> None:
    when = dt.datetime(2025, 5, 29, 16, 30, tzinfo=dt.UTC)
    html = component("_timeline.html", events=[{"who": "程卫东", "text": "退回", "when": when, "tone": "o"}])
    assert "2025-05-30 00:30" in html


def test_dialog_form_posts_with_and_without_script() -> None:
    html = component(
        "_dialog_form.html", title="退回", action="/x/", form=ReturnForm(), submit_label="退回", danger=True
    )
    assert 'method="post" action="/x/" hx-post="/x/"' in html
    assert 'id="dialog-title"' in html


def test_pagination_reads_a_counted_page() -> None:
    page = SimpleNamespace(number=2, has_next=True, has_previous=True, next_page_number=3, previous_page_number=1)
    page.start, page.end, page.total_text = 21, 40, "1 万+"
    html = component("_pagination.html", page=page, params="q=a&amp;")
    assert words(html) == "第 21—40 项，共 1 万+ 项 上一页 第 2 页 下一页"


def test_base_for_a_guest_has_no_session_parts() -> None:
    html = base()
    assert "session-login" not in html
    assert 'href="/login/"' in html
    assert 'class="skip" href="#main"' in html
    assert "演示数据" not in html


def test_base_for_a_member_shows_the_shell() -> None:
    nav = [{"label": "整改台账", "url": "/ledger/", "icon": "table", "current": True, "count": 3}]
    html = base(demo=True, me=ME, my_roles="整顿办", nav=nav, tabs=nav, unread=5, office_phone="0000-0000001")
    assert "演示数据：单位、姓名、数字均为虚构示例" in html
    assert html.count('aria-current="page"') == 3
    assert "通知，5 条未读" in html
    assert all(text in words(html) for text in ("使用帮助", "意见建议", "无障碍说明", "业务咨询 0000-0000001"))
    assert '<meta name="user-id" content="7">' in html


@pytest.mark.parametrize(("cookie", "attribute"), [("1", " data-big>"), ("0", '">')])
def test_large_type_follows_the_cookie(cookie: str, attribute: str) -> None:
    tag = re.search(r"<html[^>]*>", base(cookies={"big": cookie})).group()
    assert tag.endswith(attribute)


def test_title_says_that_a_form_failed() -> None:
    assert "<title>错误：首页 - 机关作风整顿管理平台</title>" in base(form=ReturnForm({}))
    assert "<title>首页 - 机关作风整顿管理平台</title>" in base(form=ReturnForm())


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "409", "500"])
def test_error_pages_stand_alone_and_blame_nobody(code: str) -> None:
    text = words(render_to_string(f"{code}.html", {}, RequestFactory().get("/")))
    assert "回到首页" in text
    assert not re.search("非法|失败|无效|请勿", text)


def test_shortcuts_can_be_switched_off() -> None:
    off = SimpleNamespace(**(vars(ME) | {"shortcuts": False}))
    assert 'data-shortcuts="off"' in base(me=off)
    assert "data-shortcuts" not in base(me=ME)
