"""A submitted problem as rows of text, and what changed in them since the round before."""

from __future__ import annotations

import difflib
import re
from typing import Any

#: Latin words and numbers stay whole, everything else is compared sign by sign.
TOKEN = re.compile(r"[A-Za-z0-9.%]+|\s+|.", re.S)
#: Fewer equal signs than this between two changes are swallowed, so that no confetti remains.
ISLAND = 2
LABELS = (
    ("problem", "存在问题"),
    ("cause", "根源"),
    ("goal", "整改目标"),
    ("measures", "整改措施"),
    ("due_on", "整改时限"),
)
Part = tuple[str, str]


def words(old: str, new: str) -> list[Part]:
    """("same" | "del" | "ins", text) in reading order; a change shows what was before what is."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    parts: list[Part] = []
    gone = come = ""
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left, right = "".join(before[i1:i2]), "".join(after[j1:j2])
        if tag == "equal" and (len(left) > ISLAND or not (gone or come)):
            parts += [("del", gone), ("ins", come), ("same", left)]
            gone = come = ""
        else:
            gone, come = gone + left, come + right
    return [part for part in [*parts, ("del", gone), ("ins", come)] if part[1]]


def measure_line(number: int, row: dict[str, str]) -> str:
    extras = [f"完成标志：{row['done_sign']}"] if row["done_sign"] else []
    extras += [f"{row['due_on']} 前"] if row["due_on"] else []
    return f"{number}. {row['text']}" + (f"（{'，'.join(extras)}）" if extras else "")


def texts(snapshot: dict[str, Any]) -> dict[str, str]:
    """The five fields as a reader sees them."""
    indicator = ""
    if snapshot["target_value"]:
        shown = f"{snapshot['before_value'] or '--'} → {snapshot['target_value']}"
        indicator = f"{snapshot['indicator'] or '指标'}：{shown}"
    problem = [snapshot["problem"], snapshot["happened"], snapshot["consequence"]]
    lines = [measure_line(number, row) for number, row in enumerate(snapshot["measures"], start=1)]
    return {
        "problem": "\n".join(filter(None, problem)),
        "cause": snapshot["cause"],
        "goal": "\n".join(filter(None, [snapshot["goal"], indicator])),
        "measures": "\n".join(lines),
        "due_on": "，".join(filter(None, [snapshot["rect_type"], snapshot["due_on"]])),
    }


def kind_of(snapshot: dict[str, Any]) -> str:
    return "：".join(filter(None, [snapshot["type"], "；".join(snapshot["manifestations"])]))


def compared(now: dict[str, Any], before: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Rows {key, label, text, parts}; ``parts`` is empty where nothing changed or nothing was before."""
    new, old = texts(now), texts(before) if before else None
    return [
        {
            "key": key,
            "label": label,
            "text": new[key],
            "parts": words(old[key], new[key]) if old is not None and old[key] != new[key] else [],
        }
        for key, label in LABELS
    ]
