"""Refuse templates that the content security policy or the reader's safety forbids."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError
from django.template.loader import get_template

COMMENT = re.compile(r"\{#.*?#\}")
RULES = (
    ("inline script", re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE)),
    ("style element", re.compile(r"<style[\s>]", re.IGNORECASE)),
    ("style attribute", re.compile(r"\sstyle\s*=", re.IGNORECASE)),
    ("handler attribute", re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)),
    ("htmx handler", re.compile(r"\shx-on[:-]", re.IGNORECASE)),
    ("javascript address", re.compile(r"javascript:", re.IGNORECASE)),
    ("|safe", re.compile(r"\|\s*safe(seq)?\b")),
    ("autoescape off", re.compile(r"\{%\s*autoescape\s+off")),
    ("address of another server", re.compile(r"(src|href)=[\"'](https?:)?//", re.IGNORECASE)),
)


def faults(folder: Path) -> list[str]:
    """Return "file:line: what" for everything forbidden under ``folder``."""
    found = []
    for path in sorted(folder.rglob("*.html")):
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), start=1):
            found += [f"{path}:{number}: {name}" for name, rule in RULES if rule.search(line)]
    return found


def unreadable(folder: Path) -> list[str]:
    """Return "file: why" for every template that the engine cannot read."""
    found = []
    for path in sorted(folder.rglob("*.html")):
        try:
            get_template(str(path.relative_to(folder)))
        except TemplateSyntaxError as error:
            found.append(f"{path}: {error}")
    return found


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Fail when a template holds inline script or style, |safe, or another server's address."

    def handle(self, *args, **options):
        root = settings.BASE_DIR
        folders = [root / "templates", *root.glob("*/templates"), *root.glob("bureau/*/templates")]
        checks = (faults, unreadable)
        found = [fault for folder in folders for check in checks for fault in check(folder)]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("templates are clean")
