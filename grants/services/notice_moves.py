"""How every verb of a public notice begins and ends: lock, ask the table, save, write it down."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import find
from bureau.people.holdings import Holding
from bureau.people.models import User
from bureau.records.models import Attachment
from bureau.records.services import attach, diff, record
from grants.choices import NoticePaper, NoticeState, NoticeVerb
from grants.models import NoticeItem, PublicNotice
from grants.rules import notices as rules


@dataclass(slots=True)
class NoticeMove:
    """A verb in progress: the locked notice, how it was, who acts and under which posting."""

    row: PublicNotice
    old: PublicNotice
    verb: NoticeVerb
    actor: User
    posting: Holding
    note: str


def lock(notice: PublicNotice, version: int | None = None) -> PublicNotice:
    """Lock the notice; whoever decided on an older one than is there now was not the first."""
    row = lock_by_id(notice.pk)
    if row.version != (notice.version if version is None else version):
        raise BusinessError(Refusal.CONFLICT)
    return row


def lock_by_id(notice_id: int) -> PublicNotice:
    """Lock a notice as it is now."""
    locked = PublicNotice.objects.select_for_update(of=("self",)).select_related("village")
    return locked.get(pk=notice_id)


def begin(
    notice: PublicNotice,
    verb: NoticeVerb,
    *,
    actor: User,
    note: str = "",
    version: int | None = None,
) -> NoticeMove:
    """Lock the notice and ask the table whether ``actor`` may do ``verb`` now.

    Refuses ``conflict``, ``not_allowed_from_state``, ``not_permitted`` or ``guard:reason``.
    """
    row = lock(notice, version)
    line = find(rules.WORKFLOW, verb.value)
    if row.state not in line.sources:
        state = NoticeState(row.state).label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=state)
    posting = posting_for(row, line.signatures[0], verb, actor)
    if line.needs_note and not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=verb.label)
    return NoticeMove(row, copy.copy(row), verb, actor, posting, note.strip())


def posting_for(row: Any, permission: str, verb: NoticeVerb, actor: User) -> Holding:
    """Return the posting that lets ``actor`` do ``verb`` there, or refuse ``not_permitted``."""
    posting = actor.posting_for(permission, row)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)
    return posting


def save(move: NoticeMove, changed: Iterable[str], **shown: Any) -> PublicNotice:
    """Save the changed fields of a locked notice and write one audit entry."""
    row, fields = move.row, tuple(changed)
    row.version += 1
    row.full_clean(exclude=["village"])
    row.save(update_fields=[*fields, "version", "updated_at"])
    before, after = diff(move.old, row, fields)
    record(
        move.verb, row, actor=move.actor, before=before, after=after | shown, note=move.note,
        posting=move.posting,
    )  # fmt: skip
    return row


def papers_of(notice: PublicNotice) -> list[str]:
    """Return the kinds of paper in the notice's file."""
    return list(Attachment.objects.of(notice).values_list("kind", flat=True))


def file(notice: PublicNotice, paper: Any, kind: NoticePaper, *, actor: User) -> Attachment | None:
    """Put the paper that came with a verb into the notice's file; nothing where none came."""
    return None if paper is None else attach(notice, paper, actor=actor, kind=kind.value)


def close_if_done(row: PublicNotice, *, actor: User | None) -> None:
    """Close a locked notice on which nobody is left to be decided."""
    if row.state != NoticeState.PUBLISHED:
        return
    if NoticeItem.objects.of_notice(row).undecided().exists():
        return
    fields = ["state"]
    row.state = NoticeState.CLOSED
    if actor is not None:
        row.closed_by = actor
        fields.append("closed_by")
    row.version += 1
    row.save(update_fields=[*fields, "version", "updated_at"])
    facts = {"state": NoticeState.CLOSED.value}
    before = {"state": NoticeState.PUBLISHED.value}
    record(NoticeVerb.CONFIRM, row, actor=actor, before=before, after=facts)


def close_if_free(notice: PublicNotice, *, actor: User | None) -> None:
    """Close a notice on which nobody is left; one that somebody confirms now closes there.

    The claims are locked already, so waiting for the notice here could be a deadlock.
    """
    free = PublicNotice.objects.select_for_update(of=("self",), skip_locked=True)
    row = free.filter(pk=notice.pk).first()
    if row is not None:
        close_if_done(row, actor=actor)
