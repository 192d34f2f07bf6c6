"""The pages of the problem form: one topic each, blank allowed, impossible values explained.

Everything a page holds also exists as ``Raw`` (what a browser would send), so that stored values, server
drafts and a second window's text are put back and compared in one way.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html

from campaign.models import ProblemType
from core import clock
from problems.actions.filing import MAX_MEASURES, MAX_PROBLEM, MIN_PROBLEM
from problems.forms.fields import ClearText, Day, PickOne, PickSeveral, full_day, short_day, tidy
from problems.ledger import DeadlineKind, RectType
from problems.models import Item

Raw = dict[str, list[str]]
CAUSES = 3


class StepForm(forms.Form):
    """One page: ``stored(item)`` as a browser would send it, ``values()`` as ``save_item`` takes it."""

    use_required_attribute = False

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.item = item

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def extras(self) -> dict[str, Any]:
        """Rows beside the item that this page replaces."""
        return {}

    def groups(self) -> list[tuple[str, str, list[str]]]:
        """(key, label, field names): what is compared as one thing when two versions meet."""
        return [(name, str(field.label).split("（")[0], [name]) for name, field in self.fields.items()]

    def shown(self, names: Iterable[str], raw: Raw) -> str:
        """What a reader saw in these fields, not the codes behind them."""
        texts = []
        for name in names:
            choices = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
            texts += [choices.get(value, value) for value in raw.get(name, []) if value]
        return "\n".join(texts)


def own_names(form: StepForm, raw: Raw) -> Raw:
    """Only the fields of the page, without empty values: tokens and buttons are no content."""
    kept = {name: [tidy(one).strip() for one in raw.get(name, [])] for name in form.fields}
    return {name: values for name, values in kept.items() if any(values)}


def as_initial(form: StepForm, raw: Raw) -> dict[str, Any]:
    return {
        name: values if isinstance(form.fields[name], PickSeveral) else values[-1]
        for name, values in raw.items()
        if name in form.fields and values
    }


def digest(raw: Raw) -> str:
    """A mark by which a page knows whether its own fields were stored by somebody else meanwhile."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:16]


def filled(**values: Any) -> Raw:
    """Raw form of plain values; empty ones are left out."""
    return {name: [str(value)] for name, value in values.items() if value not in (None, "")}


class TypeForm(StepForm):
    problem_type = PickOne(label="问题类型", widget=forms.RadioSelect)
    manifestations = PickSeveral(label="具体表现", widget=forms.CheckboxSelectMultiple)
    source = PickOne(label="问题来源", choices=Item.Source.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = ProblemType.objects.filter(active=True).prefetch_related("manifestations")
        self.types = {str(row.pk): row for row in types}
        self.rows = {
            key: [(str(one.pk), one.text) for one in row.manifestations.all() if one.active]
            for key, row in self.types.items()
        }
        self.fields["problem_type"].choices = [(key, row.name) for key, row in self.types.items()]  # type: ignore[attr-defined]
        self.fields["manifestations"].choices = [one for rows in self.rows.values() for one in rows]  # type: ignore[attr-defined]

    @classmethod
    def stored(cls, item: Item) -> Raw:
        ticked = [str(pk) for pk in item.manifestations.values_list("pk", flat=True)]
        raw = filled(problem_type=item.problem_type_id, source=item.source)
        return raw | ({"manifestations": ticked} if ticked else {})

    def cards(self) -> list[dict[str, Any]]:
        """One card per type with its manifestations, as drawn."""
        chosen, ticked = self["problem_type"].value(), set(self["manifestations"].value() or ())
        return [
            {
                "key": key,
                "type": row,
                "chosen": key == str(chosen),
                "rows": [(pk, text, pk in ticked) for pk, text in self.rows[key]],
            }
            for key, row in self.types.items()
        ]

    def clean_source(self) -> str:
        return self.cleaned_data["source"] or Item.Source.SELF

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"problem_type": self.types.get(data["problem_type"]), "source": data["source"]}

    def extras(self) -> dict[str, Any]:
        """Boxes ticked under a type that was given up do not count."""
        of_type = {pk for pk, _ in self.rows.get(self.cleaned_data["problem_type"], [])}
        return {"manifestations": [int(pk) for pk in self.cleaned_data["manifestations"] if pk in of_type]}


class ProblemForm(StepForm):
    problem = ClearText(
        label="问题表现", limit=MAX_PROBLEM, at_least=MIN_PROBLEM, rows=6,
        help_text="写本人的问题，写清什么事、怎么做的，不写单位的工作总结",
    )  # fmt: skip
    happened = ClearText(
        label="什么时候、多频繁（可不填）", limit=100, help_text="例如：今年 3 月和 5 月；每周例会前后"
    )
    consequence = ClearText(
        label="造成什么影响（可不填）", limit=200, rows=3, help_text="例如：3 所学校的申请晚批 9 天"
    )

    @classmethod
    def stored(cls, item: Item) -> Raw:
        return filled(problem=item.problem, happened=item.happened, consequence=item.consequence)


