"""Money that a household gives back: announced, heard, decided, repaid in cash or kept back."""

import copy
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Min, Sum

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import find
from bureau.people.models import User
from bureau.records.services import diff, record, values
from grants.choices import (
    BatchState,
    HouseholdRefusal,
    LineState,
    RecoveryRefusal,
    RecoveryState,
    RecoveryVerb,
    SettlementKind,
)
from grants.models import Entitlement, PaymentBatch, PaymentLine, Recovery, Repayment
from grants.rules import payments as rules
from grants.services.offsets import close_if_repaid, remaining
from grants.services.patience import patient
from grants.services.personal import handles_own_household

ANNOUNCED = ("entitlement", "state", "amount", "reason", "announced_on")
LIVE = (LineState.PENDING, LineState.SENT)


# --- announce ----------------------------------------------------------------------------
@patient()
def announce_recovery(
    entitlement: Entitlement, *, actor: User, amount: Decimal, reason: str, note: str = ""
) -> Recovery:
    """Announce to the household that ``amount`` yuan are to be given back [law].

    At most what was paid less what is recovered or demanded already (``guard:amount``).
    """
    row = Entitlement.objects.select_for_update(of=("self",)).get(pk=entitlement.pk)
    posting = actor.posting_for(rules.MAY_ANNOUNCE, row)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=RecoveryVerb.ANNOUNCE.label)
    if not reason.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=RecoveryVerb.ANNOUNCE.label)
    limit = recoverable(row)
    if not row.lines.paid().exists():
        raise BusinessError(RecoveryRefusal.NOT_PAID)
    if amount > limit:
        raise BusinessError(RecoveryRefusal.TOO_MUCH, limit=limit)
    made = Recovery(
        entitlement=row, amount=amount, reason=reason.strip(), announced_on=clock.today(),
        announced_by=actor,
    )  # fmt: skip
    made.full_clean()
    made.save(force_insert=True)
    record(
        RecoveryVerb.ANNOUNCE, made, actor=actor, after=values(made, ANNOUNCED), note=note.strip(),
        posting=posting, also=row,
    )  # fmt: skip
    return made


def recoverable(entitlement: Entitlement) -> Decimal:
    """Return how much of an entitlement may still be demanded back, in yuan."""
    paid = entitlement.lines.paid().aggregate(total=Sum("amount"))["total"] or Decimal(0)
    demanded = entitlement.recoveries.demanded().values_list("amount", flat=True)
    return rules.recoverable(paid, demanded)


# --- hear, decide, cancel ----------------------------------------------------------------
@patient()
def hear(
    recovery: Recovery,
    *,
    actor: User,
    statement: str,
    note: str = "",
    version: int | None = None,
) -> Recovery:
    """Record the household's statement, or in its words that it made none."""
    row, old = _begin(recovery, RecoveryVerb.HEAR, actor, note, version)
    if not statement.strip():
        raise BusinessError(RecoveryRefusal.STATEMENT_NEEDED)
    return _arrive(
        row, old, RecoveryVerb.HEAR, actor, note, heard_on=clock.today(),
        statement=statement.strip(),
    )  # fmt: skip


@patient()
def decide(
    recovery: Recovery,
    *,
    actor: User,
    remedies: str,
    note: str = "",
    version: int | None = None,
) -> Recovery:
    """Decide that the money is to be given back, naming the remedies; the county decides."""
    row, old = _begin(recovery, RecoveryVerb.DECIDE, actor, note, version)
    if handles_own_household(actor, row.entitlement.claim):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)
    if not remedies.strip():
        raise BusinessError(RecoveryRefusal.REMEDIES_NEEDED)
    return _arrive(
        row, old, RecoveryVerb.DECIDE, actor, note, decided_on=clock.today(), decided_by=actor,
        remedies=remedies.strip(),
    )  # fmt: skip


@patient()
def cancel(recovery: Recovery, *, actor: User, note: str, version: int | None = None) -> Recovery:
    """Drop a demand before it is decided."""
    row, old = _begin(recovery, RecoveryVerb.CANCEL, actor, note, version)
    return _arrive(row, old, RecoveryVerb.CANCEL, actor, note)


# --- what comes back ---------------------------------------------------------------------
@patient()
def record_cash(
    recovery: Recovery,
    *,
    actor: User,
    amount: Decimal,
    on: date | None = None,
    note: str = "",
    version: int | None = None,
) -> Recovery:
    """Record that a part, or the rest, was repaid in yuan; what is left stays open."""
    row = _begin_collecting(recovery, RecoveryVerb.RECORD_CASH, actor, version)
    day = on or clock.today()
    _refuse_too_much(row, amount)
    _refuse_day(row, day)
    made = Repayment(
        recovery=row, kind=SettlementKind.CASH, amount=amount, on=day, note=note.strip()[:300],
        recorded_by=actor,
    )  # fmt: skip
    made.full_clean()
    made.save(force_insert=True)
    row.version += 1
    row.save(update_fields=["version", "updated_at"])
    after = {"amount": str(amount), "on": day.isoformat()}
    record(RecoveryVerb.RECORD_CASH, row, actor=actor, after=after, note=note.strip())
    close_if_repaid([row], actor=actor)
    return row


