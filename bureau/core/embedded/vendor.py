"""Copies what pages ask for out of node_modules; run as a script, before anything is installed."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MODULES = ROOT / "node_modules"
TARGET = ROOT / "var" / "vendor"
SERVED = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/images": "leaflet/dist/images",
    "icons": "@tabler/icons/icons/outline",
    "axe/axe.min.js": "axe-core/axe.min.js",
}
# The maps are ten times the code and the manifest storage fails on a map that is missing.
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*\Z")


def copy_file(source: Path, target: Path) -> None:
    """Copy one library file, without its reference to a source map."""
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if source.suffix in {".css", ".js"}:
        content = SOURCE_MAP.sub(b"\n", content)
    target.write_bytes(content)


def vendor() -> None:
    """Fill ``var/vendor`` afresh, in one move, so that a running portal never sees half of it."""
    fresh = TARGET.with_name("vendor.new")
    old = TARGET.with_name("vendor.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for name, origin in SERVED.items():
        source = MODULES / origin
        files = sorted(source.iterdir()) if source.is_dir() else [source]
        for file in files:
            copy_file(file, fresh / name / file.name if source.is_dir() else fresh / name)
    if TARGET.exists():
        TARGET.rename(old)
    fresh.rename(TARGET)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    vendor()
