"""Worker and beat. The database is the truth, the broker only a doorbell: every periodic task scans for what is due."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

REMIND = "problems.tasks.remind_due"

app = Celery("taizhang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="Asia/Shanghai",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    task_time_limit=300,
    worker_max_tasks_per_child=1000,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,
        # The defaults bring a killed worker's task back after 100 s; these bring it back within seconds.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "health_check_interval": 30,
        "socket_keepalive": True,
    },
    # In memory: every periodic task is "scan for what is due", so beat has nothing worth keeping on disk.
    beat_scheduler="celery.beat:Scheduler",
    # Every day: whether it is a working day is the business calendar's question, answered by the task.
    beat_schedule={"remind-due": {"task": REMIND, "schedule": crontab(hour=8, minute=30)}},
)
app.autodiscover_tasks()


@worker_ready.connect
def catch_up(**kwargs: object) -> None:
    """What fell due while nothing ran is found at once; the task writes one row per person and day at most."""
    app.send_task(REMIND)
