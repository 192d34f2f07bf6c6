"""One problem list lives, from the first line to its place in the ledger."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from campaign.models import Campaign, ProblemType
from config.demo.book import Book, Clock, date_of
from config.demo.bureau import Bureau, gate
from config.demo.life import Life, clocked
from config.demo.stories import CLUE_STORIES, LASTING_STORIES, RECENT_STORIES, STORIES, Crew
from organization.models import Unit, User
from problems.actions.trail import acting_as
from problems.checklist import CHECKLIST, ListState
from problems.lamp import NO_CLOCK, owner_clock, reviewer_clock
from problems.ledger import State
from problems.models import Checklist, ChecklistEvent, Item, ItemEvent, ItemMark, Measure, Round

LIST_REASONS = (
    "第 1 项原因写得太笼统，写清是哪个环节没有做到",
    "措施要能看得见，写清做什么、哪天完成",
    "目标没有数字，补上整改前后的对比",
)


@dataclass
class Filing:
    """One list to be told: whose, of which level, how far it has come and what its items have become."""

    author: User
    state: str = ListState.APPROVED
    stories: list[str] = field(default_factory=list)
    kind: str = Checklist.Kind.PERSONAL
    unit: Unit | None = None


class Writer:
    """Tells filings into the book."""

    def __init__(self, book: Book, clock: Clock, bureau: Bureau, rng: random.Random, templates: list[dict]) -> None:
        self.book, self.clock, self.bureau, self.rng = book, clock, bureau, rng
        self.campaign: Campaign = book.campaign
        self.types = {row.name: row for row in ProblemType.objects.prefetch_related("manifestations")}
        self.symptoms = {row.name: [each.pk for each in row.manifestations.all()] for row in self.types.values()}
        self.templates = templates

    def tell(self, filing: Filing) -> None:
        author, unit = filing.author, filing.unit or filing.author.unit
        role, review_unit = gate(self.bureau, author)
        checklist = Checklist(
            campaign=self.campaign, kind=filing.kind, cadre=author, unit=unit, review_role=role,
            review_unit=review_unit,
        )  # fmt: skip
        checklist.boss = self.bureau.boss(author)  # type: ignore[attr-defined]
        self.book.checklists.append(checklist)
        items = [self.item(checklist, place, story) for place, story in enumerate(filing.stories, 1)]
        self.advance(checklist, filing, [item for item, _, _ in items])
        if checklist.state == ListState.APPROVED:
            for (item, template, measures), story in zip(items, filing.stories, strict=True):
                self.live(checklist, item, template, measures, story)

    # --- the list ---------------------------------------------------------------------------------

    def advance(self, checklist: Checklist, filing: Filing, items: list[Item]) -> None:
        if filing.state == ListState.DRAFT:
            return
        boss, office = checklist.boss, self.closer(checklist.cadre, checklist.boss)  # type: ignore[attr-defined]
        recent = filing.state != ListState.APPROVED or not RECENT_STORIES.isdisjoint(filing.stories)
        start = self.first_day(checklist, recent)
        last = self.move(checklist, "submit", start, checklist.cadre)
        self.keep_round(checklist, 1, last)
        if filing.state == ListState.APPROVED and self.rng.random() < 0.12:
            last = self.send_back(checklist, items, last + dt.timedelta(days=1), boss)
            last = self.move(checklist, "submit", date_of(last) + dt.timedelta(days=2), checklist.cadre, last)
            self.keep_round(checklist, 2, last)
        if filing.state == ListState.RETURNED:
            self.send_back(checklist, items, last + dt.timedelta(days=1), boss)
        if filing.state in (ListState.OFFICE_REVIEW, ListState.APPROVED):
            last = self.move(checklist, "endorse", date_of(last) + dt.timedelta(days=1), boss, last, endorsed_by=boss)
            checklist.endorsed_on = date_of(last)
        if filing.state == ListState.APPROVED:
            last = self.move(checklist, "enter", date_of(last) + dt.timedelta(days=2), office, last, entered_by=office)
            checklist.entered_on = date_of(last)
        self.date_items(checklist, items, last)

    def first_day(self, checklist: Checklist, recent: bool) -> dt.date:
        """Leaders filed first; who files now has joined lately or files late."""
        if recent:
            waits = {True: (9, 12), False: (1, 4)}[checklist.kind != Checklist.Kind.PERSONAL]
            return self.clock.ago(self.rng.randint(*waits))
        early = checklist.cadre.level == User.Level.LEADERSHIP_MEMBER
        begin, end = (22, 40) if early else (24, 66)
        return self.campaign.start_on + dt.timedelta(days=self.rng.randint(begin, end))

    def move(
        self, checklist: Checklist, name: str, day: dt.date, by: User, after: dt.datetime | None = None,
        comment: str = "", **columns: Any,
    ) -> dt.datetime:  # fmt: skip
        row = CHECKLIST.row(name)
        if checklist.state not in row.source:
            raise ValueError(f"{name} does not leave {checklist.state}")
        was, at = checklist.state, self.clock.moment(day, after)
        checklist.state, checklist.version = row.target, checklist.version + 1
        checklist.step_due_on = self.step(checklist, date_of(at)).due_on
        if name == "submit":
            checklist.submitted_on = date_of(at)
        for column, value in columns.items():
            setattr(checklist, column, value)
        self.book.list_events.append(
            ChecklistEvent(
                checklist=checklist, at=at, by=by, by_name=by.name, by_role=acting_as(row, by, checklist), name=name,
                label=row.label, comment=comment, from_state=was, to_state=row.target,
            )
        )  # fmt: skip
        return at

    def step(self, checklist: Checklist, on: dt.date) -> Any:
        limits = {
            ListState.UNIT_REVIEW: self.campaign.unit_review_days,
            ListState.OFFICE_REVIEW: self.campaign.office_review_days,
            ListState.RETURNED: self.campaign.supplement_days,
        }
        days = limits.get(checklist.state)  # type: ignore[call-overload]
        return reviewer_clock(self.clock.calendar, on, days) if days else NO_CLOCK

    def send_back(self, checklist: Checklist, items: list[Item], when: dt.datetime, boss: User) -> dt.datetime:
        reason = self.rng.choice(LIST_REASONS)
        count = checklist.returned_count + 1
        at = self.move(checklist, "send_back", date_of(when), boss, when, reason, returned_count=count)
        event = self.book.list_events[-1]
        self.book.marks.append(ItemMark(event=event, item=items[0], field="cause", note="写清是哪个环节没有做到"))
        return at

    def keep_round(self, checklist: Checklist, number: int, at: dt.datetime) -> None:
        self.book.rounds.append((Round(checklist=checklist, number=number, snapshot={}), at))

    def date_items(self, checklist: Checklist, items: list[Item], last: dt.datetime) -> None:
        """What the list's moves set on its items."""
        for item in items:
            item.state_on = date_of(last)
            for column, value in clocked(self.step(checklist, date_of(last))).items():
                setattr(item, column, value)
            if checklist.state == ListState.APPROVED:
                self.enter(checklist, item, last)

    def enter(self, checklist: Checklist, item: Item, at: dt.datetime) -> None:
        by, on = checklist.entered_by, date_of(at)
        assert by is not None
        item.state, item.entered_on, item.version = State.PENDING, on, item.version + 1
        item.latest = f"{on.month}-{on.day:02d} 进入台账"
        item.due_on = item.due_on or on + dt.timedelta(days=self.campaign.immediate_days)
        item.original_due_on = item.due_on
        for column, value in clocked(owner_clock(item.due_on, on, self.campaign.amber_days)).items():
            setattr(item, column, value)
        self.book.item_events.append(
            ItemEvent(
                item=item, at=at, by=by, by_name=by.name, by_role="整顿办", name="enter", label="审核通过，进入台账",
                from_state=State.LISTED, to_state=State.PENDING,
            )
        )  # fmt: skip

    # --- its items --------------------------------------------------------------------------------

    def template(self, author: User, story: str) -> dict[str, Any]:
        place = "school" if author.level == User.Level.MID_LEVEL_OR_ABOVE else "section"
        while True:
            found = self.rng.choice(self.templates)
            clue = self.types[found["type"]].clue_prone
            if found.get("who", place) == place and (
                clue if story in CLUE_STORIES else not clue or self.rng.random() < 0.6
            ):
                return found

    def item(self, checklist: Checklist, place: int, story: str) -> tuple[Item, dict[str, Any], list[Measure]]:
        rng, template = self.rng, self.template(checklist.cadre, story)
        kind = self.types[template["type"]]
        fill = {
            "n": rng.randint(2, 9), "m": self.month(rng.randint(1, 12) % 4 + 1),
            "school": rng.choice(self.bureau.schools), "section": rng.choice(self.bureau.sections),
        }  # fmt: skip
        quick = template.get("quick", False) and story not in LASTING_STORIES
        lasting = story in LASTING_STORIES
        item = Item(
            campaign=self.campaign, checklist=checklist, cadre=checklist.cadre, unit=checklist.unit, order=place,
            problem_type=kind, restricted=kind.clue_prone, problem=template["text"].format(**fill),
            happened=f"{fill['m']} 月以来，{rng.choice(('每周都有', '每月一两次', '时有发生'))}",
            consequence=template["effect"], source=self.source(), cause=template["cause"], goal=template["goal"],
            indicator=template["indicator"], before_value=template["values"][0], target_value=template["values"][1],
            responsible_leader=checklist.boss, rect_type="immediate" if quick else "time_limited",  # type: ignore[attr-defined]
            deadline_kind="IMMEDIATE" if quick else "DATE_THEN_ONGOING" if lasting else "DATE",
            deadline_raw="立行立改" if quick else "", review_role=checklist.review_role,
            review_unit=checklist.review_unit, version=2,
        )  # fmt: skip
        item.boss = checklist.boss  # type: ignore[attr-defined]
        if not quick:
            item.due_on = min(self.clock.today + dt.timedelta(days=rng.randint(20, 90)), self.campaign.end_on)
        measures = [
            Measure(item=item, order=order, text=text, done_sign=template["record"])
            for order, text in enumerate(template["measures"], 1)
        ]
        self.book.items.append(item)
        self.book.measures += measures
        self.book.manifestations.append((item, [rng.choice(self.symptoms[template["type"]])]))
        return item, template, measures

    def month(self, before: int) -> int:
        """A month before the campaign began, so that every problem had happened when it was written down."""
        return (self.campaign.start_on.month - before - 1) % 12 + 1

    def source(self) -> str:
        return self.rng.choices(list(Item.Source.values), weights=[62, 8, 6, 12, 4, 8])[0]

    def live(
        self, checklist: Checklist, item: Item, template: dict[str, Any], measures: list[Measure], story: str
    ) -> None:
        last = next(row.at for row in reversed(self.book.item_events) if row.item is item)
        bureau, boss = self.bureau, checklist.boss  # type: ignore[attr-defined]
        closer = self.closer(item.cadre, boss)
        team = bureau.staff.get(checklist.unit_id, bureau.leaders)
        crew = Crew(
            boss=boss, closer=closer, second=next(person for person in bureau.office if person != closer),
            supervisor=bureau.staff[bureau.sections[6].pk][1], discipline=bureau.staff[bureau.sections[9].pk][1],
            successor=next(person for person in reversed(team) if person != item.cadre),
        )  # fmt: skip
        if crew.second == item.cadre:
            crew.second = bureau.leaders[1]
        if crew.supervisor == item.cadre:
            crew.supervisor = closer
        STORIES[story][0](Life(self.book, self.clock, item, measures, template, last), crew, self.rng)
        for measure, share in zip(measures, (3, 2, 1), strict=False):
            start = item.entered_on or self.clock.today
            measure.due_on = item.due_on - (item.due_on - start) * (share - 1) // 3 if item.due_on else None

    def closer(self, cadre: User, boss: User) -> User:
        free = [person for person in self.bureau.office if person not in (cadre, boss)]
        return self.rng.choice(free)
