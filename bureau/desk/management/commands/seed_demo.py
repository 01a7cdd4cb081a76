"""Load the demo city: its people first, then what every app tells of it."""

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import module_has_submodule

from bureau.core.context import coming_from
from bureau.people.demo import seed_people

SCALES = {"small": 1, "city": 6}


class Command(BaseCommand):
    """Make the demo accounts and the demo city; run again, it adds only what is missing."""

    help = "Load the demo city (accounts with the password demo-2026)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=SCALES, default="small")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demo city has accounts with a published password; "
                "production does not load it. Unset PORTAL_ENV for a trial."
            )
        with coming_from("command"), transaction.atomic():
            people = seed_people()
            for app in apps.get_app_configs():
                if app.name != "bureau.people" and module_has_submodule(app.module, "demo"):
                    import_module(f"{app.name}.demo").seed(people, SCALES[options["scale"]])
        self.stderr.write(f"The demo city has {len(people)} accounts.")
