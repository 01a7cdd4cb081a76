"""The papers in the file of a public notice."""

from typing import Any

from django.db import transaction

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.records.models import Attachment
from bureau.records.services import attach, withdraw
from grants.choices import NoticePaper, NoticeRefusal, NoticeState
from grants.models import Objection, PublicNotice
from grants.rules import claims
from grants.rules import notices as rules
from grants.services.notice_moves import lock_by_id

FILERS = (
    rules.MAY_CHANGE, rules.MAY_KEEP, rules.MAY_PUBLISH, rules.MAY_CONFIRM, rules.MAY_HOLD,
    claims.MAY_SUBMIT,
)  # fmt: skip
"""Who may put a paper into the file: reviewers, and the village in which the sheet hangs."""
OPEN = (NoticeState.DRAFT, NoticeState.PUBLISHED)


@transaction.atomic
def file_paper(notice: PublicNotice, upload: Any, *, actor: User, kind: str) -> Attachment:
    """Put a paper of one kind into the file of a notice that is not closed."""
    row = lock_by_id(notice.pk)
    _refuse(row, NoticePaper(kind), actor)
    return attach(row, upload, actor=actor, kind=NoticePaper(kind).value)


@transaction.atomic
def withdraw_paper(paper: Attachment, *, actor: User, note: str) -> Attachment:
    """Take a paper back that was filed by mistake, with a reason; the history keeps it.

    Not the photo of a notice that is posted, nor the decision on an objection.
    """
    row = lock_by_id(paper.object_id)
    kind = NoticePaper(paper.kind)
    _refuse(row, kind, actor)
    if not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=kind.label)
    posted = kind is NoticePaper.START_PHOTO and row.state == NoticeState.PUBLISHED
    if posted or Objection.objects.filter(paper=paper).exists():
        raise BusinessError(NoticeRefusal.PAPER_USED, name=paper.name)
    return withdraw(paper, actor=actor, note=note.strip())


def _refuse(row: PublicNotice, kind: NoticePaper, actor: User) -> None:
    if not any(actor.can(permission, row) for permission in FILERS):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=kind.label)
    if row.state not in OPEN:
        state = NoticeState(row.state).label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=kind.label, state=state)
