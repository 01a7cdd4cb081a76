"""A payment batch from its creation to its closing; the bank's side is in two files of its own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.querysets import COUNTY_LEVEL
from bureau.people.models import User
from bureau.places.models import Division, ManagingArea
from bureau.records.services import record_batch, rows_of
from grants.choices import BatchRefusal, BatchVerb, LineState
from grants.models import PaymentBatch
from grants.rules import payments as rules
from grants.services import batch_lines, funds, offsets
from grants.services.batch_moves import Move, arrive, arrive_with, begin, change
from grants.services.patience import patient

NUMBER = "ZF{year}-{number:04d}"
UNSIGNED: dict[str, Any] = {
    "locked_by": None,
    "locked_at": None,
    "business_approved_by": None,
    "business_approved_at": None,
    "sha256": "",
}


# --- create ------------------------------------------------------------------------------
@patient()
def create_batch(
    area: Division | ManagingArea, *, actor: User, kind: str, fiscal_year: int, note: str = ""
) -> PaymentBatch:
    """Put everything that may be paid in an area into a new batch of one kind and fiscal year.

    ``area`` is a county or a managing area. What failed or was returned is tried again, once
    each, as a new line. Refuses ``not_permitted``, ``guard:lines`` when nothing waits, and
    raises ValidationError by field.
    """
    posting = actor.posting_for(rules.MAY_CREATE, area)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=BatchVerb.CREATE.label)
    row = PaymentBatch(kind=kind, fiscal_year=fiscal_year, created_by=actor, **_owner(area))
    row.number = _next_number(fiscal_year)
    row.full_clean()
    row.save(force_insert=True)
    if not batch_lines.add(row):
        raise BusinessError(BatchRefusal.EMPTY, area=str(area))
    batch_lines.recount(row)
    rows = rows_of(row.lines.all())
    record_batch(
        BatchVerb.CREATE, row, actor=actor, rows=rows, total=str(row.total), note=note.strip()
    )
    return row


def _owner(area: Division | ManagingArea) -> dict[str, Any]:
    if isinstance(area, ManagingArea):
        return {"managing_area": area}
    if area.level != COUNTY_LEVEL or area.has_ended:
        sentence: Any = BatchRefusal.AREA_NEEDED.label
        raise ValidationError({"division": [ValidationError(sentence, code="area")]})
    return {"division": area}


def _next_number(year: int) -> str:
    """Return the next number of the year; the lock lasts until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('grants.paymentbatch.number'))")
    begun = NUMBER.format(year=year, number=0)[:-4]
    place = Cast(Substr("number", len(begun) + 1), IntegerField())
    last = PaymentBatch.objects.filter(number__startswith=begun).aggregate(last=Max(place))["last"]
    return NUMBER.format(year=year, number=(last or 0) + 1)


# --- lock, unlock ------------------------------------------------------------------------
@patient()
def lock_batch(
    batch: PaymentBatch,
    *,
    actor: User,
    drop_ineligible: bool = False,
    note: str = "",
    version: int | None = None,
) -> PaymentBatch:
    """Fix what is paid to whom: eligibility checked again, payees as of today, shares, a hash.

    Lines that may not be paid any more are refused (``guard:eligible``), or dropped by choice.
    """
    move = begin(batch, BatchVerb.LOCK, actor=actor, note=note, version=version)
    row = move.row
    batch_lines.refresh_payees(row)
    _drop_or_refuse(row, drop=drop_ineligible)
    batch_lines.share_out(row)
    offsets.plan(row)
    seal = batch_lines.seal(row)
    if not seal.count:
        raise BusinessError(BatchRefusal.EMPTY, area=str(row.area))
    changed = change(
        row, locked_by=actor, locked_at=clock.now(), count=seal.count, total=seal.total,
        sha256=seal.sha256,
    )  # fmt: skip
    rows = rows_of(batch_lines.lines_of(row))
    return arrive_with(move, rows, seal.total, changed, sha256=seal.sha256)


def _drop_or_refuse(row: PaymentBatch, *, drop: bool) -> None:
    bad = batch_lines.lines_of(row).ineligible()
    if drop:
        batch_lines.drop(bad)
        return
    first = bad.select_related("entitlement__claim").order_by("pk").first()
    if first is not None:
        raise BusinessError(
            BatchRefusal.NOT_ELIGIBLE,
            count=bad.count(),
            name=first.entitlement.claim.name,
            reason=batch_lines.flaw_of(first).label,
        )


@patient()
def unlock_batch(
    batch: PaymentBatch, *, actor: User, note: str = "", version: int | None = None
) -> PaymentBatch:
    """Open a locked batch again; what was signed falls."""
    move = begin(batch, BatchVerb.UNLOCK, actor=actor, note=note, version=version)
    done = arrive(move, change(move.row, **UNSIGNED))
    offsets.unplan(done)
    return done


# --- approve -----------------------------------------------------------------------------
@patient()
def approve_business(
    batch: PaymentBatch, *, actor: User, note: str = "", version: int | None = None
) -> PaymentBatch:
    """Approve a locked batch for the business side: who neither created nor locked it."""
    move = begin(batch, BatchVerb.APPROVE_BUSINESS, actor=actor, note=note, version=version)
    _refuse_changed(move)
    signed = change(move.row, business_approved_by=actor, business_approved_at=clock.now())
    return arrive(move, signed)


@patient()
def approve_finance(
    batch: PaymentBatch, *, actor: User, note: str = "", version: int | None = None
) -> PaymentBatch:
    """Approve a batch for finance: a different person from all who acted before."""
    move = begin(batch, BatchVerb.APPROVE_FINANCE, actor=actor, note=note, version=version)
    _refuse_changed(move)
    signed = change(move.row, finance_approved_by=actor, finance_approved_at=clock.now())
    return arrive(move, signed)


def _refuse_changed(move: Move) -> None:
    """Refuse a batch that is not, line by line, what was locked."""
    seal = batch_lines.seal(move.row)
    if seal != batch_lines.Seal(move.row.count, move.row.total, move.row.sha256):
        raise BusinessError(BatchRefusal.HASH_DIFFERS)


# --- close, abort ------------------------------------------------------------------------
@patient()
def close_batch(
    batch: PaymentBatch, *, actor: User, note: str = "", version: int | None = None
) -> PaymentBatch:
    """Close a batch of which the bank has answered every line."""
    move = begin(batch, BatchVerb.CLOSE, actor=actor, note=note, version=version)
    waiting = move.row.lines.filter(state=LineState.SENT).count()
    if waiting:
        raise BusinessError(BatchRefusal.LINES_SENT, count=waiting)
    return arrive(move, change(move.row, closed_at=clock.now()))


@patient()
def abort_batch(
    batch: PaymentBatch, *, actor: User, note: str, version: int | None = None
) -> PaymentBatch:
    """Give up a batch that finance has not approved; its entitlements may be paid in another."""
    move = begin(batch, BatchVerb.ABORT, actor=actor, note=note, version=version)
    lines = batch_lines.lines_of(move.row)
    rows, total = rows_of(lines), move.row.total
    offsets.release(lines)
    batch_lines.drop(lines)
    for allotment in move.row.allotments.live().select_for_update().order_by("pk"):
        funds.free(allotment, actor=actor, note=move.note)
    return arrive_with(move, rows, total, change(move.row, reason=move.note))
