"""Reading workbooks that nobody vouches for, and writing plain ones."""

import datetime as dt
import io
import resource
import struct
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from core import sheet_reader, sheets
from core.sheets import Sheet, SheetRefused, read_sheets, write_rows

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{MAIN}"/></Types>'
CELL = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'


def workbook(*rows: list[Any], **more: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, content in {"表": list(rows), **more}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def container(**parts: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for name, text in parts.items():
            archive.writestr(f"xl/{name}.xml", text)
    return target.getvalue()


def refusal(data: bytes, name: str = "台账.xlsx") -> str:
    with pytest.raises(SheetRefused) as refused:
        read_sheets(data, name)
    return str(refused.value)


def test_values_keep_their_kind() -> None:
    moment, day, time = dt.datetime(2026, 3, 1, 8, 30), dt.date(2026, 3, 1), dt.time(8, 30)
    data = workbook(["字", 1, 1.5, True, moment, day, time, None, "=1+1"], [], ["末"])
    [sheet] = read_sheets(data, "a.xlsx")
    assert sheet.name == "表"
    assert sheet.rows[0][:7] == ["字", 1, 1.5, True, moment, day, time]
    assert sheet.rows[1:] == [[], ["末"]]


def test_merged_areas_and_hidden_sheets() -> None:
    book = Workbook()
    book.active.append(["单位", "姓名"])
    book.active.append(["一小", "张三"])
    book.active.append([None, "李四"])
    book.active.append([None, None])
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("B4:C4")
    book.create_sheet("藏").append([1])
    book["藏"].sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    assert [(name, hidden) for name, _, _, hidden in sheet_reader.read(target.getvalue())] == [
        ("Sheet", False),
        ("藏", True),
    ]
    first, second = read_sheets(target.getvalue(), "a.xlsx")
    assert (first.hidden, second.hidden) == (False, True)
    assert set(first.merged) == {(2, 1, 4, 1), (4, 2, 4, 3)}
    assert first.filled()[:3] == [["单位", "姓名"], ["一小", "张三"], ["一小", "李四"]]
    assert (first.value(2, 1), first.value(9, 1), first.value(1, 9)) == ("一小", None, None)


def test_filled_widens_short_rows() -> None:
    sheet = Sheet("表", [["标题"], []], merged=[(1, 1, 2, 3)])
    assert sheet.filled() == [["标题"] * 3, ["标题"] * 3]


def test_empty_file_and_empty_sheets() -> None:
    assert refusal(b"") == "文件是空的，重新选择文件"
    assert refusal(workbook()) == "文件里没有内容，核对是否选错了文件"


def test_too_many_bytes() -> None:
    assert refusal(b"x" * (sheets.MAX_BYTES + 1)).startswith("文件有 20 MB，最多 20 MB")


@pytest.mark.parametrize("data", [b"PK\x03\x04 no zip at all", workbook(["a"])[:900], "只是文字".encode()])
def test_what_is_no_workbook(data: bytes) -> None:
    assert "另存为 .xlsx" in refusal(data)


def test_zip_without_content_types() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refusal(target.getvalue()) == sheets.DAMAGED


def test_sound_zip_that_is_no_workbook_dies_in_the_child() -> None:
    assert refusal(container(other="<a/>")) == sheets.DAMAGED


def test_too_many_parts() -> None:
    assert "201 个部件" in refusal(container(**{f"p{number}": "" for number in range(200)}))


def test_declared_size() -> None:
    assert "展开后超过 64 MB" in refusal(container(a=b"\0" * (sheets.MAX_INFLATED + 1)))


def test_size_that_is_not_declared() -> None:
    """The directory claims less than what comes out; the bytes are counted, not believed."""
    guard = sheets._Guard(inflated=sheets.MAX_INFLATED - 10)
    with pytest.raises(SheetRefused, match="展开后超过 64 MB"):
        guard.check(io.BytesIO(b"x" * 20), 20)


def test_ratio() -> None:
    assert "压缩得异常紧" in refusal(container(a=b"\0" * (4 * 1024 * 1024)))


@pytest.mark.parametrize("text", ['<!DOCTYPE a [<!ENTITY b "c">]><a/>', "x" * (sheets.CHUNK - 4) + "<!ENTITY"])
def test_dtd_also_across_chunks(text: str) -> None:
    assert "XML 声明" in refusal(container(a=text))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("A60000", "第 60000 行"), ("ZZ1", "第 ZZ 列"), ("GA50000", "50000 行 183 列，太大")],
)
def test_cells_out_of_bounds(cell: str, reason: str) -> None:
    assert reason in refusal(container(sheet=CELL.format(cell)))


def test_border_far_below_costs_nothing() -> None:
    guard = sheets._Guard()
    guard.check(io.BytesIO(b'<c r="A1"><v>1</v></c><c r="XFD1048576" s="3"/>'), 10)
    assert (guard.rows, guard.columns, guard.cells) == (1, 1, 1)


