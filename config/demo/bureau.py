"""The demo bureau: units, people with posts, roles and the superiors that follow from them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from config.demo import names
from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import Role

Level, Category = User.Level, User.Category
TITLES = ("副科长", "四级主任科员", "一级科员", "二级科员", "科员", "干事")
SCHOOL_TITLES = ("副校长", "教导主任", "总务主任", "德育主任", "教科室主任", "办公室主任", "年级主任", "工会主席")
LEADER_TITLES = ("党委书记、局长", "党委副书记、副局长", "副局长", "副局长", "党委委员、总督学", "纪检组长", "工会主席")
SECTION_STAFF = (9, 12)
SCHOOL_STAFF = (7, 9)


@dataclass
class Bureau:
    """Everybody by place; ``boss`` is who holds the first gate for a person."""

    root: Unit
    sections: list[Unit] = field(default_factory=list)
    schools: list[Unit] = field(default_factory=list)
    leaders: list[User] = field(default_factory=list)
    staff: dict[int, list[User]] = field(default_factory=dict)
    extra: dict[str, User] = field(default_factory=dict)
    people: list[User] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    grants: list[RoleAssignment] = field(default_factory=list)
    line: dict[int, User] = field(default_factory=dict)

    @property
    def chief(self) -> User:
        return self.leaders[0]

    @property
    def office(self) -> list[User]:
        """Two persons of two sections, for nobody passes both gates and nobody decides about himself."""
        return [self.staff[self.sections[1].pk][1], self.staff[self.sections[0].pk][2]]

    def head(self, unit: Unit) -> User:
        return self.staff[unit.pk][0]

    def boss(self, person: User) -> User:
        """One level up: unit head, line leader, chief, and for the chief the deputy of the leading group."""
        if person == self.chief:
            return self.leaders[1]
        if person in self.leaders:
            return self.chief
        unit = person.unit
        assert unit is not None
        return self.line[unit.pk] if person == self.head(unit) else self.head(unit)


class Builder:
    """Collects rows in memory and writes them in a few statements."""

    def __init__(self, rng: random.Random, since: dt.date) -> None:
        self.rng, self.since = rng, since
        self.names: Iterator[str] = names.people(rng)
        self.number = 0
        self.unusable = make_password(None)

    def build(self) -> Bureau:
        root = Unit.objects.add_root(
            {"kind": Unit.Kind.BUREAU, "code": "SL00", "name": "示例县教育局", "short_name": "局领导", "order": 0}
        )
        bureau = Bureau(root)
        for place, name in enumerate(names.SECTIONS, 1):
            bureau.sections.append(self.unit(root, Unit.Kind.SECTION, f"SL{place:02d}", name, place))
        for place, name in enumerate(names.schools(), 1):
            bureau.schools.append(self.unit(root, Unit.Kind.SCHOOL, f"XX{place:02d}", name, 100 + place))
        self.fill(bureau)
        User.objects.bulk_create(bureau.people)
        Post.objects.bulk_create(bureau.posts)
        self.grant_roles(bureau)
        RoleAssignment.objects.bulk_create(bureau.grants)
        return bureau

    def unit(self, root: Unit, kind: str, code: str, name: str, order: int) -> Unit:
        root.refresh_from_db()
        short = name.removeprefix("示例县") if kind == Unit.Kind.SCHOOL else ""
        fields = {"kind": kind, "code": code, "name": name, "short_name": short, "order": order}
        return Unit.objects.add_child(root, fields)

    def fill(self, bureau: Bureau) -> None:
        for title in LEADER_TITLES:
            bureau.leaders.append(
                self.person(bureau, bureau.root, title, Level.LEADERSHIP_MEMBER, Category.CIVIL_SERVANT)
            )
        for unit in bureau.sections:
            count = self.rng.randint(*SECTION_STAFF)
            bureau.staff[unit.pk] = [self.section_member(bureau, unit, place) for place in range(count)]
        for unit in bureau.schools:
            count = self.rng.randint(*SCHOOL_STAFF)
            bureau.staff[unit.pk] = [self.school_member(bureau, unit, place) for place in range(count)]
        clerk = self.person(bureau, bureau.schools[0], "校办干事", Level.STAFF, Category.PROFESSIONAL)
        auditor = self.person(bureau, None, "市级工作组", Level.STAFF, Category.CIVIL_SERVANT)
        admin = self.person(bureau, None, "系统管理", Level.STAFF, Category.INSTITUTION_MANAGEMENT)
        bureau.extra = {"liaison": clerk, "auditor": auditor, "admin": admin}

    def section_member(self, bureau: Bureau, unit: Unit, place: int) -> User:
        if place == 0:
            title = "主任" if unit.name.endswith(("室", "中心")) else "科长"
            return self.person(bureau, unit, title, Level.SECTION_HEAD, Category.CIVIL_SERVANT)
        category = self.rng.choice((Category.CIVIL_SERVANT, Category.REFERENCE, Category.INSTITUTION_MANAGEMENT))
        return self.person(bureau, unit, TITLES[min(place - 1, len(TITLES) - 1)], Level.STAFF, category)

    def school_member(self, bureau: Bureau, unit: Unit, place: int) -> User:
        head = "园长" if unit.name.endswith("幼儿园") else "校长"
        title = head if place == 0 else SCHOOL_TITLES[(place - 1) % len(SCHOOL_TITLES)]
        if head == "园长":
            title = title.replace("副校长", "副园长")
        return self.person(bureau, unit, title, Level.MID_LEVEL_OR_ABOVE, Category.PROFESSIONAL)

    def person(self, bureau: Bureau, unit: Unit | None, title: str, level: str, category: str) -> User:
        self.number += 1
        user = User(
            staff_no=f"SL{self.number:04d}",
            name=next(self.names),
            unit=unit,
            level=level,
            personnel_category=category,
            password=self.unusable,
            must_change_password=False,
            joined_on=self.since,
        )
        bureau.people.append(user)
        if unit is not None:
            bureau.posts.append(Post(user=user, unit=unit, title=title, start_on=self.since))
        return user

    def grant_roles(self, bureau: Bureau) -> None:
        root, sections = bureau.root, bureau.sections
        for unit in [*sections, *bureau.schools]:
            self.grant(bureau, bureau.head(unit), Role.UNIT_HEAD, unit)
        # The chief and his deputy see the whole bureau; the others their line.
        self.grant(bureau, bureau.chief, Role.UNIT_HEAD, root)
        self.grant(bureau, bureau.chief, Role.LEADER, root)
        self.grant(bureau, bureau.leaders[1], Role.LEADER, root)
        deputies = bureau.leaders[2:5]
        for place, unit in enumerate([*sections, *bureau.schools]):
            # The office's two sections and every third unit belong to the first deputy's line.
            bureau.line[unit.pk] = deputies[0] if place < 2 else deputies[place % len(deputies)]
            self.grant(bureau, bureau.line[unit.pk], Role.LEADER, unit)
        for person in bureau.office:
            self.grant(bureau, person, Role.OFFICE, root)
        self.grant(bureau, bureau.staff[sections[6].pk][1], Role.SUPERVISOR, root)
        self.grant(bureau, bureau.staff[sections[9].pk][1], Role.DISCIPLINE, root)
        self.grant(bureau, bureau.staff[sections[1].pk][3], Role.HR, root)
        self.grant(bureau, bureau.extra["liaison"], Role.LIAISON, bureau.schools[0])
        self.grant(bureau, bureau.extra["auditor"], Role.AUDITOR, root)
        self.grant(bureau, bureau.extra["admin"], Role.ADMIN, root)

    def grant(self, bureau: Bureau, user: User, role: str, unit: Unit) -> None:
        bureau.grants.append(RoleAssignment(user=user, role=role, unit=unit, start_on=self.since))


def gate(bureau: Bureau, person: User) -> tuple[str, Unit]:
    """(role, unit) of the first gate, as ``problems.facts.reviewer_of`` finds it for a bureau without vacancies."""
    unit = person.unit
    assert unit is not None
    if person == bureau.chief:
        return Role.LEADER, bureau.root
    if person in bureau.leaders:
        return Role.UNIT_HEAD, bureau.root
    return (Role.LEADER, unit) if person == bureau.head(unit) else (Role.UNIT_HEAD, unit)
