"""The child process of core.sheets: limits itself, parses one workbook from stdin, answers JSON on stdout.

It catches nothing: an exception, an abort or a breach of the limits ends the process, and the parent says so.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from enum import StrEnum
from typing import IO, Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MAX_CELLS = 2_000_000
MAX_TEXT = 32_767


class Refusal(StrEnum):
    TOO_LARGE = "too_large"
    TEXT_TOO_LONG = "text_too_long"


def main(memory: int, seconds: int, source: IO[bytes] = sys.stdin.buffer, target: IO[str] = sys.stdout) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    json.dump(read(source.read()), target)
    target.flush()


def read(data: bytes) -> list[Any] | Refusal:
    """[[name, rows, merged areas counted from 1, hidden], …] of the sheets that hold cells."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets: list[Any] = []
    budget = MAX_CELLS
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        budget -= _area(sheet)
        if budget < 0:
            return Refusal.TOO_LARGE
        rows = [_row(values) for values in sheet.to_python(skip_empty_area=False)]
        if any(isinstance(value, str) and len(value) > MAX_TEXT for row in rows for value in row):
            return Refusal.TEXT_TOO_LONG
        while rows and not rows[-1]:
            rows.pop()
        merged = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in _areas(sheet)]
        sheets.append([about.name, rows, merged, about.visible != SheetVisibleEnum.Visible])
    return sheets


def _area(sheet: Any) -> int:
    """Cells from A1 to the last one with a value: what the rows will take in memory."""
    return (sheet.end[0] + 1) * (sheet.end[1] + 1) if sheet.end else 0


def _areas(sheet: Any) -> list[Any]:
    return sheet.merged_cell_ranges or []


def _row(values: list[Any]) -> list[Any]:
    row = [_plain(value) for value in values]
    while row and row[-1] is None:
        row.pop()
    return row


def _plain(value: Any) -> Any:
    """JSON knows no dates, and the parser gives every number as a float."""
    if value == "":
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, dt.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, dt.time):
        return {"time": value.isoformat()}
    if isinstance(value, dt.timedelta):
        return str(value)
    return value
