"""Repeat a random draw for re-inspection, so that anybody can see that nobody chose."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.places.models import Division
from grants.rules.draw import mark
from grants.services.reinspection import repeat


class Command(BaseCommand):
    """Print the claims that a seed draws of a village and programme year; writes nothing."""

    help = "Print the claims drawn for re-inspection by a seed (docs/reinspection.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--village", required=True, help="twelve-digit code of the village")
        parser.add_argument("--year", required=True, type=int, help="programme year")
        parser.add_argument("--seed", required=True)
        parser.add_argument("--percent", default="10", help="share drawn, in per cent")

    def handle(self, *args: Any, **options: Any) -> None:
        village = Division.objects.filter(code=options["village"]).first()
        if village is None:
            raise CommandError(f"there is no village {options['village']}")
        try:
            percent = Decimal(options["percent"])
        except InvalidOperation as error:
            raise CommandError(f"{options['percent']} is no share in per cent") from error
        kept, drawn = repeat(village, options["year"], options["seed"], percent)
        source = f"draw of {kept.drawn_at:%Y-%m-%d}" if kept else "claims that wait now"
        self.stdout.write(f"{village} {options['year']}: {len(drawn)} drawn ({source})")
        for position, claim in enumerate(drawn, start=1):
            hashed = mark(options["seed"], claim.pk)
            self.stdout.write(f"{position:>4}  {claim.pk:>10}  {claim.dwelling}  {hashed}")
