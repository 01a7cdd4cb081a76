"""Writes on heat sources."""

from typing import Any

from django.db import transaction

from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.records import saving
from heating.choices import RegistryRefusal, RegistryVerb
from heating.models import HeatSource
from heating.rules.position import check_position

FIELDS = (
    "name", "kind", "organisation", "capacity_mw", "longitude", "latitude", "datum", "remarks",
)  # fmt: skip


@transaction.atomic
def register_source(*, actor: User | None, note: str = "", **given: Any) -> HeatSource:
    """Add a heat source; raises ValidationError by field."""
    source = HeatSource()
    saving.apply(source, given, FIELDS)
    saving.require(check_position(source.longitude, source.latitude))
    return saving.insert(
        source, RegistryVerb.REGISTER_SOURCE, actor=actor, fields=FIELDS, note=note
    )


@transaction.atomic
def edit_source(
    source: HeatSource, changes: dict[str, Any], *, actor: User | None, version: int | None
) -> HeatSource:
    """Change a source that nobody changed since ``version`` was read, else ``stale``."""
    row = saving.lock(source, version)
    old = HeatSource.objects.get(pk=row.pk)
    moved = saving.apply(row, changes, FIELDS)
    saving.require(check_position(row.longitude, row.latitude))
    return saving.update(row, old, moved, RegistryVerb.EDIT_SOURCE, actor=actor)


@transaction.atomic
def archive_source(source: HeatSource, *, actor: User | None, note: str = "") -> HeatSource:
    """Put a source away; refused (``still_served``) while stations draw from it."""
    row = saving.lock(source)
    if used := row.substations.active().count():
        raise BusinessError(RegistryRefusal.STILL_SERVED, name=row.name, count=used)
    return saving.put_away(row, RegistryVerb.ARCHIVE_SOURCE, actor=actor, note=note)


def restore_source(source: HeatSource, *, actor: User | None, note: str = "") -> HeatSource:
    """Take an archived source back into the lists."""
    return saving.bring_back(source, RegistryVerb.RESTORE_SOURCE, actor=actor, note=note)
