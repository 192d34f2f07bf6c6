"""A roster against the database: the plan, the confirmation, the second time."""

import datetime as dt
import io
import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from audit.models import AuditEntry
from core.sheets import read_sheets, write_rows
from organization import facts
from organization.actions import roster
from organization.models import Post, RoleAssignment, RosterImport, Unit, User
from organization.scope import Role
from tests.factories.organization import grant, make_bureau, make_school, make_unit, make_user
from tests.organization.samples import FIRST, UPDATE

pytestmark = pytest.mark.django_db

HEADER = ["姓名", "工号", "单位", "科室", "职务", "人员类别", "手机", "直接上级", "分管领导", "是否班子成员"]
HEADER += ["是否中层以上", "备注"]
BUREAU = "云溪县教育局"
CHIEF = ["钱局", "C1", BUREAU, "局领导", "局长", "公务员", "15400000001", "", "", "是", "是", ""]
DEPUTY = ["孙副", "C2", BUREAU, "局领导", "副局长", "公务员", "15400000002", "钱局", "钱局", "是", "是", ""]
HEAD = ["李主任", "S1", BUREAU, "办公室", "主任", "公务员", "15400000003", "孙副", "孙副", "否", "是", ""]
CLERK = ["周办", "S2", BUREAU, "办公室", "科员", "公务员", "15400000004", "李主任", "孙副", "否", "否", ""]
HEADMASTER = ["吴校长", "X1", "云溪县第一小学", "校领导", "校长", "教师", "15400000005", "孙副", "孙副", "是", "是", ""]
TEACHER = [
    "郑教导",
    "X2",
    "云溪县第一小学",
    "教导处",
    "主任",
    "教师",
    "15400000006",
    "吴校长",
    "吴校长",
    "否",
    "是",
    "",
]
EVERYBODY = [CHIEF, DEPUTY, HEAD, CLERK, HEADMASTER, TEACHER]


def changed(row: list[str], **cells: str) -> list[str]:
    return [cells.get(name, value) for name, value in zip(HEADER, row, strict=True)]


def preview(*rows: list[str], **options: Any) -> RosterImport:
    return roster.preview_roster(write_rows("名册", HEADER, rows), "名册.xlsx", by=None, **options)


def bring_in(*rows: list[str], **options: Any) -> RosterImport:
    batch = preview(*rows, **options)
    roster.confirm_roster(batch, by=None)
    return batch


def counts(batch: RosterImport) -> dict[str, int]:
    return {key: number for key, number in batch.report["counts"].items() if number and key != "unchanged"}


def section(batch: RosterImport, key: str) -> list[dict[str, str]]:
    return next(part["rows"] for part in batch.report["sections"] if part["key"] == key)


def kinds(batch: RosterImport) -> set[tuple[int, str]]:
    return {(finding["row"], finding["kind"]) for finding in batch.report["findings"]}


def superior(staff_no: str) -> str | None:
    above = facts.direct_superior(User.objects.get(staff_no=staff_no))
    return above.staff_no if above else None


def grants(staff_no: str) -> set[tuple[str, str]]:
    current = RoleAssignment.objects.current().filter(user__staff_no=staff_no)
    return {(grant.role, grant.unit.name) for grant in current.select_related("unit")}


def test_preview_writes_nothing_but_itself() -> None:
    preview(*EVERYBODY)
    assert (Unit.objects.count(), User.objects.count(), Post.objects.count(), RosterImport.objects.count()) == (
        0,
        0,
        0,
        1,
    )


def test_first_roster_builds_tree_people_roles_and_superiors() -> None:
    batch = bring_in(*EVERYBODY)
    assert counts(batch) == {"created": 6, "units": 3, "granted": 6}
    units = [(unit.code, unit.kind, unit.name, unit.depth) for unit in Unit.objects.order_by("path")]
    assert units == [
        ("JG", "bureau", BUREAU, 1),
        ("JG01", "section", "办公室", 2),
        ("XX01", "school", "云溪县第一小学", 2),
    ]
    people = User.objects.order_by("staff_no").values_list("staff_no", "unit__name", "level", "personnel_category")
    assert list(people) == [
        ("C1", BUREAU, "leadership", "civil_servant"),
        ("C2", BUREAU, "leadership", "civil_servant"),
        ("S1", "办公室", "section_head", "civil_servant"),
        ("S2", "办公室", "staff", "civil_servant"),
        ("X1", "云溪县第一小学", "mid_level", "professional"),
        ("X2", "云溪县第一小学", "mid_level", "professional"),
    ]
    assert [superior(number) for number in ("C1", "C2", "S1", "S2", "X1", "X2")] == [None, "C1", "C2", "S1", "C2", "X1"]
    assert grants("C1") == {("unit_head", BUREAU), ("leader", BUREAU)}
    assert grants("C2") == {("leader", "办公室"), ("leader", "云溪县第一小学")}
    assert grants("S1") == {("unit_head", "办公室")}
    assert User.objects.exclude(superior_override=None).count() == 0
    assert Post.objects.get(user__staff_no="X2").department == "教导处"
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert set(AuditEntry.objects.values_list("kind", flat=True)) == {"import", "role"}


