"""Copy the browser libraries named in package.json into static/vendor (development time only).

Run it after changing a version or the icon list, then commit static/vendor. It needs npm; running the platform does not.
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
    "bootstrap": ("dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js", "LICENSE"),
    "bootstrap-icons": ("LICENSE",),
}
ICONS = """
    archive arrow-clockwise arrow-counterclockwise arrow-left arrow-repeat arrow-return-left arrow-right
    arrow-right-circle-fill award bar-chart bell book bookmark box-arrow-right box-arrow-up-right
    bullseye calendar-check calendar-event caret-down-fill caret-up-fill chat-left-text check-circle check-circle-fill
    check-lg chevron-down chevron-left chevron-right chevron-up circle clipboard-check clock clock-history cloud-check
    dash-circle diagram-3 download exclamation-circle-fill exclamation-triangle-fill eye file-earmark
    file-earmark-excel file-earmark-image file-earmark-pdf file-earmark-text file-earmark-word file-earmark-zip
    files flag funnel gear geo-alt hourglass-split house inbox info-circle info-circle-fill journal-check
    journal-text key keyboard list list-check list-ul lock megaphone mortarboard paperclip pause-circle-fill
    pencil people person person-check person-circle person-plus plus-lg printer question-circle save search send
    shield-check shield-lock slash-circle slash-circle-fill sliders speedometer2 star table trash trophy unlock
    upload wifi-off x-circle x-lg x-octagon-fill
""".split()


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
        body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S).group(1)
        body = re.sub(r"\s*\n\s*", "", body)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def main() -> None:
    versions = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    manifest = {"libraries": {name: versions[name] for name in FILES}, "files": {}}
    written = []
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
    for path in sorted(written):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest["files"][path.relative_to(VENDOR).as_posix()] = digest
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (VENDOR / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
