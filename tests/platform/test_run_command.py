import pytest
from django.core.management import call_command

from config.management.commands import run


def test_run_hands_over_and_reports_how_it_ended(monkeypatch):
    monkeypatch.setattr(run, "launch", lambda: 3)
    with pytest.raises(SystemExit) as ended:
        call_command("run")
    assert ended.value.code == 3