def test_second_time_changes_nothing() -> None:
    bring_in(*EVERYBODY)
    again = bring_in(*EVERYBODY)
    assert again.report["is_empty"]
    assert counts(again) == {}
    assert again.report["counts"]["unchanged"] == 6


def test_move_level_phone_and_name_of_the_new_unit() -> None:
    with time_machine.travel("2026-03-01 09:00+08:00"):
        bring_in(*EVERYBODY)
        batch = RoleAssignment.objects.get(user__staff_no="S1", role=Role.UNIT_HEAD)
    with time_machine.travel("2026-09-10 09:00+08:00"):
        moved = changed(HEAD, 科室="人事股", 职务="股长", 手机="15400000033", 直接上级="钱局", 分管领导="孙副")
        update = bring_in(moved, changed(CLERK, 直接上级="", 职务="主任"))
    assert counts(update) == {"moved": 2, "changed": 2, "units": 1, "granted": 3, "ended": 1, "superiors": 2}
    assert section(update, "moved")[0] == {
        "who": "李主任", "staff_no": "S1", "before": "办公室 主任", "after": "人事股 股长",
    }  # fmt: skip
    person = User.objects.get(staff_no="S1")
    assert (person.phone, person.unit.name) == ("15400000033", "人事股")
    assert [(post.title, post.end_on) for post in person.posts.order_by("start_on")] == [
        ("主任", dt.date(2026, 9, 9)),
        ("股长", None),
    ]
    batch.refresh_from_db()
    assert batch.end_on == dt.date(2026, 9, 9)
    assert section(update, "superiors") == [
        {"who": "李主任", "staff_no": "S1", "before": "孙副", "after": "钱局"},
        {"who": "周办", "staff_no": "S2", "before": "李主任", "after": "孙副"},
    ]
    assert person.superior_override == User.objects.get(staff_no="C1")


def test_roles_given_by_hand_stay_and_those_of_the_left_unit_end() -> None:
    bring_in(*EVERYBODY)
    school, root = Unit.objects.get(code="XX01"), Unit.objects.get(code="JG")
    person = User.objects.get(staff_no="X2")
    grant(person, Role.LIAISON, school, reason="学校指定")
    grant(person, Role.SUPERVISOR, root, reason="抽调督查")
    bring_in(changed(TEACHER, 单位=BUREAU, 科室="办公室", 直接上级="李主任"))
    assert grants("X2") == {("supervisor", BUREAU)}


def test_full_roster_lets_the_missing_leave() -> None:
    me = make_user("管理员", make_bureau(BUREAU), staff_no="ADMIN")
    outside = make_user("无单位", staff_no="NOUNIT")
    bring_in(*EVERYBODY)
    User.objects.filter(staff_no="X1").update(superior_override=User.objects.get(staff_no="S2"))
    rows = [CHIEF, DEPUTY, HEAD]
    batch = roster.preview_roster(write_rows("名册", HEADER, rows), "全量.xlsx", by=me, full=True)
    assert {row["staff_no"] for row in section(batch, "left")} == {"S2", "X1", "X2"}
    roster.confirm_roster(batch, by=me)
    gone = User.objects.filter(is_active=False)
    assert {user.staff_no for user in gone} == {"S2", "X1", "X2"}
    assert grants("X1") == set()
    assert not Post.objects.filter(user__in=gone, end_on=None).exists()
    assert {me.staff_no, outside.staff_no} <= set(User.objects.active().values_list("staff_no", flat=True))


