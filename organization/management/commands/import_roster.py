"""Read a roster workbook: by default only say what would change."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.sheets import SheetRefused, write_rows
from organization.actions.roster import (
    RosterRefused,
    compare_roster,
    confirm_roster,
    issue_first_passwords,
    preview_roster,
)
from organization.models import RosterImport

PASSWORD_HEADER = ("单位", "姓名", "工号（登录账号）", "初始密码")


class Command(BaseCommand):
    help = "读取干部名册，列出与现有机构人员的差异；加 --confirm 才写入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="名册文件（.xlsx .xls .csv）")
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--dry-run", action="store_true", help="只列出差异，不写入（默认）")
        choice.add_argument("--confirm", action="store_true", help="写入")
        parser.add_argument("--full", action="store_true", help="名册为全量，未列出的人员按离开处理")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument(
            "--passwords", type=Path, help="把新增人员的账号与初始密码写入此文件（.xlsx），需同时 --confirm"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["passwords"] and not options["confirm"]:
            raise CommandError("--passwords 要和 --confirm 一起用：没有写入就没有账号", returncode=2)
        try:
            batch = self._import(options)
        except OSError as error:
            raise CommandError(f"打不开文件 {options['file']}：{error.strerror}", returncode=2) from error
        except (SheetRefused, RosterRefused) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(batch), ensure_ascii=False))
        else:
            self._tell(batch)

    def _import(self, options: dict[str, Any]) -> RosterImport:
        data = options["file"].read_bytes()
        if not options["confirm"]:
            return compare_roster(data, options["file"].name, by=None, full=options["full"])
        with transaction.atomic():
            batch = preview_roster(data, options["file"].name, by=None, full=options["full"])
            confirm_roster(batch, by=None)
        if options["passwords"]:
            rows = issue_first_passwords(batch, by=None)
            options["passwords"].touch(mode=0o600)
            options["passwords"].write_bytes(write_rows("账号与初始密码", PASSWORD_HEADER, rows))
        return batch

    def _tell(self, batch: RosterImport) -> None:
        for section in batch.report["sections"]:
            self.stdout.write(f"{section['title']}：{len(section['rows'])}")
        for finding in batch.report["findings"]:
            self.stdout.write(finding["text"])
        for sheet in batch.report["unread"]:
            self.stdout.write(f"工作表“{sheet['sheet']}”没有读：{sheet['reason']}")
        done = batch.state == RosterImport.State.CONFIRMED
        self.stdout.write("已写入" if done else "没有写入。核对无误后加 --confirm")


def as_json(batch: RosterImport) -> dict[str, Any]:
    """In the shape of the sheets themselves: people and findings under the sheet where they stand."""
    report = batch.report
    sheets = [
        {
            **sheet,
            "items": [row for row in batch.rows if row["sheet"] == sheet["name"]],
            "errors": [finding for finding in report["findings"] if finding["sheet"] == sheet["name"]],
        }
        for sheet in report["sheets"]
    ]
    return {
        "kind": "roster",
        "file": batch.file_name,
        "confirmed": batch.state == RosterImport.State.CONFIRMED,
        "counts": report["counts"],
        "short_names": report["short_names"],
        "changes": {section["key"]: section["rows"] for section in report["sections"]},
        "sheets": sheets,
        "item_count": len(batch.rows),
    }
