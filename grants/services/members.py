"""Writes on who lives in a household."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.identifiers import blind
from bureau.people.models import User
from bureau.records import saving
from bureau.records.services import attach, diff, record, values
from grants.choices import HouseholdPaper, HouseholdVerb, PersonalKind, Relation
from grants.choices import HouseholdRefusal as Refusal
from grants.models import Household, Membership, Person
from grants.rules import households as rules
from grants.rules import identity
from grants.services import personal
from grants.services.household_claims import refuse_signed, rename_claims

TOLD = ("name", "id_number_sealed", "phone_sealed")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person as typed, and what is wrong with it by field."""

    name: str
    id_number: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    faults: tuple[Finding, ...] = ()


def read_newcomer(name: str, id_number: str, phone: str, *, needs_id: bool = False) -> Newcomer:
    """Read who is to be recorded; a head has an identity number, a small child may have none."""
    name = saving.tidy_name(name)
    number = personal.read(PersonalKind.ID_NUMBER, id_number)
    mobile = personal.read(PersonalKind.PHONE, phone)
    faults = [number.fault, mobile.fault]
    if not name:
        faults.append(Finding(Refusal.MISSING_NAME, ("name",)))
    faults.append(identity.number_in_name(name))
    if needs_id and not number.plain:
        faults.append(Finding(Refusal.MISSING_ID, ("id_number",), {"name": name}))
    found = tuple(fault for fault in faults if fault is not None)
    return Newcomer(name, number.plain, mobile.plain, found)


def of_number(plain: str) -> Person | None:
    """Return the person on record with an identity number."""
    if not plain:
        return None
    return Person.objects.filter(id_number_index=blind("id_number", plain)).first()


def enter(
    household: Household,
    newcomer: Newcomer,
    relation: str,
    *,
    actor: User | None,
    since: date | None = None,
    note: str = "",
) -> Membership:
    """Record a member of a locked household; a person already on record keeps name and phone."""
    person = of_number(newcomer.id_number)
    if person is None:
        person = _new_person(newcomer)
        told = values(person, TOLD)
        record(HouseholdVerb.RECORD_PERSON, household, actor=actor, after=told, also=person)
    elif newcomer.phone and not person.phone_index:
        person.save(update_fields=[*personal.keep_phone(person, newcomer.phone), "updated_at"])
    if household.memberships.current().filter(person=person).exists():
        saving.refuse(Finding(Refusal.ALREADY_MEMBER, (), {"name": person.name}))
    member = open_membership(household, person, relation, since)
    told = values(member, ("person", "relation", "valid_from"))
    record(HouseholdVerb.ADD_MEMBER, household, actor=actor, after=told, note=note)
    return member


@transaction.atomic
def add_member(
    household: Household,
    *,
    actor: User | None,
    name: str,
    relation: str,
    id_number: str = "",
    phone: str = "",
    since: date | None = None,
    version: int | None = None,
    note: str = "",
) -> Membership:
    """Add a person to a household; whoever lives in another one leaves that one first."""
    row = lock_present(household, version)
    newcomer = read_newcomer(name, id_number, phone)
    today = clock.today()
    saving.require(
        *newcomer.faults,
        rules.check_day(since, since=row.valid_from, today=today, field="since") if since else None,
        Finding(Refusal.HEAD_STAYS, ("relation",), {"name": row.name})
        if relation == Relation.HEAD
        else None,
        _lives_elsewhere(row, newcomer, actor),
    )
    member = enter(row, newcomer, relation, actor=actor, since=since, note=note)
    touch(row)
    return member


@transaction.atomic
def edit_member(
    membership: Membership,
    changes: Mapping[str, Any],
    *,
    actor: User | None,
    version: int | None = None,
    note: str = "",
) -> Membership:
    """Correct name, identity number, phone or relation of a member; an empty number stays."""
    row = lock_present(membership.household, version)
    member = Membership.objects.select_related("person").get(pk=membership.pk)
    if correct(row, member, changes, actor=actor, note=note):
        touch(row)
    return member


