"""Corrections of a claim: minor ones in passing, material ones only while the filer has it."""

import copy
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.tidiness import tidy
from bureau.people.models import User
from bureau.records.saving import apply
from bureau.records.services import diff, record
from grants.choices import ClaimRefusal, ClaimState, ClaimVerb, HouseholdRefusal
from grants.models import Claim, Dwelling
from grants.rules import claims as rules
from grants.services import claim_facts as facts
from grants.services import duplicates
from grants.services.claim_moves import lock_many, sign_correction
from grants.services.claims import check_day, pump_of, refuse_second

MAY_CORRECT = "grants.change_claim"
OWN = (
    "dwelling", "name", "technology", "heat_pump", "device_brand", "device_model",
    "device_serial", "completed_on", "remarks",
)  # fmt: skip
"""What stands on the claim itself; identity number, phone and card stand on the household."""

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
    ``material_locked``; minor ones (``rules.MINOR``) in any open state.
    """
    row = lock_many([claim.pk])[0]
    if version is not None and row.version != version:
        raise BusinessError(Refusal.STALE)
    posting = actor.posting_for(MAY_CORRECT, row)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=ClaimVerb.CORRECT.label)
    if facts.own_household(actor, [row]):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)
    old = copy.copy(row)
    moved = _apply(row, changes)
    _refuse_closed(row, moved)
    row.version += 1
    row.full_clean(exclude=["household", "village", "filed_by"])
    row.save(update_fields=[*moved, "version", "updated_at"])
    before, after = diff(old, row, [one for one in moved if one not in ("pinyin", "bigrams")])
    record(
        ClaimVerb.CORRECT, row, actor=actor, before=before, after=after, note=reason.strip(),
        posting=posting,
    )  # fmt: skip
    if set(moved) & set(rules.MATERIAL):
        sign_correction(row, actor)
        duplicates.open_cases([row.pk])
    return row


def _apply(row: Claim, changes: Mapping[str, Any]) -> list[str]:
    """Set what is to change on the row, tidied, with what follows from it."""
    given: dict[str, Any] = {
        name: tidy(value) if name in TEXTS else value for name, value in changes.items()
    }
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


def _refuse_closed(row: Claim, moved: list[str]) -> None:
    if not moved:
        raise BusinessError(ClaimRefusal.NOTHING_CHANGED)
    label = ClaimState(row.state).label
    if row.state not in rules.OPEN:
        raise BusinessError(
            Refusal.NOT_ALLOWED_FROM_STATE, verb=ClaimVerb.CORRECT.label, state=label
        )
    if row.state in rules.EDITABLE:
        return
    for name in moved:
        if name in rules.MATERIAL:
            field: Any = Claim._meta.get_field(name)
            raise BusinessError(ClaimRefusal.MATERIAL_LOCKED, field=field.verbose_name)
