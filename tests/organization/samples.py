"""The two rosters of one bureau: the first, and the update half a year later."""

from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FIRST = SAMPLES / "青榆县教育体育局机关及学校干部花名册.xlsx"
UPDATE = SAMPLES / "2026年9月干部信息更新表（分表）.xlsx"
