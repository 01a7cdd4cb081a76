"""The only way out into a spreadsheet: text stays text, also where it looks like a formula."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import quote

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
from bureau.exchange.workbooks import Block, write_workbook

FORMATS = ("csv", "xlsx")
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

# What csv writes itself, nothing known among it.
NUMBERS = {bool, int, float, Decimal, type(None)}
TEXTS = {str, type(None)}
DAYS = {date, type(None)}

Getter = Callable[[Any], Any]
ExportColumn = tuple[Any, Getter, str]
"""Heading, function from the row to its typed value, kind (text, number, money, date …)."""


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


# --- xlsx ------------------------------------------------------------------------------------
def write_xlsx(
    out: BinaryIO,
    columns: Sequence[ExportColumn],
    rows: Iterable[Any] | Blocks,
    made_at: datetime | None = None,
) -> None:
    """Write rows as a workbook; with ``made_at`` inside it, the same rows give the same bytes."""
    headings = [(str(heading), kind) for heading, _getter, kind in columns]
    write_workbook(out, headings, _blocks(columns, rows), made_at)


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
