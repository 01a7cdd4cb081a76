"""Everything between running servers and the first request: `make run` calls it at each start."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from bureau.core import refusals
from bureau.core.version import version
from bureau.people.demo import PASSWORD, PEOPLE
from bureau.people.models import User

# Icons reach pages inside a sprite, axe only tests; each file that is served costs memory.
UNSERVED = ["icons", "axe", "rest_framework"]


class Command(BaseCommand):
    """Check, migrate, fill an empty database with the demo city, collect static files."""

    help = "Prepares the portal for serving: checks, migrations, demo data, static files."
    requires_system_checks = ["portal"]

    def add_arguments(self, parser):
        """Take the file that gets what the start-up message says."""
        parser.add_argument("--report", type=Path)

    def handle(self, *args, **options):
        """Do each step only where something is missing."""
        call_command("migrate", interactive=False, verbosity=1)
        if settings.DEMO and not settings.PRODUCTION and not User.objects.exists():
            call_command("seed_demo")
        try:
            refusals.refuse_unsafe_start()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        collect_static()
        if options["report"]:
            options["report"].write_text(json.dumps(report(), ensure_ascii=False))


def collect_static() -> None:
    """Collect what browsers load, unless it lies there already and nothing has changed."""
    mark = settings.VAR_DIR / "collected"
    print_of_sources = fingerprint()
    if mark.exists() and mark.read_text() == print_of_sources:
        return
    call_command(
        "collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNSERVED
    )
    mark.write_text(print_of_sources)


def fingerprint() -> str:
    """Return a digest of names, sizes and times of our static files and of installed packages."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in (settings.BASE_DIR / "static", settings.BASE_DIR / "var" / "vendor"):
        for path in sorted(folder.rglob("*")):
            if "icons" not in path.parts and path.is_file():
                state = path.stat()
                digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def report() -> dict:
    """Return what the start-up message says: the version and who may try the demo."""
    accounts = User.objects.filter(username__in=PEOPLE, is_demo=True, is_active=True).order_by("pk")
    return {
        "version": version(),
        "password": PASSWORD,
        "accounts": [[user.username, user.display_name] for user in accounts],
    }
