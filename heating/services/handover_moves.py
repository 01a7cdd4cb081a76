"""How every verb of a handover begins and ends: lock, ask the table, save, write it down."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import Transition, find
from bureau.people.holdings import Holding
from bureau.people.models import User
from bureau.records.models import Attachment
from bureau.records.services import attach, diff, record
from heating.choices import HandoverPaper, HandoverRefusal, HandoverState, HandoverVerb
from heating.models import Handover, HandoverSignature
from heating.rules import handover as rules
from heating.rules.handover_guards import Refused
from heating.services import handover_clock

CLOCK = ("step_from", "step_days", "step_due_on", "step_pending_year")
ALWAYS = ("state", "state_before", "holder", *CLOCK)

PAPER_OF = {
    HandoverVerb.ISSUE_NOTICE.value: HandoverPaper.NOTICE.value,
    HandoverVerb.RECORD_SURVEY.value: HandoverPaper.SURVEY.value,
    HandoverVerb.RECORD_CONSENT.value: HandoverPaper.CONSENT.value,
    HandoverVerb.SIGN.value: HandoverPaper.AGREEMENT.value,
    HandoverVerb.ACCEPT.value: HandoverPaper.ACCEPTANCE.value,
}


@dataclass(slots=True)
class Move:
    """A verb in progress: the locked row, how it was, who acts and under which posting."""

    row: Handover
    old: Handover
    line: Transition
    actor: User
    posting: Holding | None
    permission: str
    note: str
    given: list[HandoverSignature]


def refuse(refused: Refused | None) -> None:
    """Raise what a guard said."""
    if refused is not None:
        raise BusinessError(refused.code, **refused.values)


def lock(handover: Handover, version: int | None = None) -> Handover:
    """Lock the row; whoever decided on an older one than is there now was not the first."""
    row = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("station__community", "station__heating_company", "manager_at_register")
        .get(pk=handover.pk)
    )
    seen = handover.version if version is None else version
    if row.version != seen:
        raise BusinessError(Refusal.CONFLICT)
    return row


def begin(
    handover: Handover,
    verb: HandoverVerb,
    *,
    actor: User,
    note: str = "",
    version: int | None = None,
) -> Move:
    """Lock the handover and ask the table whether ``actor`` may do ``verb`` now.

    Refuses with ``conflict``, ``not_allowed_from_state``, ``four_eyes``, ``not_permitted``,
    ``guard:signature_order`` or ``guard:reason``.
    """
    row = lock(handover, version)
    line = find(rules.WORKFLOW, verb.value)
    if row.state not in line.sources:
        raise BusinessError(
            Refusal.NOT_ALLOWED_FROM_STATE,
            verb=verb.label,
            state=HandoverState(row.state).label,
        )
    given = signatures_given(row, line)
    permission = rules.next_signature(line, tuple(one.permission for one in given))
    _four_eyes(actor, given)
    posting = actor.posting_for(permission, row)
    if posting is None:
        _refuse_signer(actor, row, line, permission)
    if line.needs_note and not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=verb.label)
    return Move(row, copy.copy(row), line, actor, posting, permission, note.strip(), given)


def signatures_given(row: Handover, line: Transition) -> list[HandoverSignature]:
    """Return the live signatures under a verb of several, the first one first."""
    if len(line.signatures) == 1:
        return []
    live = row.signatures.filter(verb=line.verb, revision=row.revision)
    return list(live.select_related("user").order_by("pk"))


def _four_eyes(actor: User, given: list[HandoverSignature]) -> None:
    """Refuse whoever signed already, also through a deputy of any day since (four eyes)."""
    if not given:
        return
    since = given[0].at.astimezone(clock.SHANGHAI).date()
    same = actor.person_ids(since)
    for signature in given:
        if signature.user_id in same:
            raise BusinessError(Refusal.FOUR_EYES, person=str(signature.user))


def _refuse_signer(actor: User, row: Handover, line: Transition, permission: str) -> None:
    others = (one for one in line.signatures if one != permission)
    if any(actor.can(other, row) for other in others):
        raise BusinessError(HandoverRefusal.SIGNATURE_ORDER)
    raise BusinessError(Refusal.NOT_PERMITTED, verb=HandoverVerb(line.verb).label)


def change(row: Handover, **values: Any) -> tuple[str, ...]:
    """Set the values on the row and return their names."""
    for name, value in values.items():
        setattr(row, name, value)
    return tuple(values)


def papers_of(row: Handover) -> set[str]:
    """Return the kinds of paper in the handover's file."""
    return set(Attachment.objects.of(row).values_list("kind", flat=True))


def file_paper(move: Move, paper: Any) -> None:
    """Put the paper that came with a verb into the file."""
    if paper is not None:
        attach(move.row, paper, actor=move.actor, kind=PAPER_OF[move.line.verb])


def arrive(move: Move, changed: Iterable[str], **shown: Any) -> Handover:
    """Move the row to the verb's target, start the clock of the new step, save and write it down.

    ``shown`` adds to what the audit keeps after the verb, where it lies in other tables.
    """
    row = move.row
    row.state = move.line.target or row.state
    row.holder = rules.holder_of(row.state)
    handover_clock.start(row)
    return save(move, (*changed, *ALWAYS), HandoverVerb(move.line.verb), **shown)


def save(move: Move, changed: Iterable[str], verb: Any, **shown: Any) -> Handover:
    """Save the changed fields of a locked row and write one audit entry."""
    row, fields = move.row, tuple(dict.fromkeys(changed))
    row.version += 1
    row.full_clean(exclude=["station"])
    row.save(update_fields=[*fields, "version", "updated_at"])
    before, after = diff(move.old, row, fields)
    record(
        verb,
        row,
        actor=move.actor,
        before=before,
        after=after | shown,
        note=move.note,
        posting=move.posting,
    )
    return row
