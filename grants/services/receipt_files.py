"""Reading a bank's receipt through the gate for spreadsheets: all of it, with every slip."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.exchange.cells import shown
from bureau.exchange.readers import Book, Sheet, open_book
from grants.choices import ReceiptSlip
from grants.rules import receipts as rules

QUOTED = 500
"""So many reasons are quoted; the others are counted."""


class ReceiptRefused(BusinessError):  # noqa: N818 - it is a refusal, not a fault
    """A receipt that changes nothing, with every reason."""

    def __init__(self, slips: list["Slip"]) -> None:
        self.slips = slips
        super().__init__(ReceiptSlip.REFUSED)

    @property
    def sentences(self) -> list[str]:
        """Every reason in the reader's language; beyond the first hundreds, how many more."""
        told = [slip.sentence for slip in self.slips[:QUOTED]]
        more = len(self.slips) - len(told)
        return [*told, Slip(ReceiptSlip.MORE, {"count": more}).sentence] if more else told

    @property
    def sentence(self) -> str:
        """The refusal with its reasons."""
        return str(ReceiptSlip.REFUSED.label) % {"reasons": " ".join(self.sentences)}


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
    """What the bank says of one line, None where a cell cannot be read; ``number`` is the row."""

    number: int
    reference: str
    amount: Decimal | None
    tail: str | None
    result: str | None
    reason: str
    day: date | None


@dataclass(slots=True)
class ReceiptTable:
    """A receipt as it was read: its answers, what is wrong with cells, the words of its head."""

    heads: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """The sum of the rows in yuan."""
        return sum((one.amount for one in self.answers if one.amount is not None), Decimal(0))

    def slip(self, code: ReceiptSlip, number: int, column: str, value: Any = "") -> Slip:
        """Return a slip that names row and column as the file does."""
        return Slip(code, {"row": number, "column": self.heads.get(column, ""), "value": value})


def read_receipt(data: bytes, name: str) -> ReceiptTable:
    """Read a receipt (csv, xlsx or xls); raises FileRefused for what is no spreadsheet.

    The one sheet with headings is read, beside covers and notes. Below the headings every row is
    an answer up to the closing line, which must count them and add them up. Slips are kept, none
    is skipped.
    """
    with open_book(data, name) as book:
        sheet, number = _headed(book)
        rows = enumerate(book.rows(sheet), start=1)
        head = next(row for at, row in rows if at == number)
        return _read_rows(rows, head)


def _headed(book: Book) -> tuple[Sheet, int]:
    """Return the sheet with the headings of a receipt and the number of their row."""
    found = []
    for sheet in book.sheets:
        numbers = enumerate(sheet.head, start=1)
        at = next((number for number, row in numbers if rules.match_headings(row)), None)
        if at is not None:
            found.append((sheet, at))
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(sheet.name for sheet, _at in found)
        raise ReceiptRefused([Slip(ReceiptSlip.SEVERAL_SHEETS, {"sheets": names})])
    raise ReceiptRefused([_without_head(row for sheet in book.sheets for row in sheet.head)])


def _without_head(rows: Iterable[Sequence[Any]]) -> Slip:
    """Say which columns the row lacks that comes nearest to being the headings."""
    best = max(map(rules.headings_in, rows), key=len, default={})
    lacking = [rules.HEADINGS[name][0] for name in rules.NEEDED if name not in best]
    if len(lacking) == len(rules.NEEDED):
        return Slip(ReceiptSlip.UNREADABLE)
    return Slip(ReceiptSlip.MISSING_COLUMNS, {"columns": "、".join(lacking)})


def _read_rows(rows: Iterable[tuple[int, list[Any]]], head: list[Any]) -> ReceiptTable:
    places, today = rules.headings_in(head), clock.today()
    table = ReceiptTable({name: rules.plain(head[at]) for name, at in places.items()})
    amounts = rules.amounts_in(head)
    if len(amounts) > 1:
        table.slips.append(Slip(ReceiptSlip.SEVERAL_AMOUNTS, {"columns": "、".join(amounts)}))
    trailer: tuple[int, list[Any]] | None = None
    for number, row in rows:
        if not any(rules.plain(cell) for cell in row):
            continue
        cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        if trailer is not None:
            if _is_remark(row, cells):
                continue
            values = {"row": number, "closing": trailer[0]}
            table.slips.append(Slip(ReceiptSlip.BELOW_TRAILER, values))
            break
        if rules.is_trailer(row):
            trailer = number, row
            continue
        _read_row(table, number, cells, today)
    _compare_trailer(table, trailer)
    return table


def _is_remark(row: Sequence[Any], cells: dict[str, Any]) -> bool:
    """Whether a row below the closing line says nothing of money: who made it, a seal, a page."""
    silent = not (rules.plain(cells["amount"]) or rules.plain(cells["result"]))
    return silent and not rules.is_trailer(row)


def _read_row(table: ReceiptTable, number: int, cells: dict[str, Any], today: date) -> None:
    answer = Answer(
        number=number,
        reference=rules.plain(cells["reference"]),
        amount=rules.read_amount(cells["amount"]),
        tail=rules.read_tail(cells["tail"]),
        result=rules.read_result(cells["result"]),
        reason=rules.plain(cells.get("reason", ""))[:200],
        day=rules.read_day(cells.get("day", ""), today),
    )
    table.answers.append(answer)
    unread = None in (answer.amount, answer.tail, answer.result, answer.day)
    if unread or not (answer.reference and answer.tail):
        table.slips += _slips_of(table, answer, cells)


def _slips_of(table: ReceiptTable, answer: Answer, cells: dict[str, Any]) -> Iterator[Slip]:
    """Tell what is empty and what cannot be read; a card is not quoted."""
    for code, name in (
        (ReceiptSlip.EMPTY_CELL, "reference"),
        (ReceiptSlip.BAD_AMOUNT, "amount"),
        (ReceiptSlip.BAD_CARD, "tail"),
        (ReceiptSlip.BAD_RESULT, "result"),
        (ReceiptSlip.BAD_DAY, "day"),
    ):
        text = rules.plain(cells.get(name, ""))
        if not text and name in rules.NEEDED:
            yield table.slip(ReceiptSlip.EMPTY_CELL, answer.number, name)
        elif getattr(answer, name) is None:
            value = "" if name == "tail" else shown(cells[name]).strip()
            yield table.slip(code, answer.number, name, value)


def _compare_trailer(table: ReceiptTable, trailer: tuple[int, list[Any]] | None) -> None:
    """Compare the closing line with the rows; the sum only where every amount can be read."""
    count = len(table.answers)
    if not count:
        table.slips.append(Slip(ReceiptSlip.EMPTY))
    if trailer is None:
        table.slips.append(Slip(ReceiptSlip.NO_TRAILER))
        return
    number, row = trailer
    said, total = rules.read_trailer(row, count)
    if said is None or total is None:
        words = " ".join(shown(cell) for cell in row if rules.plain(cell))
        table.slips.append(Slip(ReceiptSlip.BAD_TRAILER, {"row": number, "value": words}))
    if said is not None and said != count:
        values: dict[str, Any] = {"row": number, "value": said, "found": count}
        table.slips.append(Slip(ReceiptSlip.TRAILER_COUNT, values))
    known = all(answer.amount is not None for answer in table.answers)
    if total is not None and known and total != table.total:
        values = {"row": number, "value": total, "found": table.total}
        table.slips.append(Slip(ReceiptSlip.TRAILER_TOTAL, values))