def correct(
    household: Household,
    member: Membership,
    changes: Mapping[str, Any],
    *,
    actor: User | None,
    note: str = "",
) -> bool:
    """Correct a member of a locked household; return whether anything changed."""
    typed = read_newcomer(
        changes.get("name") or member.person.name,
        changes.get("id_number") or "",
        changes.get("phone") or "",
    )
    saving.require(*typed.faults)
    before = Person.objects.get(pk=member.person_id)
    known = blind("id_number", typed.id_number) if typed.id_number else before.id_number_index
    if member.relation == Relation.HEAD and known != before.id_number_index:
        refuse_signed(PersonalKind.ID_NUMBER.label, household=household)
    person = _renumbered(member, typed)
    moved = []
    if "name" in changes and person.name != typed.name:
        person.call(typed.name)
        moved += ["name", "pinyin", "bigrams"]
    if typed.phone and person.phone_index != blind("phone", typed.phone):
        moved += personal.keep_phone(person, typed.phone)
    if moved:
        person.full_clean()
        person.save(update_fields=[*moved, "updated_at"])
    told = diff(before, person, TOLD)
    if changes.get("relation", member.relation) != member.relation:
        told = _related(member, changes["relation"], told)
    if told[1]:
        record(
            HouseholdVerb.EDIT_MEMBER, household, actor=actor,
            before=told[0], after=told[1], note=note, also=person,
        )  # fmt: skip
    return bool(told[1])


@transaction.atomic
def end_membership(
    membership: Membership,
    *,
    actor: User | None,
    on: date,
    died: bool = False,
    version: int | None = None,
    note: str = "",
) -> Membership:
    """End a member's time in the household; the head leaves only after another became head."""
    row = lock_present(membership.household, version)
    member = Membership.objects.select_related("person").get(pk=membership.pk)
    if member.valid_to is not None:
        saving.refuse(Finding(Refusal.NOT_A_MEMBER, (), {"name": member.person.name}))
    if member.relation == Relation.HEAD:
        saving.refuse(Finding(Refusal.HEAD_STAYS, (), {"name": member.person.name}))
    saving.require(rules.check_day(on, since=member.valid_from, today=clock.today()))
    leave(member, on, died=died)
    after = values(member, ("person", "valid_to"))
    record(HouseholdVerb.END_MEMBERSHIP, row, actor=actor, after=after, note=note)
    touch(row)
    return member


@transaction.atomic
def change_head(
    membership: Membership,
    *,
    actor: User | None,
    on: date,
    proof: Any,
    died: bool = False,
    version: int | None = None,
    note: str = "",
) -> Household:
    """Make a member the head, by a paper that proves it; who was head leaves when it died.

    The entitlements stay with the dwelling. An account of the one who was head ends that day:
    nothing is paid until the new payee's account is recorded. ``under_review`` while the
    signatures on a claim name the one who is head.
    """
    row = lock_present(membership.household, version)
    refuse_signed(Relation.HEAD.label, of_approved=False, household=row)
    new = Membership.objects.select_related("person").get(pk=membership.pk)
    old = row.memberships.heads().select_related("person").first()
    if not row.memberships.current().exclude(relation=Relation.HEAD).filter(pk=new.pk).exists():
        saving.refuse(Finding(Refusal.NOT_A_MEMBER, (), {"name": new.person.name}))
    if not proof:
        saving.require(Finding(Refusal.PROOF_NEEDED, ("proof",)))
    begun = [one.valid_from for one in (old, new) if one is not None and one.valid_from]
    saving.require(rules.check_day(on, since=max(begun, default=None), today=clock.today()))
    attach(row, proof, actor=actor, kind=HouseholdPaper.PROOF)
    _change_seats(row, old, new, on, died=died)
    before = {"person": _named(old.person)} if old is not None else {}
    row.call(new.person.name)
    row.version += 1
    row.save(update_fields=["name", "pinyin", "bigrams", "version", "updated_at"])
    rename_claims(row, actor=actor, note=note)
    after = {"person": _named(new.person), "valid_from": _said(on)}
    record(HouseholdVerb.CHANGE_HEAD, row, actor=actor, before=before, after=after, note=note)
    return row


