"""Off the straight path: sent back, suspended, resumed, cancelled."""

from datetime import date

from django.db import transaction

from bureau.core import clock
from bureau.people.models import User
from heating.choices import HandoverState, HandoverVerb
from heating.models import Handover
from heating.rules import handover as rules
from heating.rules import handover_guards as guards
from heating.services import handover_clock
from heating.services.handover_acceptance import drop_signatures
from heating.services.handover_moves import ALWAYS, arrive, begin, change, refuse, save


@transaction.atomic
def send_back(
    handover: Handover, *, actor: User, note: str, version: int | None = None
) -> Handover:
    """Send a handover back to the survey with a reason; signatures given so far are void."""
    move = begin(handover, HandoverVerb.SEND_BACK, actor=actor, note=note, version=version)
    changed = drop_signatures(move)
    return arrive(move, (*changed, *change(move.row, reason=move.note)))


@transaction.atomic
def suspend_handover(
    handover: Handover,
    *,
    actor: User,
    note: str,
    review_date: date | None,
    version: int | None = None,
) -> Handover:
    """Put an open handover aside with a reason until it is looked at again on ``review_date``.

    The clock of the step stands still; what is due now is the review.
    """
    move = begin(handover, HandoverVerb.SUSPEND, actor=actor, note=note, version=version)
    refuse(guards.review(review_date, clock.today()))
    row = move.row
    changed = change(
        row,
        state_before=row.state,
        state=HandoverState.SUSPENDED.value,
        holder=rules.holder_of(HandoverState.SUSPENDED.value),
        review_on=review_date,
        reason=move.note,
    )
    handover_clock.pause(row, review_date)  # type: ignore[arg-type]
    return save(move, (*changed, *ALWAYS, "suspended_on"), HandoverVerb.SUSPEND)


@transaction.atomic
def resume_handover(
    handover: Handover, *, actor: User, note: str = "", version: int | None = None
) -> Handover:
    """Take a suspended handover up again in the state it was in; its clock goes on."""
    move = begin(handover, HandoverVerb.RESUME, actor=actor, note=note, version=version)
    row = move.row
    signed = row.signatures.filter(verb=HandoverVerb.ACCEPT, revision=row.revision).count()
    changed = change(
        row,
        state=row.state_before,
        state_before="",
        holder=rules.holder_of(row.state_before, signed),
    )
    handover_clock.restart(row)
    changed += change(row, suspended_on=None, review_on=None, reason="")
    return save(move, (*changed, *ALWAYS), HandoverVerb.RESUME)


@transaction.atomic
def cancel_handover(
    handover: Handover, *, actor: User, note: str, version: int | None = None
) -> Handover:
    """Give a handover up before the connection, with a reason; the station stays as it is run."""
    move = begin(handover, HandoverVerb.CANCEL, actor=actor, note=note, version=version)
    return arrive(move, change(move.row, reason=move.note))
