"""Approved claims with a household and an account, and the people who pay them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from bureau.core import personal
from bureau.core.pinyin import sort_key
from bureau.people.models import User
from bureau.places.models import Division
from grants.models import BankAccount, Claim, Dwelling, Entitlement, Household
from grants.rules.claims import PATH
from grants.services.entitlements import open_build, open_operating
from grants.services.rate_book import RateBook
from tests.cast import person

BEIYUAN = "371502003010"
IN_GAOTANG = "371526001001"
GAS, POWER = "coal_to_gas", "coal_to_electricity"
numbers = count(1)


def village_of(code: str = BEIYUAN) -> Division:
    """Return the village of this code, or the county's first one."""
    found = Division.objects.filter(code=code, level=5).first()
    return found or Division.objects.filter(code__startswith=code[:6], level=5).first()


def card_of(number: int) -> str:
    """Return a made-up card number; each dwelling has its own."""
    return f"6228480{number:012d}"


def a_household(
    village: Division | None = None, name: str = "", *, card: str = "auto"
) -> Household:
    """Return a household with its dwelling and account; ``card=""`` leaves the account out."""
    number = next(numbers)
    village = village or village_of()
    dwelling = Dwelling.objects.create(village=village, account_number=f"3715{number:09d}")
    household = Household(dwelling=dwelling)
    household.call(name or f"户主{number}")
    household.save()
    if card:
        an_account(household, card_of(number) if card == "auto" else card)
    return household


def an_account(household: Household, card: str, holder_name: str = "") -> BankAccount:
    """Let a household be paid to this card from now on."""
    household.accounts.filter(valid_to=None).update(valid_to=date(2026, 1, 1))
    account = BankAccount.objects.create(
        household=household, holder_name=holder_name or household.name, bank="农业银行"
    )
    account.save(update_fields=personal.keep(account, "card", "card", card))
    return account


def a_claim(
    household: Household | None = None,
    *,
    village: Division | None = None,
    technology: str = GAS,
    heat_pump: str = "none",
    year: int = 2018,
    until: str = "approved",
    amount: Decimal | None = None,
) -> Claim:
    """Return a claim taken along the path of the table to the state ``until``."""
    household = household or a_household(village)
    claim = Claim(
        dwelling=household.dwelling, household=household, village=household.dwelling.village,
        technology=technology, heat_pump=heat_pump, completed_on=date(year, 5, 16),
        accepted_on=date(year, 6, 1), programme_year=year, filed_by=person("village"),
    )  # fmt: skip
    claim.name, claim.pinyin = household.name, sort_key(household.name)
    claim.save()
    for state in PATH[1 : PATH.index(until) + 1]:
        Claim.objects.filter(pk=claim.pk).update(state=state)
    rate = RateBook.load().build_of(claim)
    Claim.objects.filter(pk=claim.pk).update(amount=amount or rate.amount, rate_id=rate.pk)
    claim.refresh_from_db()
    return claim


def entitled(number: int = 1, **how: Any) -> list[Entitlement]:
    """Return the construction entitlements of so many approved claims."""
    claims = [a_claim(**how) for _ in range(number)]
    return build_of(claims)


def build_of(claims: Iterable[Claim]) -> list[Entitlement]:
    """Open the construction entitlements of approved claims and return them in order."""
    keys = [claim.pk for claim in claims]
    open_build(keys, actor=None)
    return list(Entitlement.objects.filter(claim_id__in=keys, kind="build").order_by("pk"))


def season_of(claim: Claim, season: int = 2018) -> Entitlement:
    """Open the operating entitlement of a season and return it."""
    open_operating([claim.pk], season=season, actor=None)
    return Entitlement.objects.get(claim=claim, kind="operate", season=season)


@dataclass(frozen=True)
class Payers:
    """Who acts on a batch, by their part."""

    clerk: User
    clerk2: User
    chief: User
    finance: User
    county: User

    @classmethod
    def of_the_cast(cls) -> "Payers":
        """Return the usual five."""
        return cls(*(person(name) for name in ("clerk", "clerk2", "chief", "finance", "county")))