def test_texts_that_no_cell_uses() -> None:
    assert "没有用到的文字" in refusal(container(strings="<si><t>a</t></si>" * 1001))


def test_macros_and_other_office_files() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES.replace("spreadsheetml.sheet", "wordprocessingml.document"))
    assert refusal(target.getvalue()).startswith("这不是 Excel 文件")
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/vbaProject.bin", "")
    assert refusal(target.getvalue()).startswith("文件带有宏")


def test_password() -> None:
    data = sheets.OLE + b"\0" * 100 + "EncryptedPackage".encode("utf-16-le")
    assert refusal(data).startswith("文件设有打开密码")


def test_broken_excel_97_file() -> None:
    assert refusal(sheets.OLE + struct.pack("<20i", *range(20)), "a.xls") == sheets.DAMAGED


def test_child_is_stopped_in_time() -> None:
    with pytest.raises(SheetRefused, match=r"读取超过 0\.001 秒"):
        sheets.parse_in_child(workbook(["a"]), seconds=0.001)  # type: ignore[arg-type]


def test_child_gets_no_more_memory() -> None:
    data = write_rows("表", ["文字"] * 20, [[f"第 {number} 行"] * 20 for number in range(3000)])
    with pytest.raises(SheetRefused) as refused:
        sheets.parse_in_child(data, memory=8 * 1024 * 1024)
    assert str(refused.value) == sheets.DAMAGED


def with_text(data: bytes, text: str) -> bytes:
    """The workbook with another text in place of 长文, also one that no program would write."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace("长文".encode(), text.encode()))
    return target.getvalue()


def test_child_refuses_long_texts() -> None:
    data = with_text(workbook(["长文"]), "问" * 40_000)
    assert sheet_reader.read(data) == "text_too_long"
    assert refusal(data) == "有单元格的文字超过 32767 字。删短后再上传"


def test_child_leaves_out_empty_ends() -> None:
    data = with_text(workbook(["a", "b"], ["c"], ["长文", "长文"]), "")
    assert sheet_reader.read(data) == [["表", [["a", "b"], ["c"]], [], False]]


def test_child_refuses_large_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_reader, "MAX_CELLS", 3)
    assert sheet_reader.read(workbook(["a", "b"], ["c", "d"])) == "too_large"


def test_child_answers_json_and_leaves_out_charts() -> None:
    book = Workbook()
    book.active.append(["a"])
    book.active["C3"] = "=1"
    book.create_sheet("空")
    book.active["C3"].font = Font(bold=True)
    book.create_chartsheet("图")
    target = io.BytesIO()
    book.save(target)
    out = io.StringIO()
    unlimited = resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]
    sheet_reader.main(*unlimited, source=io.BytesIO(target.getvalue()), target=out)
    assert out.getvalue() == '[["Sheet", [["a"]], [], false], ["\\u7a7a", [], [], false]]'


def test_plain_values() -> None:
    moment, day, time = dt.datetime(2026, 3, 1, 8, 30), dt.date(2026, 3, 1), dt.time(8, 30)
    assert [sheet_reader._plain(value) for value in ("", "字", 2.0, 1.5, True, moment, day, time)] == [
        None, "字", 2, 1.5, True, {"datetime": "2026-03-01T08:30:00"}, {"date": "2026-03-01"}, {"time": "08:30:00"},
    ]  # fmt: skip
    assert sheet_reader._plain(dt.timedelta(hours=25)) == "1 day, 1:00:00"
    assert sheet_reader._plain(1e20) == 1e20


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv(encoding: str) -> None:
    text = '姓名,工号\r\n"张\n三",="007"\r\n,\r\n'
    [sheet] = read_sheets(text.encode(encoding), "导出.csv")
    assert (sheet.name, sheet.rows) == ("导出", [["姓名", "工号"], ["张\n三", "007"]])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "文件已损坏"),
        (b"\xff\xff\xff", "文字编码认不出来"),
        (b"<html></html>", "这是网页"),
        (b"a\n" * (sheets.MAX_ROWS + 1), "超过 50000 行"),
        (b"a," * sheets.MAX_COLUMNS, "第 1 行有 201 列"),
        (b'"' + b"a" * 200_000 + b'"', "文件已损坏"),
        (b",\n", "没有内容"),
    ],
)
def test_csv_refused(data: bytes, reason: str) -> None:
    assert reason in refusal(data, "a.csv")


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_column_names(number: int, letters: str) -> None:
    assert (sheets.column_letter(number), sheets.column_number(letters)) == (letters, number)


def test_written_text_is_never_a_formula() -> None:
    data = write_rows("表", ["文字", "数"], [["=1+1", 2], ["+86", None]])
    sheet = load_workbook(io.BytesIO(data)).active
    assert [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()] == [
        [("文字", "s"), ("数", "s")],
        [("=1+1", "s"), (2, "n")],
        [("+86", "s"), (None, "n")],
    ]
    assert read_sheets(data, "a.xlsx")[0].rows == [["文字", "数"], ["=1+1", 2], ["+86"]]
