from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from campaign.models import CalendarDay, Campaign, PhaseTemplate, ProblemType
from organization.models import Unit

TEXT_AREA = forms.Textarea(attrs={"rows": 4})


class Day(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TooLong(MaxLengthValidator):
    """Says how much to cut, as every form of the product does."""

    def __init__(self, label: str, limit: int) -> None:
        super().__init__(limit)
        self.label = label

    def __call__(self, value: str) -> None:
        if len(value) > self.limit_value:
            over = len(value) - self.limit_value
            raise ValidationError(f"{self.label}最多 {self.limit_value} 字，现在 {len(value)} 字，请删减 {over} 字")


def in_words(fields: dict[str, forms.Field]) -> None:
    """Django's own messages replaced by where, what it is now, and how to mend it."""
    for field in fields.values():
        label = field.label
        field.error_messages["required"] = f"填写{label}"
        if isinstance(field, forms.DateField):
            field.error_messages["invalid"] = f"{label}写成 2026-06-12 的样子"
        if isinstance(field, forms.IntegerField):
            field.error_messages["invalid"] = f"{label}填整数，例如 5"
        if isinstance(field, forms.CharField) and field.max_length:
            field.validators = [one for one in field.validators if not isinstance(one, MaxLengthValidator)]
            field.validators.append(TooLong(str(label), field.max_length))
            field.widget.attrs.pop("maxlength", None)


class House(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_words(self.fields)


class HouseModelForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_words(self.fields)

    def values(self) -> dict[str, Any]:
        """What the person wrote, by column, for the action."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name in self._meta.fields}


def ordered(form: forms.BaseForm, first: str, last: str) -> None:
    start, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if start and end and end < start:
        form.add_error(last, f"{form.fields[last].label}（{end}）早于{form.fields[first].label}（{start}），请改晚")


PLAN_FIELDS = ("name", "theme", "parent_name", "start_on", "end_on", "basis", "office_name", "office_phone")
LIMITS = (
    "head_files_first",
    "immediate_days",
    "unit_review_days",
    "office_review_days",
    "verification_days",
    "supplement_days",
    "amber_days",
    "max_extensions",
    "max_extension_days",
)


class PlanForm(HouseModelForm):
    class Meta:
        model = Campaign
        fields = [*PLAN_FIELDS, "office_unit", "leading_group"]
        field_classes = {"start_on": Day, "end_on": Day, "lists_due_on": Day, "leaders_lists_due_on": Day}
        widgets = {"leading_group": TEXT_AREA}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office_unit"].queryset = Unit.objects.open()
        self.fields["office_unit"].empty_label = "不设在科室"

    def clean(self) -> dict[str, Any]:
        super().clean()
        ordered(self, "start_on", "end_on")
        return self.cleaned_data


class NewCampaignForm(PlanForm):
    code = forms.CharField(label="活动代码", max_length=20, help_text="写在编号和地址里，建立后不改，例如 ZF2026")
    template = forms.ModelChoiceField(
        label="阶段方案",
        queryset=PhaseTemplate.objects.filter(active=True),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text="只用来排出日期，建立后都可以改；阶段可以交叉，不限制办理",
    )
    field_order = ["code", "name", "theme", "parent_name", "start_on", "end_on", "template"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].initial = PhaseTemplate.objects.filter(active=True).first()
        self.fields["template"].label_from_instance = lambda row: f"{row.name}：{row.summary}"
        self.fields["template"].error_messages["required"] = "选择一个阶段方案"


class CampaignForm(PlanForm):
    class Meta(PlanForm.Meta):
        fields = [*PLAN_FIELDS, "office_unit", "leading_group", "leaders_lists_due_on", "lists_due_on", *LIMITS]

    def clean(self) -> dict[str, Any]:
        super().clean()
        leaders, others = (self.cleaned_data.get(name) for name in ("leaders_lists_due_on", "lists_due_on"))
        if leaders and others and leaders > others:
            self.add_error(
                "leaders_lists_due_on",
                f"班子成员清单提交时限（{leaders}）晚于其他人员（{others}）。班子成员先交，请改早",
            )
        return self.cleaned_data


class PhaseRow(House):
    name = forms.CharField(label="阶段", max_length=40)
    start_on = Day(label="开始日期")
    end_on = Day(label="结束日期")

    def clean(self) -> dict[str, Any]:
        super().clean()
        ordered(self, "start_on", "end_on")
        return self.cleaned_data


class EventRow(House):
    name = forms.CharField(label="名称", max_length=40)
    on = Day(label="日期")


class ManifestationRow(House):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="具体表现", max_length=60)
    active = forms.BooleanField(label="在用", required=False, initial=True)


class Rows(forms.BaseFormSet):
    """Rows of one kind on one page; ``unique`` names the column that may not repeat."""

    unique = ""
    default_error_messages = {
        "missing_management_form": "页面没有完整送达，刷新后再填一次",
        "too_many_forms": "最多 %(num)d 行，请删除多余的行",
        "too_few_forms": "至少 %(num)d 行",
    }

    def rows(self) -> list[dict[str, Any]]:
        """The filled rows that were not struck out."""
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [{name: value for name, value in row.items() if name != "DELETE"} for row in kept]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "删除"

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            value = form.cleaned_data.get(self.unique) if hasattr(form, "cleaned_data") else None
            if not value or form.cleaned_data.get("DELETE"):
                continue
            if value in seen:
                form.add_error(self.unique, f"“{value}”出现了两次，删除一行或改名")
            seen.add(value)


def rows_of(form: type[forms.Form], unique: str) -> type[Rows]:
    made = forms.formset_factory(form, formset=Rows, extra=0, can_delete=True, max_num=60, validate_max=True)
    made.unique = unique
    return made


PhaseRows = rows_of(PhaseRow, "name")
EventRows = rows_of(EventRow, "name")
ManifestationRows = rows_of(ManifestationRow, "text")


class TypeForm(HouseModelForm):
    class Meta:
        model = ProblemType
        fields = ["name", "summary", "order", "clue_prone", "evidence_required", "active"]


class NewTypeForm(TypeForm):
    class Meta(TypeForm.Meta):
        fields = ["code", *TypeForm.Meta.fields]
        help_texts = {"code": "英文短名，写在台账地址里，建立后不改，例如 weak-execution"}
        error_messages = {"code": {"unique": "这个代码已被使用，换一个", "invalid": "代码只用英文字母、数字和连字符"}}


class WorkdayForm(HouseModelForm):
    is_workday = forms.TypedChoiceField(
        label="当天",
        choices=[("0", "休息"), ("1", "上班")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "选择当天上班还是休息"},
    )

    class Meta:
        model = CalendarDay
        fields = ["day", "is_workday", "name"]
        field_classes = {"day": Day}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "例如：停电放假"
        self.fields["is_workday"].error_messages["required"] = "选择当天上班还是休息"
        self.fields["day"].error_messages["unique"] = "这一天已在日历里，在列表中改它"
        if self.instance.pk:
            self.initial["is_workday"] = "1" if self.instance.is_workday else "0"


class ExemptForm(House):
    reason = forms.CharField(
        label="免填理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清去向和期间，例如：借调到县委办，2026 年 3 月至 12 月。本单位负责人和整顿办看得到",
    )


def all_errors(form: forms.Form) -> list[str]:
    """Every message of a row, for the summary above the rows."""
    return [text for texts in form.errors.values() for text in texts]


def plan_years(day: dt.date, stored: list[int]) -> list[int]:
    """Years to choose from: those that have exceptions, this one and the next."""
    return sorted({*stored, day.year, day.year + 1})
