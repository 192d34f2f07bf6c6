from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone


class AuditQuerySet(models.QuerySet):
    def matching(self, *, kind: str = "", person: str = "", target: str = "", since=None, until=None) -> AuditQuerySet:
        """Entries of a kind, by people and about objects whose names contain the words, within two dates."""
        rows = self
        if kind:
            rows = rows.filter(kind=kind)
        if person:
            rows = rows.filter(by_name__icontains=person)
        if target:
            rows = rows.filter(object_label__icontains=target)
        if since:
            rows = rows.filter(at__gte=_midnight(since))
        if until:
            rows = rows.filter(at__lt=_midnight(until + dt.timedelta(days=1)))
        return rows


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


class AuditEntry(models.Model):
    """Who did or read what, from where and when; append-only, without foreign keys, so that nothing deletes it."""

    class Kind(models.TextChoices):
        LOGIN = "login", "登录"
        LOGIN_FAILED = "login_failed", "登录失败"
        LOGOUT = "logout", "退出"
        LOCKED = "locked", "账号锁定"
        DENIED = "denied", "无权访问"
        ROLE = "role", "角色变更"
        ACCOUNT = "account", "账号变更"
        IMPORT = "import", "导入"
        EXPORT = "export", "导出"
        READ_RESTRICTED = "read_restricted", "查看受限事项"
        READ_AUDIT = "read_audit", "查看审计记录"
        DOWNLOAD = "download", "下载材料"
        SETTING = "setting", "设置变更"

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    kind = models.CharField("类别", max_length=20, choices=Kind, db_index=True)
    by_id = models.BigIntegerField("操作人编号", null=True, blank=True)
    by_name = models.CharField("操作人", max_length=60, blank=True)
    object_label = models.CharField("对象", max_length=200, blank=True)
    detail = models.JSONField("内容", default=dict, blank=True)
    address = models.CharField("来源地址", max_length=45, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.by_name} {self.object_label}"

    @property
    def lines(self) -> list[str]:
        """The detail in words, one line each."""
        return [f"{key}：{_in_words(value)}" for key, value in self.detail.items()]


def _in_words(value: object) -> str:
    if isinstance(value, dict) and set(value) == {"原", "现"}:
        return f"{_in_words(value['原'])} → {_in_words(value['现'])}"
    if isinstance(value, dict):
        return "，".join(f"{key} {_in_words(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "、".join(map(_in_words, value)) or "--"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if value not in (None, "") else "--"


class FormToken(models.Model):
    """A form that was already accepted: its token is stored once, so a second press of the button does nothing."""

    token = models.UUIDField("表单标识", unique=True)
    by_id = models.BigIntegerField("提交人编号", null=True, blank=True)
    at = models.DateTimeField("提交时间", auto_now_add=True)

    class Meta:
        verbose_name = "表单提交记录"
        verbose_name_plural = "表单提交记录"

    def __str__(self) -> str:
        return str(self.token)
