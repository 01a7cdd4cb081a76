"""Corrections of a claim: minor ones in passing, material ones only while the filer has it."""

import copy
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from bureau.core import personal
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.tidiness import tidy
from bureau.people.holdings import Holding
from bureau.people.models import User
from bureau.records.saving import apply
from bureau.records.services import diff, record
from grants.choices import (
    ClaimRefusal,
    ClaimState,
    ClaimVerb,
    HouseholdRefusal,
    PersonalKind,
)
from grants.models import Claim, Dwelling, Household
from grants.rules import claims as rules
from grants.rules.identity import veiled
from grants.services import claim_facts as facts
from grants.services import duplicates
from grants.services.accounts import change_account
from grants.services.claim_moves import lock_many, sign_correction
from grants.services.claims import check_day, pump_of, refuse_second
from grants.services.households import edit_household

MAY_CORRECT = "grants.change_claim"
OWN = (
    "dwelling", "technology", "heat_pump", "device_brand", "device_model",
    "device_serial", "completed_on", "remarks",
)  # fmt: skip
"""What stands on the claim itself; identity number, phone and card stand on the household."""

OF_PERSON = ("name", "id_number", "phone")
PERSONAL = (*OF_PERSON, "card", "bank")
"""What stands in the household's file and is corrected through its own services."""

TEXTS = ("device_brand", "device_model", "device_serial", "remarks")


@transaction.atomic
def correct_claim(
    claim: Claim,
    changes: Mapping[str, Any],
    *,
    actor: User,
    version: int | None,
    reason: str = "",
) -> Claim:
    """Correct what a claim says; signatures stay until a material correction is submitted.

    Material facts (``rules.MATERIAL``) change only in draft or after a return, else
    ``material_locked``; minor ones (``rules.MINOR``) in any open state. Identity number, name,
    phone and card are corrected in the household's file; empty ones stay as they are.
    """
    row, posting = _lock(claim, actor, version)
    old = copy.copy(row)
    named = {name for name in PERSONAL if changes.get(name)}
    moved = _apply(row, changes)
    _refuse_closed(row, {*moved, *named})
    moved += _correct_household(row, {name: changes[name] for name in named}, actor, reason)
    if not moved:
        raise BusinessError(ClaimRefusal.NOTHING_CHANGED)
    row.version += 1
    row.full_clean(exclude=["household", "village", "filed_by"])
    own = [name for name in dict.fromkeys(moved) if name not in PERSONAL or name == "name"]
    row.save(update_fields=[*own, "version", "updated_at"])
    before, after = diff(old, row, [name for name in own if name not in ("pinyin", "bigrams")])
    told = {name: {"changed": True} for name in moved if name in PERSONAL and name != "name"}
    record(
        ClaimVerb.CORRECT, row, actor=actor, before=before, after=after | told,
        note=reason.strip(), posting=posting,
    )  # fmt: skip
    if set(moved) & set(rules.MATERIAL):
        sign_correction(row, actor)
    if set(moved) & {*rules.MATERIAL, "card"}:
        duplicates.open_cases([row.pk])
    return row


def _lock(claim: Claim, actor: User, version: int | None) -> tuple[Claim, Holding]:
    """Lock the claim for whoever may correct it, unless it was saved since it was read."""
    row = lock_many([claim.pk])[0]
    if version is not None and row.version != version:
        raise BusinessError(Refusal.STALE)
    posting = actor.posting_for(MAY_CORRECT, row)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=ClaimVerb.CORRECT.label)
    if facts.own_household(actor, [row]):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)
    return row, posting


def _correct_household(row: Claim, named: Mapping[str, Any], actor: User, reason: str) -> list[str]:
    """Correct the person and the account in the household's file; return what was changed."""
    household, moved = row.household, []
    of_person = {name: value for name, value in named.items() if name in OF_PERSON}
    if of_person:
        was = household.version
        household = edit_household(household, of_person, actor=actor, note=reason, by_claim=row)
        moved += list(of_person) if household.version != was else []
        if household.name != row.name:
            row.call(household.name)
            moved += ["name", "pinyin", "bigrams"]
    if named.get("card") or named.get("bank"):
        moved += _change_card(household, named, actor, reason)
    return moved


def _change_card(
    household: Household, named: Mapping[str, Any], actor: User, reason: str
) -> list[str]:
    """Pay the same payee to another card; the account's bank is put right with it."""
    old = household.accounts.current().select_related("holder").first()
    card = named.get("card") or (personal.reveal(old, "card") if old is not None else "")
    given: dict[str, Any] = {"bank": named.get("bank") or (old.bank if old else "")}
    if old is not None:
        given |= {
            "payee": old.payee, "holder": old.holder, "holder_name": old.holder_name,
            "relation": old.relation,
        }  # fmt: skip
    done = change_account(household, actor=actor, card=card, note=reason, **given)
    return ["card"] if old is None or done.pk != old.pk else []


def _apply(row: Claim, changes: Mapping[str, Any]) -> list[str]:
    """Set what is to change on the row, tidied, with what follows from it."""
    given: dict[str, Any] = {
        name: tidy(value) if name in TEXTS else value for name, value in changes.items()
    }
    if given.get("remarks"):
        given["remarks"] = veiled(given["remarks"])
    if "completed_on" in given:
        given["completed_on"] = check_day(given["completed_on"])
    technology = given.get("technology", row.technology)
    given["heat_pump"] = pump_of(technology, given.get("heat_pump", row.heat_pump))
    moved = apply(row, given, OWN)
    if "dwelling" in moved:
        moved += _move_in(row)
    if row.programme_year != row.completed_on.year:
        row.programme_year = row.completed_on.year
        moved.append("programme_year")
    return moved


def _move_in(row: Claim) -> list[str]:
    """Let the claim follow to the household of its other dwelling."""
    dwelling = Dwelling.objects.select_for_update(of=("self",)).get(pk=row.dwelling_id)
    refuse_second(dwelling)
    row.household = dwelling.households.present().get()
    row.village_id = dwelling.village_id
    row.call(row.household.name)
    return ["household", "village", "name", "pinyin", "bigrams"]


def _refuse_closed(row: Claim, moved: Collection[str]) -> None:
    label = ClaimState(row.state).label
    if row.state not in rules.OPEN:
        raise BusinessError(
            Refusal.NOT_ALLOWED_FROM_STATE, verb=ClaimVerb.CORRECT.label, state=label
        )
    if row.state in rules.EDITABLE:
        return
    for name in rules.MATERIAL:
        if name in moved:
            raise BusinessError(ClaimRefusal.MATERIAL_LOCKED, field=_label_of(name))


def _label_of(name: str) -> Any:
    if name in PERSONAL:
        return PersonalKind(name).label
    field: Any = Claim._meta.get_field(name)
    return field.verbose_name
