from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from campaign.models import Campaign, Manifestation, ProblemType
from organization.models import Unit
from organization.scope import EVERYTHING, GUARDING_ROLES, READING_ROLES, Role, ScopedQuerySet
from problems.checklist import ListState
from problems.lamp import Lamp, lamp_of
from problems.ledger import IN_HAND, LIST_STATUS, OPEN, STATUS, VERIFIABLE, DeadlineKind, RectType, State, Status
from problems.models.checklist import PERSON, Checklist, first_review_q
from problems.models.event import Event


class ItemQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> ItemQuerySet:
        """Own items and those of overseen units; 吃拿卡要 only up the line, transferred ones to discipline alone."""
        drafts = Checklist.objects.filter(state=ListState.DRAFT).values("pk")
        filed = ~Q(state=State.LISTED, checklist__in=drafts)
        up_the_line = first_review_q(user)
        everywhere = user.scope.covers_all(READING_ROLES)
        plain = EVERYTHING if everywhere else self.scope_q(user, READING_ROLES) | up_the_line
        guarded = Q(unit__in=user.scope.units(GUARDING_ROLES)) | up_the_line
        read = filed & ((Q(restricted=False) & plain) | (Q(restricted=True) & guarded))
        seen = Q(cadre=user.pk) | Q(hand_over_to=user.pk) | read
        transferred = Q(unit__in=user.scope.units([Role.DISCIPLINE]))
        return self.filter((~Q(state=State.TRANSFERRED) & seen) | (Q(state=State.TRANSFERRED) & transferred))

    def in_ledger(self) -> ItemQuerySet:
        return self.exclude(state=State.LISTED)

    def open(self) -> ItemQuerySet:
        return self.filter(state__in=OPEN)

    def of(self, user: Any) -> ItemQuerySet:
        return self.filter(cadre=user)

    def overdue(self, on: dt.date) -> ItemQuerySet:
        """Red: the current step is past its date, whoever holds it."""
        return self.filter(step_due_on__lt=on)

    def amber(self, on: dt.date) -> ItemQuerySet:
        return self.filter(step_due_on__gte=on, step_amber_on__lte=on)

    def due_within(self, on: dt.date, days: int) -> ItemQuerySet:
        return self.filter(step_due_on__lte=on + dt.timedelta(days=days))

    def awaiting_first_review(self, user: Any) -> ItemQuerySet:
        return self.filter(confirmation_q(user))

    def awaiting_verification(self, user: Any) -> ItemQuerySet:
        return self.filter(verification_q(user))


def confirmation_q(user: Any) -> Q:
    return first_review_q(user) & Q(state=State.CLOSURE_REQUESTED)


def verification_q(user: Any) -> Q:
    theirs = ~Q(cadre=user.pk) & ~Q(confirmed_by=user.pk)
    return Q(unit__in=user.scope.units([Role.OFFICE]), state__in=sorted(VERIFIABLE)) & theirs


def turn_q(user: Any) -> Q:
    """In his hands, at one of his gates, or offered to him."""
    in_hand = Q(cadre=user.pk, state__in=sorted(IN_HAND))
    return in_hand | confirmation_q(user) | verification_q(user) | Q(hand_over_to=user.pk)


