"""Writes on substations, their estates, zones and equipment."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.people.models import Organisation, User
from bureau.places.models import Division, ManagingArea
from bureau.records import saving
from bureau.records.services import record, values
from heating.choices import RegistryRefusal, RegistryVerb
from heating.models import Equipment, Estate, ServedEstate, Substation, Zone
from heating.rules import figures
from heating.rules.management import first_day
from heating.rules.position import check_position
from heating.services.estates import check_community
from heating.services.management import begin_management

FIELDS = (
    "community", "name", "heating_company", "heat_source", "commissioned_year", "connected_area",
    "heated_area", "households", "direct_households", "network_name",
    "design_supply_temperature", "design_return_temperature", "longitude", "latitude", "datum",
    "remarks",
)  # fmt: skip


@transaction.atomic
def register_station(
    *,
    actor: User | None,
    mode: str,
    manager: Organisation | None = None,
    owner_run: bool = False,
    managed_since: date | None = None,
    main_estate: Estate | None = None,
    estates: Iterable[Estate] = (),
    note: str = "",
    **given: Any,
) -> Substation:
    """Add a station with the management it starts under; raises ValidationError by field.

    Without ``managed_since`` the management holds from 1 January of the year of commissioning,
    or of this year.
    """
    station = Substation()
    saving.apply(station, given, FIELDS)
    _check(station, ["community", "name"])
    saving.require(_on_same_ground(station, main_estate))
    saving.insert(station, RegistryVerb.REGISTER_STATION, actor=actor, fields=FIELDS, note=note)
    since = managed_since or first_day(station.commissioned_year, clock.today())
    begin_management(
        station, mode=mode, manager=manager, owner_run=owner_run, since=since, actor=actor
    )
    _serve(station, main_estate, estates)
    return station


@transaction.atomic
def edit_station(
    station: Substation,
    changes: dict[str, Any],
    *,
    actor: User | None,
    version: int | None,
) -> Substation:
    """Change a station that nobody changed since ``version`` was read, else ``stale``.

    ``changes`` may hold ``main_estate`` and ``estates``; the management changes by its own verb.
    """
    row = saving.lock(station, version)
    old = Substation.objects.get(pk=row.pk)
    moved = saving.apply(row, changes, FIELDS)
    _check(row, moved)
    _check_main(row, moved, changes)
    before, after = _serve_changed(row, changes)
    saving.update(row, old, moved, RegistryVerb.EDIT_STATION, actor=actor)
    if before != after:
        if not moved:
            row.version += 1
            row.save(update_fields=["version", "updated_at"])
        record(
            RegistryVerb.EDIT_STATION,
            row,
            actor=actor,
            before={"estates": before},
            after={"estates": after},
        )
    return row


@transaction.atomic
def archive_station(station: Substation, *, actor: User | None, note: str = "") -> Substation:
    """Put a station away; refused (``open_handover``) while it is being handed over."""
    row = saving.lock(station)
    if row.handovers.open().exists():
        raise BusinessError(RegistryRefusal.OPEN_HANDOVER, name=row.name)
    return saving.put_away(row, RegistryVerb.ARCHIVE_STATION, actor=actor, note=note)


def restore_station(station: Substation, *, actor: User | None, note: str = "") -> Substation:
    """Take an archived station back into the lists."""
    return saving.bring_back(station, RegistryVerb.RESTORE_STATION, actor=actor, note=note)


@transaction.atomic
def record_equipment(
    station: Substation,
    *,
    kind: str,
    quantity: int,
    actor: User | None,
    specification: str = "",
    note: str = "",
) -> Equipment:
    """Count equipment of one kind and specification; counting again replaces the number."""
    row = saving.lock(station)
    fields = ("kind", "specification", "quantity", "note")
    specification = saving.tidy_name(specification)
    piece = row.equipment.filter(kind=kind, specification=specification).first()
    before = values(piece, fields) if piece else None
    piece = piece or Equipment(station=row, kind=kind, specification=specification)
    piece.quantity, piece.note = quantity, note
    piece.full_clean()
    piece.save()
    after = values(piece, fields)
    if after != before:
        record(RegistryVerb.RECORD_EQUIPMENT, row, actor=actor, before=before, after=after)
    return piece


@transaction.atomic
def remove_equipment(piece: Equipment, *, actor: User | None, note: str = "") -> None:
    """Take equipment off its station; the audit keeps what it was."""
    row = saving.lock(piece.station)
    before = values(piece, ("kind", "specification", "quantity", "note"))
    piece.delete()
    record(RegistryVerb.REMOVE_EQUIPMENT, row, actor=actor, before=before, note=note)


@transaction.atomic
def record_zone(
    station: Substation,
    *,
    level: str,
    actor: User | None,
    supply_temperature: Decimal | None = None,
    return_temperature: Decimal | None = None,
    connected_area: Decimal | None = None,
    note: str = "",
) -> Zone:
    """Describe the high, middle or low zone of a station (°C, m²); once each."""
    row = saving.lock(station)
    fields = ("level", "supply_temperature", "return_temperature", "connected_area", "note")
    zone = row.zones.filter(level=level).first()
    before = values(zone, fields) if zone else None
    zone = zone or Zone(station=row, level=level)
    zone.supply_temperature, zone.return_temperature = supply_temperature, return_temperature
    zone.connected_area, zone.note = connected_area, note
    zone.full_clean()
    zone.save()
    after = values(zone, fields)
    if after != before:
        record(RegistryVerb.RECORD_ZONE, row, actor=actor, before=before, after=after)
    return zone


@transaction.atomic
def remove_zone(zone: Zone, *, actor: User | None, note: str = "") -> None:
    """Take a zone off its station; the audit keeps what it was."""
    row = saving.lock(zone.station)
    before = values(zone, ("level", "supply_temperature", "return_temperature"))
    zone.delete()
    record(RegistryVerb.REMOVE_ZONE, row, actor=actor, before=before, note=note)


def _serve_changed(row: Substation, changes: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Set the estates where ``changes`` names them; return their names before and after."""
    if "main_estate" not in changes and "estates" not in changes:
        return [], []
    served = row.served_estates.select_related("estate").order_by("-is_main", "estate_id")
    now = list(served)
    main = next((link.estate for link in now if link.is_main), None)
    others = [link.estate for link in now if not link.is_main]
    before = [link.estate.name for link in now]
    _serve(row, changes.get("main_estate", main), changes.get("estates", others))
    return before, [link.estate.name for link in served.all()]


