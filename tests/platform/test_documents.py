"""The generated documents and the coverage gate fail when they should."""

import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from config.management.commands import docs
from core.workflow import Transition, Workflow
from problems.extension import ExtensionState
from tests.contracts.tree import ROOT


def test_documents_are_current(capsys):
    call_command("docs", "--check")
    assert capsys.readouterr().out == "文档与代码一致\n"


def test_outdated_document_is_named_and_then_written(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match=r"docs/states\.md、docs/permissions\.md"):
        call_command("docs", "--check")
    assert list((tmp_path / "docs").iterdir()) == []
    call_command("docs")
    call_command("docs", "--check")
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == ["permissions.md", "states.md"]
    assert capsys.readouterr().out == "已生成 docs/states.md、docs/permissions.md\n文档与代码一致\n"


@pytest.fixture
def workflow():
    row = {"allowed": lambda user, obj: True, "consequence": "时限改变"}
    waiting, decided = ExtensionState.OFFICE_DECISION, ExtensionState.GRANTED
    return Workflow(
        "延期",
        (
            Transition(name="grant", label="批准", source=frozenset({waiting}), target=decided, who="整顿办", **row),
            Transition(name="ask", label="催", source=frozenset({waiting}), target="", who="责任人", **row),
        ),
    )


def test_diagram_draws_only_moves_that_change_the_state(workflow):
    assert docs.diagram(workflow, ExtensionState)[-2:] == ["    office_decision --> granted: 批准", "```"]


def test_table_lists_every_move(workflow):
    assert docs.moves(workflow, ExtensionState)[2:] == [
        "| 批准 | 待整顿办决定 | 已批准 | 整顿办 |  | 时限改变 |",
        "| 催 | 待整顿办决定 | 不变 | 责任人 |  | 时限改变 |",
    ]


def test_matrix_says_who_does_what_in_which_state(workflow):
    lines = docs.matrix(workflow, ExtensionState)
    assert lines[0] == "| 状态 | 整顿办 | 责任人 |"
    assert "| 待整顿办决定 | 批准 | 催 |" in lines
    assert "| 已撤回 |  |  |" in lines


def gate(tmp_path, overall, **files):
    entries = {
        name.replace("__", "/") + ".py": {
            "summary": {"missing_lines": len(lines), "missing_branches": len(branches), "percent_covered": 50.0},
            "missing_lines": lines,
            "missing_branches": branches,
        }
        for name, (lines, branches) in files.items()
    }
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": entries, "totals": {"percent_covered": overall}}))
    return subprocess.run(
        [sys.executable, "scripts/coverage_gate.py", str(report)], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "name",
    [
        "core__workdays",
        "problems__actions",
        "problems__actions__items",
        "problems__models__item",
        "campaign__facts",
        "problems__ledger",
        "organization__scope",
    ],
)
@pytest.mark.parametrize("gap", [([3], []), ([], [[1, 2]])])
def test_gate_demands_every_branch_of_the_rules(tmp_path, name, gap):
    result = gate(tmp_path, 99.0, **{name: gap})
    assert result.returncode == 1
    assert result.stdout.startswith(name.replace("__", "/") + ".py: ")


def test_gate_lets_single_gaps_elsewhere_pass(tmp_path):
    assert gate(tmp_path, 95.0, problems__views=([3], [])).returncode == 0


def test_gate_demands_95_percent_overall(tmp_path):
    result = gate(tmp_path, 94.9)
    assert (result.returncode, result.stdout) == (1, "overall: 94.9 % instead of 95 %\n")
