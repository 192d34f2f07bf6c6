"""Commands in processes of their own, with an environment of their own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts.tree import ROOT
from tests.settings import OWN_NAMES

Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The machine's environment without any setting of ours, and an empty var directory."""
    # The browser tests set the last one for themselves.
    foreign = {*OWN_NAMES, "DJANGO_ALLOW_ASYNC_UNSAFE"}
    clean = {name: value for name, value in os.environ.items() if name not in foreign}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {**clean, "VAR_DIR": str(tmp_path / "var"), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.fixture
def manage(environment: dict[str, str]) -> Manage:
    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env={**environment, **settings}, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """`start(**settings)`: the whole product as `make run DEMO=0` starts it; ends with the test at the latest."""
    running = []

    def start_(**settings: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "output").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "config.launch"],
                cwd=ROOT,
                env={**environment, "DEMO": "0", **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        return process

    yield start_
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
