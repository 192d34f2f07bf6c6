"""Shapes of input about units, people, roles and logins; every message says what is there and how to mend it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core import clock
from organization.models import Unit, User
from organization.passwords import RULE
from organization.scope import Role

STAFF_NO = re.compile(r"[A-Za-z0-9_-]{1,30}")
UNIT_CODE = re.compile(r"[A-Za-z0-9_-]{1,20}")
PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")


def text_field(label: str, limit: int, missing: str = "", **more: Any) -> forms.CharField:
    """A line of text; without ``missing`` it may stay empty."""
    messages = {"required": missing, "max_length": f"{label}最多 {limit} 字，现在 %(show_value)s 字，请删减"}
    return forms.CharField(label=label, max_length=limit, required=bool(missing), error_messages=messages, **more)


def day_field(label: str, missing: str = "", **more: Any) -> forms.DateField:
    messages = {"required": missing, "invalid": f"{label}写成 2026-06-12 的样子"}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=bool(missing), widget=widget, error_messages=messages, **more)


def password_field(label: str, missing: str, **more: Any) -> forms.CharField:
    autocomplete = more.pop("autocomplete", "current-password")
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    messages = {"required": missing, "max_length": f"{label}最多 128 位"}
    return forms.CharField(
        label=label, max_length=128, strip=False, widget=widget, error_messages=messages, **more
    )  # fmt: skip


class PersonField(forms.Field):
    """A colleague, named by staff number or by a name that only one person has."""

    def to_python(self, value: Any) -> User | None:
        wanted = str(value or "").replace("\0", "").strip()
        if not wanted:
            return None
        people = User.objects.active()
        found = list(people.filter(staff_no=wanted) or people.filter(name=wanted).order_by("staff_no")[:5])
        if not found:
            raise ValidationError(f"没有找到在用人员“{wanted}”，写工号或全名")
        if len(found) > 1:
            numbers = "、".join(f"{person.staff_no}（{person.unit or '无单位'}）" for person in found)
            raise ValidationError(f"“{wanted}”有 {len(found)} 人：{numbers}，改写工号")
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        return value.staff_no if isinstance(value, User) else value


class UnitChoice(forms.ModelChoiceField):
    def __init__(self, label: str, missing: str, **more: Any) -> None:
        messages = {"required": missing, "invalid_choice": "这个单位不存在或已撤并，重新选择"}
        super().__init__(Unit.objects.open(), label=label, error_messages=messages, empty_label="请选择", **more)

    def label_from_instance(self, obj: Any) -> str:
        return "　" * (obj.depth - 1) + obj.name


class LoginForm(forms.Form):
    username = text_field(
        "工号", 30, "填写工号", widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = password_field("密码", "填写密码")


class ReloginForm(forms.Form):
    """Answers JSON, so the field that names the person may be missing."""

    username = text_field("工号", 30)
    password = password_field("密码", "输入密码后继续")


class PasswordForm(forms.Form):
    old = password_field("现在的密码", "填写现在的密码")
    new = password_field("新密码", "填写新密码", autocomplete="new-password", help_text=RULE)
    again = password_field("再输一次新密码", "再输一次新密码", autocomplete="new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.must_change_password:
            # The code was typed a moment ago; it is not asked twice.
            del self.fields["old"]

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError("现在的密码不对，核对后再输入")
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        new = self.cleaned_data["new"]
        validate_password(new, self.user)
        if self.user.check_password(new):
            raise ValidationError("新密码和现在的一样，换一个")
        return new

    def clean_again(self) -> str:
        if self.cleaned_data.get("new") not in (None, self.cleaned_data["again"]):
            raise ValidationError("两次输入的新密码不一样，重新输入")
        return self.cleaned_data["again"]


class PreferencesForm(forms.Form):
    big = forms.BooleanField(label="大字版", required=False, help_text="全部文字放大四分之一，电脑和手机都生效")
    shortcuts = forms.BooleanField(label="启用键盘快捷键", required=False, help_text="台账里的 J、K、X 等单键操作")


class SetupForm(forms.Form):
    bureau = text_field("局的全称", 60, "填写局的全称", help_text="如：青榆县教育体育局，要和名册里的写法一致")
    code = forms.RegexField(
        UNIT_CODE, label="单位代码", initial="JG", max_length=20,
        error_messages={"required": "填写单位代码", "invalid": "单位代码只能是字母、数字和短横，最多 20 位"},
    )  # fmt: skip
    name = text_field("管理员姓名", 40, "填写管理员姓名")
    staff_no = forms.RegexField(
        STAFF_NO, label="管理员工号（登录账号）", max_length=30,
        error_messages={"required": "填写工号", "invalid": "工号只能是字母、数字和短横，最多 30 位"},
        help_text="这个账号只管理机构、账号和角色，看不到问题内容；本人的清单用名册里的账号填报",
    )  # fmt: skip
    password = password_field("密码", "填写密码", autocomplete="new-password", help_text=RULE)
    again = password_field("再输一次密码", "再输一次密码", autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password"):
            person = User(staff_no=data.get("staff_no", ""), name=data.get("name", ""))
            try:
                validate_password(data["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        if data.get("password") and data.get("again") not in (None, data["password"]):
            self.add_error("again", "两次输入的密码不一样，重新输入")
        return data


class UnitForm(forms.ModelForm):
    parent = UnitChoice("上级单位", "选择上级单位")
    aliases = forms.CharField(
        label="别名", required=False, help_text="工作簿里出现过的其他写法，用顿号或换行分开",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    class Meta:
        model = Unit
        fields = ["parent", "kind", "name", "short_name", "code", "order"]
        error_messages = {
            "name": {"required": "填写全称"},
            "code": {"required": "填写单位代码", "unique": "这个单位代码已被其他单位使用，换一个"},
            "order": {"required": "填写顺序，数字小的排前面", "invalid": "顺序写整数"},
        }

    field_order = ["parent", "kind", "name", "short_name", "aliases", "code", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [choice for choice in Unit.Kind.choices if choice[0] != Unit.Kind.BUREAU]
        self.fields["kind"].error_messages["required"] = "选择类别"
        if self.instance.pk:
            # The place in the tree decides who sees what; it is not changed by the way.
            del self.fields["parent"], self.fields["kind"]
            self.initial["aliases"] = "、".join(self.instance.aliases)

    def clean_code(self) -> str:
        if not UNIT_CODE.fullmatch(self.cleaned_data["code"]):
            raise ValidationError(f"单位代码只能是字母、数字和短横，现在是“{self.cleaned_data['code']}”")
        return self.cleaned_data["code"]

    def clean_aliases(self) -> list[str]:
        names = [name.strip() for name in re.split(r"[、，,\s]+", self.cleaned_data["aliases"])]
        return list(dict.fromkeys(name for name in names if name))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = {data.get("name"), data.get("short_name"), *data.get("aliases", [])} - {"", None}
        for other in Unit.objects.open().exclude(pk=self.instance.pk):
            both = said & (other.names - {other.code})
            if both:
                raise ValidationError(
                    f"“{'、'.join(sorted(both))}”已是{other.name}的名称或别名，名册会分不清。换一个写法"
                )
        return data


class DayForm(forms.Form):
    """One date: closing a unit, closing an account, ending a post."""

    on = day_field("日期", "填写日期")

    def __init__(self, *args: Any, label: str = "日期", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = label
        self.initial.setdefault("on", clock.today())


class PersonDetails(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "personnel_category", "level", "rank", "phone", "email"]
        error_messages = {
            "name": {"required": "填写姓名"},
            "email": {"invalid": "邮箱的写法是“名称@域名”，改正或留空"},
        }

    def clean_phone(self) -> str:
        phone = re.sub(r"\s", "", self.cleaned_data["phone"])
        if phone and not PHONE.fullmatch(phone):
            raise ValidationError(f"手机号是 11 位，现在是“{phone}”，共 {len(phone)} 位，补正或留空")
        return phone


class NewPersonForm(PersonDetails):
    unit = UnitChoice("所在单位", "选择所在单位")
    department = text_field("部门", 40, help_text="学校内设处室，机关人员不填")
    title = text_field("职务", 60, "填写职务")

    class Meta(PersonDetails.Meta):
        fields = ["staff_no", *PersonDetails.Meta.fields]
        error_messages = {
            **PersonDetails.Meta.error_messages,
            "staff_no": {"required": "填写工号", "unique": "这个工号已有人使用，核对后改正"},
        }

    field_order = ["staff_no", "name", "unit", "department", "title"]

    def clean_staff_no(self) -> str:
        if not STAFF_NO.fullmatch(self.cleaned_data["staff_no"]):
            raise ValidationError(f"工号只能是字母、数字和短横，现在是“{self.cleaned_data['staff_no']}”")
        return self.cleaned_data["staff_no"]


class PersonForm(PersonDetails):
    superior_override = PersonField(label="指定直接上级", required=False, help_text="写工号或姓名；留空按机构推算")

    def clean_superior_override(self) -> User | None:
        above = self.cleaned_data["superior_override"]
        if above == self.instance:
            raise ValidationError("直接上级不能是本人，另选一人或留空")
        return above


class MoveForm(forms.Form):
    unit = UnitChoice("新单位", "选择新单位")
    department = text_field("部门", 40, help_text="学校内设处室，机关人员不填")
    title = text_field("职务", 60, "填写职务")
    on = day_field("生效日期", "填写生效日期")


class PostForm(forms.Form):
    unit = UnitChoice("单位", "选择单位")
    department = text_field("部门", 40, help_text="学校内设处室，机关人员不填")
    title = text_field("职务", 60, "填写职务")
    duties = forms.CharField(label="岗位职责", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    start_on = day_field("任职日期", "填写任职日期")


class GrantForm(forms.Form):
    role = forms.ChoiceField(
        label="角色", error_messages={"required": "选择角色", "invalid_choice": "这个角色由系统管理员授予，另选一个"}
    )
    unit = UnitChoice("范围", "选择范围", help_text="此单位和下面的所有单位")
    start_on = day_field("起", "填写开始日期")
    end_on = day_field("止", help_text="留空为长期")
    reason = text_field("事由", 200, "写明事由，如：整顿办抽调")

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["role"]
        choice.choices = [("", "请选择"), *((role.value, role.label) for role in roles)]
        self.initial.setdefault("start_on", clock.today())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start_on"), data.get("end_on")
        if start and end and end < start:
            self.add_error("end_on", f"止 {end} 早于起 {start}，改晚或留空")
        return data


class ReasonForm(forms.Form):
    reason = text_field("事由", 200, "写明事由")


class RosterForm(forms.Form):
    file = forms.FileField(
        label="名册文件", error_messages={"required": "选择名册文件", "empty": "文件是空的，重新选择文件"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.et,.csv"}),
        help_text="Excel 或 WPS 表格（.xlsx .xls .et .csv），不超过 20 MB。要有“姓名、工号、单位”列",
    )  # fmt: skip
    full = forms.BooleanField(
        label="名册为全量，未列出的人员按离开处理", required=False,
        help_text="只有名册包含局机关和全部学校的所有人员时才勾选；预览会列出将停用的人",
    )  # fmt: skip
