"""Papers and photos of the household's file (一户一档), kept on the claim."""

from typing import Any

from django.db import transaction

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.records import papers
from bureau.records.models import Attachment
from bureau.records.services import attach, withdraw
from grants.choices import ClaimPaper, ClaimState
from grants.models import Claim
from grants.rules import claims as rules
from grants.services.claim_corrections import MAY_CORRECT
from grants.services.claim_moves import lock_many

FILERS = (MAY_CORRECT, *rules.PERMISSIONS)
"""Who may put a paper into the file: whoever takes any step of the claim."""

PHOTOS = (
    ClaimPaper.PHOTO_BEFORE.value, ClaimPaper.PHOTO_AFTER.value, ClaimPaper.STOVE_REMOVED.value,
)  # fmt: skip
"""Kinds that are pictures; anything else is refused there."""


@transaction.atomic
def file_paper(claim: Claim, upload: Any, *, actor: User, kind: str) -> Attachment:
    """Put a paper or photo of one kind into the file of a claim still to be decided (SEC-2)."""
    row = _open(claim, actor, ClaimPaper(kind))
    accept = papers.PICTURES if kind in PHOTOS else papers.ANYTHING
    return attach(row, upload, actor=actor, kind=ClaimPaper(kind).value, accept=accept)


@transaction.atomic
def withdraw_paper(paper: Attachment, *, actor: User, note: str) -> Attachment:
    """Take a paper back that was filed by mistake while the filer has the claim; with a reason."""
    kind = ClaimPaper(paper.kind)
    row = _open(Claim(pk=paper.object_id), actor, kind)
    if row.state not in rules.EDITABLE:
        label = ClaimState(row.state).label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=kind.label, state=label)
    if not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=kind.label)
    return withdraw(paper, actor=actor, note=note.strip())


def _open(claim: Claim, actor: User, kind: ClaimPaper) -> Claim:
    row = lock_many([claim.pk])[0]
    if not any(actor.can(permission, row) for permission in FILERS):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=kind.label)
    if row.state not in rules.OPEN:
        label = ClaimState(row.state).label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=kind.label, state=label)
    return row