def test_leaving_in_words_and_coming_back() -> None:
    bring_in(*EVERYBODY)
    User.objects.filter(staff_no="X2").update(superior_override=User.objects.get(staff_no="S2"))
    batch = bring_in(changed(CLERK, 备注="9月退休"), ["新人", "N1", BUREAU, "办公室", "科员", *CLERK[5:11], "调出"])
    assert counts(batch) == {"left": 1}
    assert section(batch, "left") == [
        {"who": "周办", "staff_no": "S2", "before": "办公室 科员", "after": "停用账号，结束岗位和角色"}
    ]
    assert superior("X2") == "X1"
    back = bring_in(CLERK)
    assert counts(back) == {"moved": 1, "changed": 1}
    assert section(back, "changed") == [{"who": "周办 状态", "staff_no": "S2", "before": "停用", "after": "在用"}]
    assert section(back, "moved")[0]["before"] == "没有岗位"
    assert User.objects.get(staff_no="S2").left_on is None


def test_leaving_without_a_post() -> None:
    bring_in(*EVERYBODY)
    Post.objects.filter(user__staff_no="S2").delete()
    assert section(preview(changed(CLERK, 备注="调出")), "left")[0]["before"] == "没有岗位"


def test_superior_who_leaves_is_not_recorded() -> None:
    bring_in(*EVERYBODY)
    bring_in(changed(TEACHER, 直接上级="周办"))
    assert superior("X2") == "S2"
    batch = preview(changed(TEACHER, 直接上级=""), changed(CLERK, 备注="退休"))
    assert section(batch, "superiors") == [{"who": "郑教导", "staff_no": "X2", "before": "周办", "after": "吴校长"}]
    batch = preview(changed(TEACHER, 直接上级="周办"), changed(CLERK, 备注="退休"))
    assert section(batch, "superiors") == [{"who": "郑教导", "staff_no": "X2", "before": "周办", "after": "吴校长"}]


def test_blank_cells_erase_nothing() -> None:
    bring_in(*EVERYBODY)
    bring_in(changed(TEACHER, 直接上级="周办"))
    batch = preview(changed(TEACHER, 手机="", 人员类别="", 职务="", 直接上级=""))
    assert counts(batch) == {}
    assert kinds(batch) == {(2, "missing_phone")}


def test_name_of_another_person_is_not_taken() -> None:
    bring_in(*EVERYBODY)
    batch = preview(changed(CLERK, 姓名="别人"))
    assert kinds(batch) == {(2, "name_differs")}
    assert batch.report["findings"][0]["col"] == "B"
    assert counts(batch) == {}


def test_second_post_and_its_end() -> None:
    with time_machine.travel("2026-03-01 09:00+08:00"):
        second = [*HEAD[:2], "云溪县第一小学", "校领导", "挂职副校长", *HEAD[5:]]
        batch = bring_in(*EVERYBODY, second)
        assert counts(batch)["seconds"] == 1
        assert kinds(batch) == {(8, "second_post")}
        assert counts(bring_in(*EVERYBODY, second)) == {}
    posts = Post.objects.filter(user__staff_no="S1", is_main=False)
    assert [(post.unit.name, post.title) for post in posts] == [("云溪县第一小学", "挂职副校长")]
    assert grants("X1") == {("unit_head", "云溪县第一小学")}
    assert counts(bring_in(*EVERYBODY)) == {}
    with time_machine.travel("2026-09-01 09:00+08:00"):
        ended = bring_in(*EVERYBODY, full=True)
    assert section(ended, "seconds_ended") == [
        {"who": "李主任", "staff_no": "S1", "before": "云溪县第一小学 挂职副校长"}
    ]
    assert posts.get().end_on == dt.date(2026, 8, 31)


def test_short_names_become_names_of_the_unit() -> None:
    bring_in(*EVERYBODY)
    Unit.objects.filter(code="XX01").update(short_name="", aliases=[])
    batch = bring_in(changed(HEADMASTER, 单位="一小"), changed(TEACHER, 单位="县一小"))
    assert counts(batch) == {"spellings": 1}
    school = Unit.objects.get(code="XX01")
    assert (school.short_name, school.aliases) == ("一小", ["县一小"])
    again = bring_in(changed(HEADMASTER, 单位="云溪一小"))
    assert section(again, "spellings") == [{"who": "云溪县第一小学", "after": "云溪一小"}]
    assert Unit.objects.get(code="XX01").aliases == ["县一小", "云溪一小"]


