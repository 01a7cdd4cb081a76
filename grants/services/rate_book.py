"""The published rates, read once and asked as often as needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self, TypeVar

from django.db import connection

from bureau.core.errors import BusinessError
from bureau.places.models import Division, ManagingArea
from grants.choices import QuoteRefusal, SubsidyKind, Technology
from grants.models import Claim, Rate
from grants.rules import rates as rules
from grants.rules.rates import CITY, AreaKey, NoRateError, Quote, RateFacts, SeasonAmount, Wanted

COUNTY_CODES = 2
_HELD = "SELECT pg_advisory_xact_lock{kind}(hashtext('grants.rates'))"
Answer = TypeVar("Answer")


def hold_rates(*, to_change: bool = False) -> None:
    """Let the rates stay as they are until the transaction ends: who would change them waits.

    ``to_change`` waits for everybody who holds them, and lets nobody write by them meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(kind="" if to_change else "_shared"))


@dataclass(slots=True)
class RateBook:
    """Every published rate; refusals are BusinessErrors of QuoteRefusal."""

    rates: tuple[RateFacts, ...]
    counties: dict[str, int]

    @classmethod
    def load(cls) -> Self:
        """Read the rates in force, and the counties for which some of them hold."""
        rows = Rate.objects.filter(published=True, retired_at__isnull=True)
        counties = Division.objects.of_level(3).values_list("scope_path", "pk")
        return cls(tuple(map(facts_of, rows)), dict(counties))

    def area_of(self, village: Division) -> AreaKey:
        """Return the area that runs a village: its managing area, else its county."""
        if village.managing_area_id is not None:
            return AreaKey(managing_area_id=village.managing_area_id)
        path = "/".join(village.scope_path.split("/")[:COUNTY_CODES]) + "/"
        return AreaKey(division_id=self.counties.get(path))

    def build(self, wanted: Wanted) -> RateFacts:
        """Return the construction rate; raises ``no_rate`` or ``ambiguous_rate``."""
        return self._ask(wanted, lambda: rules.find(self.rates, wanted, SubsidyKind.BUILD))

    def highest_build(self, year: int) -> Decimal:
        """Return the highest construction rate (yuan) of a programme year; nothing is zero."""
        amounts = [
            rate.amount
            for rate in self.rates
            if rate.kind == SubsidyKind.BUILD
            and rate.programme_year_from <= year <= (rate.programme_year_to or year)
        ]
        return max(amounts, default=Decimal(0))

    def build_of(self, claim: Claim) -> RateFacts:
        """Return the construction rate of a claim."""
        return self.build(self.wanted_of(claim))

    def quote(self, wanted: Wanted, accepted_on: date) -> Quote:
        """Return construction and operation of a conversion accepted on a day."""
        if accepted_on < date(wanted.programme_year, 1, 1):
            raise BusinessError(
                QuoteRefusal.ACCEPTED_EARLY, day=accepted_on, year=wanted.programme_year
            )
        return self._ask(wanted, lambda: rules.quote(self.rates, wanted, accepted_on))

    def operation_of(self, claim: Claim) -> tuple[SeasonAmount, ...]:
        """Return the seasons of operation that an accepted claim is paid for."""
        wanted, accepted = self.wanted_of(claim), claim.accepted_on or claim.completed_on
        return self._ask(wanted, lambda: rules.operation(self.rates, wanted, accepted))

    def wanted_of(self, claim: Claim) -> Wanted:
        """Return what a claim asks the rates."""
        area = self.area_of(claim.village)
        return Wanted(claim.technology, claim.heat_pump, claim.programme_year, area)

    @staticmethod
    def _ask(wanted: Wanted, answer: Callable[[], Answer]) -> Answer:
        try:
            return answer()
        except NoRateError as none:
            raise BusinessError(
                none.code,
                technology=Technology(wanted.technology).label,
                year=wanted.programme_year,
                kind=SubsidyKind(none.kind).label,
            ) from none


def area_key(area: Division | ManagingArea | None) -> AreaKey:
    """Return the key of a county or managing area; of nothing, the city's."""
    if area is None:
        return CITY
    if isinstance(area, ManagingArea):
        return AreaKey(managing_area_id=area.pk)
    return AreaKey(division_id=area.pk)


def facts_of(row: Rate) -> RateFacts:
    """Return a rate as the rules take it."""
    shares = (row.share_province, row.share_city, row.share_county)
    return RateFacts(
        pk=row.pk,
        kind=row.kind,
        technology=row.technology,
        heat_pump=row.heat_pump,
        programme_year_from=row.programme_year_from,
        programme_year_to=row.programme_year_to,
        amount=row.amount,
        division_id=row.division_id,
        managing_area_id=row.managing_area_id,
        year_index=row.year_index,
        season=row.season,
        count=row.seasons,
        cut_off=(row.cut_off_month, row.cut_off_day),
        shares=None if None in shares else shares,  # type: ignore[arg-type]
    )
