"""Style sheets and scripts stay inside the browser floor, the contrast floor and the content policy."""

import re
from pathlib import Path

import pytest

from tests.contracts.tree import ROOT, short, sources

CSS = sorted((ROOT / "static" / "css").glob("*.css"))
JS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")))
# Chromium 90, Firefox 102, Safari 15.
TOO_NEW_CSS = re.compile(r":has\(|@layer|@container|color-mix\(|\ddvh|subgrid|@scope|&\s*[.:#]|text-wrap")
TOO_NEW_JS = re.compile(r"\?\.|\?\?|\beval\(|new Function|\.at\(|structuredClone|replaceAll\(|Object\.groupBy")

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("surface", "bg", "thead", "sel")],
    *[("primary", ground) for ground in ("surface", "bg", "primary-weak")],
    ("primary-strong", "primary-weak"),
    *[("surface", ground) for ground in ("primary", "primary-strong", "seal", "strip", "r", "end-t")],
    *[(f"{tone}-t", f"{tone}-b") for tone in ("g", "y", "r", "n", "blue", "teal", "vio", "org", "end")],
    *[(f"{tone}-t", "surface") for tone in ("g", "y", "r", "n", "org")],
    *[(f"{tone}-t", "sel") for tone in ("g", "y", "r", "n")],
    ("vio-ink", "vio-b"),
    ("org-t", "org-weak"),
    ("ink-2", "end-b"),
    ("ink-2", "vio-b"),
    ("ink-2", "org-b"),
]
SHAPES = [
    *[(shape, ground) for shape in ("g", "y", "r", "n", "focus", "ctl") for ground in ("surface", "bg")],
    *[(chart, "surface") for chart in ("chart-closed", "chart-normal", "chart-amber", "chart-red")],
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(TOKENS[first]), luminance(TOKENS[second])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_readable(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_and_controls_are_visible(shape: str, ground: str) -> None:
    assert contrast(shape, ground) >= 3


@pytest.mark.parametrize("path", CSS, ids=short)
def test_styles_stay_inside_the_browser_floor(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert TOO_NEW_CSS.findall(text) == []
    assert len(text.splitlines()) <= 400


@pytest.mark.parametrize("path", JS, ids=short)
def test_scripts_stay_inside_the_browser_floor(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert TOO_NEW_JS.findall(text) == []
    assert len(text.splitlines()) <= 400


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_templates_obey_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|<script>|javascript:|hx-on|hx-vals=.js:", text) == []
    assert len(text.splitlines()) <= 120


ICON_NAMES = re.compile(r'{% icon "([\w-]+)"|\bicon(?:_name)?="([\w-]+)"|"icon": "([\w-]+)"|app\.icon\("([\w-]+)"\)')


@pytest.mark.parametrize("path", [*TEMPLATES, *JS, *sources()], ids=short)
def test_named_icons_are_in_the_sprite(path: Path) -> None:
    sprite = (ROOT / "static/vendor/icons/sprite.svg").read_text(encoding="utf-8")
    named = {name for hit in ICON_NAMES.findall(path.read_text(encoding="utf-8")) for name in hit if name}
    assert named - set(re.findall(r'<symbol id="([\w-]+)"', sprite)) == set()


def test_shortcuts_go_by_place_of_the_key() -> None:
    text = (ROOT / "static/js/ledger.js").read_text(encoding="utf-8")
    assert "isComposing" in text
    assert set(re.findall(r'"(Key[A-Z]|Slash|Escape)"', text)) == {
        "KeyJ",
        "KeyK",
        "KeyX",
        "KeyA",
        "KeyR",
        "Slash",
        "Escape",
    }
