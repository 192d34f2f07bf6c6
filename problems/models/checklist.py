from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from campaign.models import Campaign
from organization.models import Unit
from organization.scope import READING_ROLES, Role, ScopedQuerySet
from problems.checklist import EDITABLE, FILED, ListState
from problems.models.event import Event

PERSON = settings.AUTH_USER_MODEL


def first_review_q(user: Any, prefix: str = "") -> Q:
    """Rows whose first gate is the user's: the SQL twin of ``ledger.is_first_reviewer``."""
    q = Q(**{f"{prefix}cadre__in": user.scope.subordinate_ids})
    for role, unit_ids in user.scope.direct.items():
        q |= Q(**{f"{prefix}review_role": role, f"{prefix}review_unit__in": unit_ids})
    return q & ~Q(**{f"{prefix}cadre": user.pk})


class ChecklistQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> ChecklistQuerySet:
        """A draft belongs to its author alone."""
        filed = ~Q(state=ListState.DRAFT) & (self.scope_q(user, READING_ROLES) | first_review_q(user))
        return self.filter(Q(cadre=user.pk) | filed)

    def filed(self) -> ChecklistQuerySet:
        return self.filter(state__in=FILED)

    def awaiting_first_review(self, user: Any) -> ChecklistQuerySet:
        return self.filter(first_review_q(user), state=ListState.UNIT_REVIEW)

    def awaiting_office(self, user: Any) -> ChecklistQuerySet:
        return self.filter(
            Q(unit__in=user.scope.units([Role.OFFICE])) & ~Q(cadre=user.pk), state=ListState.OFFICE_REVIEW
        ).exclude(endorsed_by=user.pk)


class Checklist(models.Model):
    """A problem list (问题清单): what a person, the leading team, a section or a school finds wrong with itself."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "个人"
        SECTION = "section", "科室"
        TEAM = "team", "领导班子"
        UNIT = "unit", "单位"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="checklists", verbose_name="活动")
    kind = models.CharField("清单层级", max_length=10, choices=Kind, default=Kind.PERSONAL)
    cadre = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="checklists", verbose_name="填报人")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    receipt = models.CharField("清单编号", max_length=30, unique=True, null=True, blank=True)  # unique only once given
    state = models.CharField("状态", max_length=20, choices=ListState, default=ListState.DRAFT)
    version = models.PositiveIntegerField("版本", default=1)
    review_role = models.CharField("初审角色", max_length=20, choices=Role, default=Role.UNIT_HEAD)
    review_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="初审单位")
    step_due_on = models.DateField("当前环节时限", null=True, blank=True)
    returned_count = models.PositiveSmallIntegerField("退回次数", default=0)
    endorsed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="初审人"
    )
    entered_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    submitted_on = models.DateField("提交日期", null=True, blank=True)
    endorsed_on = models.DateField("初审日期", null=True, blank=True)
    entered_on = models.DateField("进台账日期", null=True, blank=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = "问题清单"
        verbose_name_plural = "问题清单"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_personal_list", fields=["campaign", "cadre"], condition=Q(kind="personal")
            ),
            models.UniqueConstraint(
                name="one_collective_list", fields=["campaign", "unit", "kind"], condition=~Q(kind="personal")
            ),
            models.CheckConstraint(name="list_state_known", condition=Q(state__in=ListState.values)),
            models.CheckConstraint(
                name="list_entered_iff_dated",
                condition=Q(state="approved", entered_on__isnull=False, entered_by__isnull=False)
                | (~Q(state="approved") & Q(entered_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="list_gates_by_others",
                condition=(Q(endorsed_by=None) | ~Q(endorsed_by=models.F("cadre")))
                & (Q(entered_by=None) | ~Q(entered_by=models.F("cadre")))
                & (Q(entered_by=None) | Q(endorsed_by=None) | ~Q(entered_by=models.F("endorsed_by"))),
            ),
        ]
        indexes = [models.Index(name="list_unit_state", fields=["campaign", "unit", "state"])]

    def __str__(self) -> str:
        return f"{self.cadre}的{self.get_kind_display()}问题清单"

    def get_absolute_url(self) -> str:
        return reverse("problems:checklist", args=[self.pk])

    @property
    def state_label(self) -> str:
        return self.get_state_display()

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    def last_event(self) -> ChecklistEvent | None:
        return self.events.first()


class ChecklistEvent(Event):
    """One step in the life of a problem list."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="events", verbose_name="清单")

    class Meta(Event.Meta):
        verbose_name = "清单记录"
        verbose_name_plural = "清单记录"

    def __str__(self) -> str:
        return f"{self.by_name} {self.label}"


class Round(models.Model):
    """The list as it was submitted, kept so that the next round shows what changed."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="rounds", verbose_name="清单")
    number = models.PositiveSmallIntegerField("第几次提交")
    snapshot = models.JSONField("提交内容")
    submitted_at = models.DateTimeField("提交时间", auto_now_add=True)

    class Meta:
        verbose_name = "提交轮次"
        verbose_name_plural = "提交轮次"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="round_once", fields=["checklist", "number"])]

    def __str__(self) -> str:
        return f"第 {self.number} 次提交"


class ItemMark(models.Model):
    """What a reviewer marked at one problem when he returned the list."""

    event = models.ForeignKey(ChecklistEvent, on_delete=models.PROTECT, related_name="marks", verbose_name="退回记录")
    item = models.ForeignKey("problems.Item", on_delete=models.CASCADE, related_name="marks", verbose_name="问题")
    field = models.CharField("栏目", max_length=20, blank=True)
    note = models.CharField("要改什么", max_length=300)

    class Meta:
        verbose_name = "退回标注"
        verbose_name_plural = "退回标注"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.note


class Draft(models.Model):
    """What a person typed and has not yet submitted, as typed; kept on the server within seconds."""

    user = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="drafts", verbose_name="填写人")
    form = models.CharField("表单", max_length=30)
    key = models.CharField("对象", max_length=60)
    data = models.JSONField("内容", default=dict)
    version = models.PositiveIntegerField("版本", default=1)
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = "草稿"
        verbose_name_plural = "草稿"
        constraints = [models.UniqueConstraint(name="draft_once", fields=["user", "form", "key"])]

    def __str__(self) -> str:
        return f"{self.form} {self.key}"


class Sequence(models.Model):
    """The last number given out under a prefix such as ZG-2026; numbers are never used twice."""

    prefix = models.CharField("前缀", max_length=20, unique=True)
    last = models.PositiveIntegerField("最后编号", default=0)

    class Meta:
        verbose_name = "编号"
        verbose_name_plural = "编号"

    def __str__(self) -> str:
        return f"{self.prefix}-{self.last:04d}"
