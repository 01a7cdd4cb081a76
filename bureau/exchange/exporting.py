"""The only way out into a spreadsheet: text stays text, also where it looks like a formula."""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
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
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Getter = Callable[[Any], Any]
ExportColumn = tuple[Any, Getter, str]
"""Heading, function from the row to its typed value, kind (text, number, money, date …)."""


def export(
    name: str, columns: Sequence[ExportColumn], rows: Iterable[Any], fmt: str
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


# --- csv ------------------------------------------------------------------------------------
class _Echo:
    """A file that hands back what is written to it."""

    @staticmethod
    def write(line: str) -> str:
        return line


def csv_lines(
    columns: Sequence[ExportColumn], rows: Iterable[Any], language: str | None = None
) -> Iterator[str]:
    """Return the file piece by piece: a byte order mark, headings, rows with CRLF."""
    write = csv.writer(_Echo()).writerow
    getters = [getter for _heading, getter, _kind in columns]
    with translation.override(language or translation.get_language()):
        lines = [BOM, write([harmless(str(heading)) for heading, _getter, _kind in columns])]
        for row in rows:
            lines.append(write([_csv_cell(getter(row)) for getter in getters]))
            if len(lines) >= CHUNK:
                yield "".join(lines)
                lines = []
        yield "".join(lines)


def harmless(text: str) -> str:
    """Return text that no spreadsheet program runs: an apostrophe goes before = + - @ and tabs."""
    return f"'{text}" if DANGEROUS.match(text) else text


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
NUMBER_FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "money": "#,##0.00"}


class _Sheet:
    """One sheet written row after row; every cell goes through its type's own method."""

    def __init__(self, book: xlsxwriter.Workbook, columns: Sequence[ExportColumn]) -> None:
        self.page = book.add_worksheet()
        self.formats = {
            kind: book.add_format({"num_format": pattern})
            for kind, pattern in NUMBER_FORMATS.items()
        }
        self.kinds = [kind for _heading, _getter, kind in columns]
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for place, kind in enumerate(self.kinds):
            self.page.set_column(place, place, WIDTHS.get(kind, WIDTHS["text"]))
        self.page.freeze_panes(1, 0)
        for place, (heading, _getter, _kind) in enumerate(columns):
            self.page.write_string(0, place, str(heading), head)

    def write(self, number: int, place: int, value: Any) -> None:
        """Write one typed cell; a text is never anything but a text."""
        if isinstance(value, str):
            if value:
                self.page.write_string(number, place, ILLEGAL.sub("", value)[:MAX_TEXT])
        elif value is None:
            return
        elif isinstance(value, bool):
            self.page.write_boolean(number, place, value)
        elif isinstance(value, (int, float, Decimal)):
            self._number(number, place, value)
        elif isinstance(value, datetime):
            self.page.write_datetime(number, place, _local(value), self.formats["moment"])
        elif isinstance(value, (date, time, timedelta)):
            self.page.write_datetime(number, place, value, self.formats["date"])
        else:
            self.write(number, place, str(value))

    def _number(self, number: int, place: int, value: int | float | Decimal) -> None:
        """Write a number; one of more than 15 digits would lose some and goes as text."""
        as_float = float(value)
        if abs(as_float) >= 1e15 or as_float != as_float:
            self.page.write_string(number, place, str(value))
        else:
            self.page.write_number(number, place, as_float, self.formats.get(self.kinds[place]))


def write_xlsx(out: BinaryIO, columns: Sequence[ExportColumn], rows: Iterable[Any]) -> None:
    """Write rows as a workbook in constant memory; a full sheet is followed by another."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    getters = [getter for _heading, getter, _kind in columns]
    with xlsxwriter.Workbook(out, options) as book:
        sheet, number = _Sheet(book, columns), 0
        for row in rows:
            if number == MAX_SHEET_ROWS:
                sheet, number = _Sheet(book, columns), 0
            number += 1
            for place, getter in enumerate(getters):
                sheet.write(number, place, getter(row))


def xlsx_file(columns: Sequence[ExportColumn], rows: Iterable[Any]) -> BinaryIO:
    """Return a temporary workbook at its beginning; it is gone once it is closed."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        write_xlsx(out, columns, rows)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out
