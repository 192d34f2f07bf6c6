"""The way of a request for a later date, as rows."""

from __future__ import annotations

from django.db import models

from core.workflow import Transition, Workflow
from problems.ledger import is_first_reviewer, is_office, is_owner


class ExtensionState(models.TextChoices):
    UNIT_OPINION = "unit_opinion", "待单位签署意见"
    OFFICE_DECISION = "office_decision", "待整顿办决定"
    GRANTED = "granted", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


WAITING = frozenset({ExtensionState.UNIT_OPINION, ExtensionState.OFFICE_DECISION})

# fmt: off
EXTENSION = Workflow(
    "延期申请",
    (
        Transition(name="sign", label="同意，报整顿办", source=frozenset({ExtensionState.UNIT_OPINION}),
            target=ExtensionState.OFFICE_DECISION, allowed=is_first_reviewer, who="单位负责人（上一级）",
            consequence="转整顿办决定", tone="primary"),
        Transition(name="refuse_at_unit", label="不同意", source=frozenset({ExtensionState.UNIT_OPINION}),
            target=ExtensionState.REFUSED, allowed=is_first_reviewer, who="单位负责人（上一级）",
            consequence="原时限不变", needs_comment=True, tone="danger"),
        Transition(name="grant", label="批准延期", source=frozenset({ExtensionState.OFFICE_DECISION}),
            target=ExtensionState.GRANTED, allowed=is_office, who="整顿办（非本人）",
            consequence="时限改为批准的日期，原时限保留", stamp="decided_on", tone="primary"),
        Transition(name="refuse", label="不批准", source=frozenset({ExtensionState.OFFICE_DECISION}),
            target=ExtensionState.REFUSED, allowed=is_office, who="整顿办（非本人）", consequence="原时限不变",
            needs_comment=True, stamp="decided_on", tone="danger"),
        Transition(name="withdraw", label="撤回申请", source=WAITING, target=ExtensionState.WITHDRAWN,
            allowed=is_owner, who="责任人", consequence="原时限不变"),
    ),
)
# fmt: on
