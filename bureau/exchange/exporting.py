"""The only way out into a spreadsheet: text stays text, also where it looks like a formula."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import quote

import xlsxwriter
from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils import timezone, translation

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.exchange.choices import ExportRefusal

FORMATS = ("csv", "xlsx")
MAX_SHEET_ROWS = 1_048_575
MAX_TEXT = 32_767
CHUNK = 500
#: More rows than this are written by a worker.
LONG = 20_000

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"
# What a spreadsheet program takes for the start of a formula, with the full-width forms that
# Chinese input methods write and the blanks that some programs skip.
DANGEROUS = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫]|[\t\r\n]")
# Whether any of many texts is, each after a NUL, which no text holds.
ONE_DANGEROUS = re.compile(rf"\0(?:{DANGEROUS.pattern})")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# What csv writes itself, nothing known among it.
NUMBERS = {bool, int, float, Decimal, type(None)}
TEXTS = {str, type(None)}
DAYS = {date, type(None)}

Getter = Callable[[Any], Any]
ExportColumn = tuple[Any, Getter, str]
"""Heading, function from the row to its typed value, kind (text, number, money, date …)."""
Block = Sequence[Sequence[Any]]
"""The typed values of some rows, column by column."""


class Blocks:
    """Rows whose typed values are known already, many at a time; they are read once."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = blocks

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)


def blocks_of(getters: Sequence[Getter], rows: Iterable[Any]) -> Iterator[Block]:
    """Take the values of rows of any length, some hundred rows at a time."""
    following = iter(rows)
    while chunk := list(islice(following, CHUNK)):
        yield [[getter(row) for row in chunk] for getter in getters]


def _blocks(columns: Sequence[ExportColumn], rows: Iterable[Any] | Blocks) -> Iterable[Block]:
    if isinstance(rows, Blocks):
        return rows
    return blocks_of([getter for _heading, getter, _kind in columns], rows)


def export(
    name: str, columns: Sequence[ExportColumn], rows: Iterable[Any] | Blocks, fmt: str
) -> HttpResponseBase:
    """Answer with ``rows`` as a csv or xlsx file named after ``name`` and today.

    Rows are read as they are written, so an iterator of any length takes little memory. Raises
    BusinessError for another format.
    """
    if fmt == "csv":
        language = translation.get_language()
        response: HttpResponseBase = StreamingHttpResponse(
            csv_lines(columns, rows, language), content_type="text/csv; charset=utf-8"
        )
    elif fmt == "xlsx":
        response = FileResponse(xlsx_file(columns, rows), content_type=XLSX)
    else:
        raise BusinessError(ExportRefusal.UNKNOWN_FORMAT, format=fmt)
    return as_download(response, f"{name}-{clock.today():%Y%m%d}.{fmt}")


def as_download(response: HttpResponseBase, file_name: str) -> HttpResponseBase:
    """Give a response its file name and keep it out of every cache."""
    ascii_name = re.sub(r"[^A-Za-z0-9._-]+", "_", file_name)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name)}"
    )
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def kept_file(data: bytes, file_name: str) -> HttpResponseBase:
    """Answer with a csv or xlsx file that was written before, as it is."""
    content_type = XLSX if file_name.endswith(".xlsx") else "text/csv; charset=utf-8"
    return as_download(HttpResponse(data, content_type=content_type), file_name)


# --- csv ------------------------------------------------------------------------------------
def csv_lines(
    columns: Sequence[ExportColumn], rows: Iterable[Any] | Blocks, language: str | None = None
) -> Iterator[str]:
    """Return the file piece by piece: a byte order mark, headings, rows with CRLF."""
    with translation.override(language or translation.get_language()):
        headings = [harmless(str(heading)) for heading, _getter, _kind in columns]
        yield f"{BOM}{_csv_text([headings])}"
        for block in _blocks(columns, rows):
            yield _csv_text(zip(*map(_csv_cells, block), strict=True))


