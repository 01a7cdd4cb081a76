"""Heating seasons as subsidies count them."""

import re
from datetime import date

_WRITTEN = re.compile(r"(\d{4})(?:年?\D{1,2}(\d{4}|\d{2}))?[年度]*(?:采暖季|供暖季|取暖季|采暖期)?")


def first_season(programme_year: int, accepted_on: date, cut_off: tuple[int, int]) -> int:
    """Return the first year of the first season that is paid for.

    It is the smallest season from the programme year on whose cut-off (month, day of the
    season's first year, the day included) is not before the acceptance.
    """
    season = max(programme_year, accepted_on.year)
    month, day = cut_off
    return season if accepted_on <= date(season, month, day) else season + 1


def seasons(first: int, count: int) -> tuple[int, ...]:
    """Return ``count`` consecutive seasons by their first years; a missed one is not shifted."""
    return tuple(range(first, first + count))


def name(season: int) -> str:
    """Return a season as it is written: 2018-2019."""
    return f"{season}-{season + 1}"


def read(text: str) -> int | None:
    """Return the first year of a season as people write it: 2018-2019, 2018—19年度, 2018."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    first, last = int(found[1]), found[2]
    if last and int(last) % 100 != (first + 1) % 100:
        return None
    return first
