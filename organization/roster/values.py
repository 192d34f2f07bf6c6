"""Cell texts to values of our own; each function answers (value, what is wrong or "")."""

from __future__ import annotations

import re

from core.sheets import Cell
from organization.roster.columns import plain

NOTHING = {"", "无", "/", "\\", "-", "--", "—", "——", "空"}
YES = {"是", "√", "✓", "✔", "☑", "1", "y", "yes", "true", "对", "班子成员", "中层", "中层以上"}
NO = {"否", "×", "✗", "x", "0", "n", "no", "false", "不是"} | NOTHING

#: Category words as offices write them, widest last.
CATEGORIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("参公", re.compile(r"参公|参照")),
    ("公务员", re.compile(r"公务员|^行政(编制?|人员)?$")),
    ("工勤", re.compile(r"工勤|^工人$|技工")),
    ("教师", re.compile(r"教师|专技|专业技术")),
    ("事业管理", re.compile(r"管理|^事业(编制?|人员)?$")),
)
CHANGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("left", re.compile(r"调出|退休|离职|辞职|辞退|离任|去世|病故|开除|停用")),
    ("moved", re.compile(r"调入|调动|转任|轮岗|交流")),
    ("new", re.compile(r"新任|新进|新增|新聘|新调|新录")),
)
MOBILE = re.compile(r"1\d{10}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,5})?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
STAFF_NO = re.compile(r"[A-Za-z0-9_-]{1,30}")


def text(value: Cell) -> str | None:
    shown = re.sub(r"\s+", " ", plain(value))
    return None if shown in NOTHING else shown


def name(value: Cell) -> str | None:
    """Offices space out two-character names so that they line up with the longer ones."""
    shown = re.sub(r"\s", "", plain(value))
    return None if shown in NOTHING else shown


def staff_no(value: Cell) -> tuple[str | None, str]:
    shown = re.sub(r"\s", "", plain(value))
    if not shown:
        return None, "每个人都要有工号，补上后重新检查"
    if not STAFF_NO.fullmatch(shown):
        return None, "工号只能是字母、数字和短横，改正后重新检查"
    return shown, ""


def phone(value: Cell) -> tuple[str | None, str]:
    shown = re.sub(r"[\s\u00a0]", "", plain(value))
    digits = re.sub(r"^(\+?86)(?=1\d{10}$)", "", shown.replace("-", "") if shown.startswith(("1", "+")) else shown)
    if not digits or digits in NOTHING:
        return None, ""
    if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits):
        return digits, ""
    size = len(re.sub(r"\D", "", digits))
    return None, f"手机号是 11 位，现在 {size} 位，补正后重新检查；此号码没有导入"


def flag(value: Cell) -> tuple[bool | None, str]:
    shown = plain(value).lower()
    if shown in YES:
        return True, ""
    if shown in NO:
        return False, ""
    return None, "写“是”或“否”，也可打 √ 或留空"


def category(value: Cell) -> tuple[str | None, str]:
    shown = re.sub(r"\s", "", plain(value))
    found = next((known for known, pattern in CATEGORIES if pattern.search(shown)), None)
    if shown and not found:
        return None, "写“公务员、参公、事业管理、教师、工勤”之一"
    return found, ""


def email(value: Cell) -> tuple[str | None, str]:
    shown = text(value)
    if shown and not EMAIL.fullmatch(shown):
        return None, "邮箱的写法是“名称@域名”，改正后重新检查；此邮箱没有导入"
    return shown, ""


def change(remark: str | None) -> str | None:
    """What the office says happened to the person: moved, new, left."""
    return next((kind for kind, pattern in CHANGES if remark and pattern.search(remark)), None)