def _refuse_too_much(row: Recovery, amount: Decimal) -> None:
    """Refuse more than is open, what a locked batch keeps back left aside."""
    limit = remaining(row) - row.offset_amount
    if amount <= limit:
        return
    if row.offset_amount and row.offset_line is not None:
        raise BusinessError(
            RecoveryRefusal.KEPT_BACK, limit=limit, amount=row.offset_amount,
            reference=row.offset_line.reference,
        )  # fmt: skip
    raise BusinessError(RecoveryRefusal.OVERPAID, limit=limit)


def _refuse_day(row: Recovery, day: date) -> None:
    """Refuse a day to come, and one before which nothing had been paid that could come back."""
    if day > clock.today():
        raise BusinessError(RecoveryRefusal.FUTURE)
    first = row.entitlement.lines.aggregate(first=Min("paid_on"))["first"]
    if first is not None and day < first:
        raise BusinessError(RecoveryRefusal.EARLY, first=first.isoformat())


@patient()
def offset(
    recovery: Recovery,
    *,
    actor: User,
    line: PaymentLine,
    note: str = "",
    version: int | None = None,
) -> Recovery:
    """Name the payment from which the rest is to be kept back: one of the same dwelling.

    It stands in a draft batch; what is kept back is fixed when that is locked, and repaid when
    the payment is. What the payment cannot bear stays open.
    """
    PaymentBatch.objects.select_for_update(of=("self",)).get(pk=line.batch_id)
    named = PaymentLine.objects.select_related("batch", "entitlement").get(pk=line.pk)
    row = _begin_collecting(recovery, RecoveryVerb.OFFSET, actor, version)
    if named.entitlement.dwelling_id != row.entitlement.dwelling_id:
        raise BusinessError(RecoveryRefusal.OTHER_DWELLING)
    if named.state != LineState.PENDING or named.batch.state != BatchState.DRAFT:
        raise BusinessError(RecoveryRefusal.LINE_NOT_OPEN, reference=named.reference)
    before = row.offset_line
    if before is not None and before.pk != named.pk and before.state in LIVE:
        raise BusinessError(RecoveryRefusal.NAMED_ALREADY, reference=before.reference)
    row.offset_line = named
    row.version += 1
    row.save(update_fields=["offset_line", "version", "updated_at"])
    after = {"offset_line": named.reference}
    record(RecoveryVerb.OFFSET, row, actor=actor, after=after, note=note.strip(), also=named)
    return row


def _begin_collecting(
    recovery: Recovery, verb: RecoveryVerb, actor: User, version: int | None
) -> Recovery:
    row = _locked(recovery, version)
    if row.state != RecoveryState.DECIDED:
        raise _not_from(row, verb)
    if actor.posting_for(rules.MAY_COLLECT, row) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)
    return row


# --- How every verb begins and ends ------------------------------------------------------
def _locked(recovery: Recovery, version: int | None) -> Recovery:
    row = (
        Recovery.objects.select_for_update(of=("self",))
        .select_related("entitlement", "offset_line")
        .get(pk=recovery.pk)
    )
    if row.version != (recovery.version if version is None else version):
        raise BusinessError(Refusal.CONFLICT)
    return row


def _not_from(row: Recovery, verb: RecoveryVerb) -> BusinessError:
    state = row.get_state_display()
    return BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=state)


def _begin(
    recovery: Recovery, verb: RecoveryVerb, actor: User, note: str, version: int | None
) -> tuple[Recovery, Recovery]:
    row, line = _locked(recovery, version), find(rules.RECOVERY, verb.value)
    if row.state not in line.sources:
        raise _not_from(row, verb)
    if actor.posting_for(line.signatures[0], row) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)
    if line.needs_note and not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=verb.label)
    return row, copy.copy(row)


def _arrive(
    row: Recovery, old: Recovery, verb: RecoveryVerb, actor: User, note: str, **changed: Any
) -> Recovery:
    row.state = find(rules.RECOVERY, verb.value).target or row.state
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.full_clean()
    fields = ("state", *changed)
    row.save(update_fields=[*fields, "version", "updated_at"])
    before, after = diff(old, row, fields)
    record(verb, row, actor=actor, before=before, after=after, note=note.strip())
    return row


SERVICES: dict[str, Callable[..., Recovery]] = {
    RecoveryVerb.HEAR.value: hear,
    RecoveryVerb.DECIDE.value: decide,
    RecoveryVerb.CANCEL.value: cancel,
    RecoveryVerb.RECORD_CASH.value: record_cash,
    RecoveryVerb.OFFSET.value: offset,
}


def do(verb: str, recovery: Recovery, *, actor: Any, **given: Any) -> Recovery:
    """Carry out a verb of the table; KeyError for any other word."""
    return SERVICES[verb](recovery, actor=actor, **given)
