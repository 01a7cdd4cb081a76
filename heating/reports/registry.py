"""Figures of the registry as they stood on any day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum

from bureau.core.querysets import COUNTY_LEVEL
from bureau.places.models import Division, ManagingArea
from heating.choices import ManagementMode
from heating.models import Estate, HouseholdCount, Substation
from heating.rules.figures import direct_rate


@dataclass(slots=True)
class SupplyLine:
    """Direct supply of one county or managing area; the rate in percent, None of nothing.

    ``where`` are the words by which the lists are narrowed to it.
    """

    name: str = ""
    code: str = ""
    where: dict[str, Any] = field(default_factory=dict)
    estates: int = 0
    connected: int = 0
    direct: int = 0
    stations: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def rate(self) -> Decimal | None:
        """Households on direct supply among those connected, in percent."""
        return direct_rate(self.direct, self.connected)

    @property
    def company_run(self) -> int:
        """Stations run by their heating company."""
        return self.stations[ManagementMode.COMPANY_RUN]

    @property
    def third_party_run(self) -> int:
        """Stations run by somebody else."""
        return self.stations[ManagementMode.THIRD_PARTY_RUN]

    @property
    def custody(self) -> int:
        """Stations in a company's custody."""
        return self.stations[ManagementMode.CUSTODY]


@dataclass(frozen=True, slots=True)
class SupplyReport:
    """Direct supply of all areas within scope, and together."""

    as_of: date
    lines: tuple[SupplyLine, ...]
    total: SupplyLine


def direct_supply(user: Any, as_of: date) -> SupplyReport:
    """Return the direct-supply rate and the management of stations as of a day, by area.

    Each estate counts with its last count on or before the day; a town that a managing area
    runs now is reported there and not in its legal county. Areas without anything are left out.
    """
    ordered = in_order(supply_by_area(user, as_of))
    return SupplyReport(as_of, ordered, together(ordered))


def supply_by_area(user: Any, as_of: date) -> dict[tuple[str, Any], SupplyLine]:
    """Return the lines by area, not named yet."""
    lines: dict[tuple[str, Any], SupplyLine] = defaultdict(SupplyLine)
    for row in _counts(user, as_of):
        line = lines[area_of(row)]
        line.estates += row["estates"]
        line.connected += row["connected"]
        line.direct += row["direct"]
    for row in _stations(user, as_of):
        lines[area_of(row)].stations[row["mode"]] += row["number"]
    return lines


@dataclass(frozen=True, slots=True)
class SupplyTrend:
    """Direct supply on several days: per area, and together, one line a day."""

    days: tuple[date, ...]
    areas: tuple[tuple[SupplyLine, ...], ...]
    total: tuple[SupplyLine, ...]


def supply_trend(user: Any, days: tuple[date, ...]) -> SupplyTrend:
    """Return the direct-supply rate on each of ``days``, ascending, by area and together.

    Every day says what ``direct_supply`` says of it; all days come out of one query.
    """
    estates = Estate.objects.visible_to(user, "heating.view_estate").active()
    counts = HouseholdCount.objects.filter(estate__in=estates)
    lines: list[dict[tuple[str, Any], SupplyLine]] = [defaultdict(SupplyLine) for _day in days]
    for first, area, county, number, connected, direct in counts.changes_by_area(days):
        key = area_of({"managing_area": area, "path": county})
        for of_day in lines[first:]:
            line = of_day[key]
            line.estates += int(number)
            line.connected += int(connected)
            line.direct += int(direct)
    return _trend(days, lines)


def _trend(days: tuple[date, ...], lines: list[dict[tuple[str, Any], SupplyLine]]) -> SupplyTrend:
    last = dict(lines[-1])
    keys = {id(line): key for key, line in last.items()}
    areas = []
    for named in in_order(last):
        rows = []
        for of_day in lines:
            line = of_day[keys[id(named)]]
            line.name, line.code, line.where = named.name, named.code, named.where
            rows.append(line)
        areas.append(tuple(rows))
    total = tuple(together(tuple(of_day.values())) for of_day in lines)
    return SupplyTrend(days, tuple(areas), total)


def in_order(lines: dict[tuple[str, Any], SupplyLine]) -> tuple[SupplyLine, ...]:
    """Name the areas and return counties first, then managing areas, by their codes."""
    _name(lines)
    return tuple(sorted(lines.values(), key=lambda line: (not line.code.isdigit(), line.code)))


def _counts(user: Any, as_of: date) -> Any:
    estates = Estate.objects.visible_to(user, "heating.view_estate").active()
    latest = HouseholdCount.objects.filter(estate__in=estates).latest_on(as_of)
    return (
        HouseholdCount.objects.filter(pk__in=latest.values("pk"))
        .order_by()
        .values(
            managing_area=F("estate__community__managing_area"),
            path=_county_path("estate__community"),
        )
        .annotate(estates=Count("pk"), connected=Sum("connected"), direct=Sum("direct"))
    )


def _stations(user: Any, as_of: date) -> Any:
    return (
        Substation.objects.visible_to(user, "heating.view_substation")
        .active()
        .managed_as(as_of)
        .filter(mode__isnull=False)
        .order_by()
        .values("mode", managing_area=F("community__managing_area"), path=_county_path("community"))
        .annotate(number=Count("pk"))
    )


def _county_path(community: str) -> F:
    return F(f"{community}__parent__parent__code")


def area_of(row: dict[str, Any]) -> tuple[str, Any]:
    """Return the key of the managing area or county that a row of counts belongs to."""
    if row["managing_area"] is not None:
        return "area", row["managing_area"]
    return "county", row["path"]


def _name(lines: dict[tuple[str, Any], SupplyLine]) -> None:
    counties = dict(Division.objects.filter(level=COUNTY_LEVEL).values_list("code", "name"))
    areas = {area.pk: area for area in ManagingArea.objects.all()}
    for (kind, key), line in lines.items():
        if kind == "area":
            line.name, line.code, line.where = areas[key].name, areas[key].code, {"area": key}
        else:
            line.name, line.code, line.where = counties.get(key, key), key, {"place": key}


def together(lines: tuple[SupplyLine, ...]) -> SupplyLine:
    """Return the sums of all lines."""
    total = SupplyLine()
    for line in lines:
        total.estates += line.estates
        total.connected += line.connected
        total.direct += line.direct
        for mode, number in line.stations.items():
            total.stations[mode] += number
    return total
