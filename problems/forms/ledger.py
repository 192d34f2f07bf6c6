"""The two small forms of the ledger page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.workflow import Transition
from problems.forms.fields import ClearText, named

NAME_LIMIT = 20
QUERY_LIMIT = 500


class BulkForm(forms.Form):
    """The reason of a bulk move, asked where the move needs one."""

    comment = ClearText(label="理由", limit=300, rows=3, help_text="每一项的责任人都会看到")

    def __init__(self, *args: Any, row: Transition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if not row.needs_comment:
            del self.fields["comment"]

    def clean_comment(self) -> str:
        comment = self.cleaned_data["comment"]
        if not comment:
            raise ValidationError(f"填写理由，写清为什么{self.row.label}，责任人会看到")
        return comment


class SavedViewForm(forms.Form):
    """A name for the present filter; ``may_share`` shows the second question."""

    name = ClearText(label="视图名称", limit=NAME_LIMIT)
    shared = forms.BooleanField(label="共享给所有能看台账的人", required=False)

    def __init__(self, *args: Any, query: str, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query = query
        if not may_share:
            del self.fields["shared"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not name:
            raise ValidationError(f"填写{named(self.fields['name'])}，例如“人事科逾期”")
        return name

    def clean(self) -> dict[str, Any]:
        if not self.query:
            raise ValidationError("现在没有筛选条件。先在台账里选好条件，再保存为视图")
        if len(self.query) > QUERY_LIMIT:
            raise ValidationError("筛选条件太多，存不下。少选几个单位或状态，再保存为视图")
        return super().clean()
