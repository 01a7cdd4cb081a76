"""Writes on the accounts to which a household is paid, as dated rows."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.findings import Finding
from bureau.core.identifiers import blind
from bureau.people.models import User
from bureau.records import saving
from bureau.records.services import record, values
from grants.choices import HouseholdRefusal as Refusal
from grants.choices import HouseholdVerb, PayeeKind, PersonalKind
from grants.models import BankAccount, Household, Person
from grants.rules import households as rules
from grants.services import members, personal

TOLD = ("payee", "holder_name", "relation", "bank", "card_sealed", "valid_from")


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid and to which number, as typed, and what is wrong with it by field."""

    kind: str
    card: str = field(default="", repr=False)
    bank: str = ""
    holder_name: str = ""
    relation: str = ""
    faults: tuple[Finding, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said about an account yet."""
        return not (self.card or self.bank) and self.kind == PayeeKind.HEAD


def read_payee(
    payee: str = PayeeKind.HEAD,
    card: str = "",
    bank: str = "",
    holder_name: str = "",
    relation: str = "",
) -> Payee:
    """Read to whom a household wants to be paid; the head needs no name beside the card."""
    number = personal.read(PersonalKind.CARD, card, payee=payee)
    name = saving.tidy_name(holder_name)
    faults = [number.fault, rules.check_payee(payee, name, relation)]
    found = tuple(fault for fault in faults if fault is not None)
    kept = relation if payee == PayeeKind.MEMBER else ""
    return Payee(payee, number.plain, saving.tidy_name(bank), name, kept, found)


def open_account(
    household: Household,
    payee: Payee,
    *,
    actor: User | None,
    since: date | None,
    holder: Person | None = None,
    note: str = "",
) -> BankAccount:
    """Write the account of a locked household that has none in force."""
    if payee.kind == PayeeKind.HEAD:
        holder = personal.head_of(household)
    account = BankAccount(
        household=household, payee=payee.kind, holder=holder, bank=payee.bank,
        holder_name=holder.name if holder is not None else payee.holder_name,
        relation=payee.relation, valid_from=since,
    )  # fmt: skip
    personal.key_for(account)
    personal.keep_card(account, payee.card)
    account.full_clean()
    account.save(force_insert=True)
    told = {name: value for name, value in values(account, TOLD).items() if value not in ("", None)}
    record(HouseholdVerb.CHANGE_ACCOUNT, household, actor=actor, after=told, note=note)
    return account


@transaction.atomic
def change_account(
    household: Household,
    *,
    actor: User | None,
    card: str,
    payee: str = PayeeKind.HEAD,
    bank: str = "",
    holder: Person | None = None,
    holder_name: str = "",
    relation: str = "",
    on: date | None = None,
    version: int | None = None,
    note: str = "",
) -> BankAccount:
    """Pay a household to another account from a day on (today); the one before ends that day.

    A member's account needs the member as ``holder``; the same card and payee again change
    nothing. Lines already locked in a batch keep the account of their snapshot.
    """
    row = members.lock_present(household, version)
    holder = holder if payee == PayeeKind.MEMBER else None
    if holder is not None:
        holder_name, relation = holder.name, _relation_of(row, holder)
    typed = read_payee(payee, card, bank, holder_name, relation)
    old = row.accounts.current().first()
    day = on or clock.today()
    begun = old.valid_from if old is not None else None
    saving.require(
        *typed.faults,
        None if card.strip() else Finding(Refusal.MISSING_CARD, ("card",)),
        rules.check_day(day, since=begun, today=clock.today()),
    )
    if old is not None and _is_same(old, typed, holder):
        return old
    if old is not None:
        old.valid_to = day
        old.save(update_fields=["valid_to", "updated_at"])
    account = open_account(row, typed, actor=actor, since=day, holder=holder, note=note)
    members.touch(row)
    return account


def _relation_of(row: Household, holder: Person) -> str:
    """Return what a member is to the head; somebody else is refused."""
    member = row.memberships.current().filter(person=holder).first()
    if member is not None:
        return member.relation
    saving.require(Finding(Refusal.NOT_A_MEMBER, ("holder",), {"name": holder.name}))
    return ""


def _is_same(old: BankAccount, typed: Payee, holder: Any) -> bool:
    same_holder = typed.kind != PayeeKind.MEMBER or old.holder == holder
    return (
        same_holder
        and old.card_index == blind("card", typed.card)
        and (old.payee, old.bank) == (typed.kind, typed.bank)
        and (typed.kind == PayeeKind.HEAD or old.holder_name == typed.holder_name)
    )