def _serve(station: Substation, main: Estate | None, others: Iterable[Estate]) -> None:
    wanted = {estate.pk: False for estate in others}
    if main is not None:
        wanted[main.pk] = True
    station.served_estates.exclude(estate_id__in=wanted).delete()
    present = {link.estate_id: link for link in station.served_estates.all()}
    # The old main estate steps down before the new one steps up: one main at any moment.
    for estate_id, is_main in sorted(wanted.items(), key=lambda item: item[1]):
        link = present.get(estate_id) or ServedEstate(station=station, estate_id=estate_id)
        if link.pk is None or link.is_main != is_main:
            link.is_main = is_main
            link.save()


def _check(station: Substation, moved: list[str]) -> None:
    saving.require(
        check_community(
            station.community if station.community_id else None, is_new="community" in moved
        ),
        figures.check_areas(station.connected_area, station.heated_area),
        figures.check_households(station.households, station.direct_households),
        figures.check_year(
            station.commissioned_year, today=clock.today(), field="commissioned_year"
        ),
        check_position(station.longitude, station.latitude),
        _name_free(station) if {"community", "name"} & set(moved) else None,
    )


def _name_free(station: Substation) -> Finding | None:
    taken = Substation.objects.filter(community_id=station.community_id, name=station.name)
    if not station.community_id or not taken.exclude(pk=station.pk).exists():
        return None
    facts = {"name": station.name, "place": station.community.name}
    return Finding(RegistryRefusal.DUPLICATE_NAME, ("name",), facts)


def _check_main(row: Substation, moved: list[str], changes: dict[str, Any]) -> None:
    """Look at the main estate where it or the station's own place changes; else it stays."""
    link = row.served_estates.filter(is_main=True).select_related("estate__community").first()
    now = link.estate if link else None
    main = changes.get("main_estate", now)
    if main != now or "community" in moved:
        saving.require(_on_same_ground(row, main))


def _on_same_ground(station: Substation, main: Estate | None) -> Finding | None:
    """Refuse a main estate under another county or managing area than the station's."""
    if main is None:
        return None
    here, there = _area(station.community), _area(main.community)
    if here == there:
        return None
    facts = {"estate": main.name, "here": str(here), "there": str(there)}
    return Finding(RegistryRefusal.MAIN_ESTATE_ELSEWHERE, ("main_estate",), facts)


def _area(community: Division) -> Division | ManagingArea:
    """Return what a community is reported under: its managing area or its county."""
    if community.managing_area is not None:
        return community.managing_area
    town = community.parent
    return (town.parent if town else None) or community
