"""Reading roster workbooks: cell by cell against the samples, and every finding by a small sheet."""

import json
from typing import Any

import pytest

from core.sheets import Sheet, read_sheets
from organization.roster import Roster, read_roster
from organization.roster.columns import plain
from organization.roster.units import full_names, short_for
from organization.roster.values import change, phone
from tests.organization.samples import FIRST, UPDATE

HEADER = ["序号", "姓名", "工号", "单位", "科室", "职务", "人员类别", "手机", "直接上级", "分管领导"]
HEADER += ["是否班子成员", "邮箱", "备注"]
PERSON = [1, "张三", "A1", "云溪县教育局", "办公室", "主任", "公务员", "15400000001", None, None, "否", None, None]
#: The update names a superior who has a namesake; the expected file leaves that open: the system knows him by then.
KNOWN_NAMESAKES = {(row, "L", "ambiguous_person") for row in (41, 42, 43, 69, 71, 73)}


def row(**cells: Any) -> list[Any]:
    columns = dict(zip("ABCDEFGHIJKLM", PERSON, strict=True)) | cells
    return list(columns.values())


def read(*rows: list[Any], header: list[Any] | None = None, **known: Any) -> Roster:
    return read_roster([Sheet("名册", [header or HEADER, *rows])], **known)


def found(roster: Roster) -> set[tuple[int, str | None, str, str]]:
    return {(finding.row, finding.col, finding.kind, str(finding.severity)) for finding in roster.findings}


@pytest.mark.parametrize("path", [FIRST, UPDATE], ids=["first", "update"])
def test_sample_cell_by_cell(path: Any) -> None:
    roster = read_roster(read_sheets(path.read_bytes(), path.name))
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    assert roster.short_names == expected["short_names"]
    assert [sheet.name for sheet in roster.sheets] == [sheet["name"] for sheet in expected["sheets"]]
    for sheet, wanted in zip(roster.sheets, expected["sheets"], strict=True):
        assert sheet.header
        assert (sheet.header.last, sheet.header.rows) == (wanted["header_row"], wanted["header_rows"])
        assert sheet.header.mapping == wanted["mapping"]
        assert sheet.skipped == wanted["skipped"]
        # Where somebody came from stands in the database, not in the file.
        items = [{key: value for key, value in item.items() if key != "moved_from"} for item in wanted["items"]]
        assert [
            {key: person.get(key) for key in item} for person, item in zip(sheet.people, items, strict=True)
        ] == items
        errors = {(error["row"], error["col"], error["kind"]) for error in wanted["errors"]}
        severities = {(error["row"], error["col"], error["kind"]): error["severity"] for error in wanted["errors"]}
        read_errors = {(finding.row, finding.col, finding.kind): str(finding.severity) for finding in sheet.findings}
        assert set(read_errors) - errors <= (KNOWN_NAMESAKES if path == UPDATE else set())
        assert {key: read_errors[key] for key in errors} == severities


def test_header_over_two_rows_with_the_names_above() -> None:
    sheet = Sheet(
        "名册",
        [
            ["姓名", "工号", "单位", "任职", None],
            [None, None, None, "职务", "科室"],
            ["张三", "A1", "一小", "校长", None],
        ],
        merged=[(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 1, 5)],
    )
    [read_sheet] = read_roster([sheet]).sheets
    assert read_sheet.header
    assert read_sheet.header.rows == [1, 2]
    assert read_sheet.header.mapping == {"A": "name", "B": "staff_no", "C": "unit", "D": "position", "E": "section"}
    assert [person["position"] for person in read_sheet.people] == ["校长"]


def test_sheet_without_header_says_what_is_missing() -> None:
    roster = read_roster(
        [
            Sheet("说明", [["填表说明"]]),
            Sheet("缺列", [["姓名", "单位", "职务"], ["张三", "一小", "校长"]]),
            Sheet("空", []),
        ]
    )
    assert [(sheet.name, sheet.understood, sheet.reason) for sheet in roster.unread] == [
        ("说明", False, "没有找到表头。名册要有一行写着“姓名、工号、单位”"),
        ("缺列", False, "表头缺少“工号”列，补上后重新上传"),
    ]
    assert roster.people == []


