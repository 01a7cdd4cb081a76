"""Managing areas: which towns they run since when, and what they are called."""

from datetime import date
from typing import Any

from django.db import transaction

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.pinyin import sort_key
from bureau.core.querysets import TOWN_LEVEL
from bureau.places.choices import PlaceRefusal, PlaceVerb
from bureau.places.models import Division, ManagingArea, ManagingAreaTown
from bureau.places.services.locks import locked, not_in_the_future, run_by, still_there
from bureau.records.changes import diff
from bureau.records.services import record

AREA_FIELDS = ("name", "full_name", "seat")


@transaction.atomic
def take_over_town(
    area: ManagingArea, town: Division, since: date, *, actor: Any, note: str = ""
) -> ManagingAreaTown:
    """Let a managing area run a town from ``since``; whoever ran it before stops that day."""
    not_in_the_future(since)
    row = locked(town)
    still_there(row)
    if row.level != TOWN_LEVEL:
        raise BusinessError(PlaceRefusal.ONLY_TOWNS, division=row.name)
    open_rows = ManagingAreaTown.objects.select_for_update().filter(
        division=row, valid_to__isnull=True
    )
    running = open_rows.first()
    if running is not None and running.area_id == area.pk:
        raise BusinessError(PlaceRefusal.AREA_RUNS_IT, area=area.name, division=row.name)
    open_rows.update(valid_to=since)
    taken = ManagingAreaTown(area=area, division=row, valid_from=since, source=note[:200])
    taken.full_clean()
    taken.save()
    run_by(row.scope_path, area.pk)
    record(
        PlaceVerb.TAKE_OVER_TOWN,
        row,
        actor=actor,
        before={"managing_area": str(running.area) if running else None},
        after={"managing_area": str(area), "valid_from": since.isoformat()},
        note=note,
    )
    return taken


@transaction.atomic
def hand_back_town(town: Division, on: date, *, actor: Any, note: str = "") -> ManagingAreaTown:
    """Give a town back to its legal county from ``on``."""
    not_in_the_future(on)
    row = locked(town)
    running = (
        ManagingAreaTown.objects.select_for_update()
        .filter(division=row, valid_to__isnull=True)
        .first()
    )
    if running is None:
        raise BusinessError(PlaceRefusal.NOBODY_RUNS_IT, division=row.name)
    running.valid_to = on
    running.full_clean()
    running.save(update_fields=["valid_to", "updated_at"])
    run_by(row.scope_path, None)
    record(
        PlaceVerb.HAND_BACK_TOWN,
        row,
        actor=actor,
        before={"managing_area": str(running.area)},
        after={"managing_area": None, "valid_to": on.isoformat()},
        note=note,
    )
    return running


@transaction.atomic
def edit_area(
    area: ManagingArea, *, actor: Any, version: int | None = None, **changes: Any
) -> ManagingArea:
    """Change the names and the legal county of a managing area; its code stays."""
    row = ManagingArea.objects.select_for_update(of=("self",)).get(pk=area.pk)
    if version is not None and version != row.version:
        raise BusinessError(Refusal.STALE)
    before = ManagingArea.objects.get(pk=row.pk)
    for field in AREA_FIELDS:
        if field in changes:
            setattr(row, field, changes[field])
    old, new = diff(before, row, AREA_FIELDS)
    if not new:
        return row
    row.pinyin = sort_key(row.name)
    row.version += 1
    row.full_clean()
    row.save()
    record(PlaceVerb.EDIT_AREA, row, actor=actor, before=old, after=new)
    return row
