"""The file for the bank: written once, sealed, and the same bytes ever after."""

import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db.models import F

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.personal import reveal
from bureau.core.transitions import find
from bureau.exchange.exporting import ExportColumn, csv_lines, write_xlsx
from bureau.people.models import User
from bureau.records.services import record, rows_of
from grants.choices import BatchState, BatchVerb, LineState, MoneyEvent
from grants.models import PaymentBatch, PaymentLine
from grants.querysets.payments import PaymentLineQuerySet
from grants.rules import payments as rules
from grants.services import batch_lines, offsets, vault
from grants.services.batch_moves import Move, arrive, arrive_with, begin, change
from grants.services.patience import patient

FORMATS = ("xlsx", "csv")
HEADINGS = (
    ("付款编号", "text"),
    ("收款人", "text"),
    ("账号", "text"),
    ("开户行", "text"),
    ("金额（元）", "money"),
    ("摘要", "text"),
)
"""The columns of the file as banks here take it, whatever the reader's language."""
TRAILER = "合计"
PURPOSE = {"build": "清洁取暖建设补贴", "operate": "清洁取暖运行补贴"}
CHUNK = 5000
BankRow = tuple[str, str, str, str, Decimal, str]


@patient()
def export_batch(
    batch: PaymentBatch, *, actor: User, note: str = "", version: int | None = None
) -> PaymentBatch:
    """Write the approved batch for the bank and send its lines; again, nothing changes.

    Lines of which a recovery leaves nothing go to no bank: they are settled at once, and a batch
    of nothing else waits for no receipt.
    """
    move = begin(batch, BatchVerb.EXPORT, actor=actor, note=note, version=version)
    row = move.row
    if row.state == BatchState.EXPORTED:
        return row
    lines = batch_lines.lines_of(row)
    table = list(_rows(row, lines.for_the_bank()))
    paths = _keep(row, table)
    rows, now = rows_of(lines), clock.now()
    lines.filter(state=LineState.PENDING).update(state=LineState.SENT, sent_at=now, updated_at=now)
    changed = change(row, exported_by=actor, exported_at=now, **paths)
    arrive_with(move, rows, row.total, changed, sent=len(table))
    _settle_nothing(move, lines)
    return row


def _rows(batch: PaymentBatch, lines: PaymentLineQuerySet) -> Iterator[BankRow]:
    purpose = PURPOSE[batch.kind]
    for line in lines.select_related("account").order_by("pk").iterator(chunk_size=CHUNK):
        if line.account is None:
            continue
        card, bank = reveal(line.account, "card"), line.account.bank
        yield line.reference, line.payee_name, card, bank, line.amount - line.offset, purpose


def _keep(batch: PaymentBatch, table: list[BankRow]) -> dict[str, str]:
    """Write both files, of the same rows and the moment of the approval, and seal them."""
    total = sum((row[4] for row in table), Decimal(0))
    trailer = (TRAILER, str(len(table)), "", "", total, "")
    columns: list[ExportColumn] = [
        (heading, itemgetter(place), kind) for place, (heading, kind) in enumerate(HEADINGS)
    ]
    rows, made_at = [*table, trailer], batch.finance_approved_at or clock.now()
    files = {"xlsx": _xlsx(columns, rows, made_at), "csv": _csv(columns, rows)}
    return {f"{name}_path": vault.keep(_place(batch, name), data) for name, data in files.items()}


def _csv(columns: list[ExportColumn], rows: list[Any]) -> bytes:
    return "".join(csv_lines(columns, rows)).encode()


def _xlsx(columns: list[ExportColumn], rows: list[Any], made_at: datetime) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, columns, rows, made_at.astimezone(clock.SHANGHAI).replace(tzinfo=None))
    return out.getvalue()


def _place(batch: PaymentBatch, fmt: str) -> str:
    return f"grants_paymentbatch.{fmt}.{batch.pk}"


def _settle_nothing(move: Move, lines: PaymentLineQuerySet) -> None:
    """Settle the lines of which nothing was left to send."""
    sent, today = lines.filter(state=LineState.SENT), clock.today()
    none = list(sent.filter(amount=F("offset")).values_list("pk", flat=True))
    if not none:
        return
    settled = PaymentLine.objects.filter(pk__in=none)
    settled.update(state=LineState.PAID, paid_on=today, updated_at=clock.now())
    offsets.settle(settled, actor=move.actor, on=today)
    if not sent.exists():
        move.line = find(rules.BATCH, BatchVerb.IMPORT_RECEIPT.value)
        arrive(move)


@patient()
def download_bank_file(batch: PaymentBatch, fmt: str, *, actor: User) -> bytes:
    """Return the exported file (``xlsx`` or ``csv``) with whole card numbers; the audit tells who.

    Refuses ``not_allowed_from_state`` before the export, ``not_permitted``.
    """
    if actor.posting_for(rules.MAY_EXPORT, batch) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=MoneyEvent.DOWNLOAD.label)
    path = getattr(batch, f"{fmt}_path") if fmt in FORMATS else ""
    if not path:
        raise BusinessError(
            Refusal.NOT_ALLOWED_FROM_STATE,
            verb=MoneyEvent.DOWNLOAD.label,
            state=batch.get_state_display(),
        )
    data = vault.read(_place(batch, fmt), path)
    record(MoneyEvent.DOWNLOAD, batch, actor=actor, after={"format": fmt, "size": len(data)})
    return data
