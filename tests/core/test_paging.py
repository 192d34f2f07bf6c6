"""Numbered pages: only pages that exist, and an end where nobody reads on."""

from core.paging import Page, count_text, page_of, whole


def test_pages_end_where_nobody_reads_on() -> None:
    page = page_of(1_204_000, "600", "20")
    assert (page.number, page.last, page.is_cut, page.total_text) == (500, 500, True, "1 万+")
    assert page.window == [1, 0, 498, 499, 500]
    assert (page.has_next, page.has_previous, page.previous_page_number) == (False, True, 499)
    assert page_of(0, None, None) == Page(1, 20, 0)
    assert (Page(1, 20, 0).end, Page(2, 20, 45).start, Page(2, 20, 45).next_page_number) == (0, 21, 3)
    assert Page(3, 20, 100).window == [1, 2, 3, 4, 5]
    assert (count_text(9_999), count_text(10_000)) == ("9,999", "1 万+")


def test_whatever_the_address_says() -> None:
    assert [whole(text, 7) for text in (None, "", "0", "-1", "x", "٣", "12345678", "12")] == [7] * 7 + [12]
    assert [page_of(45, "2", size).size for size in ("50", "7", None, "100")] == [50, 20, 20, 100]
    first = Page(1, 20, 45)
    assert (first.first_row, first.start, first.end, first.has_previous, first.has_next) == (0, 1, 20, False, True)
    assert (first.is_cut, first.total_text, first.window) == (False, "45", [1, 2, 3])
