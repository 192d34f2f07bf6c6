"""Style that a machine can see: sizes, names, layers, and where writes and role tests may stand."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.contracts.tree import ROOT, run, short, sources, templates

WRITES = re.compile(r"\.(save|delete|create|bulk_create|bulk_update|update_or_create|get_or_create|update)\(")
# A dict's or session's update is no write to a row.
HARMLESS = re.compile(r"(context|data|session|params|initial|headers|attrs|kwargs|vary)\.update\(")
ROLE_TESTS = re.compile(r"user\.(is_|role|has_)")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", re.I
)
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "mixins", "base", "manager", "managers"}


def matches(paths: tuple[Path, ...], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{short(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_layers_and_module_names() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = run(str(program), "--no-cache")
    assert result.returncode == 0, result.stdout + result.stderr


def test_views_do_not_write() -> None:
    views = tuple(path for path in sources() if re.match(r"[a-z]+/views(\.py|/)", short(path)))
    assert [hit for hit in matches(views, WRITES) if not HARMLESS.search(hit)] == []


def test_templates_hold_no_role_tests() -> None:
    assert matches(templates(), ROLE_TESTS) == []


def test_templates_hold_no_inline_code() -> None:
    assert matches(templates(), INLINE) == []


def test_files_are_short() -> None:
    limits = [(sources(), 400), (templates(), 120)]
    lengths = [
        (path, len(path.read_text(encoding="utf-8").splitlines()), most) for paths, most in limits for path in paths
    ]
    assert [f"{short(path)}: {lines} lines" for path, lines, most in lengths if lines > most] == []


def test_functions_are_short() -> None:
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 40:
                found.append(f"{short(path)}:{node.lineno}: {node.name} {node.end_lineno - node.lineno + 1} lines")
    assert found == []


def test_file_names_say_what_is_inside() -> None:
    assert [short(path) for path in sources() if path.stem in NAMELESS] == []


def test_no_module_reads_pickles() -> None:
    assert matches(sources(), re.compile(r"^\s*(import|from) (pickle|shelve|marshal)\b")) == []


@pytest.mark.parametrize("name", ["README.md"])
def test_readme_is_short_and_its_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert len(text.splitlines()) <= 120
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_decisions_are_short() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [short(path) for path in records if len(path.read_text(encoding="utf-8").splitlines()) > 40] == []


def test_every_make_target_is_described() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    targets = [line for line in lines if re.match(r"[a-z]+:", line)]
    assert {line.split(":")[0] for line in targets} == {"run", "test", "check", "fmt", "docs", "demo", "help"}
    assert [line for line in targets if not re.search(r"## \S", line)] == []


def test_every_own_setting_is_explained() -> None:
    names = r"\benv\.\w+\(\s*\"([A-Z_]+)\"|environ(?:ment)?\.get\(\"([A-Z_]+)\""
    read = {a or b for path in sources() for a, b in re.findall(names, path.read_text(encoding="utf-8"))}
    explained = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    # Handed by `run` to its own web server; nobody sets it.
    assert read - {"ACCOUNTS_FILE"} == set(explained)
    assert len(explained) == len(set(explained)) <= 25


def test_locks_name_every_package_with_a_hash_and_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^\S+==\S+(.*)$", text, re.MULTILINE)
        assert pinned
        assert text.count("    --hash=sha256:") >= len(pinned)
        assert "://" not in text
        assert "--index" not in text
