"""The bank's answers: a whole file or nothing, with every reason; the same again is nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from bureau.core import clock, personal
from bureau.people.models import User
from bureau.records.services import record_batch, touched
from grants.choices import BatchVerb, LineState, LineVerb, ReceiptSlip
from grants.models import PaymentBatch, PaymentLine, Receipt
from grants.services import offsets, vault
from grants.services.batch_moves import Move, arrive_with, begin
from grants.services.patience import patient
from grants.services.receipt_files import Answer, ReceiptRefused, ReceiptTable, Slip, read_receipt

_STAGE = """
    DROP TABLE IF EXISTS receipt_answers;
    CREATE TEMPORARY TABLE receipt_answers (
        number integer, reference text, amount numeric(16, 2), tail text, result text,
        reason text, day date
    ) ON COMMIT DROP
"""

_AGAINST = """
    SELECT number, reference, amount, result, at, line_id, sent, card_tail, tail, state FROM (
        SELECT answer.number, answer.reference, answer.amount, answer.result, answer.tail,
               row_number() OVER (PARTITION BY answer.reference ORDER BY answer.number) AS at,
               line.id AS line_id, line.amount - line."offset" AS sent, line.card_tail, line.state
        FROM receipt_answers answer
        LEFT JOIN grants_paymentline line
          ON line.batch_id = %s AND line.reference = answer.reference AND line.state <> 'dropped'
    ) compared
    WHERE line_id IS NULL OR at > 1 OR amount <> sent OR tail <> card_tail
       OR NOT (state = 'sent' OR (state = 'paid' AND coalesce(result, 'returned') = 'returned'))
    ORDER BY number
"""

_ANSWER = """
    UPDATE grants_paymentline line
    SET state = CASE answer.result WHEN 'failed' THEN 'failed' ELSE 'paid' END,
        paid_on = CASE answer.result WHEN 'failed' THEN NULL ELSE answer.day END,
        reason = CASE answer.result WHEN 'failed' THEN answer.reason ELSE '' END,
        updated_at = %(now)s
    FROM receipt_answers answer
    WHERE line.batch_id = %(batch)s AND line.reference = answer.reference AND line.state = 'sent'
"""

_BOUNCE = """
    UPDATE grants_paymentline line
    SET state = 'returned', returned_on = answer.day, reason = answer.reason, updated_at = %(now)s
    FROM receipt_answers answer
    WHERE line.batch_id = %(batch)s AND line.reference = answer.reference
      AND answer.result = 'returned' AND line.state = 'paid'
"""

_TOUCHED = """
    SELECT line.id FROM grants_paymentline line JOIN receipt_answers answer
      ON line.batch_id = %s AND line.reference = answer.reference
