"""Returning a list: templates, own words, and marks at single problems and fields."""

from __future__ import annotations

from typing import Any

from django import forms

from problems.forms.fields import ClearText, PickOne, PickSeveral
from problems.forms.moves import MIN_REASON, MoveForm
from problems.models import Item

QUESTIONS = (
    ("concrete", "问题具体吗", "写到了什么事、什么时候、造成什么影响"),
    ("cause", "根源对得上吗", "原因能解释这个问题，并且落在本人身上"),
    ("measurable", "目标可量化吗", "有指标或能看出做没做到的标志"),
    ("dated", "时限合理吗", "每条措施有日期，不晚于整顿结束日"),
)
LIST_REASONS = (
    "问题写得不具体，没有写到事和时间",
    "写的是单位的问题，没有写到本人",
    "根源与问题对不上",
    "目标没有可衡量的标准",
    "措施只是表态，没有具体动作",
    "时限不合理",
    "问题数量与实际情况不符",
)
MARK_FIELDS = (
    ("", "整项"),
    ("problem_type", "问题类型"),
    ("problem", "问题表现"),
    ("cause", "原因分析"),
    ("goal", "整改目标"),
    ("measures", "整改措施"),
    ("due_on", "整改时限"),
)


class ListMoveForm(MoveForm):
    """One click: passing, submitting, withdrawing."""

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        self.items = items
        super().__init__(*args, **kwargs)


class ListReturnForm(ListMoveForm):
    reasons = PickSeveral(
        label="退回理由（至少选一项）",
        choices=[(text, text) for text in LIST_REASONS],
        widget=forms.CheckboxSelectMultiple,
    )
    min_comment = MIN_REASON
    field_order = ["reasons", "comment"]

    def prepare(self) -> None:
        self.fields["comment"].label = "具体说明"
        self.fields["comment"].help_text = f"至少 {MIN_REASON} 字，写清哪里要改、改到什么程度"
        for number, item in enumerate(self.items, start=1):
            self.fields[f"mark_{item.pk}_field"] = PickOne(label=f"第 {number} 项要改的栏目", choices=MARK_FIELDS)
            self.fields[f"mark_{item.pk}_note"] = ClearText(label=f"第 {number} 项要改什么", limit=300)

    @property
    def main(self) -> list[Any]:
        return [self["reasons"], self["comment"]]

    @property
    def mark_rows(self) -> list[dict[str, Any]]:
        return [
            {"item": item, "field": self[f"mark_{item.pk}_field"], "note": self[f"mark_{item.pk}_note"]}
            for item in self.items
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.require("reasons", "选择至少一条退回理由，再写具体说明")
        for number, item in enumerate(self.items, start=1):
            if self.cleaned_data.get(f"mark_{item.pk}_field"):
                self.require(f"mark_{item.pk}_note", f"第 {number} 项选了栏目，写清要改什么；不标注时选“整项”并留空")
        return self.cleaned_data

    def payload(self) -> dict[str, Any]:
        values = self.cleaned_data
        marks = [
            {"item": item, "field": values[f"mark_{item.pk}_field"], "note": values[f"mark_{item.pk}_note"]}
            for item in self.items
            if values[f"mark_{item.pk}_note"]
        ]
        return {"comment": f"{'；'.join(values['reasons'])}。{values['comment']}", "marks": marks}


LIST_FORMS: dict[str, type[ListMoveForm]] = {
    "send_back": ListReturnForm,
    "return_to_cadre": ListReturnForm,
    "return_to_unit": ListReturnForm,
}
