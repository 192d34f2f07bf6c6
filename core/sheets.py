"""Safe reading and plain writing of workbooks; knows nothing of what the cells mean.

A workbook comes from anybody's e-mail. First a streaming guard looks at the container without unfolding it,
then a child process with memory and time limits parses it; whatever goes wrong there ends in one SheetRefused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core.sheet_reader import MAX_CELLS, MAX_TEXT, Refusal

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | None

MAX_BYTES = 20 * 1024 * 1024
MAX_PARTS = 200
MAX_INFLATED = 64 * 1024 * 1024
RATIO_FROM, MAX_RATIO = 1024 * 1024, 100
MAX_ROWS = 50_000
MAX_COLUMNS = 200
CHILD_MEMORY = 512 * 1024 * 1024
CHILD_SECONDS = 20
CHUNK = 256 * 1024
# A table of texts that no cell uses is a bomb; small left-overs are not.
FEW_STRINGS = 1000
CONTENT_TYPES = "[Content_Types].xml"
# Longer than any tag the guard looks for, so that none hides across two chunks.
OVERLAP = 512

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
# Cells that carry only a border are self-closed; they may reach down to row 1,048,576 and cost nothing.
CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(/?)>')
DAMAGED = "文件已损坏或不是标准的表格，读不出来。在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传"
CHILD = "import sys; from core.sheet_reader import main; main(int(sys.argv[1]), int(sys.argv[2]))"


class SheetRefused(Exception):
    """The file cannot be read; the message says why and what to do, in the user's words."""


@dataclass(frozen=True)
class Sheet:
    """One sheet from A1 on; ``merged`` holds (first row, first column, last row, last column), counted from 1."""

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False

    def filled(self) -> list[list[Cell]]:
        """The rows with every merged area showing its value in each of its cells."""
        rows = [list(row) for row in self.rows]
        for top, left, bottom, right in self.merged:
            value = self.value(top, left)
            for row in rows[top - 1 : bottom]:
                row.extend([None] * (right - len(row)))
                row[left - 1 : right] = [value] * (right - left + 1)
        return rows

    def value(self, row: int, column: int) -> Cell:
        """The cell as Excel numbers it; outside of the sheet there is nothing."""
        cells = self.rows[row - 1] if row <= len(self.rows) else []
        return cells[column - 1] if column <= len(cells) else None


def read_sheets(data: bytes, file_name: str) -> list[Sheet]:
    """Every sheet of an .xlsx, .xls, .et or .csv file, or SheetRefused."""
    if not data:
        raise SheetRefused("文件是空的，重新选择文件")
    if len(data) > MAX_BYTES:
        raise SheetRefused(
            f"文件有 {len(data) // 2**20} MB，最多 {MAX_BYTES // 2**20} MB。删去图片或拆成几个文件后再上传"
        )
    if data.startswith(ZIP):
        guard_zip(data)
        sheets = parse_in_child(data)
    elif data.startswith(OLE):
        if ENCRYPTED in data:
            raise SheetRefused("文件设有打开密码。在 Excel 或 WPS 中取消密码、另存后再上传")
        sheets = parse_in_child(data)
    elif PurePath(file_name).suffix.lower() == ".csv":
        sheets = [Sheet(PurePath(file_name).stem, csv_rows(data))]
    else:
        raise SheetRefused("这不是 Excel 文件，可能只改了扩展名。在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传")
    if not any(sheet.rows for sheet in sheets):
        raise SheetRefused("文件里没有内容，核对是否选错了文件")
    return sheets


