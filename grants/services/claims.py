"""Filing, submitting and passing a claim, and the ways out: returned and withdrawn."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.tidiness import tidy
from bureau.people.models import User
from bureau.records.saving import refuse
from bureau.records.services import record, values
from grants.choices import (
    ClaimSlip,
    ClaimState,
    ClaimVerb,
    HeatPump,
    HouseholdRefusal,
    Technology,
)
from grants.models import Claim, ClaimRevision, ClaimSignature, Dwelling, Household
from grants.rules import claims as rules
from grants.rules import identity
from grants.services import claim_facts as facts
from grants.services import duplicates
from grants.services.claim_moves import REASON_LENGTH, arrive, begin, change

FILED = (
    "dwelling", "household", "village", "state", "technology", "heat_pump", "device_brand",
    "device_model", "device_serial", "completed_on", "programme_year", "remarks",
)  # fmt: skip
FIRST_YEAR = 2000


# --- file --------------------------------------------------------------------------------
@transaction.atomic
def file_claim(
    household: Household,
    *,
    actor: User,
    technology: str,
    heat_pump: str = HeatPump.NONE,
    device_brand: str = "",
    device_model: str = "",
    device_serial: str = "",
    completed_on: date | None,
    remarks: str = "",
    note: str = "",
) -> Claim:
    """Open the claim of a household for its dwelling; the programme year is that of completion.

    Refuses ``live_claim`` where the dwelling has one, ``own_household`` and ``not_permitted``.
    """
    dwelling = Dwelling.objects.select_for_update(of=("self",)).get(pk=household.dwelling_id)
    posting = actor.posting_for(rules.MAY_FILE, household)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=ClaimVerb.FILE.label)
    day = check_day(completed_on)
    row = Claim(
        dwelling=dwelling, household=household, village_id=dwelling.village_id,
        technology=technology, heat_pump=pump_of(technology, heat_pump),
        device_brand=tidy(device_brand), device_model=tidy(device_model),
        device_serial=tidy(device_serial), completed_on=day, programme_year=day.year,
        filed_by=actor, remarks=identity.veiled(remarks.strip()), step_from=clock.now(),
    )  # fmt: skip
    row.call(household.name)
    _refuse_own(row, actor)
    refuse_second(dwelling)
    row.full_clean()
    row.save(force_insert=True)
    record(
        ClaimVerb.FILE, row, actor=actor, after=values(row, FILED), note=note.strip(),
        posting=posting,
    )  # fmt: skip
    duplicates.open_cases([row.pk])
    return row


def pump_of(technology: str, heat_pump: str) -> str:
    """Return whether there is a heat pump; only an electric device can be one."""
    electric = technology == Technology.COAL_TO_ELECTRICITY
    return heat_pump if electric else HeatPump.NONE.value


def check_day(completed_on: date | None) -> date:
    """Return the day of completion, unless it is missing, in the future or absurdly long ago."""
    if completed_on is None or completed_on.year < FIRST_YEAR:
        code, shown = ClaimSlip.BAD_DATE, completed_on or "—"
    elif completed_on > clock.today():
        code, shown = ClaimSlip.FUTURE_DATE, completed_on
    else:
        return completed_on
    label: Any = code.label
    sentence = ValidationError(label, code=code.value, params={"value": shown})
    raise ValidationError({"completed_on": [sentence]})


def _refuse_own(row: Claim, actor: User) -> None:
    if facts.own_household(actor, [row]):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)


def refuse_second(dwelling: Dwelling) -> None:
    """Refuse a claim for a locked dwelling that has a live one."""
    live = Claim.objects.live().filter(dwelling=dwelling).first()
    if live is not None:
        raise BusinessError(
            ClaimSlip.LIVE_CLAIM,
            account=str(dwelling),
            year=live.programme_year,
            state=ClaimState(live.state).label,
        )


# --- submit ------------------------------------------------------------------------------
@transaction.atomic
def submit_claim(claim: Claim, *, actor: User, note: str = "", version: int | None = None) -> Claim:
    """Hand a complete file in; what it says becomes the revision to which signatures bind."""
    move = begin(claim, ClaimVerb.SUBMIT, actor=actor, note=note, version=version)
    refuse(facts.against_submission([move.row]).get(move.row.pk))
    return arrive(move, revise([move.row], actor))


def revise(claims: Sequence[Claim], actor: User) -> tuple[str, ...]:
    """Fix what locked claims say as they are submitted; return the names of what changed.

    A material change since the submission before makes a new revision, and every signature
    under the earlier one falls; without one, revision and signatures stay.
    """
    now, hashes = clock.now(), facts.hashes_of(claims)
    said_anew = [claim for claim in claims if claim.content_hash != hashes[claim.pk]]
    fallen = [claim.pk for claim in said_anew if claim.content_hash]
    for claim in said_anew:
        claim.revision += 1 if claim.content_hash else 0
        claim.content_hash = hashes[claim.pk]
    ClaimRevision.objects.bulk_create(
        ClaimRevision(
            claim=claim,
            number=claim.revision,
            content_hash=claim.content_hash,
            made_by=actor,
            reason=claim.reason,
        )
        for claim in said_anew
    )
    if fallen:
        signed = ClaimSignature.objects.filter(claim_id__in=fallen, voided_at__isnull=True)
        signed.update(voided_at=now)
    for claim in claims:
        claim.submitted_at, claim.reason = now, ""
        if claim.pk in fallen:
            claim.accepted_on = None
    return "revision", "content_hash", "submitted_at", "reason", "accepted_on"


# --- review ------------------------------------------------------------------------------
@transaction.atomic
def pass_township(
    claim: Claim, *, actor: User, note: str = "", version: int | None = None
) -> Claim:
    """Pass the town's review; never by whoever filed, submitted or corrected the claim."""
    return arrive(begin(claim, ClaimVerb.PASS_TOWNSHIP, actor=actor, note=note, version=version))


@transaction.atomic
def pass_county(claim: Claim, *, actor: User, note: str = "", version: int | None = None) -> Claim:
    """Pass the county's review; a household drawn for re-inspection has passed that first."""
    move = begin(claim, ClaimVerb.PASS_COUNTY, actor=actor, note=note, version=version)
    refuse(facts.against_county([move.row]).get(move.row.pk))
    return arrive(move)


@transaction.atomic
def return_claim(claim: Claim, *, actor: User, note: str, version: int | None = None) -> Claim:
    """Send a claim back to be corrected; the reason says what to mend."""
    move = begin(claim, ClaimVerb.RETURN, actor=actor, note=note, version=version)
    return arrive(move, change(move.row, reason=move.note[:REASON_LENGTH]))


@transaction.atomic
def withdraw_claim(claim: Claim, *, actor: User, note: str, version: int | None = None) -> Claim:
    """Take a claim back before its approval, with a reason; the dwelling is free for another."""
    move = begin(claim, ClaimVerb.WITHDRAW, actor=actor, note=note, version=version)
    return arrive(move, change(move.row, reason=move.note[:REASON_LENGTH]))
