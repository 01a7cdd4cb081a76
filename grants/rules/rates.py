"""Which rate holds for a conversion, and what it comes to: the city's schemes of 2017 and 2018."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bureau.core.shares import split, to_fen
from grants.choices import HeatPump, QuoteRefusal, RateHeatPump, SubsidyKind, Technology
from grants.rules import seasons


@dataclass(frozen=True, slots=True)
class RateFacts:
    """A published rate as arithmetic takes it; amounts in yuan, shares in per cent or None."""

    pk: int
    kind: str
    technology: str
    heat_pump: str
    programme_year_from: int
    programme_year_to: int | None
    amount: Decimal
    division_id: int | None = None
    managing_area_id: int | None = None
    year_index: int | None = None
    season: int | None = None
    count: int | None = None
    cut_off: tuple[int, int] = (12, 31)
    shares: tuple[Decimal, Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class AreaKey:
    """The county or managing area for which a rate is asked; neither is the city itself."""

    division_id: int | None = None
    managing_area_id: int | None = None


CITY = AreaKey()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was converted; ``heat_pump`` is ignored except for coal-to-electricity."""

    technology: str
    heat_pump: str
    programme_year: int
    area: AreaKey = CITY


@dataclass(frozen=True, slots=True)
class SeasonAmount:
    """What one season of operation is worth in yuan, by which rate."""

    season: int
    index: int
    amount: Decimal
    rate: RateFacts

    @property
    def name(self) -> str:
        """The season as it is written."""
        return seasons.name(self.season)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a conversion is worth: construction once, operation season by season."""

    build: RateFacts
    operate: tuple[SeasonAmount, ...]


class NoRateError(Exception):
    """No single rate holds; ``code`` says why and ``kind`` of which subsidy."""

    def __init__(self, code: QuoteRefusal, kind: str) -> None:
        self.code, self.kind = code, kind
        super().__init__(code.value)


def find(
    rates: Iterable[RateFacts],
    wanted: Wanted,
    kind: str,
    *,
    index: int | None = None,
    season: int | None = None,
) -> RateFacts:
    """Return the one rate that holds: the area's own before the city's.

    Raises NoRateError ``no_rate`` for none, ``ambiguous_rate`` for two of the same level.
    """
    pump = wanted.heat_pump if wanted.technology == Technology.COAL_TO_ELECTRICITY else "none"
    holding = [
        rate
        for rate in rates
        if rate.kind == kind
        and rate.technology == wanted.technology
        and rate.heat_pump in (RateHeatPump.ANY, pump or HeatPump.NONE)
        and rate.programme_year_from <= wanted.programme_year
        and wanted.programme_year <= (rate.programme_year_to or wanted.programme_year)
        and rate.year_index in (None, index)
        and rate.season in (None, season)
    ]
    own = [rate for rate in holding if wanted.area != CITY and _area(rate) == wanted.area]
    level = own or [rate for rate in holding if _area(rate) == CITY]
    if len(level) == 1:
        return level[0]
    code = QuoteRefusal.AMBIGUOUS_RATE if level else QuoteRefusal.NO_RATE
    raise NoRateError(code, kind)


def _area(rate: RateFacts) -> AreaKey:
    return AreaKey(rate.division_id, rate.managing_area_id)


def quote(rates: Iterable[RateFacts], wanted: Wanted, accepted_on: date) -> Quote:
    """Return what a conversion accepted on a day is worth.

    The number of seasons and the cut-off are those of the rate of the first year of operation.
    """
    known = tuple(rates)
    build = find(known, wanted, SubsidyKind.BUILD)
    return Quote(build, operation(known, wanted, accepted_on))


def operation(
    rates: Iterable[RateFacts], wanted: Wanted, accepted_on: date
) -> tuple[SeasonAmount, ...]:
    """Return the seasons that are paid for, each with its own rate."""
    known = tuple(rates)
    guess = max(wanted.programme_year, accepted_on.year)
    lead = find(known, wanted, SubsidyKind.OPERATE, index=1, season=guess)
    first = seasons.first_season(wanted.programme_year, accepted_on, lead.cut_off)
    found = []
    for index, season in enumerate(seasons.seasons(first, lead.count or 0), start=1):
        rate = find(known, wanted, SubsidyKind.OPERATE, index=index, season=season)
        found.append(SeasonAmount(season, index, to_fen(rate.amount), rate))
    return tuple(found)


def by_level(amount: Decimal, rate: RateFacts) -> tuple[Decimal, Decimal, Decimal] | None:
    """Divide an amount among province, city and county (in this order) so that the parts add up.

    None where the rate publishes no shares.
    """
    if rate.shares is None:
        return None
    province, city, county = split(amount, rate.shares)
    return province, city, county
