"""What is added to a running handover between its verbs: defects, papers, corrections."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.holdings import Holding
from bureau.people.models import User
from bureau.records.models import Attachment, AuditEntry
from bureau.records.services import attach, record, withdraw
from heating.choices import HandoverEvent, HandoverPaper, HandoverRefusal, HandoverVerb
from heating.models import Handover, HandoverDefect
from heating.rules import handover as rules
from heating.rules import handover_guards as guards
from heating.services.handover_acceptance import RECORD, drop_signatures, holds_signatures
from heating.services.handover_moves import Move, change, lock, refuse, save

MAY_CHANGE = "heating.change_handover"
KEEPERS = (MAY_CHANGE, rules.MAY_RECORD_SURVEY)
"""Who may correct the defects: clerks and inspectors."""
SIGNERS = (MAY_CHANGE, rules.MAY_ACCEPT_FOR_COMPANY)
"""Who may correct the acceptance record before it is fully signed."""
FILERS = (MAY_CHANGE, *rules.PERMISSIONS)
"""Who may put a paper into the file: whoever takes any step of the handover."""


def _open(
    handover: Handover,
    actor: User,
    permissions: tuple[str, ...],
    event: HandoverEvent,
    version: int | None,
) -> tuple[Handover, Holding]:
    """Lock the handover and find the posting that allows one of ``permissions`` on it."""
    row = lock(handover, version)
    for permission in permissions:
        posting = actor.posting_for(permission, row)
        if posting is not None:
            return row, posting
    raise BusinessError(Refusal.NOT_PERMITTED, verb=event.label)


def _edit(
    row: Handover, old: Handover, actor: User, posting: Holding, note: str = ""
) -> tuple[Move, tuple[str, ...]]:
    """Return the edit as a move; signatures already given on the record fall with it."""
    move = Move(row, old, rules.WORKFLOW[0], actor, posting, "", note.strip(), [])
    if not holds_signatures(row):
        return move, ()
    dropped = [str(one.user) for one in row.signatures.filter(revision=row.revision)]
    changed = drop_signatures(move)
    record(
        HandoverEvent.DROP_SIGNATURES,
        row,
        actor=actor,
        posting=posting,
        before={"signatures": dropped},
        after={"signatures": []},
    )
    return move, changed


def _copy(row: Handover) -> Handover:
    return Handover.objects.get(pk=row.pk)


@transaction.atomic
def add_defect(
    handover: Handover,
    *,
    actor: User,
    description: str,
    blocking: bool = False,
    version: int | None = None,
) -> HandoverDefect:
    """Add a defect found after the survey; it voids signatures already given."""
    row, posting = _open(handover, actor, KEEPERS, HandoverEvent.ADD_DEFECT, version)
    refuse(guards.editable(row.state, rules.EDITABLE))
    move, changed = _edit(row, _copy(row), actor, posting)
    this_round = row.defects.filter(survey_round=row.survey_round)
    defect = HandoverDefect(
        handover=row,
        survey_round=row.survey_round,
        number=(this_round.aggregate(last=Max("number"))["last"] or 0) + 1,
        description=description.strip(),
        blocking=blocking,
    )
    defect.full_clean()
    defect.save(force_insert=True)
    changed += change(row, no_defects=False)
    save(move, changed, HandoverEvent.ADD_DEFECT, defects=[str(defect)])
    return defect


@transaction.atomic
def close_defect(
    defect: HandoverDefect,
    *,
    actor: User,
    closed_on: date | None = None,
    note: str = "",
    version: int | None = None,
) -> HandoverDefect:
    """Record that a defect was put right on ``closed_on`` (default: today)."""
    row, posting = _open(defect.handover, actor, KEEPERS, HandoverEvent.CLOSE_DEFECT, version)
    refuse(guards.editable(row.state, rules.CLOSING))
    locked = row.defects.get(pk=defect.pk)
    if not locked.is_open:
        raise BusinessError(HandoverRefusal.DEFECT_CLOSED, defect=str(locked))
    day = closed_on or clock.today()
    refuse(guards.not_after_today(day, clock.today()))
    move, changed = _edit(row, _copy(row), actor, posting, note)
    locked.closed_on, locked.closed_by, locked.closing_note = day, actor, note.strip()
    locked.full_clean()
    locked.save(update_fields=["closed_on", "closed_by", "closing_note", "updated_at"])
    save(move, changed, HandoverEvent.CLOSE_DEFECT, defects=[str(locked)])
    return locked


@transaction.atomic
def reopen_defect(
    defect: HandoverDefect, *, actor: User, note: str, version: int | None = None
) -> HandoverDefect:
    """Open a defect again that was closed by mistake or came back; a reason is needed."""
    row, posting = _open(defect.handover, actor, KEEPERS, HandoverEvent.REOPEN_DEFECT, version)
    refuse(guards.editable(row.state, rules.EDITABLE))
    if not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=HandoverEvent.REOPEN_DEFECT.label)
    locked = row.defects.get(pk=defect.pk)
    if locked.is_open:
        raise BusinessError(HandoverRefusal.DEFECT_OPEN, defect=str(locked))
    move, changed = _edit(row, _copy(row), actor, posting, note)
    locked.closed_on, locked.closed_by, locked.closing_note = None, None, ""
    locked.save(update_fields=["closed_on", "closed_by", "closing_note", "updated_at"])
    save(move, changed, HandoverEvent.REOPEN_DEFECT, defects=[str(locked)])
    return locked


@transaction.atomic
def correct_acceptance(
    handover: Handover,
    *,
    actor: User,
    pressure_tested_on: date | None,
    keys_received: bool,
    drawings_received: bool,
    defects_listed: bool,
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Correct the acceptance record before the clerk has signed; the company signs anew."""
    row, posting = _open(handover, actor, SIGNERS, HandoverEvent.CORRECT_ACCEPTANCE, version)
    if row.state != "signed":
        raise BusinessError(
            Refusal.NOT_ALLOWED_FROM_STATE,
            verb=HandoverEvent.CORRECT_ACCEPTANCE.label,
            state=row.get_state_display(),
        )
    old = _copy(row)
    said = (pressure_tested_on, keys_received, drawings_received, defects_listed)
    wanted = dict(zip(RECORD, said, strict=True))
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return row
    move, changed = _edit(row, old, actor, posting, note)
    return save(move, (*changed, *change(row, **wanted)), HandoverEvent.CORRECT_ACCEPTANCE)


