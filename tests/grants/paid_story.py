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
from grants.models import BankAccount, Claim, Dwelling, Entitlement, Household, PaymentBatch
from grants.rules.claims import PATH
from grants.services.bank_files import export_batch
from grants.services.batches import (
    abort_batch,
    approve_business,
    approve_finance,
    close_batch,
    create_batch,
    lock_batch,
)
from grants.services.entitlements import open_build, open_operating
from grants.services.rate_book import RateBook
from grants.services.receipts import import_receipt, import_returns
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


def entitled(number: int = 1, village: Division | None = None) -> list[Entitlement]:
    """Return the construction entitlements of so many households, made as sets."""
    village = village or village_of()
    first = next(numbers)
    for _each in range(number):
        next(numbers)
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(village=village, account_number=f"3715{first + each:09d}")
        for each in range(number)
    )
    households = [Household(dwelling=dwelling) for dwelling in dwellings]
    for each, household in enumerate(households):
        household.call(f"户主{first + each}")
    Household.objects.bulk_create(households)
    _accounts_of(households, first)
    return build_of(_approved(households, village))


def _accounts_of(households: list[Household], first: int) -> None:
    keys = personal.reserve(BankAccount, len(households))
    accounts = [
        BankAccount(pk=key, household=household, holder_name=household.name, bank="农业银行")
        for key, household in zip(keys, households, strict=True)
    ]
    for each, account in enumerate(accounts):
        personal.keep(account, "card", "card", card_of(first + each))
    BankAccount.objects.bulk_create(accounts)


def _approved(households: list[Household], village: Division) -> list[Claim]:
    filer = person("village")
    claims = [
        Claim(
            dwelling=one.dwelling, household=one, village=village, technology=GAS, name=one.name,
            pinyin=one.pinyin, bigrams=one.bigrams, completed_on=date(2018, 5, 16),
            accepted_on=date(2018, 6, 1), programme_year=2018, filed_by=filer,
        )
        for one in households
    ]  # fmt: skip
    made = Claim.objects.bulk_create(claims)
    rate = RateBook.load().build_of(made[0])
    these = Claim.objects.filter(pk__in=[claim.pk for claim in made])
    for state in PATH[1:]:
        these.update(state=state)
    these.update(amount=rate.amount, rate_id=rate.pk)
    return made


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
    """Who acts on payments, by their part."""

    clerk: User
    clerk2: User
    chief: User
    finance: User
    county: User
    county2: User

    @classmethod
    def of_the_cast(cls) -> "Payers":
        """Return the usual ones."""
        names = ("clerk", "clerk2", "chief", "finance", "county", "county2")
        return cls(*(person(name) for name in names))


def county_of(code: str = "371502000000") -> Division:
    """Return a county."""
    return Division.objects.get(code=code)


def a_batch(
    until: str = "draft", *, payers: Payers | None = None, kind: str = "build", year: int = 2018
) -> PaymentBatch:
    """Put what waits in Dongchangfu into a batch and take it to the state ``until``."""
    who = payers or Payers.of_the_cast()
    batch = create_batch(county_of(), actor=who.clerk, kind=kind, fiscal_year=year)
    for _state, act in (
        ("locked", lambda row: lock_batch(row, actor=who.clerk)),
        ("business_approved", lambda row: approve_business(row, actor=who.chief)),
        ("approved", lambda row: approve_finance(row, actor=who.finance)),
        ("exported", lambda row: export_batch(row, actor=who.finance)),
        ("reconciling", lambda row: answer(row, actor=who.finance)),
        ("closed", lambda row: close_batch(row, actor=who.chief)),
    ):
        if batch.state == ("draft" if until == "aborted" else until):
            break
        batch = act(batch)
    if until == "aborted":
        batch = abort_batch(batch, actor=who.chief, note="重做")
    assert batch.state == until
    return batch


RESULTS = {"paid": "成功", "failed": "失败", "returned": "退汇"}
HEAD = "付款编号,金额,卡号后四位,结果,原因,日期"


def receipt(rows: Iterable[tuple[Any, ...]], trailer: str | None = None) -> bytes:
    """Return a receipt as a bank writes it: rows of (line, result, reason); a closing line."""
    lines, total, count_ = [HEAD], Decimal(0), 0
    for line, result, *reason in rows:
        net = line.amount - line.offset
        why = reason[0] if reason else ""
        lines.append(f"{line.reference},{net},{line.card_tail},{RESULTS[result]},{why},2026-11-20")
        total, count_ = total + net, count_ + 1
    lines.append(f"合计,{count_},{total}" if trailer is None else trailer)
    return "\r\n".join(lines).encode("utf-8-sig")


def answer(
    batch: PaymentBatch, *, actor: User, result: str = "paid", some: Iterable[Any] | None = None
) -> PaymentBatch:
    """Let the bank answer all lines that wait, or ``some`` lines, the same way."""
    waiting = batch.lines.filter(state="sent") if some is None else some
    data = receipt((line, result, "账号有误" if result != "paid" else "") for line in waiting)
    take = import_returns if batch.state == "closed" else import_receipt
    return take(batch, actor=actor, name="receipt.csv", data=data)
