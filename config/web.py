"""Web process of `make run`: bring everything up to date, then serve. What is done already is skipped."""

import os
import sys
from hashlib import sha256
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app import wsgiapp


def prepare() -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("正在建立数据库……")
        call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    if os.environ.get("DEMO", "1") != "0" and not get_user_model().objects.exists():
        say("首次启动：正在装入演示数据……")
        call_command("demo")
    refresh_statistics()
    # The server forks; a connection must not be shared.
    connections.close_all()


def refresh_statistics() -> None:
    """SQLite has no daemon that does it: tables that grew much since the last start are looked at again."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def collect_static() -> None:
    """Hashing and compressing takes seconds, so it is repeated only when a source file changed."""
    stamp = settings.STATIC_ROOT / ".sources"
    digest = sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest())


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    django.setup()
    prepare()
    sys.argv = ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
    wsgiapp.run()
