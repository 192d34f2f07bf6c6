"""The sentence and the units that need a word, by the rules of the design."""

import pytest

from dashboard.facts.leadership import Overview, UnitRow, ledger_url, sentence, worst
from problems.coverage import Counts
from problems.facts import Totals


def row(name: str = "人事科", **counts: int) -> UnitRow:
    return UnitRow(name, "", Totals(**counts), 0, 0, "", "", "", "", "")


def overview(totals: Totals, *rows: UnitRow) -> Overview:
    return Overview("", totals, Counts(), Counts(), list(rows))


@pytest.mark.parametrize(
    ("closed", "due", "text", "css"),
    [
        (600, 568, "总体进度正常，比序时进度快 3.2 个百分点；没有需要过问的单位。", ""),
        (610, 600, "总体进度正常，比序时进度快 1.0 个百分点；没有需要过问的单位。", ""),
        (609, 600, "总体进度与序时进度持平；没有需要过问的单位。", "warn"),
        (591, 600, "总体进度与序时进度持平；没有需要过问的单位。", "warn"),
        (590, 600, "总体进度落后 1.0 个百分点；没有需要过问的单位。", "stop"),
    ],
)
def test_sentence(closed: int, due: int, text: str, css: str) -> None:
    found = sentence(overview(Totals(items=1000, closed=closed, due=due)))
    assert (found.text, found.css) == (text, css)


def test_sentence_counts_the_units() -> None:
    found = overview(Totals(items=100, closed=50, due=50), row(items=100, red=5), row(items=9, red=1))
    assert sentence(found).text == "总体进度与序时进度持平；有 1 个单位需要过问。"


def test_sentence_before_anything_is_in_the_ledger() -> None:
    assert sentence(overview(Totals())).text == "台账还没有事项，先看清单提交情况"


@pytest.mark.parametrize(
    ("counts", "needs"),
    [
        ({"items": 100, "red": 5, "closed": 50, "due": 50}, True),
        ({"items": 100, "red": 4, "closed": 50, "due": 50}, False),
        ({"items": 10, "red": 1}, True),
        ({"items": 9, "red": 1}, False),
        ({"items": 100, "closed": 40, "due": 51}, True),
        ({"items": 100, "closed": 40, "due": 50}, False),
        ({}, False),
    ],
)
def test_which_units_need_a_word(counts: dict[str, int], needs: bool) -> None:
    assert row(**counts).needs_a_word is needs


def test_worst_units_and_their_share() -> None:
    rows = [row(name, items=9, red=red) for name, red in (("甲", 4), ("乙", 3), ("丙", 2), ("丁", 1), ("戊", 0))]
    top, share = worst(overview(Totals(items=45, red=10), *rows))
    assert ([each.name for each in top], share) == (["甲", "乙", "丙"], 90.0)
    assert worst(overview(Totals(items=45))) == ([], 0.0)


def test_bar_adds_up_and_leaves_out_what_is_empty() -> None:
    bar = row(items=10, closed=5, amber=1, red=1).bar
    assert [(part["css"], part["x"], part["width"]) for part in bar] == [
        ("s-c", 0.0, 50.0), ("s-g", 50.0, 30.0), ("s-y", 80.0, 10.0), ("s-r", 90.0, 10.0),
    ]  # fmt: skip
    assert [part["css"] for part in row(items=2, closed=2).bar] == ["s-c"]


def test_addresses_of_the_ledger() -> None:
    assert ledger_url("") == "/ledger/"
    assert ledger_url("schools", lamp=["red"]) == "/ledger/?unit=schools&lamp=red"
    assert ledger_url("schools", 7, status=["closed", "void"]) == "/ledger/?unit=7&status=closed&status=void"


def test_totals_add_up() -> None:
    both = Totals(items=1200, closed=3) + Totals(items=34, closed=4)
    assert (both.items, both.closed, both.items_text) == (1234, 7, "1,234")
