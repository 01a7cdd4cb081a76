"""The town's acceptance: one sheet a village and day, a line for each household, two signatures."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.tidiness import tidy
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records import papers
from bureau.records.choices import RecordVerb
from bureau.records.saving import refuse
from bureau.records.services import attach, record, values
from grants.choices import (
    AcceptanceSigner,
    ClaimPaper,
    ClaimRefusal,
    ClaimState,
    ClaimVerb,
    HouseholdRefusal,
)
from grants.models import Acceptance, AcceptanceSheet, Claim
from grants.rules import claim_guards as guards
from grants.services import claim_facts as facts
from grants.services.claim_moves import arrive, begin, change, lock_many

MAY_RECORD = "grants.add_acceptancesheet"
POSITION = ("latitude", "longitude", "datum", "accuracy")
SHEET = ("village", "accepted_on", "engineer", *POSITION)
LINE = ("device_serial", "passed", "stove_removed", "signer", "signer_name", "note")
Position = Mapping[str, Decimal | str | int | None]


@transaction.atomic
def open_sheet(
    village: Division,
    *,
    actor: User,
    accepted_on: date | None = None,
    engineer: str = "",
    position: Position | None = None,
) -> AcceptanceSheet:
    """Return the sheet of a village and day (default: today); the first call makes it.

    ``position`` holds latitude and longitude in degrees of ``datum``, accuracy in metres; what
    is given later fills what is still empty.
    """
    place = Division.objects.select_for_update(of=("self",)).get(pk=village.pk)
    if actor.posting_for(MAY_RECORD, place) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=ClaimVerb.ACCEPT_HOUSEHOLD.label)
    day = accepted_on or clock.today()
    if day > clock.today():
        raise BusinessError(ClaimRefusal.ACCEPTED_EARLY, day=day, completed="—")
    sheet = AcceptanceSheet.objects.filter(village=place, accepted_on=day).order_by("pk").first()
    made = sheet or AcceptanceSheet(village=place, accepted_on=day, recorded_by=actor)
    given = {"engineer": tidy(engineer), **{name: (position or {}).get(name) for name in POSITION}}
    filled = [name for name, value in given.items() if value and not getattr(made, name)]
    for name in filled:
        setattr(made, name, given[name])
    if sheet is None:
        made.full_clean()
        made.save(force_insert=True)
        record(RecordVerb.CREATE, made, actor=actor, after=values(made, SHEET))
    elif filled:
        made.version += 1
        made.full_clean()
        made.save(update_fields=[*filled, "version", "updated_at"])
        record(RecordVerb.CHANGE, made, actor=actor, after=values(made, filled))
    return made


@transaction.atomic
def accept_household(
    sheet: AcceptanceSheet,
    claim: Claim,
    *,
    actor: User,
    device_serial: str,
    passed: bool = True,
    stove_removed: bool = True,
    signer: str = AcceptanceSigner.HEAD,
    signer_name: str = "",
    note: str = "",
    photo: Any = None,
    mandate: Any = None,
) -> Acceptance:
    """Write one household's line on the sheet of its village; the same one again replaces it.

    An agent needs the household's written mandate in the file; a device passes only with the
    old stove removed.
    """
    row = _claim_on(sheet, claim, actor)
    if mandate is not None:
        attach(row, mandate, actor=actor, kind=ClaimPaper.MANDATE)
    refuse(guards.mandate(signer, facts.papers_of([row])[row.pk], row.name))
    if passed and not stove_removed:
        sentence = _("A device passes only when the old stove was removed.")
        raise ValidationError({"stove_removed": [sentence]})
    line = Acceptance.objects.filter(sheet=sheet, claim=row).first()
    line = line or Acceptance(sheet=sheet, claim=row)
    before = values(line, LINE) if line.pk else {}
    line.device_serial, line.passed, line.stove_removed = tidy(device_serial), passed, stove_removed
    line.signer, line.signer_name, line.note = signer, tidy(signer_name), note.strip()
    line.full_clean(exclude=["sheet", "claim"])
    line.save()
    if photo is not None:
        attach(row, photo, actor=actor, kind=ClaimPaper.ACCEPTANCE, accept=papers.PICTURES)
    after = values(line, LINE)
    record(ClaimVerb.ACCEPT_HOUSEHOLD, row, actor=actor, before=before, after=after, also=sheet)
    return line


def _claim_on(sheet: AcceptanceSheet, claim: Claim, actor: User) -> Claim:
    """Lock the claim, once it waits for its acceptance in the village of the sheet."""
    row = lock_many([claim.pk])[0]
    if actor.posting_for(MAY_RECORD, sheet) is None or row.village_id != sheet.village_id:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=ClaimVerb.ACCEPT_HOUSEHOLD.label)
    if row.state != ClaimState.INSPECTION:
        label = ClaimState(row.state).label
        verb = ClaimVerb.ACCEPT_HOUSEHOLD.label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb, state=label)
    if facts.own_household(actor, [row]):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)
    if sheet.accepted_on < row.completed_on:
        raise BusinessError(
            ClaimRefusal.ACCEPTED_EARLY, day=sheet.accepted_on, completed=row.completed_on
        )
    return row


@transaction.atomic
def pass_inspection(
    claim: Claim,
    *,
    actor: User,
    note: str = "",
    version: int | None = None,
    accepted_on: date | None = None,
    device_serial: str = "",
    stove_removed: bool = True,
    signer: str = AcceptanceSigner.HEAD,
    signer_name: str = "",
    engineer: str = "",
    photo: Any = None,
    mandate: Any = None,
    position: Position | None = None,
) -> Claim:
    """Sign that the device was accepted; the second of two people of the team moves the claim.

    With ``device_serial`` the line is written on the village's sheet of the day first. The
    last signature freezes the programme year and the day of acceptance.
    """
    move = begin(claim, ClaimVerb.PASS_INSPECTION, actor=actor, note=note, version=version)
    if device_serial:
        sheet = open_sheet(
            move.row.village, actor=actor, accepted_on=accepted_on, engineer=engineer,
            position=position,
        )  # fmt: skip
        accept_household(
            sheet, move.row, actor=actor, device_serial=device_serial,
            stove_removed=stove_removed, signer=signer, signer_name=signer_name, photo=photo,
            mandate=mandate,
        )  # fmt: skip
    refuse(facts.against_inspection([move.row]).get(move.row.pk))
    last = len(move.given) + 1 >= len(move.line.signatures)
    return arrive(move, freeze([move.row]) if last else ())


def freeze(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Fix programme year and day of acceptance of claims that pass; return what changed."""
    lines = facts.acceptances_of(claims)
    for claim in claims:
        change(
            claim,
            accepted_on=lines[claim.pk].sheet.accepted_on,
            programme_year=claim.completed_on.year,
        )
    return "accepted_on", "programme_year"
