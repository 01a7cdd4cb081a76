"""Series of numbers: their patterns, and where each year starts."""

from typing import Any

from django.db import transaction

from bureau.core import bigrams, clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.numbering import squeeze
from bureau.core.pinyin import sort_key
from bureau.documents import rules
from bureau.documents.choices import DocumentRefusal, DocumentVerb
from bureau.documents.models import NumberSeries, NumberSeriesYear
from bureau.records.changes import diff
from bureau.records.services import record, values

SERIES_FIELDS = ("code", "name", "pattern", "kind", "first", "organisation")


@transaction.atomic
def create_series(*, actor: Any, note: str = "", **given: Any) -> NumberSeries:
    """Add a series; ``pattern_incomplete`` without {year} and {n}, ``pattern_taken`` if alike."""
    row = NumberSeries(**given)
    _index(row)
    _refuse_pattern(row)
    row.full_clean()
    row.save(force_insert=True)
    facts = values(row, SERIES_FIELDS)
    record(DocumentVerb.CREATE_SERIES, row, actor=actor, after=facts, note=note)
    return row


@transaction.atomic
def edit_series(
    series: NumberSeries, *, actor: Any, version: int | None = None, **changes: Any
) -> NumberSeries:
    """Change a series; its pattern stays once a number of it exists (``pattern_in_use``)."""
    row = _locked(series)
    if version is not None and version != row.version:
        raise BusinessError(Refusal.STALE)
    before = NumberSeries.objects.get(pk=row.pk)
    for field in SERIES_FIELDS:
        if field in changes:
            setattr(row, field, changes[field])
    if row.pattern != before.pattern and row.numbers.exists():
        raise BusinessError(DocumentRefusal.PATTERN_IN_USE, series=before.name)
    _index(row)
    _refuse_pattern(row)
    old, new = diff(before, row, SERIES_FIELDS)
    if new:
        row.version += 1
        row.full_clean()
        row.save()
        record(DocumentVerb.EDIT_SERIES, row, actor=actor, before=old, after=new)
    return row


@transaction.atomic
def archive_series(series: NumberSeries, *, actor: Any, note: str = "") -> NumberSeries:
    """Give no more numbers of a series; those that exist stay in the register."""
    row = _locked(series)
    row.archived_at = clock.now()
    row.version += 1
    row.save(update_fields=["archived_at", "version", "updated_at"])
    record(DocumentVerb.ARCHIVE_SERIES, row, actor=actor, note=note)
    return row


@transaction.atomic
def start_year(series: NumberSeries, year: int, first: int, *, actor: Any) -> NumberSeriesYear:
    """Let a year begin at ``first``, because the numbers before stand in the paper register.

    Refused once the portal itself gave a number of that year (``start_too_late``).
    """
    row = locked_year(series, year)
    refuse_archived(row.series)
    if row.counter > row.start:
        raise BusinessError(DocumentRefusal.START_TOO_LATE, year=year, next=row.counter)
    before = row.start
    row.start = row.counter = first
    row.full_clean()
    row.save(update_fields=["start", "counter", "updated_at"])
    record(
        DocumentVerb.START_YEAR,
        row.series,
        actor=actor,
        before={"year": year, "first": before},
        after={"year": year, "first": first},
    )
    return row


def locked_year(series: NumberSeries, year: int) -> NumberSeriesYear:
    """Return where the series stands in a year, locked until the transaction ends."""
    start = series.first
    NumberSeriesYear.objects.bulk_create(
        [NumberSeriesYear(series=series, year=year, start=start, counter=start)],
        ignore_conflicts=True,
    )
    locked = NumberSeriesYear.objects.select_for_update(of=("self",)).select_related("series")
    return locked.get(series=series, year=year)


def _locked(series: NumberSeries) -> NumberSeries:
    row = NumberSeries.objects.select_for_update(of=("self",)).get(pk=series.pk)
    refuse_archived(row)
    return row


def refuse_archived(series: NumberSeries) -> None:
    """Refuse (``series_archived``) a series that was put away: it stays as it is."""
    if series.is_archived:
        raise BusinessError(DocumentRefusal.SERIES_ARCHIVED, series=series.name)


def _index(row: NumberSeries) -> None:
    row.pattern = squeeze(row.pattern)
    row.pinyin = sort_key(row.name)
    row.bigrams = bigrams.of(row.name, row.pattern, row.code)


def _refuse_pattern(row: NumberSeries) -> None:
    if not rules.is_pattern(row.pattern):
        raise BusinessError(DocumentRefusal.PATTERN_INCOMPLETE)
    sample = rules.write(row.pattern, clock.today().year, 1)
    for other in NumberSeries.objects.exclude(pk=row.pk):
        if rules.read(other.pattern, sample) is not None:
            raise BusinessError(DocumentRefusal.PATTERN_TAKEN, series=other.name)
