"""Nothing lies around unused; what is vendored is what was vendored."""

import json
import re
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.contracts.tree import ROOT, short, sources, templates

VENDOR = ROOT / "static" / "vendor"
# Django and Bootstrap's form pack look these up by name.
FOUND_BY_NAME = re.compile(r"^(400|403|403_csrf|404|409|429|500|503)\.html$|^(registration|admin|bootstrap5|django)/")


def test_every_template_is_used() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in (*sources(), *templates()))
    names = [path.relative_to(ROOT / "templates").as_posix() for path in templates()]
    # A name may be put together at run time: f"problems/filing/{step}.html".
    unused = [name for name in names if name not in texts and f"{Path(name).parent}/{{" not in texts]
    assert [name for name in unused if not FOUND_BY_NAME.match(name)] == []


def test_every_static_file_that_a_page_names_exists() -> None:
    """A missing one is an error page in the product, where names carry hashes, and goes unnoticed in tests."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*templates(), *sources()))
    names = set(re.findall(r"""(?:{% static |\bstatic\()["']([^"'{]+)["']""", text))
    assert names
    assert {name for name in names if finders.find(name) is None} == set()


def test_vendored_files_are_the_listed_ones() -> None:
    listed = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]
    present = {
        path.relative_to(VENDOR).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert present == listed


def test_vendored_files_name_no_missing_map() -> None:
    texts = [path for path in VENDOR.rglob("*") if path.suffix in {".js", ".css"}]
    assert [short(path) for path in texts if "sourceMappingURL" in path.read_text(encoding="utf-8")] == []
