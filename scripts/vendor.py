"""Copy the browser libraries named in package.json into static/vendor (development time only).

Run it after changing a version or scripts/icons.txt, then commit static/vendor. It needs npm; running the platform
does not.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FILES = {
    "bootstrap": ("dist/css/bootstrap.min.css", "LICENSE"),
    "bootstrap-icons": ("LICENSE",),
}
ICONS = (ROOT / "scripts" / "icons.txt").read_text(encoding="utf-8").split()


def fetch(name: str, version: str, into: Path) -> Path:
    """Download one exact package version and return the folder it unpacks to."""
    command = ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", str(into)]
    archive = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    target = into / name
    with tarfile.open(into / archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def without_source_map(text: str) -> str:
    """Drop the pointer to a source map: the map is not vendored and hashed static storage refuses a dangling one."""
    return re.sub(r"\n?(/\*|//)# sourceMappingURL=\S+?( ?\*/)?\s*$", "\n", text)


def sprite(folder: Path) -> str:
    """One SVG whose symbols carry the plain icon names."""
    symbols = []
    for name in sorted(set(ICONS)):
        svg = (folder / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        body = svg.split(">", 1)[1].rsplit("</svg>", 1)[0]
        body = re.sub(r"\s*\n\s*", "", body)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> None:
    versions = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    written: list[Path] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, paths in FILES.items():
            package = fetch(name, versions[name], Path(scratch))
            home = VENDOR / ("icons" if name == "bootstrap-icons" else f"{name}/{versions[name]}")
            home.mkdir(parents=True, exist_ok=True)
            for path in paths:
                target = home / Path(path).name
                target.write_text(without_source_map((package / path).read_text(encoding="utf-8")), encoding="utf-8")
                written.append(target)
            if name == "bootstrap-icons":
                written.append(home / "sprite.svg")
                written[-1].write_text(sprite(package), encoding="utf-8")
    manifest = {
        "libraries": {name: versions[name] for name in FILES},
        "files": {file.relative_to(VENDOR).as_posix(): digest(file) for file in sorted(written)},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (VENDOR / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
