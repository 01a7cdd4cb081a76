"""Areas, households, years and temperatures: what a registry may claim."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bureau.core.findings import Finding
from heating.choices import RegistryRefusal

#: Central heating in the city is younger than this; older years are typing slips.
FIRST_YEAR = 1950
#: What the database accepts; the rules refuse every year after today's.
LAST_YEAR = 2100

PRIMARY_RANGE = (Decimal(0), Decimal(150))
SECONDARY_RANGE = (Decimal(0), Decimal(95))


def check_areas(connected: Decimal | None, heated: Decimal | None) -> Finding | None:
    """Refuse an area below zero, and an area heated (m²) above the connected area (m²)."""
    for field, area in (("connected_area", connected), ("heated_area", heated)):
        if area is not None and area < 0:
            return Finding(RegistryRefusal.NEGATIVE_AREA, (field,), {"area": area})
    if heated is None or not heated:
        return None
    fields = ("heated_area", "connected_area")
    if connected is None:
        return Finding(RegistryRefusal.MISSING_AREA, fields)
    if heated > connected:
        values = {"heated": heated, "area": connected}
        return Finding(RegistryRefusal.HEATED_EXCEEDS_AREA, fields, values)
    return None


def check_households(connected: int | None, direct: int | None) -> Finding | None:
    """Refuse more households on direct supply than are connected, whoever runs the station."""
    if direct is None or direct <= (connected or 0):
        return None
    values = {"direct": direct, "households": connected or 0}
    return Finding(
        RegistryRefusal.DIRECT_EXCEEDS_HOUSEHOLDS, ("direct_households", "households"), values
    )


def check_day(day: date, *, today: date, field: str) -> Finding | None:
    """Refuse a day after today or before central heating existed."""
    if day > today:
        return Finding(RegistryRefusal.FUTURE_DATE, (field,), {"date": day.isoformat()})
    return check_year(day.year, today=today, field=field)


def check_year(year: int | None, *, today: date, field: str) -> Finding | None:
    """Refuse a year after today's or before central heating existed."""
    if year is None:
        return None
    if year > today.year:
        values = {"year": year, "today": today.year}
        return Finding(RegistryRefusal.FUTURE_YEAR, (field,), values)
    if year < FIRST_YEAR:
        values = {"year": year, "first": FIRST_YEAR}
        return Finding(RegistryRefusal.YEAR_TOO_OLD, (field,), values)
    return None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A soft finding: the value is kept and the person is told."""

    code: str
    fields: tuple[str, ...]


def doubt_temperatures(
    supply: Decimal | None,
    back: Decimal | None,
    *,
    allowed: tuple[Decimal, Decimal],
    fields: tuple[str, str],
) -> tuple[Doubt, ...]:
    """Name what is odd about a pair of supply and return temperatures (°C); nothing is refused.

    Return should be below supply; primary 0–150 °C, secondary 0–95 °C.
    """
    doubts = [
        Doubt("temperature_range", (field,))
        for field, value in zip(fields, (supply, back), strict=True)
        if value is not None and not allowed[0] <= value <= allowed[1]
    ]
    if supply is not None and back is not None and back >= supply:
        doubts.append(Doubt("return_not_below_supply", fields))
    return tuple(doubts)


def direct_rate(direct: int, connected: int) -> Decimal | None:
    """Return the share of connected households on direct supply in percent, two places.

    None when nobody is connected: there is no rate of nothing.
    """
    if connected <= 0:
        return None
    share = Decimal(direct) * 100 / Decimal(connected)
    return share.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
