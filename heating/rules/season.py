"""The heating season: 15 November to 15 March, both days included."""

from dataclasses import dataclass
from datetime import date

STARTS = (11, 15)
ENDS = (3, 15)


@dataclass(frozen=True, slots=True)
class Season:
    """One heating season, named by the year it begins in; first and last day included."""

    first_day: date
    last_day: date

    @property
    def year(self) -> int:
        """The year in which the season begins."""
        return self.first_day.year

    @property
    def days(self) -> int:
        """Days of the season: 121, or 122 when it holds a 29 February."""
        return (self.last_day - self.first_day).days + 1

    def holds(self, day: date) -> bool:
        """Whether heat is on that day."""
        return self.first_day <= day <= self.last_day


def season_of(year: int) -> Season:
    """Return the statutory season that begins in ``year``; a notice may move a single one."""
    return Season(date(year, *STARTS), date(year + 1, *ENDS))


def season_on(day: date) -> Season | None:
    """Return the season that ``day`` falls into, or None in the off-season."""
    for year in (day.year, day.year - 1):
        season = season_of(year)
        if season.holds(day):
            return season
    return None


def in_season(day: date) -> bool:
    """Whether ``day`` lies inside a statutory heating season."""
    return season_on(day) is not None
