"""Recoveries kept back from a payment: planned at the lock, settled when it is paid."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from bureau.core import clock
from bureau.people.models import User
from bureau.records.services import record
from grants.choices import LineState, RecoveryState, RecoveryVerb, SettlementKind
from grants.models import PaymentBatch, PaymentLine, Recovery, Repayment
from grants.rules import payments as rules


def remaining(recovery: Recovery) -> Decimal:
    """Return what of a recovery has not come back yet, in yuan."""
    repaid = recovery.repayments.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return recovery.amount - repaid


def carried(line: PaymentLine) -> Decimal:
    """Return what was kept back at earlier attempts of the same payment, in yuan."""
    found = Repayment.objects.filter(line__entitlement=line.entitlement_id)
    return found.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def plan(batch: PaymentBatch) -> None:
    """Reduce the lines of a batch from which decided recoveries are to be kept back."""
    claims = Recovery.objects.select_for_update(of=("self",)).filter(
        state=RecoveryState.DECIDED,
        offset_line__batch=batch,
        offset_line__state=LineState.PENDING,
    )
    by_line: dict[int | None, list[Recovery]] = {}
    for recovery in claims.order_by("pk"):
        by_line.setdefault(recovery.offset_line_id, []).append(recovery)
    for line in PaymentLine.objects.filter(pk__in=[pk for pk in by_line if pk]):
        _reduce(line, by_line[line.pk])


def _reduce(line: PaymentLine, claims: list[Recovery]) -> None:
    before = carried(line)
    parts = rules.kept_back(line.amount, before, map(remaining, claims))
    for recovery, part in zip(claims, parts, strict=True):
        recovery.offset_amount = part
        recovery.save(update_fields=["offset_amount", "updated_at"])
    line.offset = before + sum(parts, Decimal(0))
    line.save(update_fields=["offset", "updated_at"])


def unplan(batch: PaymentBatch) -> None:
    """Pay the lines of an unlocked batch in full again, but for what earlier attempts kept."""
    reduced = PaymentLine.objects.filter(batch=batch, state=LineState.PENDING, offset__gt=0)
    release(reduced)
    for line in reduced:
        line.offset = carried(line)
        line.save(update_fields=["offset", "updated_at"])


def release(lines: QuerySet[PaymentLine]) -> None:
    """Free the recoveries that were to be kept back from lines which come to nothing."""
    claims = Recovery.objects.filter(offset_line__in=lines, offset_amount__gt=0)
    claims.update(offset_amount=0, updated_at=clock.now())


def settle(lines: QuerySet[PaymentLine], *, actor: User, on: date) -> None:
    """Take as repaid what was kept back from lines that are paid now."""
    claims = Recovery.objects.select_for_update(of=("self",)).filter(
        offset_line__in=lines, offset_amount__gt=0
    )
    for recovery in claims.order_by("pk"):
        part, recovery.offset_amount = recovery.offset_amount, Decimal(0)
        recovery.save(update_fields=["offset_amount", "updated_at"])
        Repayment.objects.create(
            recovery=recovery, kind=SettlementKind.OFFSET, amount=part, on=on,
            line_id=recovery.offset_line_id, recorded_by=actor,
        )  # fmt: skip
        after = {"amount": str(part), "reference": str(recovery.offset_line)}
        record(RecoveryVerb.OFFSET, recovery, actor=actor, after=after)
        close_if_repaid([recovery], actor=actor)


def close_if_repaid(recoveries: Iterable[Recovery], *, actor: User) -> None:
    """Settle the recoveries of which nothing is open any more."""
    for recovery in recoveries:
        if recovery.state != RecoveryState.DECIDED or remaining(recovery) > 0:
            continue
        recovery.state = RecoveryState.SETTLED
        recovery.version += 1
        recovery.save(update_fields=["state", "version", "updated_at"])
        record(
            RecoveryVerb.SETTLE, recovery, actor=actor,
            before={"state": RecoveryState.DECIDED.value},
            after={"state": RecoveryState.SETTLED.value},
        )  # fmt: skip
