"""`manage.py run` as a person starts and stops it."""

import json
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from urllib.error import URLError
from urllib.request import urlopen

import pytest

Start = Callable[..., Popen[bytes]]
pytestmark = pytest.mark.sqlite  # the processes bring their own database


def seconds_until_ready(environment: dict[str, str], process: Popen[bytes], output: Path, most: float = 90) -> float:
    begun = time.monotonic()
    while time.monotonic() - begun < most:
        assert process.poll() is None, output.read_text()
        try:
            with urlopen(f"http://127.0.0.1:{environment['PORT']}/readyz", timeout=5) as answer:
                assert json.load(answer) == {"database": True, "cache": True, "disk": True}
                return time.monotonic() - begun
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(output.read_text())


def still_running(environment: dict[str, str]) -> list[str]:
    """Command lines of the processes that were started with this var directory."""
    mark = f"VAR_DIR={environment['VAR_DIR']}".encode()
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (directory / "environ").read_bytes().split(b"\0"):
                found.append((directory / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def wait_until_gone(environment: dict[str, str], most: float = 15) -> list[str]:
    begun = time.monotonic()
    while (left := still_running(environment)) and time.monotonic() - begun < most:
        time.sleep(0.1)
    return left


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see the processes")
def test_starts_empty_stops_on_ctrl_c_and_starts_again_quickly(
    environment: dict[str, str], start: Start, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    first = start()
    seconds_until_ready(environment, first, output)
    assert len(still_running(environment)) >= 4
    first.send_signal(signal.SIGINT)
    assert first.wait(20) == 0
    assert wait_until_gone(environment) == []
    assert f"http://127.0.0.1:{environment['PORT']}/" in output.read_text()
    assert "Traceback" not in output.read_text()

    second = start()
    # 5 s on a machine of its own; tests share theirs with each other.
    assert seconds_until_ready(environment, second, output) < 20
    second.kill()
    second.wait(5)
    assert wait_until_gone(environment) == []


def test_refuses_a_port_in_use(environment: dict[str, str], start: Start, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["PORT"])))
        other.listen()
        assert start().wait(60) == 1
    assert f"端口 {environment['PORT']} 已被占用" in (tmp_path / "output").read_text()
