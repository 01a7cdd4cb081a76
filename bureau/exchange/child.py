"""The process that opens other people's spreadsheets: limited, without secrets, expendable.

Protocol: the parent writes one JSON line (name, size) and the bytes; the child answers one JSON
line: a refusal, or the sheets with their first rows. Then each line from the parent asks for the
rows of one sheet (``rows 0``) or for a marked copy (``mark``). Numbers stay numbers and text
stays text; a date travels as ``["2018-05-06"]``, an error value as ``{"e": "#N/A"}``.
"""

import csv
import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any, BinaryIO

from bureau.exchange import gate

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 120
SCRATCH_BYTES = gate.MAX_UNPACKED
HEAD_ROWS = 30
MAX_SHEETS = 60
BATCH = 500

Cells = list[Any]


def limit(scratch_bytes: int) -> None:
    """Take away what a parser does not need; a file that wants more ends this process.

    ``scratch_bytes`` is what one file on disk may hold: nothing for reading.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (scratch_bytes, scratch_bytes))


class TextTable:
    """A delimited text file; every cell is text."""

    names = ("",)
    hidden: frozenset[str] = frozenset()

    def __init__(self, data: bytes) -> None:
        text = _decode(data)
        beginning = "\n".join(text[:16_384].split("\n")[:HEAD_ROWS])
        self.delimiter = max((",", "\t", ";"), key=beginning.count)
        self.text = text

    def rows(self, _index: int) -> Iterator[Cells]:
        """Return the lines in order; raises Refused past the limits."""
        reader = csv.reader(StringIO(self.text, newline=""), delimiter=self.delimiter)
        try:
            for number, line in enumerate(reader, start=1):
                if number > gate.MAX_ROWS:
                    raise gate.Refused("too_many_rows", limit=gate.MAX_ROWS)
                if len(line) > gate.MAX_COLUMNS:
                    raise gate.Refused("too_many_columns", limit=gate.MAX_COLUMNS)
                yield line
        except csv.Error as error:
            raise gate.Refused("damaged_file") from error


def _decode(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise gate.Refused("unknown_encoding")


class Workbook:
    """An .xlsx or .xls workbook as calamine reads it: values as they were last calculated."""

    def __init__(self, data: bytes, passport: gate.Passport) -> None:
        import python_calamine as calamine  # noqa: PLC0415 (only after the gate)

        try:
            self.book = calamine.load_workbook(BytesIO(data))
        except calamine.PasswordError as error:
            raise gate.Refused("password_protected") from error
        except Exception as error:
            raise gate.Refused("damaged_file") from error
        kinds = calamine.SheetTypeEnum
        if any(meta.typ in (kinds.MacroSheet, kinds.Vba) for meta in self.book.sheets_metadata):
            raise gate.Refused("has_macros")
        shown = calamine.SheetVisibleEnum.Visible
        sheets = [m for m in self.book.sheets_metadata if m.typ == kinds.WorkSheet]
        sheets.sort(key=lambda meta: meta.visible != shown)
        self.names = tuple(meta.name for meta in sheets[:MAX_SHEETS])
        self.hidden = frozenset(meta.name for meta in sheets if meta.visible != shown)
        self.flaws = _flaws_by_sheet(data, passport) if any(passport.flaws.values()) else {}
        self.kept: tuple[int, Any] = (-1, None)

    def sheet(self, index: int) -> Any:
        """Open one sheet; the last one opened is kept."""
        if self.kept[0] != index:
            self.kept = (-1, None)
            try:
                self.kept = (index, self.book.get_sheet_by_name(self.names[index]))
            except Exception as error:
                raise gate.Refused("damaged_file") from error
        return self.kept[1]

    def rows(self, index: int) -> Iterator[Cells]:
        """Return the rows from the sheet's first to its last, each from column A."""
        sheet = self.sheet(index)
        if sheet.end is None:
            return
        if sheet.end[0] >= gate.MAX_ROWS:
            raise gate.Refused("too_many_rows", limit=gate.MAX_ROWS)
        if sheet.end[1] >= gate.MAX_COLUMNS:
            raise gate.Refused("too_many_columns", limit=gate.MAX_COLUMNS)
        margin = [""] * sheet.start[1]
        flaws = self.flaws.get(self.names[index], {})
        rows = self._with_flaws(sheet, margin, flaws)
        merged = _merged_downwards(sheet)
        yield from _filled_down(rows, merged) if merged else rows

    @staticmethod
    def _with_flaws(sheet: Any, margin: Cells, flaws: dict[int, dict[int, str]]) -> Iterator[Cells]:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            row = margin + cells if margin else cells
            if number in flaws:
                _put_back(row, flaws[number])
            yield row


