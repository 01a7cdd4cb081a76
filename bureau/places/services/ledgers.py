"""Divisions by the sheet: added and renamed by one statement each."""

from typing import Any, Protocol

from django.db import models, transaction

from bureau.core.querysets import CITY_LEVEL
from bureau.places.choices import PlaceVerb
from bureau.places.models import Division
from bureau.records.services import record_batch, touched


class StagedDivisions(Protocol):
    """Rows of a divisions sheet in a staging table, matched with the tree."""

    table: str

    def insert(self, model: type[models.Model], sql: dict[str, str]) -> int:
        """Add the new rows by one statement."""
        ...

    def update(self, model: type[models.Model], columns: tuple[str, ...]) -> int:
        """Change the rows that differ by one statement."""
        ...

    def execute(self, statement: str) -> int:
        """Run one statement over the staging table."""
        ...


@transaction.atomic
def import_divisions(stage: StagedDivisions, *, actor: Any) -> int:
    """Add and rename divisions by set; a former name becomes an alias. Returns how many rows.

    A parent may be a row of the same sheet, whose id is reserved already.
    """
    city = Division.objects.select_for_update().get(level=CITY_LEVEL)
    renamed = (
        f"SELECT t.id, t.name FROM places_division t JOIN {stage.table} s ON s.target_id = t.id "  # noqa: S608
        "WHERE s.action = 'updated' AND s.name <> t.name"
    )
    stage.execute(
        "INSERT INTO places_divisionalias (created_at, updated_at, alias, division_id, source) "  # noqa: S608
        f"SELECT now(), now(), old.name, old.id, '' FROM ({renamed}) old "
        "ON CONFLICT (alias, division_id) DO NOTHING"
    )
    parent = (
        "COALESCE((SELECT d.id FROM places_division d WHERE d.code = s.parent_code), "  # noqa: S608
        f"(SELECT p.target_id FROM {stage.table} p WHERE p.code = s.parent_code))"
    )
    count = stage.insert(Division, {"parent_id": parent})
    count += stage.update(Division, ("name", "pinyin", "bigrams"))
    if count:
        changed = f"SELECT target_id FROM {stage.table} WHERE action IN ('created', 'updated')"  # noqa: S608
        rows = touched(Division, changed)
        record_batch(PlaceVerb.IMPORT_DIVISIONS, city, actor=actor, rows=rows)
    return count
