"""What a killed worker, a foreign message or a missed hour may do to us: nothing."""

import pytest
from celery.schedules import crontab
from django.utils.module_loading import autodiscover_modules
from kombu.exceptions import EncodeError

from config.celery import REMIND, app, catch_up


def test_a_killed_workers_task_comes_back_within_seconds():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    options = app.conf.broker_transport_options
    assert (options["unacked_restore_interval"], options["unacked_restore_throttle"]) == (5, 1)
    assert options["visibility_timeout"] > app.conf.task_time_limit


def test_messages_are_json_only():
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_ignore_result


def test_people_are_reminded_every_morning_local_time():
    assert app.conf.timezone == "Asia/Shanghai"
    assert app.conf.beat_scheduler == "celery.beat:Scheduler"
    assert {name: (row["task"], row["schedule"]) for name, row in app.conf.beat_schedule.items()} == {
        "remind-due": ("problems.tasks.remind_due", crontab(hour=8, minute=30))
    }


def test_every_scheduled_task_exists():
    autodiscover_modules("tasks")
    assert {row["task"] for row in app.conf.beat_schedule.values()} - set(app.tasks) == set()


@pytest.fixture
def posted():
    """Names of the tasks put on a queue in memory, as the worker would find them."""
    with app.connection_for_write("memory://") as connection:
        queue = connection.SimpleQueue("celery")
        queue.clear()

        def names() -> list[str]:
            return [queue.get(block=False).headers["task"] for _ in range(queue.qsize())]

        app.conf.task_always_eager = False
        yield names
        app.conf.task_always_eager = True


def test_worker_looks_for_what_fell_due_while_nothing_ran(posted):
    catch_up()
    assert posted() == [REMIND]


def test_objects_cannot_travel_in_a_message(posted):
    with pytest.raises(EncodeError):
        app.send_task(REMIND, args=[object()])
