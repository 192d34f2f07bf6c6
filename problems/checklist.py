"""The problem list's way from the person to the ledger, as rows."""

from __future__ import annotations

from typing import Any

from django.db import models

from core.workflow import Transition, Workflow
from problems.ledger import is_first_reviewer, is_office, is_owner


class ListState(models.TextChoices):
    DRAFT = "draft", "草稿"
    UNIT_REVIEW = "unit_review", "待初审"
    OFFICE_REVIEW = "office_review", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已进台账"


EDITABLE = frozenset({ListState.DRAFT, ListState.RETURNED})
FILED = frozenset({ListState.UNIT_REVIEW, ListState.OFFICE_REVIEW, ListState.APPROVED})


def enters(user: Any, obj: Any) -> bool:
    """The office's second gate; whoever passed the first one does not pass the second."""
    return is_office(user, obj) and user.pk != obj.endorsed_by_id


# fmt: off
CHECKLIST = Workflow(
    "问题清单",
    (
        Transition(name="submit", label="提交", source=EDITABLE, target=ListState.UNIT_REVIEW, allowed=is_owner,
            who="本人", consequence="转上一级初审，提交后不能修改", tone="primary"),
        Transition(name="withdraw", label="撤回", source=frozenset({ListState.UNIT_REVIEW}),
            target=ListState.DRAFT, allowed=is_owner, who="本人", consequence="回到草稿，改好后再提交"),
        Transition(name="endorse", label="通过", source=frozenset({ListState.UNIT_REVIEW}),
            target=ListState.OFFICE_REVIEW, allowed=is_first_reviewer, who="单位负责人（上一级）",
            consequence="转整顿办审核", tone="primary"),
        Transition(name="send_back", label="退回", source=frozenset({ListState.UNIT_REVIEW}),
            target=ListState.RETURNED, allowed=is_first_reviewer, who="单位负责人（上一级）",
            consequence="退给本人修改", needs_comment=True, tone="danger"),
        Transition(name="enter", label="审核通过并进台账", source=frozenset({ListState.OFFICE_REVIEW}),
            target=ListState.APPROVED, allowed=enters, who="整顿办（非本人、非初审人）",
            consequence="每个问题编号进入整改台账，开始计时", tone="primary"),
        Transition(name="return_to_cadre", label="退回本人", source=frozenset({ListState.OFFICE_REVIEW}),
            target=ListState.RETURNED, allowed=is_office, who="整顿办（非本人）", consequence="退给本人修改",
            needs_comment=True, tone="danger"),
        Transition(name="return_to_unit", label="退回初审", source=frozenset({ListState.OFFICE_REVIEW}),
            target=ListState.UNIT_REVIEW, allowed=is_office, who="整顿办（非本人）",
            consequence="退给初审人重新初审", needs_comment=True, tone="danger"),
    ),
)
# fmt: on
