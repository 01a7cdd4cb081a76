"""What every change of a place begins with: its row locked, still there, on a day that has come."""

from datetime import date

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.places.choices import PlaceRefusal
from bureau.places.models import Division


def locked(division: Division) -> Division:
    """Return the division as it is now, locked until the transaction ends."""
    return Division.objects.select_for_update(of=("self",)).get(pk=division.pk)


def not_in_the_future(day: date) -> None:
    """Refuse a day that has not come yet."""
    if day > clock.today():
        raise BusinessError(PlaceRefusal.DAY_IN_THE_FUTURE, day=day.isoformat())


def still_there(division: Division) -> None:
    """Refuse a division that has ended; one that was merged says into which."""
    if division.merged_into is not None and division.valid_to is not None:
        raise BusinessError(
            PlaceRefusal.MERGED_ALREADY,
            division=division.name,
            day=division.valid_to.isoformat(),
            into=division.merged_into.name,
        )
    if division.valid_to is not None:
        raise BusinessError(
            PlaceRefusal.ALREADY_ENDED, division=division.name, day=division.valid_to.isoformat()
        )


def run_by(scope_path: str, managing_area_id: int | None) -> None:
    """Let everything under a scope path be run by a managing area, or by its county."""
    Division.objects.filter(scope_path__startswith=scope_path).update(
        managing_area_id=managing_area_id
    )
