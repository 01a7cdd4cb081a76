"""Reading a bank's receipt through the gate for spreadsheets: all of it, with every slip."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.exchange.cells import shown
from bureau.exchange.readers import open_book
from grants.choices import ReceiptSlip
from grants.rules import receipts as rules

HEADED_WITHIN = 30
QUOTED = 500
"""So many reasons are quoted; the others are counted."""


class ReceiptRefused(BusinessError):  # noqa: N818 - it is a refusal, not a fault
    """A receipt that changes nothing, with every reason."""

    def __init__(self, slips: list["Slip"]) -> None:
        self.slips = slips
        super().__init__(ReceiptSlip.REFUSED)

    @property
    def sentences(self) -> list[str]:
        """Every reason in the reader's language."""
        return [slip.sentence for slip in self.slips]

    @property
    def sentence(self) -> str:
        """The refusal with its reasons."""
        told = self.sentences[:QUOTED]
        more = len(self.slips) - len(told)
        text = " ".join(told) + (f" … +{more}" if more else "")
        return str(ReceiptSlip.REFUSED.label) % {"reasons": text}


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that is wrong with a receipt."""

    code: ReceiptSlip
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The slip in the language of whoever reads it."""
        return str(self.code.label) % self.values


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of one line; ``number`` is the row of the sheet."""

    number: int
    reference: str
    amount: Decimal
    tail: str
    result: str
    reason: str
    day: date


@dataclass(slots=True)
class ReceiptTable:
    """A receipt as it was read: its answers, and what is wrong with single cells."""

    answers: list[Answer] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """The sum of the rows in yuan."""
        return sum((answer.amount for answer in self.answers), Decimal(0))


def read_receipt(data: bytes, name: str) -> ReceiptTable:
    """Read a receipt (csv, xlsx or xls); raises FileRefused for what is no spreadsheet.

    Below the headings every row is an answer up to the closing line, which must count them and
    add them up. Slips are kept, none is skipped.
    """
    with open_book(data, name) as book:
        rows = enumerate(book.rows(book.sheets[0]), start=1)
        places = _headed(rows)
        if places is None:
            raise ReceiptRefused([Slip(ReceiptSlip.UNREADABLE)])
        return _read_rows(rows, places)


def _headed(rows: Iterable[tuple[int, list[Any]]]) -> dict[str, int] | None:
    for number, row in rows:
        places = rules.match_headings(row)
        if places is not None or number >= HEADED_WITHIN:
            return places
    return None


def _read_rows(rows: Iterable[tuple[int, list[Any]]], places: dict[str, int]) -> ReceiptTable:
    table, trailer, count, today = ReceiptTable(), None, 0, clock.today()
    for number, row in rows:
        if not any(rules.plain(cell) for cell in row):
            continue
        if rules.is_trailer(row):
            trailer = row
            continue
        count += 1
        cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        _read_row(table, number, cells, today)
    _compare_trailer(table, trailer, count)
    return table


def _read_row(table: ReceiptTable, number: int, cells: dict[str, Any], today: date) -> None:
    amount = rules.read_amount(cells["amount"])
    result = rules.read_result(cells["result"])
    day = rules.read_day(cells.get("day", ""), today)
    for code, read, name in (
        (ReceiptSlip.BAD_AMOUNT, amount, "amount"),
        (ReceiptSlip.BAD_RESULT, result, "result"),
        (ReceiptSlip.BAD_DAY, day, "day"),
    ):
        if read is None:
            table.slips.append(Slip(code, {"row": number, "value": shown(cells[name])}))
    if amount is None or result is None or day is None:
        return
    table.answers.append(
        Answer(
            number=number,
            reference=rules.plain(cells["reference"]),
            amount=amount,
            tail=rules.read_tail(cells["tail"]),
            result=result,
            reason=rules.plain(cells.get("reason", ""))[:200],
            day=day,
        )
    )


def _compare_trailer(table: ReceiptTable, trailer: list[Any] | None, count: int) -> None:
    if not count:
        table.slips.append(Slip(ReceiptSlip.EMPTY))
    if trailer is None:
        table.slips.append(Slip(ReceiptSlip.NO_TRAILER))
        return
    said, total = rules.read_trailer(trailer, count)
    if said != count:
        values: dict[str, Any] = {"value": "—" if said is None else said, "found": count}
        table.slips.append(Slip(ReceiptSlip.TRAILER_COUNT, values))
    if total != table.total:
        values = {"value": "—" if total is None else total, "found": table.total}
        table.slips.append(Slip(ReceiptSlip.TRAILER_TOTAL, values))
