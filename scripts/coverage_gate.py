"""Fail when the rules of the house are tested less than completely: `coverage_gate.py coverage.json`."""

import json
import re
import sys
from pathlib import Path

# Rules, arithmetic and state: every branch. The rest: 95 % overall.
COMPLETE = re.compile(r"^(core/.*|[a-z]+/(actions|facts|models|ledger|checklist|scope)(/.*)?)(\.py|/.*\.py)?$")
OVERALL = 95.0


def gaps(report: dict) -> list[str]:
    """One line for each promise that the report breaks."""
    lines = []
    for path, entry in sorted(report["files"].items()):
        summary = entry["summary"]
        if not COMPLETE.match(path) or not (summary["missing_lines"] or summary.get("missing_branches")):
            continue
        missing = [str(line) for line in entry["missing_lines"]]
        missing += [f"{start}->{end}" for start, end in entry.get("missing_branches", [])]
        lines.append(f"{path}: {summary['percent_covered']:.1f} % instead of 100 %, missing {', '.join(missing)}")
    overall = report["totals"]["percent_covered"]
    if overall < OVERALL:
        lines.append(f"overall: {overall:.1f} % instead of {OVERALL:.0f} %")
    return lines


if __name__ == "__main__":
    found = gaps(json.loads(Path(sys.argv[1]).read_text()))
    print("\n".join(found) or "coverage gate passed")
    sys.exit(bool(found))
