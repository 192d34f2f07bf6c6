from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """``error``: the value is not taken; ``confirm``: taken as said, look at it; ``warn``: something is missing."""

    ERROR = "error"
    CONFIRM = "confirm"
    WARN = "warn"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to tell about one cell: where, what it is now, how to mend it."""

    sheet: str
    row: int
    col: str | None
    field: str
    label: str
    kind: str
    severity: Severity
    value: str = ""
    reason: str

    @property
    def place(self) -> str:
        column = f" {self.col} 列" if self.col else ""
        return f"{self.sheet} 第 {self.row} 行{column}“{self.label}”"

    @property
    def text(self) -> str:
        now = f"为“{self.value}”" if self.value else "为空"
        return f"{self.place}{now}：{self.reason}"

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "severity": str(self.severity), "text": self.text}
