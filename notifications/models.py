from django.conf import settings
from django.db import models


class NotificationQuerySet(models.QuerySet):
    def of(self, user) -> "NotificationQuerySet":
        return self.filter(recipient=user)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """One in-app message to one person: also the outbox row, so the unique key makes it happen once."""

    class Kind(models.TextChoices):
        TASK = "task", "要办的"
        NEWS = "news", "知道一下"

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications", verbose_name="收件人"
    )
    key = models.CharField("唯一键", max_length=120)
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.TASK)
    text = models.CharField("内容", max_length=300)
    lines = models.JSONField("明细", default=list, blank=True)
    url = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(name="message_once", fields=["recipient", "key"])]
        indexes = [models.Index(name="message_unread", fields=["recipient"], condition=models.Q(read_at=None))]

    def __str__(self) -> str:
        return self.text

    @property
    def target(self) -> str:
        """Where the message leads: a page of this product or nowhere."""
        return self.url if self.url.startswith("/") and not self.url.startswith("//") else ""
