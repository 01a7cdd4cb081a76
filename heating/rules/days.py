"""The days on which a figure over time is looked at: ends of months, ends of heating seasons."""

from datetime import date, timedelta

from heating.rules.figures import FIRST_YEAR
from heating.rules.season import season_of

MONTHS, SEASONS = 24, 8


def month_ends(until: date, number: int = MONTHS) -> tuple[date, ...]:
    """Return the last days of the ``number`` months before that of ``until``, and ``until``."""
    found = [until]
    first = until.replace(day=1)
    while len(found) <= number and first.year > FIRST_YEAR:
        last = first - timedelta(days=1)
        found.append(last)
        first = last.replace(day=1)
    return tuple(reversed(found))


def season_ends(until: date, number: int = SEASONS) -> tuple[date, ...]:
    """Return the last days of up to ``number`` heating seasons over by ``until``, and ``until``."""
    years = range(max(FIRST_YEAR, until.year - number - 1), until.year)
    ends = [season_of(year).last_day for year in years]
    past = [end for end in ends if end < until][-number:]
    return (*past, until)
