"""The one place that answers “what day is it”, in the office's time zone."""

import datetime as dt

from django.utils import timezone


def today() -> dt.date:
    """The business date in Asia/Shanghai; deadlines are compared with this date only."""
    return timezone.localdate()