def _change_seats(
    row: Household, old: Membership | None, new: Membership, on: date, *, died: bool
) -> None:
    """Let a member be head from a day on; who was head leaves, or lives there as a relative."""
    if old is not None:
        leave(old, on, died=died)
        row.accounts.filter(valid_to__isnull=True, holder=old.person).update(valid_to=on)
        if not died:
            open_membership(row, old.person, Relation.OTHER, on)
    leave(new, on)
    open_membership(row, new.person, Relation.HEAD, on)


def lock_present(household: Household, version: int | None = None) -> Household:
    """Lock a household that still lives in its dwelling; ``moved_out`` for one that left."""
    row = saving.lock(household, version)
    if row.valid_to is not None:
        raise BusinessError(Refusal.MOVED_OUT, name=row.name)
    return row


def touch(row: Household) -> None:
    """Count the version of a locked household whose parts changed."""
    row.version += 1
    row.save(update_fields=["version", "updated_at"])


def leave(member: Membership, on: date, *, died: bool = False) -> None:
    """End a membership; of who died the day is kept."""
    member.valid_to = on
    member.save(update_fields=["valid_to", "updated_at"])
    if died:
        member.person.died_on = on
        member.person.save(update_fields=["died_on", "updated_at"])


def open_membership(
    household: Household, person: Person, relation: str, since: date | None
) -> Membership:
    """Let a person live in a household from a day on."""
    member = Membership(household=household, person=person, relation=relation, valid_from=since)
    member.full_clean()
    member.save(force_insert=True)
    return member


def _new_person(newcomer: Newcomer) -> Person:
    person = Person()
    person.call(newcomer.name)
    personal.key_for(person)
    personal.keep_id(person, newcomer.id_number)
    personal.keep_phone(person, newcomer.phone)
    person.full_clean()
    person.save(force_insert=True)
    return person


def _renumbered(member: Membership, typed: Newcomer) -> Person:
    """Return the person whom the member turns out to be under a corrected number.

    A number of somebody on record means that person; one that nobody has is put on the person,
    unless it also lives elsewhere: then it was the wrong person, and a new one is recorded.
    """
    person = member.person
    if not typed.id_number or person.id_number_index == blind("id_number", typed.id_number):
        return person
    found = of_number(typed.id_number)
    if found is None and not person.memberships.exclude(household=member.household).exists():
        columns = personal.keep_id(person, typed.id_number)
        person.save(update_fields=[*columns, "updated_at"])
        return person
    other = found or _new_person(typed)
    if member.household.memberships.current().filter(person=other).exists():
        saving.require(Finding(Refusal.ALREADY_MEMBER, ("id_number",), {"name": other.name}))
    member.household.accounts.filter(holder=person).update(holder=other)
    member.person = other
    member.save(update_fields=["person", "updated_at"])
    return member.person


def _related(member: Membership, relation: str, told: Any) -> Any:
    if Relation.HEAD in (relation, member.relation):
        saving.require(Finding(Refusal.HEAD_STAYS, ("relation",), {"name": member.person.name}))
    before, after = dict(told[0]), dict(told[1])
    before["relation"], after["relation"] = member.relation, relation
    member.relation = relation
    member.full_clean()
    member.save(update_fields=["relation", "updated_at"])
    return before, after


def _lives_elsewhere(row: Household, newcomer: Newcomer, actor: Any) -> Finding | None:
    person = of_number(newcomer.id_number)
    if person is None:
        return None
    others = Household.objects.present().filter(
        pk__in=person.memberships.current().exclude(household=row).values("household")
    )
    if not others.exists():
        return None
    seen = others.visible_to(actor) if actor is not None else others
    home = seen.select_related("dwelling__village").first()
    where = f"{home.dwelling.village.name} {home.dwelling}" if home is not None else "…"
    return Finding(Refusal.PERSON_ELSEWHERE, ("id_number",), {"dwelling": where})


def _named(person: Person) -> dict[str, Any]:
    return {"id": person.pk, "label": person.name}


def _said(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
