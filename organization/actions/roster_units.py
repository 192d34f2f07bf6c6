"""Where each row of a roster belongs in the tree, and which units the tree does not have yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from organization.actions.roster_state import ROOT, Snapshot, UnitKey, unit_key
from organization.models import Unit
from organization.roster.units import full_names

Person = dict[str, Any]

BUREAU = re.compile(r"(局|教委|委员会)(机关)?$")
LEADERS = re.compile(r"^局?(党委|党组)?(领导|班子)(班子|成员)?$")


class RosterRefused(Exception):
    """The roster as a whole cannot be taken; the message says why and what to do."""


@dataclass
class Places:
    """Units of the file by key, with the spellings that are new, and what is wrong with single rows."""

    units: dict[UnitKey, dict[str, Any]] = field(default_factory=dict)
    troubles: list[tuple[Person, str, str, str]] = field(default_factory=list)

    @property
    def new(self) -> list[dict[str, Any]]:
        return [unit for unit in self.units.values() if unit["new"]]

    @property
    def renamed(self) -> list[dict[str, Any]]:
        return [unit for unit in self.units.values() if unit["spellings"] and not unit["new"]]


def place(people: list[Person], short_names: dict[str, str], now: Snapshot) -> Places:
    """Write ``unit_key`` and ``department`` into every row that can be placed."""
    bureau = find_bureau(people, now)
    sections = _sections(people, bureau, now)
    places = Places()
    _note(places, ROOT, now, kind=Unit.Kind.BUREAU, name=bureau)
    for person in people:
        if person["unit"] != bureau and BUREAU.search(person["unit"]):
            _refuse(places, person, "unit", "other_bureau", f"与“{bureau}”不是同一个局。改成同一名称，或在机构里加别名")
            continue
        kind, name, spelling = Unit.Kind.SCHOOL, person["unit"], None
        section = person["section"] or ""
        if person["unit"] == bureau:
            names = sections.get(section, [bureau])
            if len(names) > 1:
                _refuse(places, person, "section", "ambiguous_unit", f"可能是{'、'.join(names)}，写全称")
                continue
            kind = Unit.Kind.BUREAU if section not in sections else Unit.Kind.SECTION
            name, spelling = names[0], section if section in sections else None
        _settle(places, person, unit_key(kind, name), now, kind=kind, name=name, spelling=spelling)
        person["department"] = section if kind == Unit.Kind.SCHOOL else ""
    for spelling, name in short_names.items():
        for kind in (Unit.Kind.SCHOOL, Unit.Kind.BUREAU):
            if unit_key(kind, name) in places.units and places.units[unit_key(kind, name)]["name"] == name:
                _spell(places.units[unit_key(kind, name)], spelling)
    return places


def find_bureau(people: list[Person], now: Snapshot) -> str:
    """The recorded bureau, else the one unit of the file that is a bureau."""
    if now.root:
        return now.root.name
    named = {person["unit"] for person in people if BUREAU.search(person["unit"])}
    named |= {
        person["unit"] for person in people if LEADERS.match(person["section"] or "") and "局" in person["section"]
    }
    if len(named) != 1:
        found = f"有 {len(named)} 个：{'、'.join(sorted(named))}" if named else "没有"
        raise RosterRefused(f"系统里还没有局，名册里的局机关{found}。先在机构人员中新增局，再导入名册")
    return named.pop()


def _sections(people: list[Person], bureau: str, now: Snapshot) -> dict[str, list[str]]:
    spellings = {person["section"] for person in people if person["unit"] == bureau and person["section"]}
    return full_names({name for name in spellings if not LEADERS.match(name)}, now.spellings(Unit.Kind.SECTION))


def _refuse(places: Places, person: Person, column: str, kind: str, reason: str) -> None:
    person["refused"] = True
    places.troubles.append((person, column, kind, f"{reason}后重新检查；此行没有导入"))


def _settle(
    places: Places, person: Person, key: UnitKey, now: Snapshot, *, kind: str, name: str, spelling: Any
) -> None:
    recorded = now.units.get(key)
    if recorded and recorded.closed_on:
        reason = f"已于 {recorded.closed_on} 撤并。改成现在的单位，或先恢复此单位"
        _refuse(places, person, "unit" if kind == Unit.Kind.SCHOOL else "section", "closed_unit", reason)
        return
    unit = _note(places, key, now, kind=kind, name=name)
    if spelling:
        _spell(unit, spelling)
    person["unit_key"] = key


def _note(places: Places, key: UnitKey, now: Snapshot, *, kind: str, name: str) -> dict[str, Any]:
    recorded = now.units.get(key)
    known = sorted(recorded.names) if recorded else [name]
    unit = {"key": key, "kind": str(kind), "name": name, "new": recorded is None, "spellings": [], "known": known}
    return places.units.setdefault(key, unit)


def _spell(unit: dict[str, Any], spelling: str) -> None:
    if spelling not in unit["known"] and spelling not in unit["spellings"]:
        unit["spellings"].append(spelling)


def is_leader(person: Person) -> bool:
    """Belongs to the bureau itself: its leaders."""
    return person.get("unit_key") == ROOT
