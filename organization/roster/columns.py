"""Where the table begins and which column means what."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from core.sheets import Cell, Sheet, column_letter

LABELS = {
    "seq": "序号", "name": "姓名", "staff_no": "工号", "sex": "性别", "unit": "单位", "section": "科室",
    "position": "职务", "rank": "职级", "category": "人员类别", "party": "政治面貌", "phone": "手机",
    "superior": "直接上级", "leader": "分管领导", "is_team": "是否班子成员", "is_mid": "是否中层以上",
    "email": "邮箱", "remark": "备注",
}  # fmt: skip

#: The first row that matches wins, so the narrow words stand above the wide ones.
HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("seq", r"^(序号|编号|no\.?)$"),
        ("staff_no", r"工号|职工号|(人员|员工|干部|职工)编[号码]"),
        ("superior", r"直接上级|^上级|汇报对象"),
        ("leader", r"(分管|主管|联系|挂联)(局?领导|副?局长)"),
        ("name", r"姓名"),
        ("sex", r"^性别$"),
        ("is_team", r"班子成员|领导班子"),
        ("is_mid", r"中层"),
        ("category", r"人员(类别|性质|类型)|身份|编制类[别型]|岗位类别"),
        ("position", r"职务|^(现任)?岗位$"),
        ("rank", r"职级|职称|^级别$"),
        ("section", r"科室|股室|处室|部门"),
        ("unit", r"单位|^学校(名称)?$"),
        ("party", r"政治面貌|党派"),
        ("phone", r"手机|电话|联系方式"),
        ("email", r"邮箱|电子邮件|e-?mail"),
        ("remark", r"备注|变动|说明"),
    )
)
NEEDED = ("name", "staff_no", "unit")
SEARCH_ROWS = 30
NOTE = re.compile(r"^(说明|注|备注|填表)")
TOTAL = re.compile(r"^(合计|小计|总计)")


def plain(value: Cell) -> str:
    """Text of a cell without what only the eye needs: full-width forms, zero-width marks, outer spaces."""
    if value is None:
        return ""
    text = unicodedata.normalize("NFKC", str(value)).replace("_x000D_", "")
    return re.sub(r"[\u200b-\u200f\ufeff]", "", text).strip()


def heading(value: Cell) -> str | None:
    text = re.sub(r"[\s*]", "", plain(value))
    return next((name for name, pattern in HEADINGS if pattern.search(text)), None) if 0 < len(text) <= 20 else None


@dataclass
class Header:
    """Rows as Excel counts them; ``mapping`` from column letter to our field, in sheet order."""

    rows: list[int]
    mapping: dict[str, str]
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return self.rows[-1]

    def column(self, name: str) -> str | None:
        return next((letter for letter, mapped in self.mapping.items() if mapped == name), None)

    @property
    def missing(self) -> list[str]:
        return [LABELS[name] for name in NEEDED if name not in self.mapping.values()]


def find_header(sheet: Sheet) -> Header | None:
    """The first row with a heading for the name and at least two more; group headings above it belong to it."""
    for number in range(1, min(SEARCH_ROWS, len(sheet.rows)) + 1):
        names = [heading(value) for value in sheet.rows[number - 1]]
        if "name" in names and len({name for name in names if name}) >= 3:
            return _header(sheet, _header_rows(sheet, number, names))
    return None


def _header_rows(sheet: Sheet, number: int, names: list[str | None]) -> list[int]:
    column = names.index("name") + 1
    below = sheet.value(number + 1, column)
    if any(top == number and left <= column <= right and bottom == number + 1 and below is None
           for top, left, bottom, right in sheet.merged):  # fmt: skip
        return [number, number + 1]
    above = [heading(sheet.value(number - 1, index)) for index in range(1, len(names) + 3)] if number > 1 else []
    gaps = [name for index, name in enumerate(above, 1) if name and sheet.value(number, index) is None]
    return [number - 1, number] if gaps else [number]


def _header(sheet: Sheet, rows: list[int]) -> Header:
    width = max(len(sheet.rows[number - 1]) for number in rows)
    mapping: dict[str, str] = {}
    extra: dict[str, str] = {}
    for index in range(1, width + 1):
        values = [sheet.value(number, index) for number in reversed(rows)]
        shown = next((value for value in values if value is not None), None)
        name = heading(shown)
        if name and (name == "remark" or name not in mapping.values()):
            mapping[column_letter(index)] = name
        elif shown is not None:
            extra[column_letter(index)] = plain(shown)
    return Header(rows, mapping, extra)


def skipped_kind(cells: list[Cell], header: Header, number: int, seen: int) -> str | None:
    """Why a row is no person: title, unit line, repeated heading, total or note; None for a person or a blank row."""
    texts = [plain(value) for value in cells if plain(value)]
    if not texts:
        return None
    if number < header.rows[0]:
        return "unit_line" if seen else "title"
    names = [heading(value) for value in cells]
    if "name" in names and "staff_no" in names:
        return "header"
    if TOTAL.match(texts[0]) and len(texts) <= 3:
        return "total"
    return "note" if len(texts) == 1 or NOTE.match(texts[0]) else None
