"""The forms of the ledger's moves: one per row that asks for more than a reason, ``MoveForm`` for all others."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django import forms

from campaign.models import workdays
from core import clock
from core.files import ACCEPT
from core.workflow import Transition
from organization.models import User
from problems.forms.fields import ClearText, Day, PickOne, PickSeveral, full_day, short_day
from problems.models import Extension

MIN_REASON = 10
RETURN_REASONS = (
    "缺少整改后的数据",
    "材料与措施对不上",
    "只有制度文件，没有实施情况",
    "没有达到整改目标",
    "措施没有做完",
)
COMMENT_LABELS = {
    "close": "核查意见",
    "close_stage": "核查意见",
    "close_finally": "核查意见",
    "report_standing": "坚持情况",
    "propose_reopen": "为什么要重开",
    "reopen": "为什么要重开",
    "decline_reopen": "为什么不重开",
    "suspend": "中止理由",
    "hand_over": "交接理由",
    "decline_hand_over": "不接受的理由",
    "void": "终止理由",
    "transfer": "移交说明",
}


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class Files(forms.Field):
    """Several files at once; each is checked by its content when the action takes it."""

    widget = ManyFiles(attrs={"accept": ACCEPT, "multiple": True})

    def clean(self, value: Any) -> list[Any]:
        return [value] if value and not isinstance(value, list) else value or []


class MoveForm(forms.Form):
    """Mark of the form, version of the page and, where the row wants one, a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_token = forms.CharField(widget=forms.HiddenInput, required=False)
    comment = ClearText(label="理由", limit=1000, rows=4)
    min_comment = 2
    #: Names of the fields that go to the action beside the comment.
    fields_of_move: tuple[str, ...] = ()

    def __init__(self, *args: Any, item: Any, row: Transition, user: Any, **kwargs: Any) -> None:
        self.item, self.row, self.user = item, row, user
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, "version": self.subject.version, "form_token": str(uuid.uuid4())}
        comment = self.fields["comment"]
        comment.label = COMMENT_LABELS.get(row.name, "理由")
        if not row.needs_comment:
            self.fields.pop("comment")
        self.prepare()

    @property
    def subject(self) -> Any:
        """What is moved: its state and version decide whether the page has grown old."""
        return self.item

    def prepare(self) -> None:
        """Labels, choices and initial values that depend on the item."""

    def require(self, name: str, text: str) -> None:
        """An empty field is explained in its own words, never by “此项必填”."""
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, text)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if "comment" in self.fields and "comment" not in self.errors:
            length = len(self.cleaned_data["comment"])
            if length < self.min_comment:
                label = self.fields["comment"].label
                self.add_error("comment", f"填写{label}，至少 {self.min_comment} 字，现在 {length} 字。对方会看到")
        return self.cleaned_data

    def is_stale(self) -> bool:
        seen = self.cleaned_data.get("version")
        return seen is not None and seen != self.subject.version

    def renewed(self) -> None:
        """Offer what was typed once more against the present state."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["version"], data["form_token"] = str(self.subject.version), str(uuid.uuid4())
        self.data = data

    def payload(self) -> dict[str, Any]:
        """Keyword arguments of the action."""
        values = {name: self.cleaned_data[name] for name in self.fields_of_move}
        return values | ({"comment": self.cleaned_data["comment"]} if "comment" in self.fields else {})


class WorkForm(MoveForm):
    """What report and closing have in common: measures that are done, files, places of material."""

    measures_done = PickSeveral(label="已做完的措施", widget=forms.CheckboxSelectMultiple)
    files = Files(label="佐证材料（可不传）", required=False)  # type: ignore[assignment]  # the metaclass takes it away
    where_kept = ClearText(label="材料出处（可不填）", limit=200)

    def prepare(self) -> None:
        self.pending = [measure for measure in self.item.measures.all() if measure.done_on is None]
        choices = [(str(measure.pk), measure.text) for measure in self.pending]
        self.fields["measures_done"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            self.fields.pop("measures_done")
        self.fields["files"].help_text = "可一次选择多个，单个不超过 20 MB。图片中的位置信息会自动去掉"
        self.fields["where_kept"].help_text = "已有材料写明文号或台账名称即可，不用上传"

    def payload(self) -> dict[str, Any]:
        done = [int(pk) for pk in self.cleaned_data.get("measures_done", [])]
        rest = {name: self.cleaned_data[name] for name in ("files", "where_kept")}
        return super().payload() | rest | {"measures_done": done}


class ProgressForm(WorkForm):
    text = ClearText(label="做了什么", limit=1000, rows=4, help_text="写清做了哪件事、到什么程度")
    percent = forms.CharField(label="完成百分比（可不填）", required=False)
    field_order = ["text", "measures_done", "percent", "files", "where_kept"]
    fields_of_move = ("text", "percent")

    def clean_percent(self) -> int | None:
        typed = self.cleaned_data["percent"].strip().rstrip("%％")
        if not typed:
            return None
        if not typed.isdecimal() or int(typed) > 100:
            raise forms.ValidationError(f"完成百分比为“{typed[:10]}”，请写 0 到 100 之间的整数")
        return int(typed)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.require("text", "填写做了什么，写清哪件事、到什么程度")
        return self.cleaned_data


class CloseRequestForm(WorkForm):
    result = ClearText(label="整改成效", limit=1000, rows=4, help_text="对照整改目标写，用数字说明变化")
    after_value = ClearText(label="整改后", limit=40)
    unfinished = ClearText(label="没有做完的措施及原因（都做完时不填）", limit=300, rows=2)
    field_order = ["result", "after_value", "measures_done", "unfinished", "files", "where_kept"]
    fields_of_move = ("after_value",)

    def prepare(self) -> None:
        super().prepare()
        item = self.item
        compared = f"整改前 {item.before_value or '--'}，目标 {item.target_value or '--'}"
        self.fields["after_value"].label = f"整改后{f'（{item.indicator}）' if item.indicator else ''}"
        self.fields["after_value"].help_text = compared if item.target_value or item.before_value else "没有数字时不填"
        if not self.pending:
            self.fields.pop("unfinished")
        if item.problem_type and item.problem_type.evidence_required:
            self.fields["files"].label = "佐证材料"
            self.fields["where_kept"].label = "材料出处（文件和出处至少有一项）"

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.require("result", "填写整改成效，对照整改目标写清变化")
        if self.item.target_value:
            self.require("after_value", f"填写整改后的数值，目标是 {self.item.target_value}")
        left = len(self.pending) - len(self.cleaned_data.get("measures_done", []))
        if left and "measures_done" not in self.errors:
            self.require("unfinished", f"还有 {left} 条措施没有勾选。做完的请勾选，没有做完的在这里写明原因")
        return self.cleaned_data

    def payload(self) -> dict[str, Any]:
        unfinished = self.cleaned_data.get("unfinished")
        result = self.cleaned_data["result"] + (f"\n没有做完的措施：{unfinished}" if unfinished else "")
        return super().payload() | {"result": result}


class ExtensionRequestForm(MoveForm):
    requested_due_on = Day(label="申请延至")
    reason_kind = PickOne(label="原因类别", choices=Extension.Reason.choices)
    reason = ClearText(label="延期理由", limit=500, rows=3)
    progress = ClearText(label="目前进展", limit=500, rows=2)
    plan = ClearText(label="下一步安排", limit=500, rows=2)
    fields_of_move = ("requested_due_on", "reason_kind", "reason", "progress", "plan")

    def prepare(self) -> None:
        campaign, due_on = self.item.campaign, self.item.due_on
        assert due_on is not None  # the row is offered to items with a date only
        latest = min(due_on + dt.timedelta(days=campaign.max_extension_days), campaign.end_on)
        day_field(self, "requested_due_on", campaign)
        self.fields["requested_due_on"].help_text = f"现在的时限 {full_day(due_on)}，最多延到 {full_day(latest)}"
        self.initial.setdefault("progress", self.item.latest)

    def clean(self) -> dict[str, Any]:
        super().clean()
        due_on, until = self.item.due_on, self.cleaned_data.get("requested_due_on")
        self.require("requested_due_on", "填写申请延至哪一天，例如 2026-06-30")
        if until and due_on and until <= due_on:
            self.add_error("requested_due_on", f"申请延至 {short_day(until)}，要晚于现在的时限 {short_day(due_on)}")
        self.require("reason_kind", "选择原因类别")
        self.require("reason", "填写延期理由，写清为什么到期做不完")
        self.require("progress", "填写目前进展")
        self.require("plan", "填写下一步安排，写清延期后哪天做什么")
        return self.cleaned_data


def day_field(form: forms.Form, name: str, campaign: Any) -> Day:
    field = form.fields[name]
    assert isinstance(field, Day)
    field.within(campaign.start_on, campaign.end_on, clock.today())
    return field


class ReturnForm(MoveForm):
    """Templates and own words: the person reads what is missing and by when."""

    reasons = PickSeveral(
        label="常用理由（可选）", choices=[(text, text) for text in RETURN_REASONS], widget=forms.CheckboxSelectMultiple
    )
    supplement_by = Day(label="补正时限")
    min_comment = MIN_REASON
    field_order = ["reasons", "comment", "supplement_by"]
    fields_of_move = ("supplement_by",)

    def prepare(self) -> None:
        campaign = self.item.campaign
        self.fields["comment"].label = "要补什么"
        self.fields["comment"].help_text = f"至少 {MIN_REASON} 字，写清缺什么、补到什么程度"
        day_field(self, "supplement_by", campaign)
        self.initial["supplement_by"] = workdays().add(clock.today(), campaign.supplement_days)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.require("supplement_by", "填写补正时限，具体到某一天")
        day = self.cleaned_data.get("supplement_by")
        if day and day <= clock.today():
            self.add_error("supplement_by", f"补正时限 {short_day(day)}已到或已过，至少给到明天")
        return self.cleaned_data

    def payload(self) -> dict[str, Any]:
        values = super().payload()
        chosen = "；".join(self.cleaned_data.get("reasons", []))
        return values | {"comment": f"{chosen}。{values['comment']}" if chosen else values["comment"]}


class ReopenForm(MoveForm):
    due_on = Day(label="新的整改时限")
    fields_of_move = ("due_on",)

    def prepare(self) -> None:
        day_field(self, "due_on", self.item.campaign)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.require("due_on", "填写新的整改时限，具体到某一天")
        return self.cleaned_data


class ResumeForm(MoveForm):
    due_on = Day(label="新的整改时限（可不填）")
    fields_of_move = ("due_on",)

    def prepare(self) -> None:
        day_field(self, "due_on", self.item.campaign)
        self.fields["due_on"].help_text = "不填时，原时限按中止的天数顺延"


class HandOverForm(MoveForm):
    to = ClearText(label="接手人", limit=60, help_text="输入姓名或工号，从提示中选择")
    field_order = ["to", "comment"]
    fields_of_move = ("to",)
    #: Suggestions travel with the page; in a larger unit the name is typed.
    MOST_PEOPLE = 400

    def prepare(self) -> None:
        self.fields["to"].widget.attrs |= {"list": "people", "autocomplete": "off"}

    def candidates(self) -> Any:
        everybody = User.objects.active().exclude(pk=self.item.cadre_id).exclude(unit=None).select_related("unit")
        return everybody.order_by("unit__path", "staff_no")

    @property
    def people(self) -> list[str]:
        """Own unit first."""
        rows = sorted(self.candidates()[: self.MOST_PEOPLE], key=lambda person: person.unit_id != self.item.unit_id)
        return [spoken(person) for person in rows]

    def clean_to(self) -> User | None:
        typed = self.cleaned_data["to"]
        if not typed:
            return None
        number = re.search(r"工号\s*(\S+?)）?$", typed)
        key = number.group(1) if number else typed
        found = [person for field in ("staff_no", "name") for person in self.candidates().filter(**{field: key})[:5]]
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(spoken(person) for person in found)
            raise forms.ValidationError(f"有 {len(found)} 人叫“{key[:20]}”：{names}。请填工号")
        raise forms.ValidationError(f"没有找到“{typed[:20]}”。请输入在岗人员的姓名或工号")

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.require("to", "填写接手人的姓名或工号")
        return self.cleaned_data


def spoken(person: User) -> str:
    return f"{person.name}（{person.unit}，工号 {person.staff_no}）"


class TransferForm(MoveForm):
    sure = forms.BooleanField(label="已核对，移交后不能撤销", required=False)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.require("sure", "移交后其他人看不到这一项，不能撤销。核对后勾选这一栏")
        return self.cleaned_data


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "report_progress": ProgressForm,
    "request_close": CloseRequestForm,
    "request_extension": ExtensionRequestForm,
    "send_back": ReturnForm,
    "reject": ReturnForm,
    "reopen": ReopenForm,
    "resume": ResumeForm,
    "hand_over": HandOverForm,
    "transfer": TransferForm,
}


class ExtensionMoveForm(MoveForm):
    """Opinion, decision or withdrawal of a request; granting names a definite date."""

    granted_due_on = Day(label="批准延至")
    fields_of_move: tuple[str, ...] = ("granted_due_on",)

    def __init__(self, *args: Any, extension: Extension, **kwargs: Any) -> None:
        self.extension = extension
        super().__init__(*args, **kwargs)

    @property
    def subject(self) -> Any:
        return self.extension

    def prepare(self) -> None:
        if self.row.name != "grant":
            self.fields.pop("granted_due_on")
            self.fields_of_move = ()
            return
        day_field(self, "granted_due_on", self.item.campaign)
        self.initial["granted_due_on"] = self.extension.requested_due_on

    def clean(self) -> dict[str, Any]:
        super().clean()
        if "granted_due_on" in self.fields:
            self.require("granted_due_on", "填写批准延至哪一天")
        return self.cleaned_data