def _csv_text(lines: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue()


def harmless(text: str) -> str:
    """Return text that no spreadsheet program runs: an apostrophe goes before = + - @ and tabs."""
    return f"'{text}" if DANGEROUS.match(text) else text


def _csv_cells(values: Sequence[Any]) -> Sequence[Any]:
    """Return the cells of one column: of numbers as they are, of texts none that runs."""
    kinds = set(map(type, values))
    if kinds <= NUMBERS:
        return values
    if kinds <= TEXTS:
        if not ONE_DANGEROUS.search("\0".join(["", *filter(None, values)])):
            return values
        runs = DANGEROUS.match
        return [f"'{text}" if text and runs(text) else text for text in values]
    if kinds <= DAYS:
        said = {day: day and day.isoformat() for day in set(values)}
        return list(map(said.__getitem__, values))
    return [_csv_cell(value) for value in values]


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, (bool, int, float, Decimal)):
        return value
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return harmless(str(value))


def _local(value: datetime) -> datetime:
    return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value


# --- xlsx -----------------------------------------------------------------------------------
WIDTHS = {"text": 18, "number": 12, "money": 14, "date": 12}
NUMERIC = (int, float, Decimal)
LONGEST = 1e15
NUMBER_FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "money": "#,##0.00"}


Way = Callable[[int, int, Any], Any]


class _Sheet:
    """One sheet written row after row; every cell goes through its type's own method."""

    def __init__(self, book: xlsxwriter.Workbook, columns: Sequence[ExportColumn]) -> None:
        self.page = book.add_worksheet()
        self.formats = {
            kind: book.add_format({"num_format": pattern})
            for kind, pattern in NUMBER_FORMATS.items()
        }
        self.ways: dict[type, Way] = {}
        kinds = [kind for _heading, _getter, kind in columns]
        self.by_kind = [self.formats.get(kind) for kind in kinds]
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for place, kind in enumerate(kinds):
            self.page.set_column(place, place, WIDTHS.get(kind, WIDTHS["text"]))
        self.page.freeze_panes(1, 0)
        for place, (heading, _getter, _kind) in enumerate(columns):
            self.page.write_string(0, place, str(heading), head)

    def write(self, number: int, row: Sequence[Any]) -> None:
        """Write one row; an empty cell is none."""
        for place, value in enumerate(row):
            if value is not None and value != "":
                write = self.ways.get(type(value)) or self.way(value)
                write(number, place, value)

    def way(self, value: Any) -> Way:
        """Return how a value of this type is written; a text is never anything but a text."""
        written = ((str, self._text), (bool, self.page.write_boolean), (NUMERIC, self._number))
        dated = ((datetime, self._moment), ((date, time, timedelta), self._day))
        for kinds, way in (*written, *dated):
            if isinstance(value, kinds):
                self.ways[type(value)] = way
                return way
        return lambda number, place, other: self._text(number, place, str(other))

    def _text(self, number: int, place: int, value: str) -> None:
        text = ILLEGAL.sub("", value) if ILLEGAL.search(value) else value
        self.page.write_string(number, place, text[:MAX_TEXT])

    def _moment(self, number: int, place: int, value: datetime) -> None:
        self.page.write_datetime(number, place, _local(value), self.formats["moment"])

    def _day(self, number: int, place: int, value: date | time | timedelta) -> None:
        self.page.write_datetime(number, place, value, self.formats["date"])

    def _number(self, number: int, place: int, value: int | float | Decimal) -> None:
        """Write a number; one of more than 15 digits would lose some and goes as text."""
        as_float = float(value)
        if -LONGEST < as_float < LONGEST:
            self.page.write_number(number, place, as_float, self.by_kind[place])
        else:
            self.page.write_string(number, place, str(value))


def write_xlsx(
    out: BinaryIO,
    columns: Sequence[ExportColumn],
    rows: Iterable[Any] | Blocks,
    made_at: datetime | None = None,
) -> None:
    """Write rows as a workbook in constant memory; a full sheet is followed by another.

    With ``made_at`` inside it, the same rows give the same bytes.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        if made_at is not None:
            book.set_properties({"created": made_at})
        sheet, number = _Sheet(book, columns), 0
        for block in _blocks(columns, rows):
            for row in zip(*block, strict=True):
                if number == MAX_SHEET_ROWS:
                    sheet, number = _Sheet(book, columns), 0
                number += 1
                sheet.write(number, row)


def xlsx_file(columns: Sequence[ExportColumn], rows: Iterable[Any] | Blocks) -> BinaryIO:
    """Return a temporary workbook at its beginning; it is gone once it is closed."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        write_xlsx(out, columns, rows)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out
