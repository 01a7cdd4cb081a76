"""Reckoning in working days: pure, on a calendar that somebody hands in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bureau.core.choices import Refusal
from bureau.core.clock import SHANGHAI
from bureau.core.errors import BusinessError

ONE_DAY = timedelta(days=1)
SATURDAY = 5
LAST_SECOND = time(23, 59, 59)


class YearNotPublished(BusinessError):  # noqa: N818 - it is a refusal, not a fault
    """The reckoning needs a year whose holidays are not published yet."""

    def __init__(self, year: int) -> None:
        super().__init__(Refusal.YEAR_NOT_PUBLISHED, year=year)
        self.year = year


@dataclass(frozen=True, slots=True)
class Calendar:
    """Published years with their days of rest on weekdays and of work on weekends."""

    years: frozenset[int]
    holidays: frozenset[date]
    make_up_days: frozenset[date]

    def _published(self, day: date) -> None:
        if day.year not in self.years:
            raise YearNotPublished(day.year)

    def is_holiday(self, day: date) -> bool:
        """Whether ``day`` is a public holiday; raises YearNotPublished."""
        self._published(day)
        return day in self.holidays

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``; raises YearNotPublished."""
        self._published(day)
        if day in self.make_up_days:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays


def add_working_days(start: date, n: int, calendar: Calendar, paused: Iterable[date] = ()) -> date:
    """Return the n-th working day after ``start``; the start day does not count.

    Working days in ``paused`` are not counted. With ``n`` 0 it is ``start`` itself.
    Raises YearNotPublished when the way leads into a year without published days.
    """
    resting = frozenset(paused)
    day = start
    while n > 0:
        day += ONE_DAY
        if calendar.is_working_day(day) and day not in resting:
            n -= 1
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``."""
    span = (end - start).days
    return sum(
        calendar.is_working_day(start + ONE_DAY * step) for step in range(1, max(span, 0) + 1)
    )


def next_working_day(day: date, calendar: Calendar) -> date:
    """Return ``day`` if offices work then, else the first later day on which they do."""
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return day


def end_of_notice(published: date, days: int, calendar: Calendar) -> date:
    """Return the last day of a public notice of ``days`` natural days.

    The first full day after publishing is day 1 and the last day is included; a last day on a
    public holiday moves to the next working day. A notice is never shortened.
    """
    last = published + ONE_DAY * days
    return next_working_day(last, calendar) if calendar.is_holiday(last) else last


def end_of(day: date) -> datetime:
    """Return the moment at which something due on ``day`` becomes late: 23:59:59 in Shanghai."""
    return datetime.combine(day, LAST_SECOND, tzinfo=SHANGHAI)


def due_after_working_days(
    started: datetime, n: int, calendar: Calendar, paused: Iterable[date] = ()
) -> datetime:
    """Return when something started at ``started`` and allowed n working days is due."""
    start = started.astimezone(SHANGHAI).date()
    return end_of(add_working_days(start, n, calendar, paused))
