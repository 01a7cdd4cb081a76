"""Every change of the tree, of who runs what, and of the working days."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from bureau.core import bigrams, clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.pinyin import sort_key
from bureau.core.querysets import CITY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL
from bureau.places.choices import DayKind, PlaceRefusal, PlaceVerb
from bureau.places.models import (
    CalendarDay,
    CalendarYear,
    Division,
    DivisionAlias,
    ManagingArea,
    ManagingAreaTown,
)
from bureau.places.workdays import calendar
from bureau.records.changes import diff
from bureau.records.services import record, record_batch, touched

__all__ = [
    "add_alias", "calendar", "create_division", "edit_division", "hand_back_town",
    "import_calendar", "import_divisions", "merge_divisions", "publish_year", "take_over_town",
]  # fmt: skip

EDITABLE = (
    "name",
    "valid_from",
    "source",
    "demolition_year",
    "central_heating_on",
    "coal_free",
    "gas_ready",
    "power_ready",
)


def _locked(division: Division) -> Division:
    return Division.objects.select_for_update(of=("self",)).get(pk=division.pk)


def _not_in_the_future(day: date) -> None:
    if day > clock.today():
        raise BusinessError(PlaceRefusal.DAY_IN_THE_FUTURE, day=day.isoformat())


def _still_there(division: Division) -> None:
    if division.valid_to is not None:
        raise BusinessError(
            PlaceRefusal.ALREADY_ENDED, division=division.name, day=division.valid_to.isoformat()
        )


@transaction.atomic
def create_division(
    *,
    code: str,
    name: str,
    parent: Division,
    actor: Any,
    valid_from: date | None = None,
    code_is_provisional: bool = False,
    source: str = "",
) -> Division:
    """Add a county, town, village or community below ``parent``; whoever runs that runs it."""
    above = _locked(parent)
    _still_there(above)
    if above.level == VILLAGE_LEVEL:
        raise BusinessError(PlaceRefusal.WRONG_PARENT, parent=above.name)
    taken = Division.objects.filter(code=code).first()
    if taken is not None:
        raise BusinessError(PlaceRefusal.CODE_TAKEN, number=code, division=taken.name)
    division = Division(
        code=code,
        name=name,
        level=above.level + 1,
        parent=above,
        path=f"{above.path}{code}/",
        scope_path=f"{above.scope_path}{code}/",
        managing_area_id=above.managing_area_id,
        valid_from=valid_from,
        code_is_provisional=code_is_provisional,
        source=source,
        pinyin=sort_key(name),
        bigrams=bigrams.of(name),
    )
    division.full_clean()
    division.save(force_insert=True)
    facts = {"code": code, "name": name, "parent": str(above)}
    record(PlaceVerb.CREATE_DIVISION, division, actor=actor, after=facts)
    return division


@transaction.atomic
def edit_division(
    division: Division, *, actor: Any, version: int | None = None, **changes: Any
) -> Division:
    """Change what people may change of a division; code, level and place in the tree stay.

    A former name becomes an alias, so that older papers still lead to the place.
    """
    row = _locked(division)
    if version is not None and version != row.version:
        raise BusinessError(Refusal.STALE)
    before = Division.objects.get(pk=row.pk)
    for field, value in changes.items():
        if field not in EDITABLE:
            raise TypeError(f"{field} of a division cannot be edited")
        setattr(row, field, value)
    old, new = diff(before, row, EDITABLE)
    if not new:
        return row
    row.pinyin, row.bigrams = sort_key(row.name), bigrams.of(row.name)
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*changes, "pinyin", "bigrams", "version", "updated_at"])
    if row.name != before.name:
        DivisionAlias.objects.get_or_create(alias=before.name, division=row)
    record(PlaceVerb.EDIT_DIVISION, row, actor=actor, before=old, after=new)
    return row


@transaction.atomic
def merge_divisions(
    source: Division, into: Division, on: date, *, actor: Any, note: str = ""
) -> Division:
    """End ``source`` on ``on`` and let its scope follow ``into``.

    Rows keep the division they name, with its old path; whoever looks after ``into`` looks
    after them from now on, and reports count them there. The old name becomes an alias.
    """
    _not_in_the_future(on)
    pair = Division.objects.select_for_update(of=("self",)).in_bulk([source.pk, into.pk])
    old, heir = pair[source.pk], pair[into.pk]
    _still_there(old)
    _still_there(heir)
    if heir.path.startswith(old.path):
        raise BusinessError(PlaceRefusal.MERGE_INTO_ITSELF, source=old.name)
    if old.level != heir.level or old.level == CITY_LEVEL:
        raise BusinessError(PlaceRefusal.LEVELS_DIFFER, source=old.name, into=heir.name)
    moved = _move_scope(old.scope_path, heir.scope_path)
    if old.level >= TOWN_LEVEL:
        _run_by(heir.scope_path, heir.managing_area_id)
        ManagingAreaTown.objects.on(on).filter(division=old).update(valid_to=on)
    old.refresh_from_db()
    old.valid_to, old.merged_into, old.version = on, heir, old.version + 1
    old.full_clean()
    old.save(update_fields=["valid_to", "merged_into", "version", "updated_at"])
    DivisionAlias.objects.get_or_create(alias=old.name, division=heir)
    record(
        PlaceVerb.MERGE_DIVISIONS,
        old,
        actor=actor,
        after={"merged_into": str(heir), "valid_to": on.isoformat(), "divisions": moved},
        note=note,
    )
    return old


def _move_scope(from_path: str, to_path: str) -> int:
    """Put everything whose scope lay under one path under another; return how many."""
    tail = Substr(F("scope_path"), len(from_path) + 1)
    return Division.objects.filter(scope_path__startswith=from_path).update(
        scope_path=Concat(Value(to_path), tail)
    )


def _run_by(scope_path: str, managing_area_id: int | None) -> None:
    Division.objects.filter(scope_path__startswith=scope_path).update(
        managing_area_id=managing_area_id
    )


@transaction.atomic
def add_alias(division: Division, alias: str, *, actor: Any, source: str = "") -> DivisionAlias:
    """Let a misspelt, short or former name suggest ``division``; names in use are refused."""
    row = _locked(division)
    if Division.objects.current().of_level(row.level).filter(name=alias).exists():
        raise BusinessError(PlaceRefusal.ALIAS_IS_A_NAME, alias=alias)
    made, new = DivisionAlias.objects.get_or_create(
        alias=alias, division=row, defaults={"source": source}
    )
    if new:
        record(PlaceVerb.ADD_ALIAS, row, actor=actor, after={"alias": alias})
    return made


@transaction.atomic
def take_over_town(
    area: ManagingArea, town: Division, since: date, *, actor: Any, note: str = ""
) -> ManagingAreaTown:
    """Let a managing area run a town from ``since``; whoever ran it before stops that day."""
    _not_in_the_future(since)
    row = _locked(town)
    _still_there(row)
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
    _run_by(row.scope_path, area.pk)
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
    _not_in_the_future(on)
    row = _locked(town)
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
    _run_by(row.scope_path, None)
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
def publish_year(
    year: int,
    *,
    holidays: Iterable[tuple[date, str]],
    make_up_days: Iterable[tuple[date, str]],
    actor: Any,
    source: str = "",
) -> CalendarYear:
    """Publish the days of rest and of making up of one year, in place of what was there."""
    row, _new = CalendarYear.objects.select_for_update().get_or_create(year=year)
    wanted = [(day, name, DayKind.HOLIDAY) for day, name in holidays]
    wanted += [(day, name, DayKind.MAKE_UP) for day, name in make_up_days]
    for day, _name, _kind in wanted:
        if day.year != year:
            raise BusinessError(PlaceRefusal.DAY_OUTSIDE_YEAR, day=day.isoformat(), year=year)
    before = row.days.count()
    row.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day, year=row, kind=kind, name=name) for day, name, kind in wanted
    )
    row.published, row.source = True, source or row.source
    row.full_clean()
    row.save(update_fields=["published", "source", "updated_at"])
    record(
        PlaceVerb.PUBLISH_YEAR,
        row,
        actor=actor,
        before={"days": before},
        after={"days": len(wanted)},
    )
    return row


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


@transaction.atomic
def import_calendar(days: Iterable[tuple[date, str, str]], *, actor: Any) -> int:
    """Publish the years of (day, kind, name) rows; days that are there already stay beside them."""
    years: dict[int, dict[date, tuple[str, str]]] = {}
    for day, kind, name in days:
        years.setdefault(day.year, {})[day] = (kind, name)
    for year, new in years.items():
        old = CalendarDay.objects.filter(year__year=year).values_list("date", "kind", "name")
        known = {day: (kind, name) for day, kind, name in old} | new
        by_kind = {
            wanted: [(day, name) for day, (kind, name) in known.items() if kind == wanted]
            for wanted in DayKind.values
        }
        publish_year(
            year,
            holidays=by_kind[DayKind.HOLIDAY],
            make_up_days=by_kind[DayKind.MAKE_UP],
            actor=actor,
        )
    return sum(map(len, years.values()))
