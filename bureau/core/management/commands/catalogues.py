"""Keep the Chinese of every app complete."""

import importlib
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.core import catalogues


class Command(BaseCommand):
    """Extract, merge, check and compile the message catalogues of the apps."""

    help = (
        "Without options: extract the sentences of the source, merge them into each app's "
        "django.po and compile. --compile needs no development package."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("labels", nargs="*", help="only these apps (folder names)")
        parser.add_argument("--compile", action="store_true", help="only write the .mo files")
        parser.add_argument("--check", action="store_true", help="change nothing, exit 1 on faults")
        parser.add_argument("--tidy", action="store_true", help="drop what left the source")

    def handle(self, *args: Any, **options: Any) -> None:
        every = catalogues.apps()
        chosen = [app for app in every if not options["labels"] or app.label in options["labels"]]
        if options["compile"]:
            catalogues.compile_all(chosen)
            return
        messages_of = importlib.import_module("bureau.core.extraction").messages_of
        sources = {app.label: messages_of(app, catalogues.ROOT) for app in chosen}
        if options["check"]:
            self._check(chosen, sources)
            return
        known = catalogues.memory(every)
        for app in chosen:
            merged = catalogues.merge(app, sources[app.label], known, tidy=options["tidy"])
            missing = len(merged.untranslated_entries())
            self.stdout.write(f"{app.label}: {len(merged)} messages, {missing} to translate")
        catalogues.compile_all(chosen)

    def _check(self, chosen: list, sources: dict) -> None:
        given: dict[tuple[str, str], str] = {}
        found = [
            line for app in chosen for line in catalogues.faults(app, sources[app.label], given)
        ]
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} faults in the catalogues")
