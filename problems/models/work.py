from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from problems.extension import WAITING, ExtensionState
from problems.models.checklist import PERSON, first_review_q
from problems.models.event import Event
from problems.models.item import Item, Measure


class Progress(models.Model):
    """What the responsible person reports while he works a problem off."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="progress", verbose_name="事项")
    text = models.TextField("进展")
    percent = models.PositiveSmallIntegerField("完成百分比", null=True, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "整改进展"
        verbose_name_plural = "整改进展"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="progress_percent", condition=Q(percent=None) | Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Closure(models.Model):
    """One request to close an item and what became of it; the request never repeats the measures."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", "办理中"
        PASSED = "passed", "通过"
        RETURNED = "returned", "退回"
        WITHDRAWN = "withdrawn", "撤回"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="closures", verbose_name="事项")
    number = models.PositiveSmallIntegerField("第几次申请")
    result = models.TextField("整改成效")
    after_value = models.CharField("整改后", max_length=40, blank=True)
    requested_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间", default=timezone.now)
    verdict = models.CharField("结论", max_length=10, choices=Verdict, default=Verdict.WAITING)
    decided_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结论人"
    )
    decided_at = models.DateTimeField("结论时间", null=True, blank=True)
    note = models.TextField("核查意见", blank=True)
    supplement_by = models.DateField("补正时限", null=True, blank=True)

    class Meta:
        verbose_name = "销号申请"
        verbose_name_plural = "销号申请"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="closure_once", fields=["item", "number"]),
            models.CheckConstraint(
                name="closure_decided_iff_dated",
                condition=Q(verdict="waiting", decided_at__isnull=True)
                | (~Q(verdict="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次申请"


class Evidence(models.Model):
    """A file, or a statement of where the material is kept; replaced files stay as earlier versions."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="evidence", verbose_name="事项")
    measure = models.ForeignKey(
        Measure, on_delete=models.SET_NULL, null=True, blank=True, related_name="evidence", verbose_name="证明的措施"
    )
    name = models.CharField("名称", max_length=120)
    where_kept = models.CharField(
        "材料出处", max_length=200, blank=True, help_text="已有材料写明文号或台账名称，可不上传"
    )
    file = models.FileField("文件", upload_to="evidence/%Y/%m/", blank=True)
    content_type = models.CharField("文件类型", max_length=100, blank=True)
    size = models.PositiveIntegerField("大小（字节）", default=0)
    sha256 = models.CharField("文件摘要", max_length=64, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替换的版本"
    )
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = "佐证材料"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_file_or_place",
                condition=(~Q(file="") & Q(size__gt=0) & ~Q(sha256="")) | (Q(file="") & ~Q(where_kept="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExtensionQuerySet(models.QuerySet):
    def waiting(self) -> ExtensionQuerySet:
        return self.filter(state__in=WAITING)

    def awaiting_first_review(self, user: Any) -> ExtensionQuerySet:
        return self.filter(first_review_q(user, "item__"), state=ExtensionState.UNIT_OPINION)

    def awaiting_office(self, user: Any, unit_ids: Any) -> ExtensionQuerySet:
        return self.filter(~Q(item__cadre=user.pk), item__unit__in=unit_ids, state=ExtensionState.OFFICE_DECISION)


class Extension(models.Model):
    """A request for a later date, made before the date has passed; the original date is kept."""

    class Reason(models.TextChoices):
        CONDITIONS = "conditions", "客观条件"
        FUNDS = "funds", "资金"
        POLICY = "policy", "上级政策"
        STAFF = "staff", "人员变动"
        OTHER = "other", "其他"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="extensions", verbose_name="事项")
    state = models.CharField("状态", max_length=20, choices=ExtensionState, default=ExtensionState.UNIT_OPINION)
    version = models.PositiveIntegerField("版本", default=1)
    current_due_on = models.DateField("申请时的时限")
    requested_due_on = models.DateField("申请延至")
    reason_kind = models.CharField("原因类别", max_length=12, choices=Reason)
    reason = models.TextField("延期理由")
    progress = models.TextField("目前进展")
    plan = models.TextField("下一步安排")
    requested_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间", default=timezone.now)
    unit_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位意见签署人"
    )
    unit_opinion = models.TextField("单位意见", blank=True)
    decided_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decided_on = models.DateField("决定日期", null=True, blank=True)
    decision = models.TextField("决定意见", blank=True)
    granted_due_on = models.DateField("批准延至", null=True, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = "延期申请"
        verbose_name_plural = "延期申请"
        ordering = ["-pk"]
        indexes = [models.Index(name="extension_state", fields=["state"])]
        constraints = [
            models.UniqueConstraint(
                name="one_waiting_extension", fields=["item"], condition=Q(state__in=sorted(WAITING))
            ),
            models.CheckConstraint(name="extension_is_later", condition=Q(requested_due_on__gt=F("current_due_on"))),
            models.CheckConstraint(
                name="extension_granted_iff_dated",
                condition=Q(state="granted", granted_due_on__isnull=False, decided_on__isnull=False)
                | (~Q(state="granted") & Q(granted_due_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} 延至 {self.requested_due_on}"

    # The rows of the extension workflow ask the same questions as those of the ledger.
    @property
    def cadre_id(self) -> int:
        return self.item.cadre_id

    @property
    def unit_id(self) -> int:
        return self.item.unit_id

    @property
    def review_unit_id(self) -> int:
        return self.item.review_unit_id

    @property
    def review_role(self) -> str:
        return self.item.review_role

    @property
    def state_label(self) -> str:
        return self.get_state_display()

    def last_event(self) -> Event | None:
        return self.item.last_event()


class SavedView(models.Model):
    """A filter of the ledger under a name; the office may share one with everybody."""

    user = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="saved_views", verbose_name="所有人")
    name = models.CharField("名称", max_length=20)
    query = models.CharField("筛选条件", max_length=500)
    shared = models.BooleanField("共享", default=False)

    class Meta:
        verbose_name = "已存视图"
        verbose_name_plural = "已存视图"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="view_name_once", fields=["user", "name"])]

    def __str__(self) -> str:
        return self.name
