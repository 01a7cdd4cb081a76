"""Writes on estates, their buildings and their household counts."""

from datetime import date
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.querysets import VILLAGE_LEVEL
from bureau.people.models import User
from bureau.places.models import Division
from bureau.places.services import still_there
from bureau.records import saving
from bureau.records.services import record, values
from heating.choices import CountSource, RegistryRefusal, RegistryVerb
from heating.models import Building, Estate, HouseholdCount
from heating.rules import figures

FIELDS = (
    "community", "name", "year_built", "insulation", "indoor_system", "developer", "builder",
    "warranty_until", "first_season", "occupancy", "connected_area", "heated_area", "remarks",
)  # fmt: skip
COUNT_FIELDS = ("as_of", "connected", "direct", "source")


@transaction.atomic
def register_estate(*, actor: User | None, note: str = "", **given: Any) -> Estate:
    """Add an estate to a village or community; raises ValidationError by field."""
    estate = Estate()
    saving.apply(estate, given, FIELDS)
    _check(estate, ["community", "name"])
    return saving.insert(
        estate, RegistryVerb.REGISTER_ESTATE, actor=actor, fields=FIELDS, note=note
    )


@transaction.atomic
def edit_estate(
    estate: Estate, changes: dict[str, Any], *, actor: User | None, version: int | None
) -> Estate:
    """Change an estate that nobody changed since ``version`` was read, else ``stale``."""
    row = saving.lock(estate, version)
    old = Estate.objects.get(pk=row.pk)
    moved = saving.apply(row, changes, FIELDS)
    _check(row, moved)
    return saving.update(row, old, moved, RegistryVerb.EDIT_ESTATE, actor=actor)


@transaction.atomic
def archive_estate(estate: Estate, *, actor: User | None, note: str = "") -> Estate:
    """Put an estate away; refused (``still_served``) while stations heat it."""
    row = saving.lock(estate)
    if served := row.substations.active().count():
        raise BusinessError(RegistryRefusal.STILL_SERVED, name=row.name, count=served)
    return saving.put_away(row, RegistryVerb.ARCHIVE_ESTATE, actor=actor, note=note)


def restore_estate(estate: Estate, *, actor: User | None, note: str = "") -> Estate:
    """Take an archived estate back into the lists."""
    return saving.bring_back(estate, RegistryVerb.RESTORE_ESTATE, actor=actor, note=note)


@transaction.atomic
def record_household_count(
    estate: Estate,
    *,
    as_of: date,
    connected: int,
    direct: int,
    actor: User | None,
    source: str = CountSource.MANUAL,
    note: str = "",
) -> HouseholdCount:
    """Record households connected and on direct supply on a day; a second count corrects it."""
    row = saving.lock(estate)
    saving.require(
        figures.check_day(as_of, today=clock.today(), field="as_of"),
        _direct_within(connected=connected, direct=direct),
    )
    count = HouseholdCount.objects.filter(estate=row, as_of=as_of).first()
    before = values(count, COUNT_FIELDS) if count else None
    count = count or HouseholdCount(estate=row, as_of=as_of)
    count.connected, count.direct, count.source = connected, direct, source
    count.full_clean()
    count.save()
    after = values(count, COUNT_FIELDS)
    if after != before:
        record(RegistryVerb.RECORD_COUNT, row, actor=actor, before=before, after=after, note=note)
    return count


@transaction.atomic
def record_building(
    estate: Estate,
    *,
    name: str,
    units: int,
    floors: int,
    actor: User | None,
    households: int | None = None,
) -> Building:
    """Add a building, or correct the one of that name."""
    row = saving.lock(estate)
    fields = ("name", "units", "floors", "households")
    name = saving.tidy_name(name)
    building = row.buildings.filter(name=name).first()
    before = values(building, fields) if building else None
    building = building or Building(estate=row, name=name)
    building.units, building.floors, building.households = units, floors, households
    building.full_clean()
    building.save()
    after = values(building, fields)
    if after != before:
        record(RegistryVerb.RECORD_BUILDING, row, actor=actor, before=before, after=after)
    return building


@transaction.atomic
def remove_building(building: Building, *, actor: User | None, note: str = "") -> None:
    """Take a building off its estate; the audit keeps what it was."""
    row = saving.lock(building.estate)
    before = values(building, ("name", "units", "floors", "households"))
    building.delete()
    record(RegistryVerb.REMOVE_BUILDING, row, actor=actor, before=before, note=note)


def check_community(community: Division | None, *, is_new: bool) -> Finding | None:
    """Refuse a place that is not of the lowest level, or a new one that has ended.

    What was recorded in a village before it was merged goes on naming it.
    """
    if community is None or community.level == VILLAGE_LEVEL:
        if community is not None and is_new:
            still_there(community)
        return None
    return Finding(RegistryRefusal.NOT_A_VILLAGE, ("community",), {"place": community.name})


def _direct_within(*, connected: int, direct: int) -> Finding | None:
    finding = figures.check_households(connected, direct)
    return finding and Finding(finding.code, ("direct",), finding.values)


def _check(estate: Estate, moved: list[str]) -> None:
    today = clock.today()
    saving.require(
        check_community(
            estate.community if estate.community_id else None, is_new="community" in moved
        ),
        figures.check_areas(estate.connected_area, estate.heated_area),
        figures.check_year(estate.year_built, today=today, field="year_built"),
        figures.check_year(estate.first_season, today=today, field="first_season"),
        _name_free(estate) if {"community", "name"} & set(moved) else None,
    )


def _name_free(estate: Estate) -> Finding | None:
    taken = Estate.objects.filter(community_id=estate.community_id, name=estate.name)
    if not estate.community_id or not taken.exclude(pk=estate.pk).exists():
        return None
    values = {"name": estate.name, "place": estate.community.name}
    return Finding(RegistryRefusal.DUPLICATE_NAME, ("name",), values)
