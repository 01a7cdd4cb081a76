"""What publishing a policy would change: shown before it is done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count

from bureau.core.errors import BusinessError
from bureau.places.models import Division
from grants.choices import ClaimState
from grants.models import Claim, Policy, Rate
from grants.rules.policies import Difference
from grants.rules.rates import RateFacts, Wanted
from grants.services.late_rates import Outlook, foresee
from grants.services.policies import replaced_by
from grants.services.rate_book import RateBook, facts_of

OPEN = (
    ClaimState.DRAFT, ClaimState.RETURNED, ClaimState.TOWNSHIP_REVIEW, ClaimState.INSPECTION,
    ClaimState.COUNTY_REVIEW, ClaimState.AWAITING_NOTICE,
)  # fmt: skip
"""Claims whose amount is not computed yet; those on a running notice keep theirs."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would do: rates that end, claims and unpaid entitlements that change."""

    ended: list[tuple[Rate, int | None]]
    differences: list[Difference]
    unpaid: Outlook

    @property
    def claims(self) -> int:
        """How many open claims change."""
        return sum(one.count for one in self.differences)

    @property
    def kept(self) -> list[tuple[str, int]]:
        """Why amounts stay as they are, in words, and how many."""
        return [(str(why.label), count) for why, count in self.unpaid.kept.items()]

    @property
    def total(self) -> Decimal:
        """What the open claims cost more, in yuan."""
        return sum((one.difference for one in self.differences), Decimal(0))


def preview(policy: Policy) -> Preview:
    """Return what publishing the policy today would change of all that is not locked."""
    rates = list(policy.rates.all())
    ended = replaced_by(rates)
    book = RateBook.load()
    after = replace(book, rates=tuple(_after(book, rates, ended)))
    return Preview(ended, list(_differences(book, after)), foresee(policy, after))


def _after(
    book: RateBook, rates: list[Rate], ended: list[tuple[Rate, int | None]]
) -> Iterator[RateFacts]:
    last_years = {old.pk: last for old, last in ended}
    for facts in book.rates:
        if facts.pk not in last_years:
            yield facts
        elif (last := last_years[facts.pk]) is not None:
            yield replace(facts, programme_year_to=last)
    yield from map(facts_of, rates)


def _differences(before: RateBook, after: RateBook) -> Iterator[Difference]:
    grouped = (
        Claim.objects.filter(state__in=OPEN)
        .order_by("programme_year", "technology", "heat_pump")
        .values("village", "technology", "heat_pump", "programme_year")
        .annotate(claims=Count("pk"))
    )
    found: dict[tuple[str, str, int, Decimal | None, Decimal | None], int] = {}
    villages = Division.objects.in_bulk({row["village"] for row in grouped})
    for row in grouped:
        area = before.area_of(villages[row["village"]])
        wanted = Wanted(row["technology"], row["heat_pump"], row["programme_year"], area)
        now, then = _amount(before, wanted), _amount(after, wanted)
        if now != then:
            key = (row["technology"], row["heat_pump"], row["programme_year"], now, then)
            found[key] = found.get(key, 0) + row["claims"]
    for (technology, heat_pump, year, now, then), claims in found.items():
        yield Difference(technology, heat_pump, year, claims, now, then)


def _amount(book: RateBook, wanted: Wanted) -> Decimal | None:
    try:
        return book.build(wanted).amount
    except BusinessError:
        return None
