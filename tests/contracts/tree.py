"""The repository as the contract tests see it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "core", "organization", "notifications", "audit", "campaign", "problems", "dashboard")
GENERATED = ("migrations", "__pycache__")


@cache
def sources() -> tuple[Path, ...]:
    """Python files of the product itself, migrations aside."""
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return tuple(sorted(path for path in found if not set(path.parts) & set(GENERATED)))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "templates").rglob("*.*")))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
