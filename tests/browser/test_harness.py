"""The instruments themselves: a page that is wrong has to be noticed."""

import pytest

from tests.browser.checks import assert_no_sideways_scrolling, assert_no_violations


@pytest.fixture
def page(open_page):
    return open_page(width=360)


def test_axe_notices_an_unnamed_picture(page):
    page.set_content("<html lang='zh'><title>t</title><main><h1>题</h1><img src='data:,'></main></html>")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_no_violations(page)


def test_sideways_scrolling_is_noticed(page):
    page.set_content("<body style='margin:0'><div style='width:500px'>宽</div>")
    with pytest.raises(AssertionError, match="140 px wider"):
        assert_no_sideways_scrolling(page)


def test_chinese_is_drawn_with_a_chinese_font(page):
    page.set_content("<span id='a'>整改</span><br><span id='b'>ii</span>")
    width = page.evaluate("document.getElementById('a').getBoundingClientRect().width")
    # Two full-width squares at 16 px; without a font the replacement boxes are narrower.
    assert round(width) == 32


def test_live_server_answers(page):
    assert page.goto("/healthz").text() == "ok"
