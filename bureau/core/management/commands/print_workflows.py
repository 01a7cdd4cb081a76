"""Write the diagram and table of each workflow into the documents, from the code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string, module_has_submodule

from bureau.core.transitions import Workflow, diagram


def workflows() -> dict[str, tuple[str, Workflow]]:
    """Return title and table of every workflow by its page; apps list theirs in ``workflows``."""
    found: dict[str, tuple[str, Workflow]] = {}
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "workflows"):
            found |= import_string(f"{app.name}.workflows.WORKFLOWS")
    return found


def page(title: str, workflow: Workflow) -> str:
    """Return a workflow as a page: its diagram, then its table."""
    lines = [
        f"# {title}",
        "",
        "Printed from the table in the code by `manage.py print_workflows`; do not edit.",
        "",
        "```mermaid",
        diagram(workflow).rstrip(),
        "```",
        "",
        "| verb | from | to | signatures | guard | reason |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{line.verb}` | {', '.join(line.sources) or '–'} | {line.target or 'the state before'}"
        f" | {', then '.join(f'`{one}`' for one in line.signatures)}"
        f" | {line.guard or ''} | {'required' if line.needs_note else ''} |"
        for line in workflow
    ]
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    """Print the workflows into docs/workflows/."""

    help = "Write docs/workflows/*.md from the tables; with --check exit 1 when one is out of date."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for name, (title, workflow) in workflows().items():
            path = Path(settings.BASE_DIR) / "docs" / "workflows" / f"{name}.md"
            wanted = page(title, workflow)
            if path.exists() and path.read_text(encoding="utf-8") == wanted:
                continue
            if options["check"]:
                stale.append(path.name)
                continue
            path.write_text(wanted, encoding="utf-8")
            self.stdout.write(f"docs/workflows/{path.name}")
        if stale:
            raise CommandError(f"out of date: {', '.join(stale)}; run manage.py print_workflows")
