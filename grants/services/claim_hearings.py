"""Decisions against a household: the intent is announced and its statement heard before [law]."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import find, find_from
from bureau.people.models import User
from bureau.records.saving import refuse
from bureau.records.services import attach, record, values
from grants.choices import ClaimPaper, ClaimRefusal, ClaimState, ClaimVerb, HearingPurpose
from grants.models import Claim, Hearing
from grants.rules import claim_guards as guards
from grants.rules import claims as rules
from grants.services.claim_effects import after_revocation
from grants.services.claim_moves import REASON_LENGTH, Move, arrive, begin, change, lock_many

ANNOUNCED = ("purpose", "reason", "announced_on")
HEARD = ("heard_on", "statement", "waived")
DECIDES = {
    HearingPurpose.REJECT.value: ClaimVerb.REJECT,
    HearingPurpose.REVOKE.value: ClaimVerb.REVOKE,
}


@transaction.atomic
def announce_intent(
    claim: Claim,
    purpose: str,
    *,
    actor: User,
    reason: str,
    announced_on: date | None = None,
    version: int | None = None,
) -> Hearing:
    """Announce to the household what the office intends, and why; one intent at a time."""
    row = _open(claim, purpose, actor, ClaimVerb.ANNOUNCE)
    if not reason.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=ClaimVerb.ANNOUNCE.label)
    if _pending(row, purpose) is not None:
        raise BusinessError(ClaimRefusal.ANNOUNCED, name=row.name)
    hearing = Hearing(
        claim=row,
        purpose=purpose,
        reason=reason.strip(),
        announced_on=_day(announced_on, "announced_on"),
        announced_by=actor,
    )
    hearing.full_clean(exclude=["claim"])
    hearing.save(force_insert=True)
    record(ClaimVerb.ANNOUNCE, row, actor=actor, after=values(hearing, ANNOUNCED))
    return hearing


@transaction.atomic
def record_statement(
    claim: Claim,
    purpose: str,
    *,
    actor: User,
    statement: str = "",
    waived: bool = False,
    heard_on: date | None = None,
) -> Hearing:
    """Record what the household said to the announced intent, or that it made no statement."""
    row = _open(claim, purpose, actor, ClaimVerb.HEAR)
    hearing = _pending(row, purpose)
    if hearing is None:
        raise BusinessError(ClaimRefusal.NOT_HEARD, name=row.name)
    if bool(statement.strip()) == waived:
        sentence = _("Write the statement, or tick that the household made none.")
        raise ValidationError({"statement": [sentence]})
    hearing.heard_on = _day(heard_on, "heard_on")
    if hearing.heard_on < hearing.announced_on:
        sentence = _("The statement cannot be heard before the intent was announced.")
        raise ValidationError({"heard_on": [sentence]})
    hearing.statement, hearing.waived = statement.strip(), waived
    hearing.full_clean(exclude=["claim"])
    hearing.save(update_fields=[*HEARD, "updated_at"])
    record(ClaimVerb.HEAR, row, actor=actor, after=values(hearing, HEARD))
    return hearing


def _open(claim: Claim, purpose: str, actor: User, verb: ClaimVerb) -> Claim:
    """Lock the claim for whoever may decide ``purpose`` on it, in a state that allows it."""
    row, decides = lock_many([claim.pk])[0], DECIDES[purpose]
    if find_from(rules.WORKFLOW, decides.value, row.state) is None:
        label = ClaimState(row.state).label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=label)
    if actor.posting_for(find(rules.WORKFLOW, decides.value).signatures[0], row) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)
    return row


def _pending(row: Claim, purpose: str) -> Hearing | None:
    """Return the hearing on which nothing was decided yet."""
    return row.hearings.filter(purpose=purpose, used=False).first()


def _day(day: date | None, name: str) -> date:
    today = clock.today()
    if day is not None and day > today:
        raise ValidationError({name: [_("This day lies in the future.")]})
    return day or today


@transaction.atomic
def reject_claim(
    claim: Claim, *, actor: User, note: str, paper: Any = None, version: int | None = None
) -> Claim:
    """Reject a claim after the household was heard; the note is the decision with its remedies."""
    move = begin(claim, ClaimVerb.REJECT, actor=actor, note=note, version=version)
    return arrive(move, _decide(move, HearingPurpose.REJECT, paper, last=True))


@transaction.atomic
def revoke_claim(
    claim: Claim, *, actor: User, note: str, paper: Any = None, version: int | None = None
) -> Claim:
    """Sign the revocation of an approved claim; the second person's signature carries it out.

    What was not paid becomes void, what was paid is announced for recovery.
    """
    move = begin(claim, ClaimVerb.REVOKE, actor=actor, note=note, version=version)
    last = len(move.given) + 1 >= len(move.line.signatures)
    moved = arrive(move, _decide(move, HearingPurpose.REVOKE, paper, last=last))
    if last:
        after_revocation(moved, actor=actor, reason=move.note)
    return moved


def _decide(move: Move, purpose: HearingPurpose, paper: Any, *, last: bool) -> tuple[str, ...]:
    """Refuse without a heard statement; file the decision and, with the last signature, use it."""
    hearing = _pending(move.row, purpose.value)
    if hearing is None or hearing.heard_on is None:
        refuse(guards.refused(ClaimRefusal.NOT_HEARD, name=move.row.name))
    if paper is not None:
        attach(move.row, paper, actor=move.actor, kind=ClaimPaper.DECISION)
    if not last:
        return ()
    Hearing.objects.filter(claim=move.row, purpose=purpose, used=False).update(used=True)
    return change(move.row, reason=move.note[:REASON_LENGTH])