def test_short_names_of_sections_and_of_the_bureau() -> None:
    bring_in(*EVERYBODY, [*CLERK[:1], "S3", BUREAU, "计划财务股", *CLERK[4:]])
    batch = bring_in(changed(CLERK, 工号="S3", 科室="计财股"), changed(HEAD, 单位="县教育局"))
    assert counts(batch) == {"spellings": 2}
    assert Unit.objects.get(name="计划财务股").short_name == "计财股"
    assert Unit.objects.get(code="JG").short_name == "县教育局"


def test_ambiguous_section_is_asked() -> None:
    bring_in(*EVERYBODY, changed(CLERK, 工号="S3", 科室="计划财务股"), changed(CLERK, 工号="S4", 科室="审计财务股"))
    batch = preview(changed(CLERK, 科室="财务股"))
    assert kinds(batch) == {(2, "ambiguous_unit")}
    assert counts(batch) == {}


def test_other_bureau_and_closed_unit_are_refused() -> None:
    bring_in(*EVERYBODY)
    Unit.objects.filter(code="XX01").update(closed_on=dt.date(2026, 1, 1))
    Unit.objects.filter(code="JG01").update(closed_on=dt.date(2026, 1, 1))
    batch = preview(changed(CLERK, 单位="云溪县体育局"), TEACHER, HEAD)
    assert {(finding["row"], finding["col"], finding["kind"]) for finding in batch.report["findings"]} == {
        (2, "C", "other_bureau"),
        (3, "C", "closed_unit"),
        (4, "D", "closed_unit"),
    }


def test_codes_go_on_where_they_ended() -> None:
    root = make_bureau(BUREAU, code="JG")
    make_unit("办公室", root, code="JG01")
    make_school("云溪县第一小学", code="XX02")
    bring_in(*EVERYBODY, changed(CLERK, 工号="S3", 科室="人事股"), changed(TEACHER, 工号="X3", 单位="云溪县第二小学"))
    codes = dict(Unit.objects.values_list("name", "code"))
    assert (codes["人事股"], codes["云溪县第二小学"]) == ("JG02", "XX01")


def test_file_without_a_bureau_in_an_empty_system() -> None:
    with pytest.raises(roster.RosterRefused, match="名册里的局机关没有"):
        preview(HEADMASTER, TEACHER)
    with pytest.raises(roster.RosterRefused, match="有 2 个：云溪县体育局、云溪县教育局"):
        preview(CHIEF, changed(CLERK, 单位="云溪县体育局"))


def test_bureau_is_known_by_its_leaders() -> None:
    bring_in(changed(CHIEF, 单位="云溪教体中心"), changed(CLERK, 单位="云溪教体中心", 科室="", 直接上级=""))
    assert [unit.name for unit in Unit.objects.all()] == ["云溪教体中心"]
    assert superior("S2") == "C1"
    assert User.objects.get(staff_no="S2").level == User.Level.STAFF


def test_nobody_to_read() -> None:
    with pytest.raises(roster.RosterRefused, match="没有读到人员：“说明”没有找到表头"):
        roster.preview_roster(write_rows("说明", ["填表说明"], []), "a.xlsx", by=None)


def test_roster_of_one_school_finds_its_line_in_the_system() -> None:
    bring_in(CHIEF, DEPUTY)
    bring_in(HEADMASTER, TEACHER)
    assert grants("X1") == {("unit_head", "云溪县第一小学")}
    assert grants("C2") == {("leader", "云溪县第一小学")}
    assert superior("X1") == "C2"


def test_head_whose_superior_is_open_is_known_by_the_title() -> None:
    bring_in(CHIEF, DEPUTY, changed(HEAD, 直接上级=""), changed(CLERK, 直接上级=""))
    assert grants("S1") == {("unit_head", "办公室")}
    assert superior("S2") == "S1"


def test_unit_without_a_head_keeps_its_line_open() -> None:
    bring_in(CHIEF, changed(TEACHER, 直接上级="", 分管领导=""))
    assert grants("X2") == set()
    assert superior("X2") == "C1"


def test_head_changes_with_the_next_roster() -> None:
    bring_in(*EVERYBODY)
    with time_machine.travel(dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=40)):
        bring_in(changed(HEAD, 职务="副主任", 直接上级="周办"), changed(CLERK, 职务="主任", 直接上级="孙副"))
        assert grants("S1") == set()
        assert grants("S2") == {("unit_head", "办公室")}
        assert (superior("S1"), superior("S2")) == ("S2", "C2")
        assert User.objects.get(staff_no="S2").level == User.Level.SECTION_HEAD


