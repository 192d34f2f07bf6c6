"""The ledger's filter as it stands in the address, and the condition that each part of it means.

Every part is a condition (Q) and not a query, so that one query counts all tabs and saved views.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from organization.models import Unit, User
from problems.ledger import OPEN, State
from problems.models import Evidence, Item
from problems.models.conditions import clock_q, lamp_q, stale_q, week_end

#: Lists that wait for a gate show in the ledger before their problems are numbered.
LIST_CHOICES = (("unit_review", "待初审"), ("office_review", "待审核"))
STATUS_CHOICES = (
    ("open", "未销号（全部）"),
    *LIST_CHOICES,
    *((value, label) for value, label in State.choices if value != State.LISTED),
)
LAMP_CHOICES = (("red", "红灯"), ("amber", "黄灯"), ("green", "绿灯"), ("grey", "不计时"))
DUE_CHOICES = (
    ("today", "今天到期"),
    ("week", "本周到期"),
    ("d7", "7 天内到期"),
    ("late", "已逾期"),
    ("late1", "逾期 1—7 天"),
    ("late8", "逾期 8—15 天"),
    ("late16", "逾期 16—30 天"),
    ("late31", "逾期 30 天以上"),
    ("none", "没有时限"),
)
UNIT_GROUPS = (("sections", "机关科室"), ("schools", "学校"))
EVIDENCE_CHOICES = (("yes", "有佐证"), ("no", "没有佐证"))
MAX_QUERY, MAX_WORDS = 60, 5

Days = tuple[int, int | None]
LATE: dict[str, Days] = {"late": (1, None), "late1": (1, 7), "late8": (8, 15), "late16": (16, 30), "late31": (31, None)}


class KnownChoicesField(forms.MultipleChoiceField):
    """Keeps the values that exist and remembers that others were left out: an old address still opens."""

    dropped = False

    def to_python(self, value: Any) -> list[str]:
        values = super().to_python(value)
        known = [text for text in values if self.valid_value(text)]
        self.dropped = len(known) < len(values)
        return known


class KnownChoicesFilter(django_filters.MultipleChoiceFilter):
    field_class = KnownChoicesField


def days(on: dt.date, count: int) -> dt.date:
    return on + dt.timedelta(days=count)


def search_q(text: str, on: dt.date) -> Q:
    """Every word has to occur in the problem, the number or the name."""
    found = Q()
    for word in text.split()[:MAX_WORDS]:
        found &= Q(problem__icontains=word) | Q(code__icontains=word) | Q(cadre__name__icontains=word)
    return found


def status_q(values: list[str], on: dt.date) -> Q:
    lists = [value for value, _ in LIST_CHOICES if value in values]
    states = {value for value in values if value in State.values} | (OPEN if "open" in values else set())
    return Q(state__in=sorted(states)) | Q(state=State.LISTED, checklist__state__in=lists)


def unit_q(values: list[str], on: dt.date) -> Q:
    chosen = Q(unit__in=[int(value) for value in values if value.isdigit()])
    if "sections" in values:
        chosen |= ~Q(unit__kind=Unit.Kind.SCHOOL)
    if "schools" in values:
        chosen |= Q(unit__kind=Unit.Kind.SCHOOL)
    return chosen


def due_q(value: str, on: dt.date) -> Q:
    if value == "none":
        return Q(state__in=sorted(OPEN)) & ~clock_q()
    if value in LATE:
        least, most = LATE[value]
        late = Q(step_due_on__lte=days(on, -least))
        return clock_q() & (late if most is None else late & Q(step_due_on__gte=days(on, -most)))
    last = {"today": on, "week": week_end(on), "d7": days(on, 7)}[value]
    return clock_q() & Q(step_due_on__gte=on, step_due_on__lte=last)


def evidence_q(value: str, on: dt.date) -> Q:
    proven = Q(Exists(Evidence.objects.filter(item=OuterRef("pk"))))
    return proven if value == "yes" else ~proven


def lamps_q(values: list[str], on: dt.date) -> Q:
    lit = Q()
    for color in values:
        lit |= lamp_q(color, on)
    return lit


CONDITIONS: dict[str, Callable[[Any, dt.date], Q]] = {
    "q": search_q,
    "status": status_q,
    "unit": unit_q,
    "type": lambda values, on: Q(problem_type__code__in=values),
    "lamp": lamps_q,
    "due": due_q,
    "source": lambda values, on: Q(source__in=values),
    "returned": lambda value, on: Q(returned_count__gte=1),
    "evidence": evidence_q,
    "stale": lambda value, on: stale_q(on),
    "level": lambda values, on: Q(cadre__level__in=values),
}


class LedgerFilter(django_filters.FilterSet):
    """``units`` and ``types`` are the rows that the viewer may choose from: (value, label)."""

    q = django_filters.CharFilter(label="搜索", max_length=MAX_QUERY)
    status = KnownChoicesFilter(label="状态", choices=STATUS_CHOICES)
    unit = KnownChoicesFilter(label="单位")
    type = KnownChoicesFilter(label="类型")
    due = django_filters.ChoiceFilter(label="时限", choices=DUE_CHOICES)
    lamp = KnownChoicesFilter(label="亮灯", choices=LAMP_CHOICES)
    source = KnownChoicesFilter(label="问题来源", choices=Item.Source.choices)
    returned = django_filters.ChoiceFilter(label="退回", choices=(("1", "退回过"),))
    evidence = django_filters.ChoiceFilter(label="佐证", choices=EVIDENCE_CHOICES)
    stale = django_filters.ChoiceFilter(label="久未更新", choices=(("1", "14 天没有进展"),))
    level = KnownChoicesFilter(label="责任层级", choices=User.Level.choices)

    class Meta:
        model = Item
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, *, units: Iterable[tuple[str, str]], types: Iterable[tuple[str, str]], on: dt.date
    ) -> None:
        super().__init__(data, queryset=Item.objects.none())
        self.on = on
        self.filters["unit"].extra["choices"] = [*UNIT_GROUPS, *units]
        self.filters["type"].extra["choices"] = list(types)
        self.form.is_valid()

    @property
    def values(self) -> dict[str, Any]:
        """What is in force: understood and not empty."""
        cleaned = self.form.cleaned_data
        return {name: cleaned[name] for name in CONDITIONS if cleaned.get(name)}

    @property
    def ignored(self) -> list[str]:
        """Labels of the parts that were not understood, wholly or in part."""
        fields = self.form.fields
        return [
            str(fields[name].label)
            for name in CONDITIONS
            if name in self.form.errors or getattr(fields[name], "dropped", False)
        ]

    def condition(self) -> Q:
        whole = Q()
        for name, value in self.values.items():
            whole &= CONDITIONS[name](value, self.on)
        return whole

    def labels(self, name: str) -> list[str]:
        """The chosen values in the user's words."""
        value = self.values.get(name, [])
        chosen = {value} if isinstance(value, str) else set(value)
        return [label for key, label in self.form.fields[name].choices if key in chosen]


def canonical(data: QueryDict) -> str:
    """The same filter always reads the same: sorted, without paging, the open panel and empty parts."""
    kept = QueryDict(mutable=True)
    for name in sorted({*CONDITIONS, "view", "sort"} & set(data)):
        texts = sorted(text for text in data.getlist(name) if text)
        if texts and (name, texts) != ("view", ["all"]):
            kept.setlist(name, texts)
    return kept.urlencode()