def test_extra_columns_second_remark_and_rows_that_are_no_person() -> None:
    header = ["姓名", "工号", "单位", "备注", "变动情况", "籍贯", "职务"]
    rows = [
        ["张三", "A1", "一小", "两岗", "调入", "某地", "校长"],
        [],
        header,
        ["合计", 1],
        ["说明：以上为在编人员"],
        [None, None, "一小"],
    ]
    [sheet] = read_roster([Sheet("名册", [header, *rows])]).sheets
    assert sheet.header
    assert sheet.header.extra == {"F": "籍贯"}
    assert [(person["name"], person["remark"], person["change"]) for person in sheet.people] == [
        ("张三", "两岗；调入", "moved")
    ]
    assert sheet.skipped == [
        {"rows": [4, 4], "kind": "header"},
        {"rows": [5, 5], "kind": "total"},
        {"rows": [6, 6], "kind": "note"},
        {"rows": [7, 7], "kind": "note"},
    ]


def test_blank_unit_and_section_continue_the_row_above() -> None:
    roster = read(row(), row(B="李四", C="A2", D=None, E=None), row(B="王五", C="A3", D="云溪县第一小学", E=None))
    assert [(person["unit"], person["section"]) for person in roster.people] == [
        ("云溪县教育局", "办公室"),
        ("云溪县教育局", "办公室"),
        ("云溪县第一小学", None),
    ]


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ({"B": None}, (2, "B", "missing_name", "error")),
        ({"C": None}, (2, "C", "missing_staff_no", "error")),
        ({"C": "A 甲"}, (2, "C", "bad_staff_no", "error")),
        ({"D": None}, (2, "D", "missing_unit", "error")),
        ({"G": "临聘"}, (2, "G", "unknown_category", "error")),
        ({"H": "1540000"}, (2, "H", "bad_phone", "error")),
        ({"H": None}, (2, "H", "missing_phone", "warn")),
        ({"I": "张三"}, (2, "I", "own_superior", "error")),
        ({"I": "李四"}, (2, "I", "unknown_person", "error")),
        ({"K": "也许"}, (2, "K", "bad_flag", "error")),
        ({"L": "不是邮箱"}, (2, "L", "bad_email", "error")),
    ],
)
def test_finding_names_its_cell(cells: dict[str, Any], finding: tuple[Any, ...]) -> None:
    roster = read(row(**cells))
    assert found(roster) == {finding}
    [told] = roster.findings
    assert told.place.startswith(f"名册 第 2 行 {finding[1]} 列")
    assert told.as_dict()["text"].startswith(told.place)
    assert bool(roster.people[0].get("refused")) == (
        finding[2] in {"missing_name", "missing_staff_no", "bad_staff_no", "missing_unit"}
    )


def test_same_number_twice() -> None:
    other = Sheet("学校", [HEADER, row(B="李四"), row(D="云溪县第一小学", F="挂职副校长")])
    roster = read_roster([Sheet("机关", [HEADER, row()]), other])
    assert found(roster) == {(2, "C", "duplicate_staff_no", "error"), (3, "C", "second_post", "confirm")}
    assert roster.findings[0].reason.startswith("与机关第 2 行张三重复")
    assert [person.get("refused", False) for person in roster.people] == [False, True, False]


def test_superior_in_a_refused_row_is_told_once() -> None:
    roster = read(row(), row(B="李四"), row(B="王五", C="A3", I="李四"))
    assert found(roster) == {(3, "C", "duplicate_staff_no", "error")}
    assert roster.people[2].get("superior_no") is None


