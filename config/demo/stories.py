"""What can have become of an item by today: each story walks a life from entering the ledger to now."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from config.demo.life import Life
from organization.models import User
from problems.extension import ExtensionState

RETURN_REASONS = (
    "只有开头一周的数据，补两周以上的统计后再申请",
    "措施第二条没有看到落实的记录，补上后再申请",
    "成效与目标对不上，写清整改后的数字是多少",
    "佐证是通知，不是结果，补办结记录",
)
REPORTS = (
    "已按第一条措施做起来，本周开始执行",
    "第一条措施完成，正在做第二条，数据逐周在好转",
    "措施基本落实，正在收集整改后的数据",
)


@dataclass
class Crew:
    """Who acts on this item besides the responsible person."""

    boss: User
    closer: User
    second: User
    supervisor: User
    discipline: User
    successor: User


Story = Callable[[Life, Crew, random.Random], None]


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def reports(life: Life, until: dt.date, count: int) -> None:
    """Progress spread over the time from entering to ``until``."""
    start = life.clock.workday(life.item.entered_on)
    for step in range(count):
        day = start + (until - start) * (step + 1) // (count + 1)
        life.report(day, REPORTS[min(step, 2)], (30, 60, 85)[min(step, 2)], step)


def closing_day(life: Life, rng: random.Random) -> dt.date:
    """Some weeks after entering, and not in the last days."""
    start, today = life.item.entered_on, life.clock.today
    longest = max(12, min(120, (today - start).days - 8))
    return start + days(rng.randint(min(10, longest - 1), longest))


def closed(life: Life, crew: Crew, rng: random.Random) -> None:
    day = closing_day(life, rng)
    plan_due(life, day, rng)
    reports(life, day - days(6), rng.randint(1, 3))
    life.ask(day - days(5))
    life.confirm(day - days(3), crew.boss)
    life.close("close", day, crew.closer, "现场抽查，情况属实")


def closed_after_return(life: Life, crew: Crew, rng: random.Random) -> None:
    day = closing_day(life, rng)
    plan_due(life, day, rng)
    reports(life, day - days(10), 1)
    life.ask(day - days(9), good=False)
    life.confirm(day - days(8), crew.boss)
    life.turn_back("reject", day - days(6), crew.closer, rng.choice(RETURN_REASONS))
    life.ask(day - days(4))
    life.confirm(day - days(2), crew.boss)
    life.close("close", day, crew.closer, "补充的材料与目标对得上")


def plan_due(life: Life, day: dt.date, rng: random.Random) -> None:
    """Nine of ten were on time."""
    if life.item.due_on is None or life.item.rect_type != "immediate":
        life.set_due(min(day + days(rng.choice((3, 7, 14, 20, 30, 40, 50, 60, 80, -4))), life.campaign.end_on))


def staged(life: Life, crew: Crew, rng: random.Random) -> None:
    day = closing_day(life, rng)
    life.set_due(min(day + days(12), life.campaign.end_on))
    reports(life, day - days(6), 2)
    life.ask(day - days(5))
    life.confirm(day - days(3), crew.boss)
    life.close("close_stage", day, crew.closer, "本阶段目标已达到，继续坚持")
    if life.clock.today - day > days(30):
        life.standing(day + days(25), "本月继续执行，没有反弹")


def working(least: int, most: int, count: int = 2) -> Story:
    """In hand, due between ``least`` and ``most`` days from today."""

    def story(life: Life, crew: Crew, rng: random.Random) -> None:
        life.set_due(min(life.clock.today + days(rng.randint(least, most)), life.campaign.end_on))
        reports(life, life.clock.today - days(rng.choice((1, 3, 6, 9, 12, 20))), count)
        if most < 0 and rng.random() < 0.5:
            life.urge(life.clock.ago(2), crew.closer)

    return story


def waiting(life: Life, crew: Crew, rng: random.Random) -> None:
    """Just entered and not begun."""
    if life.item.rect_type != "immediate":
        life.set_due(min(life.clock.today + days(rng.randint(12, 60)), life.campaign.end_on))


def lasting(life: Life, crew: Crew, rng: random.Random) -> None:
    life.item.deadline_kind, life.item.rect_type = "ONGOING", "ongoing"
    life.set_due(None)
    reports(life, life.clock.ago(3), 3)


def near(life: Life, rng: random.Random) -> None:
    """A date soon enough that closing is asked for about now."""
    life.set_due(min(life.clock.today + days(rng.randint(2, 25)), life.campaign.end_on))


def asked(life: Life, crew: Crew, rng: random.Random) -> None:
    near(life, rng)
    reports(life, life.clock.ago(6), 2)
    life.ask(life.clock.ago(rng.randint(1, 3)))


def confirmed(least: int, most: int) -> Story:
    def story(life: Life, crew: Crew, rng: random.Random) -> None:
        since = rng.randint(least, most)
        near(life, rng)
        reports(life, life.clock.ago(since + 5), 2)
        life.ask(life.clock.ago(since + 1))
        life.confirm(life.clock.ago(since), crew.boss)

    return story


def verifying(life: Life, crew: Crew, rng: random.Random) -> None:
    confirmed(2, 2)(life, crew, rng)
    life.take(life.clock.ago(1), crew.supervisor)


def returned(life: Life, crew: Crew, rng: random.Random) -> None:
    life.set_due(min(life.clock.today + days(rng.randint(-2, 4)), life.campaign.end_on))
    reports(life, life.clock.ago(8), 1)
    life.ask(life.clock.ago(6), good=False)
    life.confirm(life.clock.ago(5), crew.boss)
    life.turn_back("reject", life.clock.ago(rng.randint(1, 3)), crew.closer, rng.choice(RETURN_REASONS))


def reopened(life: Life, crew: Crew, rng: random.Random) -> None:
    long_closed(life, crew)
    life.propose(life.clock.ago(18), crew.supervisor, "回访发现又有超期，问题反弹")
    life.reopen(life.clock.ago(16), crew.second, "情况属实，重新整改", life.clock.today + days(rng.randint(10, 40)))
    if rng.random() < 0.5:
        life.report(life.clock.ago(9), "重新制定了提醒办法，正在执行", 40)


def reopening(life: Life, crew: Crew, rng: random.Random) -> None:
    long_closed(life, crew)
    life.propose(life.clock.ago(2), crew.supervisor, "群众回访反映问题又出现，建议重开")


def long_closed(life: Life, crew: Crew) -> None:
    day = max(life.clock.ago(60), life.item.entered_on + days(8))
    life.set_due(day + days(10))
    reports(life, day - days(5), 1)
    life.ask(day - days(4))
    life.confirm(day - days(3), crew.boss)
    life.close("close", day, crew.closer, "抽查属实")


def suspended(life: Life, crew: Crew, rng: random.Random) -> None:
    life.set_due(life.clock.today + days(20))
    life.report(life.clock.ago(35), REPORTS[0], 30)
    life.end("suspend", life.clock.ago(20), crew.closer, "本人长期病假，暂停计时")


def void(life: Life, crew: Crew, rng: random.Random) -> None:
    life.set_due(life.clock.today + days(30))
    life.end("void", life.clock.ago(25), crew.closer, "与同科室另一项重复，合并办理")


def transferred(life: Life, crew: Crew, rng: random.Random) -> None:
    life.set_due(life.clock.today + days(30))
    life.end("transfer", life.clock.ago(30), crew.discipline, "按线索管理规定移交")


def handing(life: Life, crew: Crew, rng: random.Random) -> None:
    working(10, 40)(life, crew, rng)
    life.hand_over(life.clock.ago(2), crew.closer, crew.successor, "岗位调整，此项工作由接手人继续")


def extension(state: str, least: int = 8, most: int = 15) -> Story:
    """Working and asking for a later date, which may already have been answered."""

    def story(life: Life, crew: Crew, rng: random.Random) -> None:
        today, end = life.clock.today, life.campaign.end_on
        due_on = min(today + days(rng.randint(least, most)), end - days(31))
        life.set_due(due_on)
        reports(life, life.clock.ago(5), 2)
        life.extend(life.clock.ago(rng.randint(1, 2)), min(due_on + days(30), end), state, crew.closer)

    return story


#: Story and how many of a thousand items it tells.
STORIES: dict[str, tuple[Story, int]] = {
    "closed": (closed, 500),
    "closed_after_return": (closed_after_return, 80),
    "staged": (staged, 40),
    "green": (working(9, 140), 194),
    "lasting": (lasting, 20),
    "amber": (working(0, 6), 14),
    "red": (working(-30, -1), 20),
    "deep_red": (working(-42, -31), 2),
    "waiting": (waiting, 18),
    "asked": (asked, 6),
    "confirmed": (confirmed(1, 3), 24),
    "due_today": (confirmed(5, 5), 3),
    "late_review": (confirmed(6, 9), 4),
    "verifying": (verifying, 10),
    "returned": (returned, 16),
    "reopened": (reopened, 6),
    "reopening": (reopening, 3),
    "suspended": (suspended, 6),
    "void": (void, 7),
    "handing": (handing, 2),
    "extension_unit": (extension(ExtensionState.UNIT_OPINION), 4),
    "extension_office": (extension(ExtensionState.OFFICE_DECISION), 6),
    "extended": (extension(ExtensionState.GRANTED), 10),
    "extension_refused": (extension(ExtensionState.REFUSED), 3),
    "transferred": (transferred, 1),
}
#: Stories of problems that hang on with periodic reports, and of clues.
LASTING_STORIES = frozenset({"staged", "lasting"})
CLUE_STORIES = frozenset({"transferred"})
#: Stories that only a list entered in the last days can tell.
RECENT_STORIES = frozenset({"waiting"})
