"""A list as a workbook: xlsxwriter makes everything but the rows, which are written by the column.

Cell by cell the library takes five microseconds for each of the two million cells of a register;
the cells of a column are alike, and together they cost a fifth of that (PERF-7, ADR 0017).
"""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name

MAX_SHEET_ROWS = 1_048_575
#: What a sheet may unpack to, below the two gigabytes that older programs read.
MAX_SHEET_BYTES = 3 * 2**29
#: In units of UTF-16; a character beyond the basic plane takes two.
MAX_TEXT = 32_767
#: Numbers of more than 15 digits would lose some.
LONGEST = 10**15
# Spreadsheets count days from here; they hold 1900 for a leap year, so only later ones are right.
DAY_ZERO, FIRST_DAY = date(1899, 12, 30).toordinal(), date(1900, 3, 1)

#: The paper of a printed list, by the number that workbooks give it.
A4 = 9
WIDTHS = {"text": 18, "number": 12, "money": 14, "date": 12}
FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "money": "#,##0.00"}
PACKED_ON = (1980, 1, 1, 0, 0, 0)  # as xlsxwriter dates its own: the same rows, the same bytes

# A sheet of the frame: its beginning, its headings, a cell of every format, its end.
SHEET = re.compile(
    r"(?P<start>.*)<dimension [^>]*>(?P<headings>.*)"
    r'<row r="2"[^>]*>(?P<formats>.*)</row>(?P<end></sheetData>.*)',
    re.DOTALL,
)
STYLE = re.compile(r' s="\d+"')

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What XML or a spreadsheet may take for something else; a text without any stands as it is.
SPECIAL = re.compile(rf"[&<>_\s{ILLEGAL.pattern[1:]}")
# How spreadsheets write a character by its number.
BY_NUMBER = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Values of one of these types are equal only where their cells are.
REPEATED = ({int}, {float}, {Decimal}, {date}, {datetime}, {bool})

Block = Sequence[Sequence[Any]]
"""The typed values of some rows, column by column."""