class CauseForm(StepForm):
    cause_1 = ClearText(label="根源一", limit=200, rows=3)
    cause_2 = ClearText(label="根源二（可不填）", limit=200, rows=3)
    cause_3 = ClearText(label="根源三（可不填）", limit=200, rows=3)

    @classmethod
    def stored(cls, item: Item) -> Raw:
        lines = item.cause.split("\n", CAUSES - 1) if item.cause else []
        return filled(**{f"cause_{number}": line for number, line in enumerate(lines, start=1)})

    def values(self) -> dict[str, Any]:
        """One line each, for a line break separates the entries."""
        entries = [" ".join(text.split("\n")) for text in self.cleaned_data.values() if text]
        return {"cause": "\n".join(entries)}


class GoalForm(StepForm):
    goal = ClearText(label="整改目标", limit=300, rows=3, help_text="写清改到什么程度，能用数字的用数字")
    indicator = ClearText(label="衡量指标（可不填）", limit=60, help_text="例如：来文 5 个工作日办结率")
    before_value = ClearText(label="整改前（可不填）", limit=40, help_text="例如：61%")
    target_value = ClearText(label="目标值（可不填）", limit=40, help_text="例如：95%")
    rect_type = PickOne(label="整改类型", choices=RectType.choices, widget=forms.RadioSelect)
    due_on = Day(label="整改时限", help_text="具体到某一天，例如 2026-06-12 或 6月12日")
    lasting = forms.BooleanField(
        label="到期后长期坚持", required=False, help_text="到期先阶段销号，再按季度报告坚持情况"
    )
    cadre = PickOne(label="责任人")
    responsible_leader = PickOne(label="责任领导")

    def __init__(self, *args: Any, people: Any = (), leaders: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.leaders = people, leaders
        self.campaign = self.item.campaign
        self.offer("responsible_leader", leaders)
        if people:
            self.offer("cadre", people)
        else:
            del self.fields["cadre"]
        for number in range(1, MAX_MEASURES + 1):
            for name, field in measure_fields(number).items():
                self.fields[f"measures-{number}-{name}"] = field
        for field in self.fields.values():
            if isinstance(field, Day):
                field.within(self.campaign.start_on, self.campaign.end_on, clock.today())

    def offer(self, name: str, people: Any) -> None:
        rows = [(str(person.pk), f"{person.name}（{person.unit}）") for person in people]
        self.fields[name].choices = [("", "还没有选"), *rows]  # type: ignore[attr-defined]

    @classmethod
    def stored(cls, item: Item) -> Raw:
        raw = filled(
            goal=item.goal, indicator=item.indicator, before_value=item.before_value, target_value=item.target_value,
            rect_type=item.rect_type, due_on=item.due_on, cadre=item.cadre_id,
            responsible_leader=item.responsible_leader_id,
            lasting="on" if item.deadline_kind.endswith("_THEN_ONGOING") else "",
        )  # fmt: skip
        for number, row in enumerate(item.measures.all(), start=1):
            start = f"measures-{number}-"
            raw |= filled(
                **{start + "text": row.text, start + "done_sign": row.done_sign, start + "due_on": row.due_on}
            )
        return raw

    def measure_rows(self) -> list[dict[str, Any]]:
        """The five rows as drawn; empty ones after the first wait closed."""
        rows = []
        for number in range(1, MAX_MEASURES + 1):
            text, done_sign, due_on = (self[f"measures-{number}-{name}"] for name in ("text", "done_sign", "due_on"))
            used = number == 1 or any(field.value() or field.errors for field in (text, done_sign, due_on))
            rows.append({"number": number, "text": text, "done_sign": done_sign, "due_on": due_on, "open": used})
        return rows

    def groups(self) -> list[tuple[str, str, list[str]]]:
        plain = [row for row in super().groups() if not row[0].startswith("measures-")]
        return [*plain, ("measures", "整改措施", [name for name in self.fields if name.startswith("measures-")])]

    def shown(self, names: Iterable[str], raw: Raw) -> str:
        if list(names) == ["lasting"]:
            return "是" if raw.get("lasting") else "否"
        return super().shown(names, raw)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.check_due(data.get("due_on"))
        for number in range(1, MAX_MEASURES + 1):
            self.check_measure(number)
        return data

    def check_due(self, due_on: dt.date | None) -> None:
        first, last = self.campaign.start_on, self.campaign.end_on
        if due_on and due_on > last:
            self.add_error("due_on", f"整改时限不能晚于 {full_day(last)}（整顿结束日），现在是 {full_day(due_on)}")
        elif due_on and due_on < first:
            self.add_error("due_on", f"整改时限不能早于 {full_day(first)}（整顿开始日），现在是 {full_day(due_on)}")

    def check_measure(self, number: int) -> None:
        start = f"measures-{number}-"
        text, sign, day = (self.cleaned_data.get(start + name) for name in ("text", "done_sign", "due_on"))
        if not text and (sign or day) and start + "text" not in self.errors:
            self.add_error(start + "text", f"第 {number} 条措施没有写做什么，写上内容，或把这一条清空")
        limit = self.effective_due()
        if day and limit and day > limit:
            self.add_error(
                start + "due_on",
                f"第 {number} 条措施的完成日期（{short_day(day)}）晚于整改时限（{short_day(limit)}），"
                "请改早或把整改时限改晚",
            )
        elif day and day > self.campaign.end_on:
            self.add_error(
                start + "due_on",
                f"第 {number} 条措施的完成日期（{full_day(day)}）晚于整顿结束日"
                f"（{full_day(self.campaign.end_on)}），请改早",
            )

    def effective_due(self) -> dt.date | None:
        """立行立改 without a date means the campaign's own limit."""
        due_on = self.cleaned_data.get("due_on")
        if due_on or self.cleaned_data.get("rect_type") != RectType.IMMEDIATE:
            return due_on
        return min(clock.today() + dt.timedelta(days=self.campaign.immediate_days), self.campaign.end_on)

    def deadline_kind(self) -> str:
        rect_type, lasting = self.cleaned_data["rect_type"], self.cleaned_data["lasting"]
        if rect_type == RectType.ONGOING:
            # A date here is the first stage of what goes on.
            return DeadlineKind.DATE_THEN_ONGOING if self.cleaned_data["due_on"] else DeadlineKind.ONGOING
        if rect_type == RectType.IMMEDIATE:
            return DeadlineKind.IMMEDIATE_THEN_ONGOING if lasting else DeadlineKind.IMMEDIATE
        return DeadlineKind.DATE_THEN_ONGOING if lasting else DeadlineKind.DATE

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        values = {name: data[name] for name in ("goal", "indicator", "before_value", "target_value")}
        leaders = {str(person.pk): person for person in self.leaders}
        values |= {
            "rect_type": data["rect_type"] or RectType.TIME_LIMITED,
            "deadline_kind": self.deadline_kind(),
            "deadline_raw": tidy(self.data.get("due_on", "")).strip()[:100],
            "due_on": self.effective_due(),
            "responsible_leader": leaders.get(data["responsible_leader"]),
        }
        people = {str(person.pk): person for person in self.people}
        if data.get("cadre"):
            values["cadre"] = people[data["cadre"]]
        return values

    def extras(self) -> dict[str, Any]:
        rows = (
            {name: self.cleaned_data[f"measures-{number}-{name}"] for name in ("text", "done_sign", "due_on")}
            for number in range(1, MAX_MEASURES + 1)
        )
        return {"measures": [row for row in rows if row["text"]]}


def measure_fields(number: int) -> dict[str, forms.Field]:
    """Short labels for the eye, the number of the row for the ear and for messages."""
    row = f"第 {number} 条措施"
    unseen = '<span class="visually-hidden">{}：</span>{}'
    return {
        "text": ClearText(label=format_html(unseen, row, "做什么"), called=row, limit=300, rows=2),
        "done_sign": ClearText(
            label=format_html(unseen, row, "完成标志（可不填）"), called=f"{row}的完成标志", limit=120
        ),
        "due_on": Day(label=format_html(unseen, row, "完成日期（可不填）"), called=f"{row}的完成日期"),
    }


STEPS: tuple[tuple[str, Any], ...] = (
    ("对照类型", TypeForm),
    ("问题表现", ProblemForm),
    ("根源", CauseForm),
    ("目标与措施", GoalForm),
    ("检查并提交", None),
)


def step_form(number: int, item: Item, raw: Raw | None = None, **options: Any) -> StepForm:
    """The page ``number``; with ``raw`` bound to what was sent."""
    form_class = STEPS[number - 1][1]
    if number != 4:
        options = {}
    if raw is None:
        return form_class(item=item, **options)
    return form_class(MultiValueDict(raw), item=item, **options)


#: A figure, a date, or a count in characters: signs that a fact is told.
FACT = re.compile(
    r"\d|[一二三四五六七八九十两几多]+[次件天周月年份所名人项个起篇场小]"
    r"|[今去前上本][年月周]|[春秋]季|学期|每[天周月次]|期间"
)


def lacks_fact(item: Item) -> bool:
    """Advice, never a refusal: nothing concrete and no time in the description."""
    return bool(item.problem) and not item.happened and not FACT.search(item.problem)
