"""What may be written into a policy, and which published rates a new one replaces."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bureau.core.findings import Finding
from grants.choices import HeatPump, RateHeatPump, SubsidyKind, Technology
from grants.choices import PolicyRefusal as No
from grants.rules.rates import RateFacts

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Difference:
    """How many claims or entitlements of one kind become worth something else; yuan each.

    ``index`` is the year of operation; None of a construction subsidy and of a claim.
    """

    technology: str
    heat_pump: str
    programme_year: int
    count: int
    now: Decimal | None
    then: Decimal | None
    kind: str = SubsidyKind.BUILD
    index: int | None = None

    @property
    def difference(self) -> Decimal:
        """What all of them together cost more."""
        return ((self.then or Decimal(0)) - (self.now or Decimal(0))) * self.count

    @property
    def technology_label(self) -> str:
        """The technology in words."""
        return str(Technology(self.technology).label)

    @property
    def heat_pump_label(self) -> str:
        """The device in words; empty where it makes no difference."""
        told_apart = self.technology == Technology.COAL_TO_ELECTRICITY
        return str(HeatPump(self.heat_pump).label) if told_apart else ""

    @property
    def kind_label(self) -> str:
        """The subsidy in words, with its year of operation."""
        return f"{SubsidyKind(self.kind).label} {self.index or ''}".strip()

    def __str__(self) -> str:
        words = (self.kind_label, self.technology_label, self.heat_pump_label)
        named = " ".join(word for word in words if word)
        return f"{named} {self.programme_year}: ¥{self.now} → ¥{self.then} × {self.count}"


def check(rate: RateFacts) -> Iterator[Finding]:
    """Say what is wrong with a rate before it is kept."""
    if rate.programme_year_to is not None and rate.programme_year_to < rate.programme_year_from:
        yield Finding(No.YEARS_REVERSED, ("programme_year_to",))
    if (rate.kind == SubsidyKind.OPERATE) != bool(rate.count):
        yield Finding(No.SEASONS_NEEDED, ("seasons",))
    if rate.year_index is not None and rate.season is not None:
        yield Finding(No.INDEX_AND_SEASON, ("season",))
    if rate.kind == SubsidyKind.BUILD and (rate.year_index or rate.season):
        yield Finding(No.BUILD_HAS_NO_SEASON, ("season" if rate.season else "year_index",))
    if rate.shares is not None and sum(rate.shares) != HUNDRED:
        yield Finding(No.SHARES_NOT_WHOLE, ("share_county",), {"sum": sum(rate.shares)})
    pumps_told_apart = rate.technology == Technology.COAL_TO_ELECTRICITY
    if rate.heat_pump != RateHeatPump.ANY and not pumps_told_apart:
        yield Finding(No.HEAT_PUMP_NEEDS_POWER, ("heat_pump",))


def overlap(one: RateFacts, other: RateFacts) -> bool:
    """Whether two rates would answer the same question at the same level."""
    same = (one.kind, one.technology, one.division_id, one.managing_area_id) == (
        other.kind, other.technology, other.division_id, other.managing_area_id,
    )  # fmt: skip
    any_pump = RateHeatPump.ANY in (one.heat_pump, other.heat_pump)
    return (
        same
        and (any_pump or one.heat_pump == other.heat_pump)
        and _meet(one.year_index, other.year_index)
        and _meet(one.season, other.season)
        and one.programme_year_from <= (other.programme_year_to or one.programme_year_from)
        and other.programme_year_from <= (one.programme_year_to or other.programme_year_from)
    )


def _meet(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def replaced(old: RateFacts, new: Iterable[RateFacts]) -> int | None:
    """Return the last programme year for which ``old`` still holds beside ``new`` ones.

    None where nothing of it is left: a rate is ended before the new one begins, never cut in two.
    """
    begins = min(rate.programme_year_from for rate in new)
    return begins - 1 if begins > old.programme_year_from else None
