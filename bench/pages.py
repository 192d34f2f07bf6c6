"""Every role's pages on the demo campaign with 1,000 and with 10,000 items: prints ratios (target: at most 1.5).

Run from the project's folder: python bench/pages.py [small large]. Each size lives in a database of its own that
goes away afterwards; both are measured in turns, so that a busy machine slows both alike.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 9
TARGET = 1.5
PAGES = {
    "整顿办": [
        "/office/",
        "/dashboard/",
        "/ledger/",
        "/ledger/?view=red",
        "/office/review/",
        "/coverage/",
        "/notices/",
    ],
    "科室负责人": ["/section/", "/section/review/", "/ledger/", "/coverage/"],
    "干部": ["/my/", "/my/list/", "/notices/"],
    "局长": ["/dashboard/", "/ledger/"],
    "督查组": ["/ledger/?view=mine"],
    "人事": ["/manage/org/"],
}


if "--serve" in sys.argv:
    import django

    django.setup()

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from organization.models import User


def serve() -> None:
    """The child: answers “role address” lines with the milliseconds and queries of one request."""
    accounts = json.loads(Path(os.environ["VAR_DIR"], "demo-accounts.json").read_text(encoding="utf-8"))
    clients = {}
    for account in accounts:
        clients[account["role"]] = client = Client()
        client.force_login(User.objects.get(staff_no=account["username"]))
    print("ready", flush=True)
    for line in sys.stdin:
        role, address = line.split()
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as seen:
            answer = clients[role].get(address, SERVER_NAME="localhost")
        took = (time.perf_counter() - start) * 1000
        print(json.dumps([answer.status_code, took, len(seen)]), flush=True)


class Site:
    """One size of the demo campaign in a process of its own."""

    def __init__(self, size: int) -> None:
        self.directory = tempfile.TemporaryDirectory(prefix="taizhang-bench-")
        env = {
            **os.environ,
            "VAR_DIR": self.directory.name,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": "",
        }
        for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["demo", "--items", str(size)]):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
            )
        env["PYTHONPATH"] = str(ROOT)
        self.child = subprocess.Popen(
            [sys.executable, __file__, "--serve"],
            cwd=ROOT,
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if self.child.stdout.readline() != "ready\n":
            raise SystemExit("the measured process did not start")

    def get(self, role: str, address: str) -> list[float]:
        self.child.stdin.write(f"{role} {address}\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())


def main() -> int:
    small, large = (Site(int(size)) for size in (sys.argv[1:] or ["1000", "10000"]))
    slow = 0
    for role, addresses in PAGES.items():
        for address in addresses:
            rounds = [(small.get(role, address), large.get(role, address)) for _ in range(RUNS)][1:]
            statuses = {answer[0] for pair in rounds for answer in pair}
            before, after = (statistics.median(pair[place][1] for pair in rounds) for place in (0, 1))
            slow += after > before * TARGET or statuses != {200}
            print(
                f"{role:　<6}{address:<28}{before:7.1f} ms {after:7.1f} ms  ratio {after / before:4.2f}  "
                f"queries {rounds[-1][0][2]}/{rounds[-1][1][2]}  {statuses}"
            )
    return 1 if slow else 0


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    else:
        sys.exit(main())
