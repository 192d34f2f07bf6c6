from django import forms
from django.core.exceptions import ValidationError

from audit.models import AuditEntry


class AuditFilterForm(forms.Form):
    """What the log is narrowed by; lives in the address, so a view of it can be passed on."""

    person = forms.CharField(label="操作人", required=False, max_length=60)
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *AuditEntry.Kind.choices])
    target = forms.CharField(label="对象", required=False, max_length=100)
    since = forms.DateField(
        label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = f"“{self.fields[name].label}”写成 2026-06-12 的样子"
        self.fields["kind"].error_messages["invalid_choice"] = "类别“%(value)s”不在列表里，重新选一个"

    def clean(self) -> dict:
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            raise ValidationError({"until": f"“到”（{until}）早于“从”（{since}），请改晚"})
        return data