@transaction.atomic
def file_paper(handover: Handover, upload: Any, *, actor: User, kind: str) -> Attachment:
    """Put a paper of one kind into the file of an open handover."""
    row = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if not any(actor.can(permission, row) for permission in FILERS):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=HandoverPaper(kind).label)
    refuse(guards.editable(row.state, (*rules.OPEN, "suspended")))
    return attach(row, upload, actor=actor, kind=HandoverPaper(kind).value)


@transaction.atomic
def withdraw_paper(paper: Attachment, *, actor: User, note: str) -> Attachment:
    """Take a paper back that was filed by mistake; a reason is needed, the history keeps it.

    Only while papers may be filed, and only one filed since the last step was taken: an earlier
    one is what that step rests on.
    """
    row = Handover.objects.select_for_update(of=("self",)).get(pk=paper.object_id)
    label = HandoverPaper(paper.kind).label
    if not any(actor.can(permission, row) for permission in FILERS):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=label)
    refuse(guards.editable(row.state, (*rules.OPEN, "suspended")))
    if not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=label)
    steps = AuditEntry.objects.about(row).filter(verb__in=HandoverVerb.values)
    if steps.filter(at__gte=paper.at).exists():
        raise BusinessError(HandoverRefusal.PAPER_OF_PAST_STEP, name=paper.name)
    return withdraw(paper, actor=actor, note=note.strip())
