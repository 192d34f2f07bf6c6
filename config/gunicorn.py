"""Web server of `manage.py run`; production may start gunicorn with the same file."""

import json
import os
import sys
from pathlib import Path
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 3
preload_app = True
# The heartbeat file lives in memory where the system has such a place; a slow disk must not look like a hung worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
loglevel = "warning"


def when_ready(server: Any) -> None:
    """The sockets listen now, so the address can be opened the moment it is read."""
    sys.stdout.write("\n".join(["", *welcome(os.environ), "", ""]))
    if "READY_FILE" in os.environ:
        Path(os.environ["READY_FILE"]).touch()


def welcome(environment: Any) -> list[str]:
    host, port = environment.get("HOST", "127.0.0.1"), environment.get("PORT", "8000")
    lines = [f"整改台账已启动：http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/", "按 Ctrl-C 停止。"]
    accounts = Path(environment.get("ACCOUNTS_FILE", ""))
    if not accounts.is_file():
        return lines
    rows = json.loads(accounts.read_text(encoding="utf-8"))
    return [*lines, f"演示账号（也在 {accounts}）："] + [
        f"  {row['role']}　{row['username']}　{row['password']}　{row['name']}，{row['unit']}" for row in rows
    ]
