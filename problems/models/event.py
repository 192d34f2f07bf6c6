from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Event(models.Model):
    """Who did what and when: the history that a person reads, written in the transaction of the act."""

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )
    by_name = models.CharField("办理人姓名", max_length=60)
    by_role = models.CharField("办理身份", max_length=30, blank=True)
    name = models.CharField("动作代码", max_length=30)
    label = models.CharField("动作", max_length=40)
    comment = models.TextField("意见", blank=True)
    from_state = models.CharField("原状态", max_length=20, blank=True)
    to_state = models.CharField("新状态", max_length=20, blank=True)
    detail = models.JSONField("内容", default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    @property
    def when_text(self) -> str:
        local = timezone.localtime(self.at)
        return f"{local.month} 月 {local.day} 日 {local:%H:%M}"
