"""Who reports to whom inside one roster: names to staff numbers, namesakes and circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from organization.roster.findings import Severity

Person = dict[str, Any]


def resolve_superiors(sheets: Sequence[Any], known_people: Mapping[str, Sequence[str]]) -> None:
    """Set ``superior_no`` where the roster names a superior that can be told; circles are taken out again."""
    rows = [(sheet, person) for sheet in sheets for person in sheet.people if _counts(person)]
    holders = _holders(person for _, person in rows)
    # The row of a refused superior has its own finding; it is not told again at each subordinate.
    refused = {person["name"] for sheet in sheets for person in sheet.people if person.get("refused")}
    for sheet, person in rows:
        if person.get("superior") and person["superior"] not in refused - set(holders):
            _resolve(sheet, person, holders, known_people)
    by_number = {person["staff_no"]: person for _, person in rows}
    for sheet, person in rows:
        _check_circle(sheet, person, by_number)
    for _, person in rows:
        if person.get("in_circle"):
            person["superior_no"] = None


def _holders(people: Iterable[Person]) -> dict[str, list[Person]]:
    holders: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        holders[person["name"]].append(person)
    for namesakes in holders.values():
        for person in namesakes[: len(namesakes) if len(namesakes) > 1 else 0]:
            person["same_name"] = True
    return holders


def _counts(person: Person) -> bool:
    return not person.get("refused") and not person.get("second_post_of_row")


def _resolve(
    sheet: Any, person: Person, holders: Mapping[str, list[Person]], known: Mapping[str, Sequence[str]]
) -> None:
    wanted = person["superior"]
    numbers = [other["staff_no"] for other in holders.get(wanted, [])] or list(known.get(wanted, []))
    if numbers == [person["staff_no"]]:
        sheet.find(person, "superior", "own_superior", Severity.ERROR, "不能是本人；按机构推算，可在人员页指定", wanted)
    elif not numbers:
        reason = "名册和系统里都没有此人，核对姓名；暂按机构推算"
        sheet.find(person, "superior", "unknown_person", Severity.ERROR, reason, wanted)
    elif len(numbers) == 1:
        person["superior_no"] = numbers[0]
    else:
        beside = [other for other in holders.get(wanted, []) if other["unit"] == person["unit"]]
        person["superior_no"] = beside[0]["staff_no"] if len(beside) == 1 else None
        choice = f"先按同单位的 {person['superior_no']} 处理" if person["superior_no"] else "暂按机构推算"
        reason = f"有 {len(numbers)} 人重名（{'、'.join(numbers)}），{choice}，不对请在人员页指定"
        sheet.find(person, "superior", "ambiguous_person", Severity.CONFIRM, reason, wanted)


def _check_circle(sheet: Any, person: Person, by_number: Mapping[str, Person]) -> None:
    chain = [person]
    while (number := chain[-1].get("superior_no") or "") in by_number:
        above = by_number[number]
        if above is person:
            person["in_circle"] = True
            names = "、".join(member["name"] for member in sorted(chain, key=lambda member: member["row"]))
            reason = f"{names}互为直接上级。改正其中一人后重新检查；暂按机构推算"
            sheet.find(person, "superior", "superior_cycle", Severity.ERROR, reason, person["superior"])
            return
        if above in chain:
            return
        chain.append(above)