def write_workbook(
    out: BinaryIO,
    columns: Sequence[tuple[str, str]],
    blocks: Iterable[Block],
    made_at: datetime | None = None,
) -> None:
    """Write columns, each a heading and a kind, as a workbook in little memory.

    A full sheet is followed by another. A text is never anything but a text, an empty cell is
    none. With ``made_at`` inside it, the same rows give the same bytes.
    """
    with ZipFile(out, "w", ZIP_DEFLATED) as book:
        sheets = _Sheets(book, columns, made_at)
        for block in blocks:
            sheets.write(block)
        sheets.end()
        for name, data in sheets.frame.items():
            if name not in book.namelist():
                book.writestr(_entry(name), data)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, PACKED_ON)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _frame(
    columns: Sequence[tuple[str, str]], sheets: int, made_at: datetime | None
) -> dict[str, bytes]:
    """Return the parts of a workbook of so many sheets with headings and no rows.

    Below the headings stands one cell of every format.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        if made_at is not None:
            book.set_properties({"created": made_at})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        formats = [book.add_format({"num_format": pattern}) for pattern in FORMATS.values()]
        for _sheet in range(sheets):
            page = book.add_worksheet()
            page.freeze_panes(1, 0)
            page.set_paper(A4)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            page.repeat_rows(0)
            for place, (heading, kind) in enumerate(columns):
                page.set_column(place, place, WIDTHS.get(kind, WIDTHS["text"]))
                page.write_string(0, place, heading, head)
            for place, shown in enumerate(formats):
                page.write_blank(1, place, None, shown)
    with ZipFile(out) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


class _Sheets:
    """The sheets of a workbook, written one after another into it."""

    def __init__(
        self, book: ZipFile, columns: Sequence[tuple[str, str]], made_at: datetime | None
    ) -> None:
        self.book, self.columns, self.made_at = book, columns, made_at
        self.letters = [xl_col_to_name(place) for place in range(len(columns))]
        self.count = 0
        self.begin()

    def begin(self) -> None:
        """Begin another sheet, as xlsxwriter lays it out."""
        self.count += 1
        self.frame = _frame(self.columns, self.count, self.made_at)
        name = f"xl/worksheets/sheet{self.count}.xml"
        laid_out = SHEET.fullmatch(self.frame[name].decode())
        if laid_out is None:
            raise ValueError(f"xlsxwriter lays out {name} in another way than this module reads.")
        styles = dict(zip(FORMATS, STYLE.findall(laid_out["formats"]), strict=True))
        self.cells = [_Cells(styles, kind) for _heading, kind in self.columns]
        self.after = laid_out["end"].encode()
        self.sheet = self.book.open(_entry(name), "w")
        self.rows = 0
        self.size = self.sheet.write((laid_out["start"] + laid_out["headings"]).encode())

    def end(self) -> None:
        """End the sheet that is being written."""
        self.sheet.write(self.after)
        self.sheet.close()

    def write(self, block: Block) -> None:
        """Write rows, on another sheet where this one is full."""
        while block[0]:
            if self.rows >= MAX_SHEET_ROWS or self.size >= MAX_SHEET_BYTES:
                self.end()
                self.begin()
            room = MAX_SHEET_ROWS - self.rows
            self.size += self.sheet.write(self._lines([some[:room] for some in block]).encode())
            self.rows += min(room, len(block[0]))
            block = [some[room:] for some in block]

    def _lines(self, block: Block) -> str:
        first = self.rows + 2
        numbers = [str(number) for number in range(first, first + len(block[0]))]
        written = [
            [
                f'<c r="{letter}{number}"{inside}</c>' if inside else ""
                for number, inside in zip(numbers, cells.insides(values), strict=True)
            ]
            for letter, cells, values in zip(self.letters, self.cells, block, strict=True)
        ]
        rows = zip(numbers, zip(*written, strict=True), strict=True)
        return "".join([f'<row r="{number}">{"".join(cells)}</row>' for number, cells in rows])


class _Cells:
    """What stands in the cells of one column: after their place, before their end."""

    def __init__(self, styles: dict[str, str], kind: str) -> None:
        self.number, self.day, self.moment = styles.get(kind, ""), styles["date"], styles["moment"]

    def insides(self, values: Sequence[Any]) -> list[str]:
        """Return what stands in the cells of these values; nothing for an empty one."""
        kinds = set(map(type, values)) - {NoneType}
        if kinds == {str}:
            return _texts(values)
        if kinds in REPEATED:
            said = {value: self.inside(value) for value in set(values)}
            return [said[value] for value in values]
        return [self.inside(value) for value in values]

    def inside(self, value: Any) -> str:
        """Return what stands in the cell of one value, by its type."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return f' t="b"><v>{value:d}</v>'
        if isinstance(value, (int, float, Decimal)) and -LONGEST < value < LONGEST:
            return f"{self.number}><v>{float(value):.16G}</v>"
        if isinstance(value, datetime):
            return f"{self.moment}><v>{_days(value)}</v>"
        if isinstance(value, date) and value >= FIRST_DAY:
            return f"{self.day}><v>{value.toordinal() - DAY_ZERO}</v>"
        return _text(str(value))


def _texts(values: Sequence[str | None]) -> list[str]:
    given = list(filter(None, values))
    if len(max(given, default="", key=len)) > MAX_TEXT // 2 or SPECIAL.search("".join(given)):
        return [_text(value) if value else "" for value in values]
    return [f' t="inlineStr"><is><t>{value}</t></is>' if value else "" for value in values]


def _text(value: str) -> str:
    """Return the inside of a text's cell; what no spreadsheet can hold is left out."""
    text = ILLEGAL.sub("", value).encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")
    if not text:
        return ""
    space = "" if text == text.strip() and "\n" not in text else ' xml:space="preserve"'
    text = BY_NUMBER.sub("_x005F_", text).replace("\r", "_x000D_")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{text}</t></is>'


def _days(moment: datetime) -> float:
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    since_midnight = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return round(local.toordinal() - DAY_ZERO + since_midnight / timedelta(days=1), 10)