def test_namesake_superiors() -> None:
    school = {"D": "云溪县第一小学", "E": "校领导"}
    roster = read(
        row(B="李四", C="A2"),
        row(B="李四", C="A3", **school),
        row(B="王五", C="A4", I="李四", **school),
        row(B="赵六", C="A5", I="李四", D="云溪县第二小学"),
    )
    assert found(roster) == {(4, "I", "ambiguous_person", "confirm"), (5, "I", "ambiguous_person", "confirm")}
    assert [person.get("superior_no") for person in roster.people] == [None, None, "A3", None]
    assert [person.get("same_name", False) for person in roster.people] == [True, True, False, False]


def test_superior_known_to_the_system_only() -> None:
    roster = read(row(I="李四"), row(B="王五", C="A3", I="赵六"), known_people={"李四": ["B1"], "赵六": ["B2", "B3"]})
    assert found(roster) == {(3, "I", "ambiguous_person", "confirm")}
    assert [person.get("superior_no") for person in roster.people] == ["B1", None]


def test_circle_of_three_and_somebody_below_it() -> None:
    roster = read(
        row(B="甲一", C="A1", I="乙二"),
        row(B="乙二", C="A2", I="丙三"),
        row(B="丙三", C="A3", I="甲一"),
        row(B="丁四", C="A4", I="甲一"),
    )
    assert found(roster) == {(number, "I", "superior_cycle", "error") for number in (2, 3, 4)}
    assert [person.get("superior_no") for person in roster.people] == [None, None, None, "A1"]
    assert roster.findings[0].reason.startswith("甲一、乙二、丙三互为直接上级")


def test_ambiguous_short_name_of_a_unit_is_asked() -> None:
    roster = read(
        row(D="柳庄镇中心小学"), row(C="A2", B="李四", D="柳庄乡实验小学"), row(C="A3", B="王五", D="柳庄小学")
    )
    assert found(roster) == {(4, "D", "ambiguous_unit", "error")}
    assert roster.findings[0].reason.startswith("可能是柳庄乡实验小学、柳庄镇中心小学")


def test_known_unit_wins_over_the_file() -> None:
    roster = read(row(D="一小"), known_units={"一小": "云溪县第一小学", "云溪县第一小学": "云溪县第一小学"})
    assert [person["unit"] for person in roster.people] == ["云溪县第一小学"]
    assert roster.short_names == {"一小": "云溪县第一小学"}


@pytest.mark.parametrize(
    ("spelling", "name", "answer"),
    [
        ("一中", "青榆县第一中学", True),
        ("第一中学", "第十一中学", False),
        ("双河九年制", "双河镇九年一贯制学校", True),
        ("中", "青榆县第一中学", False),
        ("青榆县第一中学", "一中", False),
        ("三中", "青榆县第一中学", False),
    ],
)
def test_short_for(spelling: str, name: str, answer: bool) -> None:
    assert short_for(spelling, name) is answer


def test_full_names_prefers_what_contains_the_spelling() -> None:
    assert full_names(["实验小学", "青榆县实验小学", "实验乡镇小学"], {})["实验小学"] == ["青榆县实验小学"]


def test_full_names_skips_what_is_short_itself() -> None:
    names = full_names(["一中", "县一中", "青榆县第一中学"], {})
    assert names == {"一中": ["青榆县第一中学"], "县一中": ["青榆县第一中学"], "青榆县第一中学": ["青榆县第一中学"]}


@pytest.mark.parametrize(
    ("value", "digits"),
    [(15400000001, "15400000001"), ("+86 154 0000 0001", "15400000001"), ("0351-1234567", "0351-1234567"),
     ("154-0000-0001", "15400000001"), ("无", None), ("１５４００００００01", "15400000001"), ("/", None)],
)  # fmt: skip
def test_phone(value: Any, digits: str | None) -> None:
    assert phone(value) == (digits, "")


@pytest.mark.parametrize(
    ("remark", "kind"), [("2026年退休", "left"), ("新任", "new"), ("轮岗", "moved"), ("两岗", None), (None, None)]
)
def test_change(remark: str | None, kind: str | None) -> None:
    assert change(remark) == kind


def test_plain_drops_what_cannot_be_seen() -> None:
    assert plain("\ufeff张\u200b三_x000D_ ") == "张三"
