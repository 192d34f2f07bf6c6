"""A campaign with its people, and items that reach a state by living: through real moves, never by setting columns."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from campaign.models import Campaign, Manifestation, Participant, ProblemType
from core import clock
from organization.models import Unit, User
from organization.scope import Role
from problems.actions.extension import move_extension
from problems.actions.filing import add_item, open_checklist, save_item
from problems.actions.item import move_item
from problems.actions.review import move_checklist
from problems.extension import ExtensionState
from problems.ledger import DeadlineKind, RectType, State
from problems.models import Checklist, Extension, Item
from tests.factories.organization import grant, make_bureau, make_school, make_unit, make_user

PROBLEM = "来文登记不及时，三月份有三件学校来文超过五个工作日没有办结，学校多次来电催问"


@dataclass
class World:
    """One bureau, two sections, one school and a person for every role."""

    bureau: Unit
    section: Unit
    other_section: Unit
    school: Unit
    campaign: Campaign
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError as missing:
            raise AttributeError(name) from missing

    def fresh(self, name: str) -> User:
        """The person as a new request would load him: roles resolved anew."""
        return User.objects.get(pk=self.people[name].pk)


#: key, name, unit, level, role, unit of the role
PEOPLE = (
    ("cadre", "梁思敏", "section", "staff", None, None),
    ("colleague", "罗启明", "section", "staff", None, None),
    ("head", "宋立平", "section", "section_head", Role.UNIT_HEAD, "section"),
    ("other_cadre", "段文博", "other_section", "staff", None, None),
    ("other_head", "姜雨彤", "other_section", "section_head", Role.UNIT_HEAD, "other_section"),
    ("teacher", "何志远", "school", "mid_level", None, None),
    ("principal", "唐佳慧", "school", "mid_level", Role.UNIT_HEAD, "school"),
    ("line_leader", "高建国", "bureau", "leadership", Role.LEADER, "section"),
    ("chief", "程卫东", "bureau", "leadership", Role.UNIT_HEAD, "bureau"),
    ("group_member", "周雅宁", "bureau", "leadership", Role.LEADER, "bureau"),
    ("office", "沈静", "other_section", "staff", Role.OFFICE, "bureau"),
    ("office_two", "顾明", "other_section", "staff", Role.OFFICE, "bureau"),
    ("supervisor", "韩冬", "other_section", "staff", Role.SUPERVISOR, "bureau"),
    ("discipline", "吴清", "bureau", "staff", Role.DISCIPLINE, "bureau"),
    ("auditor", "贺岚", None, "staff", Role.AUDITOR, "bureau"),
    ("liaison", "方圆", "section", "staff", Role.LIAISON, "section"),
    ("hr", "石磊", "other_section", "staff", Role.HR, "bureau"),
    ("admin", "任杰", None, "staff", Role.ADMIN, "bureau"),
)


def make_world(**campaign: Any) -> World:
    bureau = make_bureau(code="JY")
    units = {
        "bureau": bureau,
        "section": make_unit("办公室", bureau, code="JY01"),
        "other_section": make_unit("人事科", bureau, code="JY02"),
        "school": make_school("第一中学", parent=bureau, code="XX01"),
    }
    people = {}
    for key, name, unit, level, role, reach in PEOPLE:
        people[key] = make_user(name, units[unit] if unit else None, level=level, staff_no=key)
        if role and reach:
            grant(people[key], role, units[reach])
    running = make_campaign(**campaign)
    Participant.objects.bulk_create(
        Participant(campaign=running, user=user, unit=user.unit) for user in people.values() if user.unit
    )
    return World(bureau, units["section"], units["other_section"], units["school"], running, people)


def make_campaign(**fields: Any) -> Campaign:
    today = clock.today()
    given = {
        "code": "ZF2026",
        "name": "整治为官不为作风整顿",
        "start_on": today - dt.timedelta(days=60),
        "end_on": today + dt.timedelta(days=300),
        "lists_due_on": today + dt.timedelta(days=10),
        "head_files_first": False,
        **fields,
    }
    return Campaign.objects.create(**given)


def plain_type() -> ProblemType:
    return ProblemType.objects.get_or_create(code="test-plain", defaults={"name": "测试懒政怠政", "order": 90})[0]


def clue_type() -> ProblemType:
    return ProblemType.objects.get_or_create(
        code="test-clue", defaults={"name": "测试吃拿卡要", "clue_prone": True, "order": 91}
    )[0]


def write_item(checklist: Checklist, *, clue: bool = False, **values: Any) -> Item:
    """A problem that is ready for submission."""
    author = checklist.cadre
    item = add_item(checklist, by=author)
    kind = clue_type() if clue else plain_type()
    symptom, _ = Manifestation.objects.get_or_create(problem_type=kind, text="工作不用心")
    given = {
        "problem_type": kind,
        "problem": PROBLEM,
        "cause": "没有来文台账，靠个人记忆跟进",
        "goal": "来文五个工作日办结率达到九成五",
        "rect_type": RectType.TIME_LIMITED,
        "deadline_kind": DeadlineKind.DATE,
        "due_on": clock.today() + dt.timedelta(days=40),
        **values,
    }
    measures = [{"text": "建立收文登记台账", "done_sign": "台账启用", "due_on": clock.today() + dt.timedelta(days=10)}]
    return save_item(item, given, by=author, version=item.version, measures=measures, manifestations=[symptom])


def write_list(world: World, who: str = "cadre", *, count: int = 1, clue: bool = False, **values: Any) -> Checklist:
    checklist = open_checklist(world.campaign, by=world.fresh(who))
    for _ in range(count):
        write_item(checklist, clue=clue, **values)
    return checklist


def submitted_list(world: World, who: str = "cadre", **values: Any) -> Checklist:
    return move_checklist(write_list(world, who, **values), "submit", by=world.fresh(who))


def endorsed_list(world: World, who: str = "cadre", reviewer: str = "head", **values: Any) -> Checklist:
    return move_checklist(submitted_list(world, who, **values), "endorse", by=world.fresh(reviewer))


def entered_list(world: World, who: str = "cadre", reviewer: str = "head", **values: Any) -> Checklist:
    return move_checklist(endorsed_list(world, who, reviewer, **values), "enter", by=world.fresh("office"))


Steps = list[tuple[str, str, dict[str, Any]]]
REPORT: Steps = [("report_progress", "cadre", {"text": "台账已启用"})]
ASK: Steps = [*REPORT, ("request_close", "cadre", {"result": "办结率达到九成七", "after_value": "97%"})]
CONFIRM: Steps = [*ASK, ("confirm", "head", {})]
CLOSE: Steps = [*CONFIRM, ("close", "office", {"comment": "抽查属实"})]
ROAD: dict[str, Steps] = {
    State.PENDING: [],
    State.IN_PROGRESS: REPORT,
    State.CLOSURE_REQUESTED: ASK,
    State.UNIT_CONFIRMED: CONFIRM,
    State.VERIFYING: [*CONFIRM, ("take", "supervisor", {})],
    State.RETURNED: [*CONFIRM, ("reject", "office", {"comment": "缺少实施后的数据，请补充"})],
    State.CLOSED: CLOSE,
    State.STAGED_CLOSED: [*CONFIRM, ("close_stage", "office", {"comment": "本阶段属实"})],
    State.REOPENED: [
        *CLOSE,
        ("propose_reopen", "supervisor", {"comment": "回访发现又有超期"}),
        ("reopen", "office_two", {"comment": "情况属实", "due_on": dt.date(2099, 1, 1)}),
    ],
    State.SUSPENDED: [*REPORT, ("suspend", "office", {"comment": "长期病假"})],
    State.TRANSFERRED: [("transfer", "discipline", {"comment": "按线索处理"})],
    State.VOID: [("void", "office", {"comment": "与另一项重复"})],
}


def walk(world: World, item: Item, steps: Steps) -> Item:
    for name, who, data in steps:
        move_item(item, name, by=world.fresh(who), **data)
        item = Item.objects.get(pk=item.pk)
    return item


def item_in(world: World, state: str, **values: Any) -> Item:
    """An item of ``world.cadre`` that has lived its way into ``state``."""
    if state == State.STAGED_CLOSED:
        values = {"deadline_kind": DeadlineKind.DATE_THEN_ONGOING, **values}
    if state == State.TRANSFERRED:
        values = {"clue": True, **values}
    if state == State.LISTED:
        return submitted_list(world, **values).items.get()
    return walk(world, entered_list(world, **values).items.get(), ROAD[state])


EXTENSION_FORM: dict[str, Any] = {
    "reason_kind": "conditions",
    "reason": "暑期学校停课，回访无法按期完成",
    "progress": "台账已启用，已回访两所学校",
    "plan": "开学后两周内完成其余学校回访",
}


def extension_in(world: World, state: str) -> Extension:
    """A request for a later date in ``state``, by real moves."""
    item = item_in(world, State.IN_PROGRESS)
    until = item.due_on + dt.timedelta(days=20)
    move_item(item, "request_extension", by=world.fresh("cadre"), requested_due_on=until, **EXTENSION_FORM)
    extension = item.extensions.get()
    roads = {
        ExtensionState.UNIT_OPINION: [],
        ExtensionState.OFFICE_DECISION: [("sign", "head", "")],
        ExtensionState.GRANTED: [("sign", "head", ""), ("grant", "office", "同意")],
        ExtensionState.REFUSED: [("sign", "head", ""), ("refuse", "office", "理由不充分")],
        ExtensionState.WITHDRAWN: [("withdraw", "cadre", "")],
    }
    for name, who, comment in roads[ExtensionState(state)]:
        move_extension(extension, name, by=world.fresh(who), comment=comment)
    return Extension.objects.get(pk=extension.pk)