def test_circle_falls_back_to_the_tree() -> None:
    rows = [CHIEF, DEPUTY, changed(HEADMASTER, 直接上级="郑教导"), TEACHER]
    batch = bring_in(*rows)
    assert kinds(batch) == {(4, "superior_cycle"), (5, "superior_cycle")}
    assert (superior("X1"), superior("X2")) == ("C2", "X1")
    User.objects.filter(staff_no="X2").update(superior_override=User.objects.get(staff_no="C1"))
    assert section(preview(*rows), "superiors") == [
        {"who": "郑教导", "staff_no": "X2", "before": "钱局", "after": "吴校长"}
    ]


def test_level_without_the_two_columns() -> None:
    header = HEADER[:9]
    rows = [row[:9] for row in (CHIEF, DEPUTY, HEADMASTER, TEACHER)]
    batch = roster.preview_roster(write_rows("名册", header, rows), "a.xlsx", by=None)
    roster.confirm_roster(batch, by=None)
    levels = dict(User.objects.values_list("staff_no", "level"))
    assert levels == {"C1": "leadership", "C2": "leadership", "X1": "mid_level", "X2": "staff"}


def test_bad_phone_is_left_out_and_told() -> None:
    batch = bring_in(*EVERYBODY[:3], changed(CLERK, 手机="154"))
    assert kinds(batch) == {(5, "bad_phone")}
    assert User.objects.get(staff_no="S2").phone == ""


def test_namesake_is_asked_once() -> None:
    rows = [*EVERYBODY, changed(HEADMASTER, 工号="X9", 单位="云溪县第二小学", 直接上级="孙副")]
    rows.append(["王教导", "X8", "云溪县第二小学", "教导处", "主任", *TEACHER[5:]])
    first = bring_in(*rows)
    assert (9, "ambiguous_person") in kinds(first)
    # The tree says the same, so nothing was recorded and the question stays; once recorded it is settled.
    User.objects.filter(staff_no="X8").update(superior_override=User.objects.get(staff_no="X1"))
    assert (9, "ambiguous_person") not in kinds(preview(*rows))


def test_people_changed_between_preview_and_confirmation() -> None:
    batch = preview(*EVERYBODY)
    bring_in(*EVERYBODY)
    with pytest.raises(roster.RosterRefused, match="预览之后机构人员有变动"):
        roster.confirm_roster(batch, by=None)
    batch.refresh_from_db()
    assert batch.state == RosterImport.State.PREVIEWED


def test_confirmed_once_only() -> None:
    batch = bring_in(*EVERYBODY)
    with pytest.raises(roster.RosterRefused, match="已经处理过"):
        roster.confirm_roster(batch, by=None)
    roster.discard_roster(batch)
    batch.refresh_from_db()
    assert batch.state == RosterImport.State.CONFIRMED


def test_discarded_preview_forgets_the_people() -> None:
    batch = preview(*EVERYBODY)
    roster.discard_roster(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.rows) == (RosterImport.State.DISCARDED, [])


