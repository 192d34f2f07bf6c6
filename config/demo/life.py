"""One ledger item lives: each method is a move with the columns, event and rows that the real move writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from config.demo.book import Book, Clock, date_of
from organization.models import User
from problems.actions.trail import acting_as
from problems.extension import EXTENSION, ExtensionState
from problems.lamp import NO_CLOCK, StepClock, owner_clock, reviewer_clock
from problems.ledger import LEDGER
from problems.models import Closure, Evidence, Extension, Item, ItemEvent, Measure, Progress


class Life:
    """``last`` is when something last happened; every move is later."""

    def __init__(
        self, book: Book, clock: Clock, item: Item, measures: list[Measure], template: dict[str, Any], last: dt.datetime
    ) -> None:
        self.book, self.clock, self.item, self.measures, self.template = book, clock, item, measures, template
        self.campaign = book.campaign
        self.last = last
        self.closure: Closure | None = None

    # --- the engine in memory ---------------------------------------------------------------------

    def move(
        self, name: str, day: dt.date, by: User, comment: str = "", told: str = "", detail: Any = None, **columns: Any
    ) -> dt.datetime:
        row, item = LEDGER.row(name), self.item
        if item.state not in row.source:
            raise ValueError(f"{name} does not leave {item.state}")
        was, at = item.state, self.clock.moment(day, self.last)
        on = date_of(at)
        if row.target and row.target != was:
            item.state_on = on
        item.state = row.target or item.state
        item.version += 1
        if row.stamp:
            columns[row.stamp] = on
        for column, value in columns.items():
            setattr(item, column, value)
        words = f"退回：{comment}" if name in ("send_back", "reject") else told or row.label
        item.latest = f"{on.month}-{on.day:02d} {words}"[:80]
        self.event(row.name, row.label, acting_as(row, by, self.item), at, by, comment or told, was, detail)
        return at

    def event(
        self, name: str, label: str, role: str, at: dt.datetime, by: User, comment: str, was: str, detail: Any
    ) -> None:
        self.last = at
        self.book.item_events.append(
            ItemEvent(
                item=self.item, at=at, by=by, by_name=by.name, by_role=role, name=name, label=label, comment=comment,
                from_state=was, to_state=self.item.state, detail=detail or {},
            )
        )  # fmt: skip

    def owner_step(self, due_on: dt.date | None, start: dt.date | None = None) -> dict[str, Any]:
        begun = start or self.item.entered_on or self.clock.today
        return clocked(owner_clock(due_on, begun, self.campaign.amber_days))

    def on(self, day: dt.date) -> dt.date:
        """The date that a move on this day will get."""
        return max(self.clock.workday(day), date_of(self.last))

    def reviewer_step(self, day: dt.date, days: int) -> dict[str, Any]:
        return clocked(reviewer_clock(self.clock.calendar, self.on(day), days))

    # --- the responsible person -------------------------------------------------------------------

    def report(self, day: dt.date, text: str, percent: int, ticked: int = 0) -> None:
        at = self.move(
            "report_progress", day, self.item.cadre, told=text, progress_on=self.on(day),
            detail={"percent": percent, "files": []},
        )  # fmt: skip
        self.book.progress.append(Progress(item=self.item, text=text, percent=percent, by=self.item.cadre, at=at))
        self.tick(ticked, at)

    def tick(self, count: int, at: dt.datetime) -> None:
        for measure in self.measures[:count]:
            measure.done_on = measure.done_on or date_of(at)

    def cite(self, at: dt.datetime) -> None:
        record, kept = (
            self.template["record"],
            f"{self.item.unit}《{self.template['record']}》{at.year} 年第 {at.month} 期",
        )
        self.book.evidence.append(
            Evidence(
                item=self.item, name=record, where_kept=kept, measure=self.measures[0],
                uploaded_by=self.item.cadre, uploaded_at=at,
            )
        )  # fmt: skip

    def ask(self, day: dt.date, *, good: bool = True) -> None:
        before, _target, after = self.template["values"]
        result = (
            f"{self.template['goal']}，已落实。{self.template['indicator']}由 {before} 到 {after if good else before}"
        )
        number = (self.closure.number if self.closure else 0) + 1
        at = self.move(
            "request_close", day, self.item.cadre, after_value=after if good else before,
            detail={"result": result, "number": number, "files": []},
            **self.reviewer_step(day, self.campaign.unit_review_days),
        )  # fmt: skip
        self.tick(len(self.measures), at)
        if number == 1:
            self.cite(at)
        self.closure = Closure(
            item=self.item, number=number, result=result, after_value=self.item.after_value,
            requested_by=self.item.cadre, requested_at=at,
        )  # fmt: skip
        self.book.closures.append(self.closure)

    def standing(self, day: dt.date, text: str) -> None:
        at = self.move("report_standing", day, self.item.cadre, comment=text, progress_on=self.on(day))
        self.book.progress.append(Progress(item=self.item, text=text, by=self.item.cadre, at=at))

    def extend(self, day: dt.date, until: dt.date, state: str, decider: User) -> None:
        """Ask for a later date; ``state`` is how far the request has come."""
        item = self.item
        boss = item.boss  # type: ignore[attr-defined]
        asked = Extension(
            item=item, current_due_on=item.due_on, requested_due_on=until, reason_kind=Extension.Reason.CONDITIONS,
            reason="与放假和上级检查时间重叠，部分措施要在开学后才能实施", progress="前两条措施已完成",
            plan="按新的时限逐周推进，到期前三天报一次进展", requested_by=item.cadre,
        )  # fmt: skip
        asked.requested_at = self.move("request_extension", day, item.cadre, detail={"until": str(until)})
        self.book.extensions.append(asked)
        if state == ExtensionState.UNIT_OPINION:
            return
        self.answer(asked, "sign", day, boss, "情况属实，同意报整顿办")
        asked.unit_by, asked.unit_opinion = boss, "情况属实，同意报整顿办"
        if state == ExtensionState.GRANTED:
            self.granted(asked, day, decider, until)
        elif state == ExtensionState.REFUSED:
            asked.decided_by, asked.decision = decider, "时限还宽裕，按原计划推进"
            asked.decided_on = date_of(self.answer(asked, "refuse", day, decider, asked.decision))

    def granted(self, asked: Extension, day: dt.date, decider: User, until: dt.date) -> None:
        item = self.item
        asked.decided_by, asked.decision, asked.granted_due_on = decider, "同意，不再延长", until
        item.due_on, item.extended_count, item.version = until, item.extended_count + 1, item.version + 1
        for column, value in self.owner_step(until).items():
            setattr(item, column, value)
        asked.decided_on = date_of(self.answer(asked, "grant", day, decider, asked.decision))

    def answer(self, asked: Extension, name: str, day: dt.date, by: User, comment: str) -> dt.datetime:
        row = EXTENSION.row(name)
        asked.state, asked.version = row.target, asked.version + 1
        at = self.clock.moment(day, self.last)
        detail = {"until": str(asked.granted_due_on or asked.requested_due_on)}
        state = self.item.state
        self.event(
            f"extension_{name}", f"延期：{row.label}", acting_as(row, by, self.item), at, by, comment, state, detail
        )
        return at

    # --- reviewers --------------------------------------------------------------------------------

    def decide(self, verdict: str, by: User, at: dt.datetime, note: str, supplement_by: dt.date | None = None) -> None:
        assert self.closure is not None
        self.closure.verdict, self.closure.decided_by, self.closure.decided_at = verdict, by, at
        self.closure.note, self.closure.supplement_by = note, supplement_by

    def confirm(self, day: dt.date, by: User) -> None:
        self.move("confirm", day, by, confirmed_by=by, **self.reviewer_step(day, self.campaign.verification_days))

    def take(self, day: dt.date, by: User) -> None:
        self.move("take", day, by)

    def turn_back(self, name: str, day: dt.date, by: User, comment: str) -> None:
        on = self.on(day)
        limit = self.clock.calendar.add(on, self.campaign.supplement_days)
        due_on = max(limit, self.item.due_on) if self.item.due_on else limit
        at = self.move(
            name, day, by, comment, confirmed_by=None, returned_count=self.item.returned_count + 1,
            detail={"supplement_by": str(limit)}, **self.owner_step(due_on, on),
        )  # fmt: skip
        self.decide(Closure.Verdict.RETURNED, by, at, comment, limit)

    def close(self, name: str, day: dt.date, by: User, comment: str) -> None:
        closer = {"closed_by": by} if name == "close" else {}
        self.decide(
            Closure.Verdict.PASSED, by, self.move(name, day, by, comment, **clocked(NO_CLOCK), **closer), comment
        )

    # --- reopening, pausing, ending ---------------------------------------------------------------

    def propose(self, day: dt.date, by: User, comment: str) -> None:
        self.move("propose_reopen", day, by, comment, reopen_proposed_by=by)

    def reopen(self, day: dt.date, by: User, comment: str, due_on: dt.date) -> None:
        proposer = self.item.reopen_proposed_by
        self.move(
            "reopen", day, by, comment, due_on=due_on, reopened_count=self.item.reopened_count + 1,
            reopen_proposed_by=None, closed_on=None, closed_by=None, staged_on=None, confirmed_by=None,
            detail={"proposed_by": proposer.name if proposer else ""},
            **self.owner_step(due_on, self.on(day)),
        )  # fmt: skip

    def end(self, name: str, day: dt.date, by: User, comment: str) -> None:
        """Suspended, void or transferred: no clock runs any more."""
        self.move(name, day, by, comment, **clocked(NO_CLOCK))

    def hand_over(self, day: dt.date, by: User, to: User, comment: str) -> None:
        detail = {"from": self.item.cadre.name, "to": to.name}
        self.move("hand_over", day, by, comment, hand_over_to=to, detail=detail)

    def urge(self, day: dt.date, by: User) -> None:
        self.move("urge", day, by)

    def set_due(self, due_on: dt.date | None) -> None:
        """The date as the list gave it; called before anything has happened."""
        self.item.due_on = self.item.original_due_on = due_on
        for column, value in self.owner_step(due_on).items():
            setattr(self.item, column, value)


def clocked(step: StepClock) -> dict[str, Any]:
    return {"step_due_on": step.due_on, "step_amber_on": step.amber_on}
