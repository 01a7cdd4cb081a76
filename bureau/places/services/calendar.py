"""The work calendar: the official list of a year, single days, and whether it counts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from bureau.core.errors import BusinessError
from bureau.core.workdays import SATURDAY
from bureau.places.choices import CalendarSlip, DayKind, PlaceRefusal, PlaceVerb
from bureau.places.models import CalendarDay, CalendarYear
from bureau.records.services import record


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


@transaction.atomic
def open_year(year: int, *, actor: Any, source: str = "") -> CalendarYear:
    """Begin a year that counts only once it is published."""
    row, new = CalendarYear.objects.get_or_create(year=year, defaults={"source": source})
    if not new:
        raise BusinessError(PlaceRefusal.YEAR_EXISTS, year=year)
    record(PlaceVerb.OPEN_YEAR, row, actor=actor, after={"year": year, "source": source})
    return row


@transaction.atomic
def set_published(
    year: CalendarYear, published: bool, *, actor: Any, note: str = ""
) -> CalendarYear:
    """Let a year count, or no longer; deadlines that were reckoned with it stay as they are.

    Publishing a year without a single day is ``year_is_empty``.
    """
    row = _locked(year)
    if row.published == published:
        return row
    if published and not row.days.exists():
        raise BusinessError(PlaceRefusal.YEAR_IS_EMPTY, year=row.year)
    row.published = published
    row.save(update_fields=["published", "updated_at"])
    record(
        PlaceVerb.PUBLISH_YEAR if published else PlaceVerb.UNPUBLISH_YEAR,
        row,
        actor=actor,
        before={"published": not published},
        after={"published": published},
        note=note,
    )
    return row


@transaction.atomic
def add_day(
    year: CalendarYear, day: date, kind: str, *, actor: Any, name: str = "", source: str = ""
) -> CalendarDay:
    """Add one day of rest or of making up, with the paper that says so; instead of what it was."""
    row = _locked(year)
    if day.year != row.year:
        raise BusinessError(PlaceRefusal.DAY_OUTSIDE_YEAR, day=day.isoformat(), year=row.year)
    if kind == DayKind.MAKE_UP and day.weekday() < SATURDAY:
        raise BusinessError(CalendarSlip.MAKE_UP_ON_WEEKDAY, day=day.isoformat())
    known = row.days.filter(date=day).first()
    before = {"date": day.isoformat(), "kind": known.kind, "name": known.name} if known else {}
    made = known or CalendarDay(date=day, year=row)
    made.kind, made.name, made.source = kind, name, source
    made.full_clean()
    made.save()
    after = {"date": day.isoformat(), "kind": kind, "name": name, "source": source}
    record(PlaceVerb.ADD_DAY, row, actor=actor, before=before, after=after)
    _said_anew(row)
    return made


@transaction.atomic
def remove_day(day: CalendarDay, *, actor: Any, note: str = "") -> None:
    """Let a day be again what its weekday says."""
    row = _locked(day.year)
    before = {"date": day.date.isoformat(), "kind": day.kind, "name": day.name}
    day.delete()
    record(PlaceVerb.REMOVE_DAY, row, actor=actor, before=before, note=note)
    _said_anew(row)


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


def _locked(year: CalendarYear) -> CalendarYear:
    return CalendarYear.objects.select_for_update(of=("self",)).get(pk=year.pk)


def _said_anew(year: CalendarYear) -> None:
    """Tell whoever waits for the year that its days are others now."""
    year.save(update_fields=["updated_at"])