class Item(models.Model):
    """One problem and its rectification: a line of the list, then of the ledger (整改台账)."""

    class Source(models.TextChoices):
        SELF = "self", "自己找"
        MASSES = "masses", "群众提"
        SUPERIOR = "superior", "上级点"
        PEERS = "peers", "互相帮"
        COLLECTIVE = "collective", "集体议"
        SUPERVISION = "supervision", "督查发现"

    public_id = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="items", verbose_name="活动")
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items", verbose_name="清单")
    cadre = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="items", verbose_name="责任人")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="items", verbose_name="单位")
    order = models.PositiveSmallIntegerField("清单内顺序", default=1)
    code = models.CharField("编号", max_length=30, unique=True, null=True, blank=True)  # unique only once given
    problem_type = models.ForeignKey(
        ProblemType, on_delete=models.PROTECT, null=True, blank=True, related_name="items", verbose_name="问题类型"
    )
    manifestations = models.ManyToManyField(Manifestation, blank=True, related_name="items", verbose_name="具体表现")
    problem = models.TextField("存在问题", blank=True)
    happened = models.CharField("什么时候、多频繁", max_length=100, blank=True)
    consequence = models.CharField("造成什么影响", max_length=200, blank=True)
    source = models.CharField("问题来源", max_length=20, choices=Source, default=Source.SELF)
    cause = models.TextField("原因分析", blank=True)
    goal = models.TextField("整改目标", blank=True)
    indicator = models.CharField("衡量指标", max_length=60, blank=True)
    before_value = models.CharField("整改前", max_length=40, blank=True)
    target_value = models.CharField("目标值", max_length=40, blank=True)
    after_value = models.CharField("整改后", max_length=40, blank=True)
    responsible_leader = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任领导"
    )
    rect_type = models.CharField("整改类型", max_length=20, choices=RectType, default=RectType.TIME_LIMITED)
    deadline_kind = models.CharField("时限种类", max_length=30, choices=DeadlineKind, default=DeadlineKind.DATE)
    deadline_raw = models.CharField("时限原文", max_length=100, blank=True)
    due_on = models.DateField("整改时限", null=True, blank=True)
    original_due_on = models.DateField("原定时限", null=True, blank=True)
    restricted = models.BooleanField("限制查看", default=False)
    state = models.CharField("状态", max_length=20, choices=State, default=State.LISTED)
    state_on = models.DateField("进入当前状态的日期", null=True, blank=True)
    step_due_on = models.DateField("当前环节时限", null=True, blank=True)
    step_amber_on = models.DateField("当前环节黄灯日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    review_role = models.CharField("确认角色", max_length=20, choices=Role, default=Role.UNIT_HEAD)
    review_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="确认单位")
    returned_count = models.PositiveSmallIntegerField("退回次数", default=0)
    extended_count = models.PositiveSmallIntegerField("延期次数", default=0)
    reopened_count = models.PositiveSmallIntegerField("重开次数", default=0)
    progress_on = models.DateField("最近进展日期", null=True, blank=True)
    latest = models.CharField("最近进展", max_length=80, blank=True)
    entered_on = models.DateField("进台账日期", null=True, blank=True)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    staged_on = models.DateField("阶段销号日期", null=True, blank=True)
    voided_on = models.DateField("终止日期", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位确认人"
    )
    closed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="销号人"
    )
    reopen_proposed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出重开的人"
    )
    hand_over_to = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拟接手人"
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = "台账事项"
        verbose_name_plural = "台账事项"
        ordering = ["step_due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="item_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="item_in_ledger_is_numbered",
                condition=Q(state__in=["listed", "transferred"])
                | Q(code__isnull=False, entered_on__isnull=False, problem_type__isnull=False),
            ),
            models.CheckConstraint(
                name="item_in_ledger_has_deadline",
                condition=Q(state__in=["listed", "transferred"]) | Q(due_on__isnull=False) | Q(deadline_kind="ONGOING"),
            ),
            models.CheckConstraint(
                name="item_closed_iff_dated",
                condition=Q(state="closed", closed_on__isnull=False, closed_by__isnull=False)
                | (~Q(state="closed") & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="item_closed_by_another",
                condition=Q(closed_by=None)
                | (~Q(closed_by=F("cadre")) & (Q(confirmed_by=None) | ~Q(closed_by=F("confirmed_by")))),
            ),
        ]
        indexes = [
            models.Index(name="item_unit_step", fields=["campaign", "unit", "step_due_on"]),
            models.Index(name="item_state_step", fields=["state", "step_due_on"]),
            models.Index(
                name="item_reopening_asked",
                fields=["reopen_proposed_by"],
                condition=Q(reopen_proposed_by__isnull=False),
            ),
            models.Index(name="item_cadre_state", fields=["cadre", "state"]),
            models.Index(name="item_step", fields=["campaign", "step_due_on", "id"]),
        ]

    def __str__(self) -> str:
        return self.code or self.title

    def get_absolute_url(self) -> str:
        return reverse("problems:item", args=[self.slug])

    @property
    def slug(self) -> str:
        """The number once there is one, before that an identifier that nobody can guess."""
        return self.code or str(self.public_id)

    @property
    def title(self) -> str:
        return self.problem or "（还没有写问题）"

    @property
    def status(self) -> Status:
        return LIST_STATUS[self.checklist.state] if self.state == State.LISTED else STATUS[self.state]

    @property
    def state_label(self) -> str:
        return self.status.label

    def lamp(self, on: dt.date) -> Lamp | None:
        return lamp_of(self.state, self.step_due_on, self.step_amber_on, on)

    def last_event(self) -> ItemEvent | None:
        return self.events.first()


class ItemEvent(Event):
    """One step in the life of a ledger item."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="events", verbose_name="事项")

    class Meta(Event.Meta):
        verbose_name = "办理记录"
        verbose_name_plural = "办理记录"

    def __str__(self) -> str:
        return f"{self.by_name} {self.label}"


class Measure(models.Model):
    """One thing that will be done, by when, and how one sees that it is done."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="measures", verbose_name="事项")
    order = models.PositiveSmallIntegerField("顺序", default=1)
    text = models.CharField("措施", max_length=300)
    done_sign = models.CharField("完成标志", max_length=120, blank=True)
    due_on = models.DateField("完成日期", null=True, blank=True)
    done_on = models.DateField("实际完成日期", null=True, blank=True)

    class Meta:
        verbose_name = "整改措施"
        verbose_name_plural = "整改措施"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(name="measure_order_once", fields=["item", "order"])]

    def __str__(self) -> str:
        return self.text