"""


TOLD = (
    (LineVerb.PAY, LineState.PAID),
    (LineVerb.FAIL, LineState.FAILED),
    (LineVerb.BOUNCE, LineState.RETURNED),
)


@dataclass(frozen=True, slots=True)
class _Against:
    """An answer that does not fit what was sent; None where its cell cannot be read."""

    number: int
    reference: str
    amount: Decimal | None
    result: str | None
    at: int
    line_id: int | None
    sent: Any
    card_tail: str | None
    tail: str | None
    state: str | None

    def slips(self, table: ReceiptTable, elsewhere: Mapping[str, str]) -> list[Slip]:
        """Return everything that is wrong with it; ``elsewhere`` tells reference → other batch."""
        name, found = self.reference, []

        def add(code: ReceiptSlip, column: str, value: Any = name, **more: Any) -> None:
            slip = table.slip(code, self.number, column, value)
            found.append(Slip(code, slip.values | {"reference": name} | more))

        if self.line_id is None:
            if name in elsewhere:
                add(ReceiptSlip.OTHER_BATCH, "reference", batch=elsewhere[name])
            elif name:
                add(ReceiptSlip.UNKNOWN_REFERENCE, "reference")
            return found
        if self.at > 1:
            add(ReceiptSlip.DOUBLE_REFERENCE, "reference")
        if self.amount is not None and self.amount != self.sent:
            add(ReceiptSlip.AMOUNT_DIFFERS, "amount", self.amount, expected=self.sent)
        if self.tail and self.tail != self.card_tail:
            add(ReceiptSlip.CARD_DIFFERS, "tail")
        state = LineState(self.state or "")
        came_back = self.result in (None, LineState.RETURNED.value)
        if state != LineState.SENT and not (state == LineState.PAID and came_back):
            add(ReceiptSlip.NOT_SENT, "reference", state=state.label)
        return found


@patient()
def import_receipt(
    batch: PaymentBatch,
    *,
    actor: User,
    name: str,
    data: bytes,
    note: str = "",
    version: int | None = None,
) -> PaymentBatch:
    """Take in a part of the bank's answer: every row fits what was sent, or nothing changes.

    Lines that it does not name stay sent. Raises ReceiptRefused with every reason, FileRefused
    for what is no spreadsheet. The very same file once more changes nothing.
    """
    return _take_in(
        begin(batch, BatchVerb.IMPORT_RECEIPT, actor=actor, note=note, version=version), name, data
    )


@patient()
def import_returns(
    batch: PaymentBatch,
    *,
    actor: User,
    name: str,
    data: bytes,
    note: str = "",
    version: int | None = None,
) -> PaymentBatch:
    """Take in what the bank sends back weeks later (退汇): paid lines of a closed batch.

    The batch stays closed; what came back is tried again in a new one, once. Refused like any
    receipt, wholly, where a row is no return of a paid line.
    """
    return _take_in(
        begin(batch, BatchVerb.IMPORT_RETURNS, actor=actor, note=note, version=version), name, data
    )


def _take_in(move: Move, name: str, data: bytes) -> PaymentBatch:
    digest = hashlib.sha256(data).hexdigest()
    if move.row.receipts.filter(sha256=digest).exists():
        return move.row
    table = read_receipt(data, name)
    _stage(table.answers)
    slips = [*table.slips, *_compare(move, table)]
    if slips:
        slips.sort(key=lambda slip: slip.values.get("row", float("inf")))
        raise ReceiptRefused(slips)
    _settle(move, table.answers)
    receipt = _keep(move, table, name, data, digest)
    rows = touched(PaymentLine, _TOUCHED, [move.row.pk])
    _tell_each(move, receipt)
    shown = {"receipt": receipt.name, "sha256": digest} | {
        state: getattr(receipt, state) for state in ("paid", "failed", "returned")
    }
    return arrive_with(move, rows, table.total, **shown)


def _tell_each(move: Move, receipt: Receipt) -> None:
    """Write what became of the lines, by result, so that the story of each tells it."""
    for verb, result in TOLD:
        if not getattr(receipt, result):
            continue
        source = f"{_TOUCHED} WHERE answer.result = %s"
        rows = touched(PaymentLine, source, [move.row.pk, result.value])
        facts = {"receipt": receipt.name}
        record_batch(verb, move.row, actor=move.actor, rows=rows, after=facts)


def _stage(answers: list[Answer]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy("COPY receipt_answers FROM STDIN") as copy:
            for one in answers:
                copy.write_row(
                    (one.number, one.reference, one.amount, one.tail, one.result, one.reason,
                     one.day)
                )  # fmt: skip
        # The planner knows nothing of lines that were just answered; with this it need not.
        cursor.execute("CREATE INDEX ON receipt_answers (reference)")
        cursor.execute("ANALYZE receipt_answers")


def _compare(move: Move, table: ReceiptTable) -> list[Slip]:
    with connection.cursor() as cursor:
        cursor.execute(_AGAINST, [move.row.pk])
        found = [_Against(*row) for row in cursor.fetchall()]
    unknown = [one.reference for one in found if one.line_id is None]
    seen = PaymentLine.objects.visible_to(move.actor).exclude(batch=move.row)
    elsewhere = dict(
        seen.filter(reference__in=unknown).values_list("reference", "batch__number")
    )  # fmt: skip
    return [slip for one in found for slip in one.slips(table, elsewhere)]


def _settle(move: Move, answers: list[Answer]) -> None:
    """Give every named line its answer; what came back at once was paid before it came back."""
    given: dict[str, Any] = {"batch": move.row.pk, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, given)
        if any(answer.result == LineState.RETURNED for answer in answers):
            cursor.execute(_BOUNCE, given)
    reduced = PaymentLine.objects.filter(batch=move.row, offset__gt=0)
    offsets.settle(reduced.filter(state=LineState.PAID), actor=move.actor, on=clock.today())
    offsets.release(reduced.filter(state=LineState.FAILED))


def _keep(move: Move, table: ReceiptTable, name: str, data: bytes, digest: str) -> Receipt:
    (pk,) = personal.reserve(Receipt, 1)
    counts = {
        state.value: sum(answer.result == state for answer in table.answers)
        for state in (LineState.PAID, LineState.FAILED, LineState.RETURNED)
    }
    return Receipt.objects.create(
        pk=pk,
        batch=move.row,
        name=name[-200:],
        sha256=digest,
        path=vault.keep(f"grants_receipt.file.{pk}", data),
        rows=len(table.answers),
        total=table.total,
        imported_by=move.actor,
        **counts,
    )