def guard_zip(data: bytes) -> None:
    """Refuse bombs by looking at the parts as a stream; memory stays at one chunk."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            parts = container.infolist()
            _check_declared(parts)
            _check_kind(container)
            guard = _Guard()
            for part in parts:
                with container.open(part) as stream:
                    guard.check(stream, part.compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise SheetRefused(DAMAGED) from error
    if guard.strings > max(guard.cells, FEW_STRINGS):
        raise SheetRefused("文件带有大量没有用到的文字。把表格内容复制到新文件后再上传")


def _check_declared(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise SheetRefused(f"文件内部有 {len(parts)} 个部件，最多 {MAX_PARTS} 个。把表格内容复制到新文件后再上传")
    if sum(part.file_size for part in parts) > MAX_INFLATED:
        raise SheetRefused(f"文件展开后超过 {MAX_INFLATED // 2**20} MB。拆成几个文件后再上传")


def _check_kind(container: zipfile.ZipFile) -> None:
    names = container.namelist()
    if CONTENT_TYPES not in names:
        raise SheetRefused(DAMAGED)
    with container.open(CONTENT_TYPES) as stream:
        types = stream.read(CHUNK)
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
        raise SheetRefused("文件带有宏。另存为不带宏的 .xlsx 后再上传")
    if b".main+xml" in types and b"spreadsheetml" not in types.split(b".main+xml")[0].rsplit(b"ContentType", 1)[-1]:
        raise SheetRefused("这不是 Excel 文件，可能只改了扩展名。在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传")


@dataclass
class _Guard:
    """What has been seen so far in all parts of one container."""

    inflated: int = 0
    rows: int = 0
    columns: int = 0
    cells: int = 0
    strings: int = 0

    def check(self, stream: IO[bytes], packed: int) -> None:
        """Count the bytes that really come out, look for a DTD and for cells out of bounds."""
        seen, tail = 0, b""
        while chunk := stream.read(CHUNK):
            seen += len(chunk)
            if self.inflated + seen > MAX_INFLATED:
                raise SheetRefused(f"文件展开后超过 {MAX_INFLATED // 2**20} MB。拆成几个文件后再上传")
            if seen > RATIO_FROM and seen > MAX_RATIO * packed:
                raise SheetRefused("文件压缩得异常紧，不像正常的表格。把表格内容复制到新文件后再上传")
            self._look_at(tail + chunk)
            self.strings += chunk.count(b"<si>")
            tail = chunk[-OVERLAP:]
        self.inflated += seen

    def _look_at(self, window: bytes) -> None:
        if DTD.search(window):
            raise SheetRefused("文件里有不允许的 XML 声明。把表格内容复制到新文件后再上传")
        for letters, number, closed in CELL.findall(window):
            if not closed:
                self.cells += 1
                self.rows = max(self.rows, int(number))
                self.columns = max(self.columns, column_number(letters.decode()))
        if self.rows > MAX_ROWS:
            raise SheetRefused(f"内容写到了第 {self.rows} 行，最多 {MAX_ROWS} 行。删去多余的内容或拆开后再上传")
        if self.columns > MAX_COLUMNS:
            letter = column_letter(self.columns)
            raise SheetRefused(f"内容写到了第 {letter} 列，最多 {MAX_COLUMNS} 列。删去右侧多余的内容后再上传")
        if self.rows * self.columns > MAX_CELLS:
            raise SheetRefused(f"表格有 {self.rows} 行 {self.columns} 列，太大。拆成几个文件后再上传")


def parse_in_child(data: bytes, memory: int = CHILD_MEMORY, seconds: int = CHILD_SECONDS) -> list[Sheet]:
    """Parse in a process of its own: hostile files abort or stall the parser, not the server."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(memory), str(seconds)],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=Path(__file__).resolve().parent.parent,
        )
    except subprocess.TimeoutExpired as error:
        raise SheetRefused(f"读取超过 {seconds} 秒，已停止。拆成几个文件后再上传") from error
    if done.returncode:
        raise SheetRefused(DAMAGED)
    answer = json.loads(done.stdout, object_hook=_revive)
    if isinstance(answer, str):
        raise SheetRefused(REFUSALS[answer])
    return [Sheet(name, rows, [tuple(area) for area in merged], hidden) for name, rows, merged, hidden in answer]


REFUSALS: dict[str, str] = {
    Refusal.TOO_LARGE: "表格太大，读不下来。删去多余的行列或拆成几个文件后再上传",
    Refusal.TEXT_TOO_LONG: f"有单元格的文字超过 {MAX_TEXT} 字。删短后再上传",
}


def _revive(value: dict[str, str]) -> dt.date | dt.datetime | dt.time:
    kinds: dict[str, Any] = {"date": dt.date, "datetime": dt.datetime, "time": dt.time}
    [(kind, text)] = value.items()
    return kinds[kind].fromisoformat(text)


def csv_rows(data: bytes) -> list[list[Cell]]:
    """Cells of a CSV as text; offices save UTF-8 with a mark or GB18030."""
    if b"\0" in data:
        raise SheetRefused(DAMAGED)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise SheetRefused("文件的文字编码认不出来。在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传") from error
    if text.lstrip()[:1] == "<":
        raise SheetRefused("这是网页，不是表格。在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传")
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            rows.append([_csv_cell(value) for value in row])
            _grow_csv(rows)
    except csv.Error as error:
        raise SheetRefused(DAMAGED) from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _grow_csv(rows: list[list[Cell]]) -> None:
    if len(rows) > MAX_ROWS:
        raise SheetRefused(f"内容超过 {MAX_ROWS} 行。拆成几个文件后再上传")
    if len(rows[-1]) > MAX_COLUMNS:
        raise SheetRefused(f"第 {len(rows)} 行有 {len(rows[-1])} 列，最多 {MAX_COLUMNS} 列。删去右侧多余的内容后再上传")


def _csv_cell(value: str) -> str | None:
    """Systems export long numbers as ="00123" so that Excel keeps the zeros."""
    wrapped = re.fullmatch(r'="(.*)"', value, re.DOTALL)
    return (wrapped[1] if wrapped else value) or None


def column_letter(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def write_rows(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A plain .xlsx; text stays text, so a cell that begins with = is never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in [header, *rows]:
        sheet.append([_cell(sheet, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
