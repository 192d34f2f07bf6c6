from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core import clock
from core.workdays import Workdays
from organization.models import Unit, User
from organization.scope import Role, ScopedQuerySet


class CalendarDay(models.Model):
    """A public holiday or a make-up working day; other dates follow the week."""

    class Source(models.TextChoices):
        OFFICIAL = "official", "国务院通知"
        ESTIMATED = "estimated", "推算"
        MANUAL = "manual", "手工"

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是否上班")
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.MANUAL)

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '休息'}"


def workdays() -> Workdays:
    """The calendar as read now; callers keep it for one request or one sweep."""
    return Workdays(dict(CalendarDay.objects.values_list("day", "is_workday")))


class CampaignQuerySet(models.QuerySet):
    def running(self, on: dt.date | None = None) -> CampaignQuerySet:
        day = on or clock.today()
        return self.filter(archived_on=None, start_on__lte=day).order_by("-start_on")


class Campaign(models.Model):
    """One rectification drive (作风整顿) with its dates, basis and leading group."""

    code = models.CharField("活动代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=80)
    theme = models.CharField("主题", max_length=80, blank=True)
    parent_name = models.CharField("上级活动", max_length=120, blank=True, help_text="例如县级机关作风整顿")
    start_on = models.DateField("开始日期")
    end_on = models.DateField("结束日期")
    basis = models.CharField("依据文件", max_length=200, blank=True)
    leading_group = models.TextField("领导小组", blank=True, help_text="组长、副组长、成员，每行一人")
    office_name = models.CharField("办公室", max_length=60, default="整顿办")
    office_phone = models.CharField("业务咨询电话", max_length=30, blank=True)
    office_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办公室所在科室"
    )
    is_demo = models.BooleanField("演示数据", default=False, editable=False)
    archived_on = models.DateField("归档日期", null=True, blank=True)
    lists_due_on = models.DateField("清单提交时限", null=True, blank=True)
    leaders_lists_due_on = models.DateField("班子成员清单提交时限", null=True, blank=True)
    head_files_first = models.BooleanField("单位负责人先交本人清单，再初审他人", default=True)
    immediate_days = models.PositiveSmallIntegerField("立行立改期限（天）", default=7)
    unit_review_days = models.PositiveSmallIntegerField("初审期限（工作日）", default=3)
    office_review_days = models.PositiveSmallIntegerField("审核期限（工作日）", default=5)
    verification_days = models.PositiveSmallIntegerField("验收期限（工作日）", default=5)
    supplement_days = models.PositiveSmallIntegerField("退回补正期限（工作日）", default=5)
    amber_days = models.PositiveSmallIntegerField("黄灯提前天数", default=7)
    max_extensions = models.PositiveSmallIntegerField("延期次数上限", default=2)
    max_extension_days = models.PositiveSmallIntegerField("每次延期天数上限", default=60)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "整顿活动"
        verbose_name_plural = "整顿活动"
        ordering = ["-start_on"]
        constraints = [
            models.CheckConstraint(name="campaign_dates_ordered", condition=Q(end_on__gte=F("start_on"))),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaign:detail", args=[self.code])

    @property
    def year(self) -> int:
        return self.start_on.year

    @property
    def is_archived(self) -> bool:
        return self.archived_on is not None

    def day_number(self, on: dt.date) -> tuple[int, int]:
        """(day n, of m), n within 0..m."""
        length = (self.end_on - self.start_on).days + 1
        return max(0, min(length, (on - self.start_on).days + 1)), length

    def list_due_for(self, user: User) -> dt.date | None:
        """Leaders go first: their lists are due earlier than those of the staff."""
        if user.level == User.Level.LEADERSHIP_MEMBER and self.leaders_lists_due_on:
            return self.leaders_lists_due_on
        return self.lists_due_on


class Phase(models.Model):
    """A stage of the campaign: optional, may overlap, and never locks anything."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="phases", verbose_name="活动")
    name = models.CharField("阶段", max_length=40)
    start_on = models.DateField("开始日期")
    end_on = models.DateField("结束日期")
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "阶段"
        verbose_name_plural = "阶段"
        ordering = ["order", "start_on"]
        constraints = [models.CheckConstraint(name="phase_dates_ordered", condition=Q(end_on__gte=F("start_on")))]

    def __str__(self) -> str:
        return self.name

    def is_open(self, on: dt.date) -> bool:
        return self.start_on <= on <= self.end_on


class PhaseTemplate(models.Model):
    """A usual plan of stages in weeks from the start, from which a campaign's own stages are made; data, not law."""

    code = models.SlugField("代码", max_length=30, unique=True)
    name = models.CharField("阶段方案", max_length=40)
    summary = models.CharField("说明", max_length=120, blank=True)
    weeks = models.PositiveSmallIntegerField("总周数", default=52, help_text="活动长短不同时按比例换算")
    lists_due_week = models.PositiveSmallIntegerField("清单提交周", default=10)
    leaders_lists_due_week = models.PositiveSmallIntegerField("班子成员清单提交周", default=8)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "阶段方案"
        verbose_name_plural = "阶段方案"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(name="template_has_weeks", condition=Q(weeks__gt=0)),
            models.CheckConstraint(
                name="leaders_file_first", condition=Q(leaders_lists_due_week__lte=F("lists_due_week"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def day_of_week(self, week: int, start: dt.date, end: dt.date) -> dt.date:
        """First day of that week of the plan; the weeks stretch with the campaign, those after its end do not."""
        length = (end - start).days + 1
        if week > self.weeks:
            return end + dt.timedelta(days=1, weeks=week - self.weeks - 1)
        return start + dt.timedelta(days=round((week - 1) * length / self.weeks))

    def last_day_of(self, week: int, start: dt.date, end: dt.date) -> dt.date:
        day = self.day_of_week(week + 1, start, end) - dt.timedelta(days=1)
        return max(day, self.day_of_week(week, start, end))


class TemplateStage(models.Model):
    """One stage of a phase template, from and to a week; stages may overlap and may lie after the end (回头看)."""

    template = models.ForeignKey(
        PhaseTemplate, on_delete=models.CASCADE, related_name="stages", verbose_name="阶段方案"
    )
    name = models.CharField("阶段", max_length=40)
    from_week = models.PositiveSmallIntegerField("从第几周")
    to_week = models.PositiveSmallIntegerField("到第几周")
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "方案阶段"
        verbose_name_plural = "方案阶段"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="stage_weeks_ordered", condition=Q(from_week__gt=0, to_week__gte=F("from_week"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.from_week}—{self.to_week} 周）"


class CalendarEvent(models.Model):
    """A local date that deadlines refer to: the end of a term, a holiday, the end of the campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="events", verbose_name="活动")
    name = models.CharField("名称", max_length=40)
    on = models.DateField("日期")

    class Meta:
        verbose_name = "时间节点"
        verbose_name_plural = "时间节点"
        ordering = ["on"]
        constraints = [models.UniqueConstraint(name="event_once_per_campaign", fields=["campaign", "name"])]

    def __str__(self) -> str:
        return f"{self.name} {self.on}"


class ProblemType(models.Model):
    """One of the five kinds of 为官不为, editable by the office."""

    code = models.SlugField("代码", max_length=30, unique=True)
    name = models.CharField("问题类型", max_length=30)
    summary = models.CharField("一句话", max_length=60, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    clue_prone = models.BooleanField("可能涉及线索", default=False, help_text="限制查看范围，并提示向纪检监察反映")
    evidence_required = models.BooleanField("销号须附佐证", default=False)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "问题类型"
        verbose_name_plural = "问题类型"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Manifestation(models.Model):
    """A behaviour by which a problem type shows itself, from the source document."""

    problem_type = models.ForeignKey(
        ProblemType, on_delete=models.PROTECT, related_name="manifestations", verbose_name="问题类型"
    )
    text = models.CharField("具体表现", max_length=60)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "具体表现"
        verbose_name_plural = "具体表现"
        ordering = ["problem_type__order", "order", "pk"]
        constraints = [models.UniqueConstraint(name="manifestation_once", fields=["problem_type", "text"])]

    def __str__(self) -> str:
        return self.text


#: Who sees the coverage of a unit: those who read its lists, and the liaison, who sees names and status alone.
COVERAGE_ROLES = (Role.LEADER, Role.OFFICE, Role.SUPERVISOR, Role.UNIT_HEAD, Role.LIAISON, Role.AUDITOR)


class ParticipantQuerySet(ScopedQuerySet):
    owner = "user"
    unit = "unit"

    def due(self) -> ParticipantQuerySet:
        """Those who must file: not exempt."""
        return self.filter(exempt_reason="")

    def covered_by(self, user: User) -> ParticipantQuerySet:
        """People whose filing the user answers for or oversees; whole units only, so that counts are complete."""
        return self.filter(unit__in=user.scope.units(COVERAGE_ROLES))

    def leaders_first(self) -> ParticipantQuerySet:
        rank = models.Case(
            *(models.When(user__level=level, then=place) for place, level in enumerate(LEVEL_ORDER)),
            default=len(LEVEL_ORDER),
            output_field=models.IntegerField(),
        )
        return self.annotate(level_rank=rank).order_by("level_rank", "unit__path", "user__staff_no")


LEVEL_ORDER = (
    User.Level.LEADERSHIP_MEMBER,
    User.Level.SECTION_HEAD,
    User.Level.MID_LEVEL_OR_ABOVE,
    User.Level.STAFF,
)


class Participant(models.Model):
    """A person who takes part in a campaign, by the rule or exempted with a reason."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="participants", verbose_name="活动")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations", verbose_name="人员"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    exempt_reason = models.CharField("免填理由", max_length=200, blank=True)
    exempted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="免填批准人",
    )

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "参加人员"
        verbose_name_plural = "参加人员"
        ordering = ["unit__path", "user__staff_no"]
        constraints = [
            models.UniqueConstraint(name="participates_once", fields=["campaign", "user"]),
            models.CheckConstraint(
                name="exempt_by_iff_reason",
                condition=Q(exempt_reason="", exempted_by__isnull=True)
                | (~Q(exempt_reason="") & Q(exempted_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}（{self.unit}）"


def by_rule(people: Any) -> Any:
    """All bureau cadres; in schools the mid level and above (the speech, part three)."""
    in_bureau = Q(unit__kind__in=[Unit.Kind.BUREAU, Unit.Kind.SECTION])
    return people.filter(in_bureau | Q(unit__kind=Unit.Kind.SCHOOL, level=User.Level.MID_LEVEL_OR_ABOVE))
