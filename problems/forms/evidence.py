"""Where material is kept, instead of a file."""

from __future__ import annotations

from typing import Any

from django import forms

from problems.forms.fields import ClearText, PickOne
from problems.models import Item


class CiteForm(forms.Form):
    name = ClearText(label="材料名称", limit=120)
    where_kept = ClearText(label="在哪里", limit=200, help_text="文号、台账名称或存放的科室，例如 收文登记簿第 2 册")
    measure = PickOne(label="证明哪条措施（可不选）")

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = {str(measure.pk): measure for measure in item.measures.all()}
        rows = [(pk, f"措施 {measure.order}：{measure.text[:30]}") for pk, measure in self.measures.items()]
        self.fields["measure"].choices = [("", "不指定"), *rows]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, text in (
            ("name", "填写材料名称，例如 收文登记台账"),
            ("where_kept", "填写材料在哪里，例如文号、台账名称或存放的科室"),
        ):
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, text)
        return self.cleaned_data

    def payload(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "name": values["name"],
            "where_kept": values["where_kept"],
            "measure": self.measures.get(values["measure"]),
        }
