"""Writes on dwellings and the households that live in them (一户一档)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.querysets import VILLAGE_LEVEL
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records import saving
from bureau.records.choices import RecordVerb
from bureau.records.services import diff, record
from grants.choices import HouseholdRefusal as Refusal
from grants.choices import HouseholdVerb, Relation
from grants.models import Claim, Dwelling, Household, Membership
from grants.rules import households as rules
from grants.rules.identity import squeeze, veiled
from grants.services import accounts, members
from grants.services.household_claims import refuse_signed, rename_claims

DWELLING_FIELDS = ("account_number", "pending_number", "gas_account", "door_number")
EDITED_DWELLING = (*DWELLING_FIELDS, "demolished_on")
HOUSEHOLD_FIELDS = ("register_number", "valid_from", "remarks")
PERSON_FIELDS = ("name", "id_number", "phone")
ACCOUNT_FIELDS = ("payee", "card", "bank", "holder_name", "relation")
ACCOUNT = _("electricity account")
# Written without blanks and dashes, so that the same number is found however it was typed.
NUMBERS = ("account_number", "pending_number", "gas_account", "register_number")
WORDS = ("door_number", "remarks")


@transaction.atomic
def record_household(
    village: Division,
    *,
    actor: User | None,
    name: str,
    id_number: str,
    phone: str = "",
    note: str = "",
    **given: Any,
) -> Household:
    """Open the file of a dwelling and of the household in it; raises ValidationError by field.

    ``given`` may hold ``account_number`` or ``pending_number`` (one is needed), ``gas_account``,
    ``door_number``, ``register_number``, ``valid_from``, ``remarks``, and of the account to which
    is paid ``card``, ``bank``, ``payee``, ``holder_name``, ``relation``. Somebody already on
    record with this identity number keeps the recorded name: the claim then opens a duplicate
    case, which a county reviewer decides.
    """
    dwelling = Dwelling(village=village)
    saving.apply(dwelling, _squeezed(given), DWELLING_FIELDS)
    head = members.read_newcomer(name, id_number, phone, needs_id=True)
    payee = _payee_of(given)
    saving.require(*_check_dwelling(dwelling), *head.faults, *payee.faults, *_check_since(given))
    fields = ("village", *DWELLING_FIELDS)
    saving.insert(dwelling, RecordVerb.CREATE, actor=actor, fields=fields, note=note)
    return _settle(dwelling, head, payee, given, actor=actor, note=note)


@transaction.atomic
def move_in(
    dwelling: Dwelling,
    *,
    actor: User | None,
    name: str,
    id_number: str,
    phone: str = "",
    note: str = "",
    **given: Any,
) -> Household:
    """Record the household that now lives in an empty dwelling; seasons to come are its own."""
    home = saving.lock(dwelling)
    head = members.read_newcomer(name, id_number, phone, needs_id=True)
    payee = _payee_of(given)
    left = home.households.order_by("-valid_to").first()
    if left is not None and left.valid_to is None:
        raise BusinessError(Refusal.STILL_LIVED_IN, name=left.name)
    ended = left.valid_to if left is not None else None
    saving.require(*head.faults, *payee.faults, *_check_since(given, ended))
    return _settle(home, head, payee, given, actor=actor, note=note)


@transaction.atomic
def move_out(
    household: Household,
    *,
    actor: User | None,
    on: date,
    version: int | None = None,
    note: str = "",
) -> Household:
    """Record that a household left its dwelling; what it is still owed is paid to its account."""
    row = members.lock_present(household, version)
    saving.require(rules.check_day(on, since=row.valid_from, today=clock.today()))
    old = Household.objects.get(pk=row.pk)
    row.valid_to = on
    saving.update(row, old, ["valid_to"], HouseholdVerb.MOVE_OUT, actor=actor)
    return row


@transaction.atomic
def split(
    household: Household,
    leaving: Sequence[Membership],
    *,
    actor: User | None,
    on: date,
    head: Membership,
    version: int | None = None,
    note: str = "",
    **given: Any,
) -> Household:
    """Give members a household of their own in a dwelling of their own in the same village.

    ``given`` describes the new dwelling and account as in ``record_household``. The subsidies of
    the old dwelling stay where they are.
    """
    row = members.lock_present(household, version)
    going = _leaving(row, leaving, head)
    dwelling = Dwelling(village=row.dwelling.village)
    saving.apply(dwelling, _squeezed(given), DWELLING_FIELDS)
    payee = _payee_of(given)
    begun = [one.valid_from for one in going if one.valid_from is not None]
    day = rules.check_day(on, since=max(begun, default=None), today=clock.today())
    saving.require(*_check_dwelling(dwelling), *payee.faults, day)
    fields = ("village", *DWELLING_FIELDS)
    saving.insert(dwelling, RecordVerb.CREATE, actor=actor, fields=fields, note=note)
    new = _household_in(dwelling, head.person.name, given | {"valid_from": on}, actor, note)
    for one in going:
        members.leave(one, on)
        relation = Relation.HEAD if one.pk == head.pk else Relation.OTHER
        members.open_membership(new, one.person, relation, on)
    if not payee.is_empty:
        accounts.open_account(new, payee, actor=actor, since=on, note=note)
    after = {"memberships": [one.person.name for one in going], "valid_from": on.isoformat()}
    record(HouseholdVerb.SPLIT, row, actor=actor, after=after, note=note, also=new)
    members.touch(row)
    return new


@transaction.atomic
def edit_household(
    household: Household,
    changes: Mapping[str, Any],
    *,
    actor: User | None,
    version: int | None = None,
    note: str = "",
    by_claim: Claim | None = None,
) -> Household:
    """Change dwelling, household and head that nobody changed since ``version``, else ``stale``.

    An empty ``id_number`` or ``phone`` stays; ``under_review`` while a claim is signed with the
    identity number or account. ``by_claim`` is the claim whose correction asks.
    """
    row = saving.lock(household, version)
    changes = _squeezed(changes)
    old = Household.objects.get(pk=row.pk)
    home = saving.lock(row.dwelling)
    was = Dwelling.objects.get(pk=home.pk)
    moved_home = saving.apply(home, changes, EDITED_DWELLING)
    if "account_number" in moved_home and was.account_number:
        refuse_signed(ACCOUNT, dwelling=home)
    saving.require(*_check_dwelling(home), _check_demolished(home))
    saving.update(home, was, moved_home, RecordVerb.CHANGE, actor=actor)
    parts = bool(moved_home)
    if moved_home:
        before, after = diff(was, home, moved_home)
        record(HouseholdVerb.EDIT_DWELLING, row, actor=actor, before=before, after=after, note=note)
    head = row.memberships.heads().select_related("person").first()
    if head is not None and members.correct(row, head, _of_person(changes), actor=actor, note=note):
        parts = True
    moved = saving.apply(row, changes, HOUSEHOLD_FIELDS)
    if head is not None and head.person.name != row.name and changes.get("name"):
        moved += saving.apply(row, {"name": head.person.name}, ("name",))
    saving.require(*_check_since({"valid_from": row.valid_from}))
    saving.update(row, old, moved, HouseholdVerb.EDIT, actor=actor)
    rename_claims(row, actor=actor, note=note, but=by_claim)
    if parts and not moved:
        members.touch(row)
    return row


def _leaving(row: Household, leaving: Sequence[Membership], head: Membership) -> list[Membership]:
    going = list(row.memberships.current().filter(pk__in=[one.pk for one in leaving]))
    if any(one.relation == Relation.HEAD for one in going):
        raise BusinessError(Refusal.HEAD_STAYS, name=row.name)
    if head not in going:
        raise BusinessError(Refusal.NOT_A_MEMBER, name=str(head.person))
    return going


def _settle(
    dwelling: Dwelling,
    head: members.Newcomer,
    payee: accounts.Payee,
    given: Mapping[str, Any],
    *,
    actor: User | None,
    note: str,
) -> Household:
    row = _household_in(dwelling, head.name, given, actor, note)
    since = row.valid_from
    members.enter(row, head, Relation.HEAD, actor=actor, since=since)
    if not payee.is_empty:
        accounts.open_account(row, payee, actor=actor, since=since)
    return row


def _household_in(
    dwelling: Dwelling, name: str, given: Mapping[str, Any], actor: User | None, note: str
) -> Household:
    row = Household(dwelling=dwelling)
    row.call(name)
    saving.apply(row, _squeezed(given), HOUSEHOLD_FIELDS)
    fields = ("dwelling", "name", *HOUSEHOLD_FIELDS)
    return saving.insert(row, HouseholdVerb.RECORD, actor=actor, fields=fields, note=note)


def _check_dwelling(dwelling: Dwelling) -> list[Finding | None]:
    village = dwelling.village
    exists = village.level == VILLAGE_LEVEL and village.valid_to is None
    return [
        None if exists or dwelling.pk else Finding(Refusal.NO_VILLAGE, ("village",)),
        rules.check_keys(dwelling.account_number, dwelling.pending_number),
        _key_free(dwelling, "account_number"),
        _key_free(dwelling, "pending_number"),
    ]


def _check_demolished(home: Dwelling) -> Finding | None:
    day = home.demolished_on
    if day is None:
        return None
    return rules.check_day(day, since=None, today=clock.today(), field="demolished_on")


def _key_free(dwelling: Dwelling, name: str) -> Finding | None:
    key = getattr(dwelling, name)
    taken = Dwelling.objects.filter(village=dwelling.village, **{name: key})
    if not key or not taken.exclude(pk=dwelling.pk).exists():
        return None
    facts = {"village": dwelling.village.name, "account": key}
    return Finding(Refusal.DWELLING_EXISTS, (name,), facts)


def _check_since(given: Mapping[str, Any], ended: date | None = None) -> list[Finding | None]:
    day = given.get("valid_from")
    if day is None:
        return []
    return [rules.check_day(day, since=ended, today=clock.today(), field="valid_from")]


def _payee_of(given: Mapping[str, Any]) -> accounts.Payee:
    return accounts.read_payee(**{key: given[key] for key in ACCOUNT_FIELDS if given.get(key)})


def _of_person(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: changes[key] for key in PERSON_FIELDS if changes.get(key)}


def _squeezed(given: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {key: squeeze(given[key]) for key in NUMBERS if given.get(key)}
    words = {key: veiled(given[key]) for key in WORDS if given.get(key)}
    return {**given, **numbers, **words}
