"""Print the workflow rows and the role table as docs/states.md and docs/permissions.md."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import TextChoices

from config.addresses import addresses
from core.workflow import Workflow
from organization.scope import GUARDING_ROLES, READING_ROLES, ROLE_MEANING, Role
from problems.checklist import CHECKLIST, ListState
from problems.extension import EXTENSION, ExtensionState
from problems.ledger import LEDGER, State

WORKFLOWS: tuple[tuple[Workflow, type[TextChoices]], ...] = (
    (CHECKLIST, ListState),
    (LEDGER, State),
    (EXTENSION, ExtensionState),
)
NOTE = "<!-- 由 make docs 生成，不要手改 -->"


class Command(BaseCommand):
    help = "由流程表、角色表和地址表生成 docs/states.md 与 docs/permissions.md；--check 只核对"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="不写文件；有出入时失败")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        stale = []
        for name, text in {"states.md": states(), "permissions.md": permissions()}.items():
            path = settings.BASE_DIR / "docs" / name
            if path.is_file() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(f"docs/{name}")
            if not check:
                path.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(f"{'、'.join(stale)} 与代码不一致；运行 make docs 重新生成。")
        self.stdout.write("文档与代码一致" if not stale else f"已生成 {'、'.join(stale)}")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def states() -> str:
    lines = [NOTE, "# 状态与流转", ""]
    for workflow, choices in WORKFLOWS:
        lines += [f"## {workflow.name}", "", *diagram(workflow, choices), "", *moves(workflow, choices), ""]
    return "\n".join(lines)


def diagram(workflow: Workflow, choices: type[TextChoices]) -> list[str]:
    """Moves that keep the state stand in the table only; drawn they would hide the way."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.value}' for state in choices]
    for row in workflow:
        if not row.stays:
            lines += [f"    {state.value} --> {row.target}: {row.label}" for state in choices if state in row.source]
    return [*lines, "```"]


def moves(workflow: Workflow, choices: type[TextChoices]) -> list[str]:
    head = ("办理", "从", "到", "谁", "要写理由", "后果")
    return table(
        head,
        (
            (
                row.label,
                "、".join(state.label for state in choices if state in row.source),
                "不变" if row.stays else choices(row.target).label,
                row.who,
                "是" if row.needs_comment else "",
                row.consequence,
            )
            for row in workflow
        ),
    )


def permissions() -> str:
    lines = [NOTE, "# 角色与权限", "", "## 角色", ""]
    lines += table(
        ("角色", "做什么", "读内容", "读限制知悉事项"),
        ((role.label, ROLE_MEANING[role], yes(role in READING_ROLES), yes(role in GUARDING_ROLES)) for role in Role),
    )
    for workflow, choices in WORKFLOWS:
        lines += ["", f"## {workflow.name}：什么状态由谁办理", "", *matrix(workflow, choices)]
    lines += ["", "## 地址与规则", ""]
    lines += table(("地址", "规则"), sorted((f"`{address.route}`", address.rule) for address in addresses()))
    return "\n".join([*lines, ""])


def yes(value: bool) -> str:
    return "是" if value else ""


def matrix(workflow: Workflow, choices: type[TextChoices]) -> list[str]:
    """State × who: the moves in each cell."""
    actors = list(dict.fromkeys(row.who for row in workflow))
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in workflow:
        for state in row.source:
            cells[str(state), row.who].append(row.label)
    return table(
        ("状态", *actors),
        ((state.label, *("、".join(cells[state.value, actor]) for actor in actors)) for state in choices),
    )
