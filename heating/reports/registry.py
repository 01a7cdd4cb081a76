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
    """Direct supply of one county or managing area; the rate in percent, None of nothing."""

    name: str = ""
    code: str = ""
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
    lines: dict[tuple[str, Any], SupplyLine] = defaultdict(SupplyLine)
    for row in _counts(user, as_of):
        line = lines[_area(row)]
        line.estates += row["estates"]
        line.connected += row["connected"]
        line.direct += row["direct"]
    for row in _stations(user, as_of):
        lines[_area(row)].stations[row["mode"]] += row["number"]
    _name(lines)
    ordered = tuple(sorted(lines.values(), key=lambda line: (not line.code.isdigit(), line.code)))
    return SupplyReport(as_of, ordered, _together(ordered))


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


def _area(row: dict[str, Any]) -> tuple[str, Any]:
    if row["managing_area"] is not None:
        return "area", row["managing_area"]
    return "county", row["path"]


def _name(lines: dict[tuple[str, Any], SupplyLine]) -> None:
    counties = dict(Division.objects.filter(level=COUNTY_LEVEL).values_list("code", "name"))
    areas = {area.pk: area for area in ManagingArea.objects.all()}
    for (kind, key), line in lines.items():
        if kind == "area":
            line.name, line.code = areas[key].name, areas[key].code
        else:
            line.name, line.code = counties.get(key, key), key


def _together(lines: tuple[SupplyLine, ...]) -> SupplyLine:
    total = SupplyLine()
    for line in lines:
        total.estates += line.estates
        total.connected += line.connected
        total.direct += line.direct
        for mode, number in line.stations.items():
            total.stations[mode] += number
    return total
