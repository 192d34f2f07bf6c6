"""Numbered pages over a list whose length is already known; deep pages end where reading on makes no sense."""

from __future__ import annotations

from dataclasses import dataclass

SIZES = (20, 50, 100)
#: Nobody leafs further, and an OFFSET stays cheap up to here; longer lists are narrowed by a filter.
REACHABLE = 10_000
#: Pages shown on either side of the current one.
NEIGHBOURS = 2


def count_text(count: int) -> str:
    """A count as people read it: 1,284, and 1 万+ beyond four digits."""
    return "1 万+" if count > 9_999 else f"{count:,}"


def whole(text: str | None, default: int) -> int:
    """A positive number from the address; anything else is the default."""
    return int(text) if text and text.isascii() and text.isdigit() and 0 < len(text) < 8 and int(text) else default


@dataclass(frozen=True)
class Page:
    """What the pager draws; ``number`` is always a page that exists."""

    number: int
    size: int
    count: int

    @property
    def last(self) -> int:
        return max(1, -(-min(self.count, REACHABLE) // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size

    @property
    def start(self) -> int:
        return self.first_row + 1

    @property
    def end(self) -> int:
        return min(self.first_row + self.size, self.count)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.last

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def total_text(self) -> str:
        return count_text(self.count)

    @property
    def is_cut(self) -> bool:
        """There is more than the pages reach."""
        return self.count > REACHABLE

    @property
    def window(self) -> list[int]:
        """Page numbers to show, 0 standing for a gap."""
        near = range(max(1, self.number - NEIGHBOURS), min(self.last, self.number + NEIGHBOURS) + 1)
        numbers = sorted({1, self.last, *near})
        spaced: list[int] = []
        for number in numbers:
            if spaced and number - spaced[-1] > 1:
                spaced.append(0)
            spaced.append(number)
        return spaced


def page_of(count: int, number: str | None, size: str | None) -> Page:
    """The page that the address asks for, or the nearest one that exists."""
    chosen = whole(size, SIZES[0])
    rows = chosen if chosen in SIZES else SIZES[0]
    last = Page(1, rows, count).last
    return Page(min(whole(number, 1), last), rows, count)
