"""The bureau's own work calendar, ready for the arithmetic of ``core.workdays``."""

from bureau.core.workdays import Calendar, YearNotPublished, add_working_days
from bureau.places.choices import DayKind
from bureau.places.models import CalendarDay, CalendarYear

__all__ = ["Calendar", "YearNotPublished", "add_working_days", "calendar"]


def calendar() -> Calendar:
    """Return the published calendar; two small queries, so fetch it once for a batch."""
    kinds: dict[str, set] = {kind: set() for kind in DayKind.values}
    for day, kind in CalendarDay.objects.filter(year__published=True).values_list("date", "kind"):
        kinds[kind].add(day)
    return Calendar(
        years=frozenset(CalendarYear.objects.filter(published=True).values_list("year", flat=True)),
        holidays=frozenset(kinds[DayKind.HOLIDAY]),
        make_up_days=frozenset(kinds[DayKind.MAKE_UP]),
    )