def test_first_passwords_open_each_account_once(rf: Any) -> None:
    batch = bring_in(*EVERYBODY)
    old = roster.issue_first_passwords(batch, by=None)
    rows = roster.issue_first_passwords(batch, by=None)
    assert [row[:3] for row in rows] == [row[:3] for row in old]
    assert {row[2] for row in rows} == {"C1", "C2", "S1", "S2", "X1", "X2"}
    assert len({row[3] for row in rows + old}) == 12
    person = User.objects.get(staff_no="S2")
    [code] = [row[3] for row in rows if row[2] == "S2"]
    [void] = [row[3] for row in old if row[2] == "S2"]
    request = rf.post("/login/")
    assert authenticate(request, username="S2", password=void) is None
    assert authenticate(request, username="S2", password=code) == person
    person.refresh_from_db()
    assert person.must_change_password
    assert not person.password.startswith("activation$")
    User.objects.update(last_login=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert roster.issue_first_passwords(batch, by=None) == []


def test_code_written_small_or_under_an_older_key(settings: Any) -> None:
    batch = bring_in(*EVERYBODY)
    code = roster.issue_first_passwords(batch, by=None)[0][3]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert User.objects.get(staff_no="C1").check_password(f" {code.lower()} ")


def test_samples_one_after_the_other(capsys: Any) -> None:
    start = process_time()
    call_command("import_roster", str(FIRST), "--confirm")
    assert process_time() - start < 2
    numbers = set(User.objects.values_list("staff_no", flat=True))
    assert (len(numbers), Unit.objects.count()) == (314, 36)
    assert counts(roster.preview_roster(FIRST.read_bytes(), FIRST.name, by=None)) == {}
    expected = json.loads(UPDATE.with_name(f"{UPDATE.stem}.expected.json").read_text(encoding="utf-8"))
    items = [item for sheet in expected["sheets"] for item in sheet["items"]]
    update = roster.preview_roster(UPDATE.read_bytes(), UPDATE.name, by=None, full=True)
    assert {row["staff_no"] for row in section(update, "left")} == set(expected["left"])
    assert {row["staff_no"] for row in section(update, "moved")} == {i["staff_no"] for i in items if "moved_from" in i}
    moved_from = {row["staff_no"]: row["before"].split()[0] for row in section(update, "moved")}
    assert moved_from == {item["staff_no"]: item["moved_from"] for item in items if "moved_from" in item}
    assert {row["staff_no"] for row in section(update, "created")} == {i["staff_no"] for i in items} - numbers
    assert {finding["kind"] for finding in update.report["findings"]} == {"missing_phone"}
    roster.confirm_roster(update, by=None)
    again = roster.preview_roster(UPDATE.read_bytes(), UPDATE.name, by=None, full=True)
    assert again.report["is_empty"]


def run(*arguments: str, capsys: Any) -> str:
    call_command("import_roster", *arguments)
    return capsys.readouterr().out


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(write_rows("名册", HEADER, [*EVERYBODY, changed(CLERK, 工号="S9", 手机="154")]))
    return str(path)


def test_command_tells_and_writes_nothing(file: str, capsys: Any) -> None:
    text = run(file, capsys=capsys)
    assert "新增人员：7" in text
    assert "名册 第 8 行 G 列“手机”为“154”" in text
    assert "没有写入" in text
    assert (User.objects.count(), RosterImport.objects.count()) == (0, 0)


def test_command_answers_json(file: str, capsys: Any) -> None:
    answer = json.loads(run(file, "--json", "--dry-run", capsys=capsys))
    assert (answer["confirmed"], answer["item_count"], answer["counts"]["created"]) == (False, 7, 7)
    [sheet] = answer["sheets"]
    assert (sheet["header_row"], len(sheet["items"]), [error["kind"] for error in sheet["errors"]]) == (
        1,
        7,
        ["bad_phone"],
    )


def test_command_confirms_and_hands_out_passwords(file: str, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "密码.xlsx"
    assert "已写入" in run(file, "--confirm", "--passwords", str(target), capsys=capsys)
    [sheet] = read_sheets(target.read_bytes(), target.name)
    assert sheet.rows[0] == ["单位", "姓名", "工号（登录账号）", "初始密码"]
    assert {row[2] for row in sheet.rows[1:]} == {"C1", "C2", "S1", "S2", "S9", "X1", "X2"}
    assert target.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["/nowhere/名册.xlsx"], "打不开文件"),
        ([str(Path(__file__))], "这不是 Excel 文件"),
        ([str(FIRST), "--passwords", "a.xlsx"], "要和 --confirm 一起用"),
    ],
)
def test_command_refuses_with_two(arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("import_roster", *arguments)
    assert refused.value.returncode == 2


def test_command_names_the_sheets_that_it_did_not_read(tmp_path: Path, capsys: Any) -> None:
    book = load_workbook(io.BytesIO(write_rows("名册", [*HEADER, "", "籍贯"], EVERYBODY)))
    book.create_sheet("说明").append(["填表说明"])
    path = tmp_path / "两表.xlsx"
    book.save(path)
    assert "工作表“说明”没有读：没有找到表头" in run(str(path), capsys=capsys)


def test_person_who_gets_a_superior_above_nobody() -> None:
    bring_in(*EVERYBODY)
    User.objects.filter(staff_no="C1").update(superior_override=User.objects.get(staff_no="C2"))
    assert section(preview(changed(CHIEF, 直接上级="周办")), "superiors") == [
        {"who": "钱局", "staff_no": "C1", "before": "孙副", "after": "周办"}
    ]
    RoleAssignment.objects.all().delete()
    assert section(preview(changed(CLERK, 直接上级="钱局")), "superiors") == [
        {"who": "周办", "staff_no": "S2", "before": "无", "after": "钱局"}
    ]
