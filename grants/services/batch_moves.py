"""How every verb of a payment batch begins and ends: lock, ask the table, save, write it down."""

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
from bureau.records.services import Rows, diff, record, record_batch
from grants.choices import BatchRefusal, BatchVerb
from grants.models import PaymentBatch
from grants.rules import payments as rules
from grants.services.personal import own_households

DECIDING = (BatchVerb.LOCK, BatchVerb.APPROVE_BUSINESS, BatchVerb.APPROVE_FINANCE)


@dataclass(slots=True)
class Move:
    """A verb in progress: the locked batch, how it was, who acts and under which posting."""

    row: PaymentBatch
    old: PaymentBatch
    line: Transition
    actor: User
    posting: Holding
    note: str


def begin(
    batch: PaymentBatch,
    verb: BatchVerb,
    *,
    actor: User,
    note: str = "",
    version: int | None = None,
) -> Move:
    """Lock the batch and ask the table whether ``actor`` may do ``verb`` now.

    The lock on the batch stands for all its lines: every step takes it first. Refuses
    ``conflict``, ``not_allowed_from_state``, ``not_permitted``, ``guard:reason``, ``four_eyes``,
    ``own_household``.
    """
    row = PaymentBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    line = find(rules.BATCH, verb.value)
    if row.state not in line.sources:
        state = row.get_state_display()
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=state)
    if row.version != (batch.version if version is None else version):
        raise BusinessError(BatchRefusal.BUSY)
    posting = actor.posting_for(line.signatures[0], row)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)
    if line.needs_note and not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=verb.label)
    _four_eyes(row, verb, actor)
    if verb in DECIDING:
        _refuse_own_household(row, actor)
    return Move(row, copy.copy(row), line, actor, posting, note.strip())


def _four_eyes(row: PaymentBatch, verb: BatchVerb, actor: User) -> None:
    """Refuse whoever acted on the batch before, also through a deputy of any day since."""
    others = rules.SIGNERS_BEFORE.get(verb.value, ())
    if not others:
        return
    same = actor.person_ids(row.created_at.astimezone(clock.SHANGHAI).date())
    for name in others:
        if getattr(row, f"{name}_id") in same:
            raise BusinessError(BatchRefusal.MAKER, person=str(getattr(row, name)))


def _refuse_own_household(row: PaymentBatch, actor: User) -> None:
    own = list(own_households(actor).values_list("pk", flat=True))
    if own and row.lines.filter(entitlement__claim__household__in=own).exists():
        raise BusinessError(BatchRefusal.OWN_HOUSEHOLD)


def change(row: PaymentBatch, **values: Any) -> tuple[str, ...]:
    """Set the values on the row and return their names."""
    for name, value in values.items():
        setattr(row, name, value)
    return tuple(values)


def arrive(move: Move, changed: Iterable[str] = ()) -> PaymentBatch:
    """Move the batch to the verb's target, save it and write one audit entry."""
    fields = _save(move, changed)
    before, after = diff(move.old, move.row, fields)
    record(
        move.line.verb, move.row, actor=move.actor, before=before, after=after, note=move.note,
        posting=move.posting,
    )  # fmt: skip
    return move.row


def arrive_with(
    move: Move, rows: Rows, total: Any, changed: Iterable[str] = (), **shown: Any
) -> PaymentBatch:
    """Move the batch with its lines: one audit entry tells their count, sum and hash of ids."""
    _save(move, changed)
    facts = {"state": move.row.state} | shown
    record_batch(
        move.line.verb, move.row, actor=move.actor, rows=rows, total=str(total), note=move.note,
        after=facts,
    )  # fmt: skip
    return move.row


def _save(move: Move, changed: Iterable[str]) -> tuple[str, ...]:
    row = move.row
    row.state = move.line.target or row.state
    row.version += 1
    row.full_clean(exclude=[field.name for field in row._meta.fields if field.is_relation])
    fields = ("state", *changed)
    row.save(update_fields=[*fields, "version", "updated_at"])
    return fields
