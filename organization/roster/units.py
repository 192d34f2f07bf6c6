"""Which spellings mean the same unit: 一中 and 青榆县第一中学."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

NUMERALS = re.compile(r"[一二三四五六七八九十百]+|\d+")


def full_names(spellings: Iterable[str], known: Mapping[str, str]) -> dict[str, list[str]]:
    """Every spelling with the full names that it may mean: one = clear, several = ask.

    ``known`` maps spellings of units already recorded to their full names. A spelling that is short for
    nothing else is a full name itself.
    """
    found = set(spellings)
    long_names = {name for name in found if name not in known} | set(known.values())
    return {spelling: _meanings(spelling, long_names, known) for spelling in sorted(found)}


def _meanings(spelling: str, long_names: set[str], known: Mapping[str, str]) -> list[str]:
    if spelling in known:
        return [known[spelling]]
    longer = [name for name in long_names if name != spelling and short_for(spelling, name)]
    # What is itself short for something longer is no full name.
    longest = [name for name in longer if name in known.values() or not _has_longer(name, long_names)]
    contained = [name for name in longest if spelling in name]
    return sorted(contained if len(contained) == 1 else longest) or [spelling]


def _has_longer(name: str, long_names: set[str]) -> bool:
    return any(other != name and short_for(name, other) for other in long_names)


def short_for(spelling: str, name: str) -> bool:
    """The characters stand in the name in this order, and a numeral means the whole numeral (一 is not 十一)."""
    if len(spelling) >= len(name) or len(spelling) < 2:
        return False
    rest = iter(name)
    if not all(character in rest for character in spelling):
        return False
    numerals = NUMERALS.findall(name)
    return all(numeral in numerals for numeral in NUMERALS.findall(spelling))
