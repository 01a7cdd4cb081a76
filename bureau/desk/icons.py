"""Which icons the portal uses, found by reading its own templates and Python."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

SPRITE = Path("static/img/icons.svg")
_IN_TEMPLATE = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""")
_IN_PYTHON = re.compile(r"""\bicon(?::[^=\n]+)?\s*=\s*["']([a-z0-9-]+)["']""")
_MAPPING = re.compile(r"^ICON = \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_MAPPED = re.compile(r""":\s*["']([a-z0-9-]+)["']""")
_IN_NAV = re.compile(r"""["']([a-z0-9-]+)["']""")
_DRAWING = re.compile(r"<(?:path|circle|line|rect|polyline|ellipse)\b[^>]*>")
_NOTHING_DRAWN = 'd="M0 0h24v24H0z"'


def used(known: set[str]) -> set[str]:
    """Return the names of the icons that pages ask for.

    In ``nav.py`` any known name counts, and everywhere the values of a mapping named ``ICON``.
    """
    names: set[str] = set()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            names.update(_IN_TEMPLATE.findall(text))
        else:
            names.update(_IN_PYTHON.findall(text))
            for mapping in _MAPPING.findall(text):
                names.update(_MAPPED.findall(mapping))
        if path.name == "nav.py":
            names.update(known.intersection(_IN_NAV.findall(text)))
    return names


def symbol(name: str, drawing: str) -> str:
    """Return one icon of the sprite from the SVG file of the icon set."""
    strokes = [found for found in _DRAWING.findall(drawing) if _NOTHING_DRAWN not in found]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(strokes)}</symbol>'


def _sources() -> Iterator[Path]:
    yield from (settings.BASE_DIR / "templates").rglob("*.html")
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.is_relative_to(settings.BASE_DIR) and ".venv" not in folder.parts:
            yield from folder.rglob("*.py")
