"""The fund ledger's writes: money received, allotted to batches, released again."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.querysets import CITY_LEVEL
from bureau.people.models import User
from bureau.records.keeper import Keeper
from bureau.records.services import record
from grants.choices import BatchRefusal, BatchState, FundRefusal, MoneyEvent, RecoveryRefusal
from grants.models import Allotment, Fund, PaymentBatch
from grants.rules import payments as rules
from grants.services.patience import patient

FIRST_DAY = date(2000, 1, 1)
MAY_ALLOT = "grants.change_fund"
FREE_AGAIN = (BatchState.DRAFT, BatchState.LOCKED, BatchState.BUSINESS_APPROVED,
              BatchState.APPROVED, BatchState.ABORTED)  # fmt: skip


class Funds(Keeper[Fund]):
    """Money received; none in the future, none for two areas, none below what is allotted."""

    model = Fund
    fields = (
        "document", "level", "fiscal_year", "received_on", "amount", "division", "managing_area",
        "remarks",
    )  # fmt: skip

    def check(self, row: Fund) -> Iterable[Finding | None]:
        if row.received_on is not None and row.received_on > clock.today():
            yield Finding(RecoveryRefusal.FUTURE, ("received_on",))
        if row.received_on is not None and row.received_on < FIRST_DAY:
            yield Finding(FundRefusal.OLD, ("received_on",))
        if (row.division is None) == (row.managing_area is None):
            yield Finding(BatchRefusal.AREA_NEEDED, ("division",))
        allotted = allotted_of(row) if row.pk else Decimal(0)
        if row.amount is not None and row.amount < allotted:
            values = {"amount": allotted, "name": row.document}
            yield Finding(FundRefusal.IN_USE, ("amount",), values)

    def in_use(self, row: Fund) -> BusinessError | None:
        allotted = allotted_of(row)
        if not allotted:
            return None
        return BusinessError(FundRefusal.IN_USE, amount=allotted, name=row.document)


funds = Funds()


def allotted_of(fund: Fund) -> Decimal:
    """Return what of a fund is set aside for batches, in yuan."""
    return fund.allotments.total()


def covered_of(batch: PaymentBatch) -> Decimal:
    """Return what is set aside for a batch, in yuan."""
    return batch.allotments.total()


def unspent_of(allotment: Allotment) -> Decimal:
    """Return what may be freed again: all before the bank, what was not paid once it is closed.

    What a batch has paid fills its allotments in the order in which they were made.
    """
    batch = allotment.batch
    if batch.state in FREE_AGAIN:
        return allotment.kept
    if batch.state != BatchState.CLOSED:
        return Decimal(0)
    parts = list(batch.allotments.live().order_by("pk"))
    net = batch.lines.paid().aggregate(total=Sum(F("amount") - F("offset")))["total"]
    filled = rules.fill(net or Decimal(0), [one.kept for one in parts])
    return sum(
        (one.kept - paid for one, paid in zip(parts, filled, strict=True) if one == allotment),
        Decimal(0),
    )


@patient()
def allot(
    fund: Fund, *, batch: PaymentBatch, amount: Decimal, actor: User, note: str = ""
) -> Allotment:
    """Set a part of a fund aside for a locked batch: of the same area, or of the whole city.

    Never more than is free in the fund or still to be covered in the batch.
    """
    paid = PaymentBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    row = Fund.objects.select_for_update(of=("self",)).select_related("division").get(pk=fund.pk)
    if actor.posting_for(MAY_ALLOT, row) is None or not actor.can("grants.view_paymentbatch", paid):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=MoneyEvent.ALLOT.label)
    _refuse_allotting(row, paid, amount)
    made = Allotment(
        fund=row, batch=paid, amount=amount, allotted_on=clock.today(), allotted_by=actor
    )
    made.full_clean()
    made.save(force_insert=True)
    facts = {"batch": paid.number, "allotted": str(amount)}
    record(MoneyEvent.ALLOT, row, actor=actor, after=facts, note=note.strip(), also=paid)
    return made


def _refuse_allotting(fund: Fund, batch: PaymentBatch, amount: Decimal) -> None:
    if fund.is_archived:
        raise BusinessError(Refusal.ARCHIVED, name=fund.document)
    if batch.state in (BatchState.DRAFT, BatchState.ABORTED):
        raise BusinessError(FundRefusal.BATCH_OPEN, batch=batch.number)
    of_city = fund.division is not None and fund.division.level == CITY_LEVEL
    if not of_city and fund.area != batch.area:
        raise BusinessError(FundRefusal.OTHER_AREA, name=fund.document)
    free = fund.amount - allotted_of(fund)
    if amount > free:
        raise BusinessError(FundRefusal.OVERDRAWN, limit=free, name=fund.document)
    uncovered = batch.total - covered_of(batch)
    if amount > uncovered:
        raise BusinessError(FundRefusal.BATCH_COVERED, limit=uncovered, batch=batch.number)


@patient()
def release(allotment: Allotment, *, actor: User, note: str = "") -> Allotment:
    """Free what was set aside for a batch that has not gone to the bank, or was not paid by it.

    Refuses ``guard:spent`` while the bank is at work, ``guard:all_paid`` when nothing is left.
    """
    batch = PaymentBatch.objects.select_for_update(of=("self",)).get(pk=allotment.batch_id)
    locked = Allotment.objects.select_for_update(of=("self",)).select_related("fund")
    row = locked.get(pk=allotment.pk)
    row.batch = batch
    if actor.posting_for(MAY_ALLOT, row.fund) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=MoneyEvent.RELEASE.label)
    if row.released_at is not None:
        return row
    if batch.state not in (*FREE_AGAIN, BatchState.CLOSED):
        raise BusinessError(FundRefusal.SPENT, batch=batch.number)
    return free(row, actor=actor, note=note)


def free(row: Allotment, *, actor: User, note: str = "") -> Allotment:
    """Free a locked allotment, or of a closed batch the part that it did not pay."""
    unspent = unspent_of(row)
    if not unspent:
        raise BusinessError(FundRefusal.ALL_PAID, batch=row.batch.number)
    if row.batch.state == BatchState.CLOSED:
        row.freed += unspent
    else:
        row.released_at = clock.now()
    row.save(update_fields=["freed", "released_at", "updated_at"])
    facts: dict[str, Any] = {"batch": row.batch.number, "freed": str(unspent)}
    record(MoneyEvent.RELEASE, row.fund, actor=actor, after=facts, note=note.strip())
    return row