def _merged_downwards(sheet: Any) -> dict[int, list[tuple[int, int]]]:
    """Return first row (from 1) → (column, last row) of the cells merged within one column."""
    merged: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom > top:
            merged.setdefault(top + 1, []).append((left, bottom + 1))
    return merged


def _filled_down(
    rows: Iterator[Cells], merged: dict[int, list[tuple[int, int]]]
) -> Iterator[Cells]:
    """Say in every row what a cell that was merged over several rows says to the eye."""
    open_cells: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(rows, start=1):
        for column, (last, value) in list(open_cells.items()):
            if number > last:
                del open_cells[column]
                continue
            row.extend([""] * (column + 1 - len(row)))
            row[column] = value
        for column, last in merged.get(number, ()):
            if column < len(row):
                open_cells[column] = (last, row[column])
        yield row


def _put_back(row: Cells, flaws: dict[int, str]) -> None:
    """Write into a row what the reader left out: error values and uncalculated formulas."""
    for column, content in flaws.items():
        row.extend([""] * (column + 1 - len(row)))
        if row[column] == "":
            row[column] = content if content.startswith("=") else {"e": content}


def _flaws_by_sheet(data: bytes, passport: gate.Passport) -> dict[str, dict[int, dict[int, str]]]:
    """Return sheet name → row → column index → content, by the workbook's own relations."""
    found: dict[str, dict[int, dict[int, str]]] = {}
    for name, member in sheet_parts(data).items():
        for reference, content in passport.flaws.get(member, {}).items():
            letters = reference.rstrip("0123456789")
            row = found.setdefault(name, {}).setdefault(int(reference[len(letters) :]), {})
            row[gate.column_number(letters) - 1] = content
    return found


def sheet_parts(data: bytes) -> dict[str, str]:
    """Return sheet name → zip member; nothing for a workbook that names its parts oddly."""
    import zipfile  # noqa: PLC0415
    from xml.etree import ElementTree  # noqa: PLC0415, S405 (the gate refuses every DOCTYPE)

    office = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
            relations = archive.read("xl/_rels/workbook.xml.rels")
            targets = {
                str(item.get("Id")): str(item.get("Target"))
                for item in ElementTree.fromstring(relations)  # noqa: S314
            }
    except (KeyError, ElementTree.ParseError):
        return {}
    parts = {}
    for item in book.iter():
        if item.tag.rpartition("}")[2] == "sheet":
            target = targets.get(str(item.get(office)), "")
            parts[str(item.get("name"))] = target[1:] if target.startswith("/") else f"xl/{target}"
    return parts


def _travel(value: Any) -> Any:
    """Turn what JSON does not know (a date, a time) into a list of its ISO text."""
    return [value.isoformat() if hasattr(value, "isoformat") else str(value)]


def _dump(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_travel)
    return text.encode("utf-8", "replace") + b"\n"


def _heads(table: TextTable | Workbook) -> list[dict[str, Any]]:
    heads = []
    for index, name in enumerate(table.names):
        head = []
        for number, row in enumerate(table.rows(index)):
            if number >= HEAD_ROWS:
                break
            head.append(row)
        hidden = name in table.hidden
        heads.append({"name": name, "head": head, "rows": _height(table, index), "hidden": hidden})
    return heads


def _height(table: TextTable | Workbook, index: int) -> int:
    """Return the number of rows, for progress only."""
    if isinstance(table, TextTable):
        return table.text.count("\n") + 1
    return (table.sheet(index).total_height or 0) + 1


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer the parent until it closes the pipe."""
    order = json.loads(requests.readline())
    data = requests.read(order["size"])
    passport = gate.inspect(data, order["name"])
    table = TextTable(data) if passport.kind == "csv" else Workbook(data, passport)
    answers.write(_dump({"kind": passport.kind, "sheets": _heads(table)}))
    answers.flush()
    while request := requests.readline().split(maxsplit=1):
        if request[0] == b"mark":
            from bureau.exchange import marking  # noqa: PLC0415

            copy = marking.mark(data, json.loads(request[1]))
            answers.write(_dump({"size": len(copy)}) + copy)
        else:
            _send_rows(table.rows(int(request[1])), answers)
        answers.flush()


def _send_rows(rows: Iterator[Cells], answers: BinaryIO) -> None:
    batch: list[Cells] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            answers.write(_dump(batch))
            batch = []
    answers.write(_dump(batch) + b"{}\n")


def main() -> int:
    """Serve one file; a refusal is an answer, anything else ends with a plain exit code."""
    limit(SCRATCH_BYTES if "mark" in sys.argv[1:] else 0)
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except gate.Refused as refusal:
        sys.stdout.buffer.write(_dump({"refused": refusal.code, "values": refusal.values}))
    except BrokenPipeError:
        return 0
    except MemoryError:
        return 3
    return 0
