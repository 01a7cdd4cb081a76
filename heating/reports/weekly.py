"""The weekly ledger: direct supply and handovers of a day, by area, with sums and ranks."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from heating.models import Handover
from heating.reports import registry
from heating.reports.registry import SupplyLine
from heating.rules import handover as rules

WEEK = timedelta(days=6)


@dataclass(slots=True)
class WeeklyLine:
    """One area on a day; ``registered`` and ``connected`` are those of the seven days up to it.

    ``rank`` orders the areas by their rate, the highest first; None where there is no rate.
    """

    supply: SupplyLine
    open: int = 0
    late: int = 0
    registered: int = 0
    connected: int = 0
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """The ledger of the week that ends on ``as_of``."""

    as_of: date
    lines: tuple[WeeklyLine, ...]
    total: WeeklyLine

    @property
    def first_day(self) -> date:
        """The first of the seven days."""
        return self.as_of - WEEK


def weekly(user: Any, as_of: date) -> Weekly:
    """Return the ledger of the seven days up to ``as_of`` within the user's scope."""
    supply = registry.supply_by_area(user, as_of)
    handovers = Handover.objects.visible_to(user)
    found: dict[Any, WeeklyLine] = {}

    def line(row: dict[str, Any]) -> WeeklyLine:
        key = registry.area_of(row)
        return found.setdefault(key, WeeklyLine(supply[key]))

    for row in handovers.counts_as_of(as_of):
        if row["state_then"] not in rules.FINAL:
            line(row).open += row["count"]
            line(row).late += row["late"]
    for row in handovers.flow_by_area(as_of - WEEK, as_of):
        line(row).registered += row["registered"]
        line(row).connected += row["connected"]
    for key in supply:
        found.setdefault(key, WeeklyLine(supply[key]))
    by_supply = {id(one.supply): one for one in found.values()}
    lines = tuple(by_supply[id(one)] for one in registry.in_order(supply))
    _rank(lines)
    return Weekly(as_of, lines, _together(lines))


def _rank(lines: tuple[WeeklyLine, ...]) -> None:
    rates = [line.supply.rate for line in lines if line.supply.rate is not None]
    for line in lines:
        rate: Decimal | None = line.supply.rate
        if rate is not None:
            line.rank = 1 + sum(other > rate for other in rates)


def _together(lines: tuple[WeeklyLine, ...]) -> WeeklyLine:
    return WeeklyLine(
        registry.together(tuple(line.supply for line in lines)),
        open=sum(line.open for line in lines),
        late=sum(line.late for line in lines),
        registered=sum(line.registered for line in lines),
        connected=sum(line.connected for line in lines),
    )
