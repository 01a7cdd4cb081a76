"""Filters for a period of days, both included, over a column of moments."""

from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet

from bureau.core import clock
from bureau.desk.forms import DayInput


def start_of(day: date) -> datetime:
    """Return the first moment of a day in Liaocheng."""
    return datetime.combine(day, time.min, tzinfo=clock.SHANGHAI)


def end_of(day: date) -> datetime | None:
    """Return the first moment after a day; None for the last day that a calendar has."""
    return None if day.year == MAXYEAR else start_of(day + timedelta(days=1))


class _DayFilter(django_filters.DateFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput())
        super().__init__(*args, **kwargs)


class SinceFilter(_DayFilter):
    """What happened on a day or later."""

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__gte": start_of(value)}) if value else qs


class UntilFilter(_DayFilter):
    """What happened on a day or before."""

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        end = end_of(value) if value else None
        return qs.filter(**{f"{self.field_name}__lt": end}) if end else qs
