from celery import shared_task

from core import clock
from problems.actions.reminders import remind


@shared_task
def remind_due() -> None:
    remind(clock.today())
