from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.sheets import Cell, Sheet, column_number
from organization.roster import values
from organization.roster.columns import LABELS, Header, find_header, plain, skipped_kind
from organization.roster.findings import Finding, Severity
from organization.roster.relations import resolve_superiors
from organization.roster.units import full_names

Person = dict[str, Any]

#: Field → reader, kind of the finding, and how grave it is.
CHECKED: dict[str, tuple[Callable[[Cell], tuple[Any, str]], str, Severity]] = {
    "phone": (values.phone, "bad_phone", Severity.ERROR),
    "email": (values.email, "bad_email", Severity.ERROR),
    "category": (values.category, "unknown_category", Severity.ERROR),
    "is_team": (values.flag, "bad_flag", Severity.ERROR),
    "is_mid": (values.flag, "bad_flag", Severity.ERROR),
}
NAMES = ("name", "superior", "leader")


@dataclass
class SheetRoster:
    """One sheet as understood; ``reason`` says why when it was not."""

    name: str
    reason: str = ""
    header: Header | None = None
    people: list[Person] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def understood(self) -> bool:
        return not self.reason

    def find(self, person: Person, name: str, kind: str, severity: Severity, reason: str, value: str = "") -> None:
        assert self.header is not None
        self.findings.append(
            Finding(
                sheet=self.name,
                row=person["row"],
                col=self.header.column(name),
                field=name,
                label=LABELS[name],
                kind=kind,
                severity=severity,
                value=value,
                reason=reason,
            )
        )


@dataclass
class Roster:
    """Everybody in the workbook; ``short_names`` maps other spellings of units to their full names."""

    sheets: list[SheetRoster]
    short_names: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> list[Person]:
        return [person for sheet in self.sheets for person in sheet.people]

    @property
    def findings(self) -> list[Finding]:
        found = [finding for sheet in self.sheets for finding in sheet.findings]
        return sorted(found, key=lambda finding: [sheet.name for sheet in self.sheets].index(finding.sheet))

    @property
    def unread(self) -> list[SheetRoster]:
        return [sheet for sheet in self.sheets if not sheet.understood]


def read_roster(
    sheets: Sequence[Sheet],
    known_units: Mapping[str, str] | None = None,
    known_people: Mapping[str, Sequence[str]] | None = None,
) -> Roster:
    """Read all sheets as one roster.

    ``known_units`` maps recorded spellings to full names, ``known_people`` names to staff numbers: a unit or a
    superior outside of the workbook is found there. Rows whose identity is in doubt carry ``refused``.
    """
    roster = Roster([read_sheet(sheet) for sheet in sheets if any(sheet.rows)])
    _settle_units(roster, known_units or {})
    _settle_identities(roster)
    resolve_superiors(roster.sheets, known_people or {})
    for sheet in roster.sheets:
        sheet.findings.sort(key=lambda finding: (finding.row, column_number(finding.col or "")))
    return roster


def read_sheet(sheet: Sheet) -> SheetRoster:
    read = SheetRoster(sheet.name)
    header = read.header = find_header(sheet)
    if header is None:
        read.reason = "没有找到表头。名册要有一行写着“姓名、工号、单位”"
        return read
    if header.missing:
        read.reason = f"表头缺少“{'、'.join(header.missing)}”列，补上后重新上传"
        return read
    rows = sheet.filled()
    unit = section = None
    for number, cells in enumerate(rows, 1):
        if number in header.rows:
            continue
        person = _person(header, cells, number)
        kind = skipped_kind(sheet.rows[number - 1], header, number, len(read.skipped))
        if kind or number < header.last or not (person["name"] or person["staff_no"]):
            if kind:
                read.skipped.append({"rows": [number, number], "kind": kind})
            continue
        # A blank cell below a unit continues it; a new unit begins with no section.
        section = person["section"] or (section if person["unit"] in (None, unit) else None)
        unit = person["unit"] or unit
        person.update(unit=unit, section=section, sheet=sheet.name)
        _check_person(read, person)
        read.people.append(person)
    return read


def _person(header: Header, cells: list[Cell], number: int) -> Person:
    person: Person = {"row": number, "name": None, "staff_no": None, "unit": None, "section": None, "raw": {}}
    for letter, name in header.mapping.items():
        index = column_number(letter) - 1
        value = cells[index] if index < len(cells) else None
        if name == "remark":
            person[name] = "；".join(filter(None, [person.get(name), values.text(value)])) or None
        elif name in NAMES:
            person[name] = values.name(value)
        elif name != "seq":
            person[name] = values.text(value)
        person["raw"][name] = plain(value)
    return person


def _check_person(read: SheetRoster, person: Person) -> None:
    raw = person.pop("raw")
    for name, (reader, kind, severity) in CHECKED.items():
        if name in raw:
            person[name], trouble = reader(raw[name])
            if trouble:
                read.find(person, name, kind, severity, trouble, raw[name])
    if "phone" in raw and not raw["phone"]:
        read.find(person, "phone", "missing_phone", Severity.WARN, "缺手机号，补上后便于联系")
    person["staff_no"], trouble = values.staff_no(raw["staff_no"])
    if trouble:
        kind = "bad_staff_no" if raw["staff_no"] else "missing_staff_no"
        read.find(person, "staff_no", kind, Severity.ERROR, trouble + "；此行没有导入", raw["staff_no"])
        person["refused"] = True
    if not person["name"]:
        read.find(person, "name", "missing_name", Severity.ERROR, "补上姓名后重新检查；此行没有导入")
        person["refused"] = True
    change = values.change(person.get("remark"))
    if change:
        person["change"] = change


def _settle_units(roster: Roster, known: Mapping[str, str]) -> None:
    spellings = {person["unit"] for person in roster.people if person["unit"]}
    meanings = full_names(spellings, known)
    for sheet in roster.sheets:
        for person in sheet.people:
            if not person["unit"]:
                sheet.find(person, "unit", "missing_unit", Severity.ERROR, "补上单位后重新检查；此行没有导入")
                person["refused"] = True
                continue
            names = meanings[person["unit"]]
            if len(names) > 1:
                reason = f"可能是{'、'.join(names)}，写全称后重新检查；此行没有导入"
                sheet.find(person, "unit", "ambiguous_unit", Severity.ERROR, reason, person["unit"])
                person["refused"] = True
            elif names[0] != person["unit"]:
                roster.short_names[person["unit"]] = names[0]
                person["unit"] = names[0]


def _settle_identities(roster: Roster) -> None:
    """The first row with a staff number counts; the same name again is a second post, another name a mistake."""
    rows: dict[str, list[tuple[SheetRoster, Person]]] = defaultdict(list)
    for sheet in roster.sheets:
        for person in sheet.people:
            if person["staff_no"] and not person.get("refused"):
                rows[person["staff_no"]].append((sheet, person))
    for staff_no, ((first_sheet, first), *others) in rows.items():
        for sheet, person in others:
            where = f"第 {first['row']} 行" if sheet is first_sheet else f"{first_sheet.name}第 {first['row']} 行"
            if person["name"] == first["name"]:
                person["second_post_of_row"] = first["row"]
                reason = f"{person['name']}已在{where}，同工号同姓名，按兼任第二岗位处理"
                sheet.find(person, "staff_no", "second_post", Severity.CONFIRM, reason, staff_no)
            else:
                person["refused"] = True
                reason = f"与{where}{first['name']}重复，但姓名不同。核对工号后重新检查；此行没有导入"
                sheet.find(person, "staff_no", "duplicate_staff_no", Severity.ERROR, reason, staff_no)
