"""Numbers that name a person: read, sealed on their rows, shown whole with a reason (SEC-7)."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from bureau.core import clock, personal
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.people.models import User
from bureau.records.services import record
from grants.choices import HouseholdRefusal as Refusal
from grants.choices import HouseholdVerb, PayeeKind, PersonalKind
from grants.models import BankAccount, Claim, Household, Membership, Person
from grants.rules import identity

HEAD_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is kept, and what is wrong with it."""

    plain: str = field(default="", repr=False)
    fault: Finding | None = None


def read(kind: str, text: str, name: str = "", *, payee: str = PayeeKind.HEAD) -> Number:
    """Read a typed number of ``kind`` for the field ``name``; nothing typed is no number."""
    if not text or not text.strip():
        return Number()
    if kind == PersonalKind.ID_NUMBER:
        found = identity.read_id(text, clock.today())
    elif kind == PersonalKind.PHONE:
        found = identity.read_phone(text)
    elif payee == PayeeKind.UTILITY:
        found = identity.read_utility(text)
    else:
        found = identity.read_card(text)
    return Number(found.plain, identity.fault_of(found, name or kind))


def doubts_of(id_number: str = "", card: str = "") -> list[Finding]:
    """Return what is odd about numbers that were taken: another region, a wrong check digit."""
    found = []
    if id_number:
        said = identity.read_id(id_number, clock.today())
        found.append(identity.doubt_of(said, PersonalKind.ID_NUMBER.value))
    if card:
        found.append(identity.doubt_of(identity.read_card(card), PersonalKind.CARD.value))
    return [finding for finding in found if finding is not None]


def keep_id(person: Person, plain: str) -> tuple[str, ...]:
    """Seal an identity number on a person that has its key; return the columns that changed."""
    person.id_number_head = plain[:HEAD_SHOWN]
    return *personal.keep(person, "id_number", "id_number", plain), "id_number_head"


def keep_phone(person: Person, plain: str) -> tuple[str, ...]:
    """Seal a phone on a person that has its key; return the columns that changed."""
    return personal.keep(person, "phone", "phone", plain)


def keep_card(account: BankAccount, plain: str) -> tuple[str, ...]:
    """Seal a card on an account that has its key; return the columns that changed."""
    return personal.keep(account, "card", "card", plain)


def key_for(row: Model) -> None:
    """Give a new row its key before it is written, because numbers are sealed to the key."""
    row.pk = personal.reserve(type(row), 1)[0]


@transaction.atomic
def reveal(
    household: Household,
    kind: str,
    *,
    actor: User | None,
    reason: str,
    person: Person | None = None,
) -> str:
    """Return a whole number of the household and write who asked and why into the audit.

    Without ``person`` it is the head's number, or the card paid to now. The audit keeps the kind
    and the last four. Raises ``reason_needed`` and ``not_held``. Whoever calls asks for
    ``grants.reveal_household`` first and never keeps, caches or puts the answer into an address.
    """
    if not reason.strip():
        raise BusinessError(Refusal.REASON_NEEDED)
    kind = PersonalKind(kind)
    row: Any = household.accounts.current().first() if kind == PersonalKind.CARD else None
    if kind != PersonalKind.CARD:
        row = person or head_of(household)
    plain = personal.reveal(row, kind) if row is not None else ""
    if not plain:
        raise BusinessError(Refusal.NOT_HELD, kind=kind.label)
    verb, name = HouseholdVerb.REVEAL, "name"
    if kind == PersonalKind.CARD:
        verb, name = HouseholdVerb.REVEAL_CARD, "holder_name"
    told = {name: getattr(row, name), f"{kind}_sealed": identity.mask_tail(plain[-4:])}
    record(verb, household, actor=actor, after=told, note=reason.strip())
    return plain


def head_of(household: Household) -> Person | None:
    """Return the person who heads the household now."""
    head = household.memberships.heads().select_related("person").first()
    return head.person if head is not None else None


def own_households(user: User) -> QuerySet[Household]:
    """Return the households in which this person, a principal or a deputy lives now."""
    same = User.objects.filter(pk__in=user.person_ids()).exclude(id_number_index="")
    members = Membership.objects.current().filter(
        person__id_number_index__in=same.values("id_number_index")
    )
    return Household.objects.filter(pk__in=members.values("household"))


def handles_own_household(user: User, subject: Claim | Household) -> bool:
    """Whether a claim or household is the user's own, so that a colleague must decide (SEC-1)."""
    household = subject.household_id if isinstance(subject, Claim) else subject.pk
    return own_households(user).filter(pk=household).exists()
