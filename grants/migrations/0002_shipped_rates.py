import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import migrations
from django.utils import timezone

from bureau.core import bigrams
from bureau.core.pinyin import sort_key

DATA = Path(__file__).parents[1] / "data"


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def load_rates(apps, schema_editor):
    """The rates that the city's schemes of 2017 and 2018 are reported to have set."""
    Policy, Rate = apps.get_model("grants", "Policy"), apps.get_model("grants", "Rate")
    documents = apps.get_model("documents", "Document").objects
    policies = {}
    for row in rows("rates"):
        title = row["policy"]
        if title not in policies:
            policies[title] = Policy.objects.create(
                name=title,
                pinyin=sort_key(title),
                bigrams=bigrams.of(title),
                document=documents.filter(title=title).first(),
                state="published",
                published_at=timezone.now(),
            )
        Rate.objects.create(
            policy=policies[title],
            kind=row["kind"],
            technology=row["technology"],
            heat_pump=row["heat_pump"],
            programme_year_from=int(row["programme_year_from"]),
            programme_year_to=int(row["programme_year_to"] or 0) or None,
            amount=Decimal(row["amount"]),
            seasons=int(row["seasons"] or 0) or None,
            published=True,
        )


def load_targets(apps, schema_editor):
    """The targets of 2017 and 2018 as published; the city's own beside those of its areas."""
    Target = apps.get_model("grants", "Target")
    Division = apps.get_model("places", "Division")
    ManagingArea = apps.get_model("places", "ManagingArea")
    for row in rows("targets"):
        area = ManagingArea.objects.filter(name=row["area"]).first()
        place = Division.objects.filter(name=row["area"], level__lte=3, valid_to=None).first()
        Target.objects.create(
            year=int(row["year"]),
            kind=row["kind"],
            households=int(row["households"]),
            due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
            document=row["document"],
            managing_area=area,
            division=None if area else place,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0001_initial"),
        ("documents", "0002_shipped_documents"),
        ("places", "0002_shipped_places"),
    ]
    operations = [
        migrations.RunPython(load_rates, migrations.RunPython.noop),
        migrations.RunPython(load_targets, migrations.RunPython.noop),
    ]
