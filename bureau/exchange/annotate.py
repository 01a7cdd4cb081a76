"""The checked workbook back to its owner, with every faulty cell coloured and commented."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

import xlsxwriter

from bureau.exchange import registry, sealed
from bureau.exchange.models import ImportRun
from bureau.exchange.readers import Cell, FileRefused, open_book
from bureau.exchange.workbooks import ILLEGAL, MAX_TEXT

# openpyxl keeps a whole workbook in memory; beyond this the values alone are written anew.
MOST_ROWS_MARKED = 20_000
MOST_CELLS_MARKED = 20_000
COLOURS = {"error": "#F4B6B6", "warning": "#FCE8A8"}

Marks = dict[tuple[int, int], tuple[str, str]]


def annotated(run: ImportRun) -> BinaryIO:
    """Return the run's workbook, marked, as .xlsx; raises FileRefused where it is gone.

    An .xlsx keeps its looks; .xls, .csv and very long ledgers come back as plain tables.
    """
    data = sealed.read(run.pk, run.path)
    marks = _marks(run)
    small = run.rows <= MOST_ROWS_MARKED and len(marks) <= MOST_CELLS_MARKED
    if small and data.startswith(b"PK"):
        cells = [(row, place + 1, *mark) for (row, place), mark in sorted(marks.items())]
        try:
            with open_book(data, run.name, task="mark") as book:
                return BytesIO(book.marked({"sheet": run.sheet, "cells": cells}))
        except FileRefused as refusal:
            if refusal.code != "cannot_be_marked":
                raise
    return _table(run, data, marks)


def _marks(run: ImportRun) -> Marks:
    importer = registry.find(run.kind)
    marks: Marks = {}
    issues = run.issues.in_order().values_list("row", "position", "severity", "code", "values")
    for row, place, severity, code, values in issues.iterator(chunk_size=5000):
        text = importer.sentence(code, values) if importer else code
        before, words = marks.get((row, place), (severity, ""))
        worst = "error" if "error" in (before, severity) else severity
        marks[(row, place)] = (worst, f"{words}\n{text}" if words else text)
    return marks


def _table(run: ImportRun, data: bytes, marks: Marks) -> BinaryIO:
    """Write the sheet's values anew, row by row, in constant memory."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    options = {"constant_memory": True}
    with open_book(data, run.name) as book, xlsxwriter.Workbook(out, options) as copy:
        names = [sheet.name for sheet in book.sheets]
        sheet = book.sheets[names.index(run.sheet)] if run.sheet in names else book.sheets[0]
        page = copy.add_worksheet()
        fills = {name: copy.add_format({"bg_color": colour}) for name, colour in COLOURS.items()}
        for row, place, cell in _cells(book.rows(sheet), marks):
            severity, text = marks.get((row, place), ("", ""))
            _write(page, row - 1, place, cell, fills.get(severity))
            if text:
                page.write_comment(row - 1, place, text, {"x_scale": 2, "y_scale": 1.5})
    out.seek(0)
    return out


def _cells(rows: Iterable[list[Cell]], marks: Marks) -> Iterator[tuple[int, int, Cell]]:
    """Return every filled or marked cell in writing order."""
    marked: dict[int, set[int]] = {}
    for row, place in marks:
        marked.setdefault(row, set()).add(place)
    for row, cells in enumerate(rows, start=1):
        for place in range(max(len(cells), *(p + 1 for p in marked.get(row, {0})))):
            cell = cells[place] if place < len(cells) else ""
            if cell not in ("", None) or place in marked.get(row, ()):
                yield row, place, cell


def _write(page: Any, row: int, place: int, cell: Cell, fill: Any) -> None:
    if isinstance(cell, bool):
        page.write_boolean(row, place, cell, fill)
    elif isinstance(cell, (int, float)):
        page.write_number(row, place, cell, fill)
    elif isinstance(cell, list):
        page.write_string(row, place, _moment(cell[0]), fill)
    else:
        text = cell.get("e", "") if isinstance(cell, dict) else cell or ""
        text = ILLEGAL.sub("", text)[:MAX_TEXT]
        # xlsxwriter takes what stands between these two for a formatted text of its own.
        guard = " " if text.startswith("<r>") and text.endswith("</r>") else ""
        page.write_string(row, place, text + guard, fill)


def _moment(text: str) -> str:
    """Return a date as the importers read it again; a time of midnight is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (
        f"{moment:%Y-%m-%d}" if not (moment.hour or moment.minute) else f"{moment:%Y-%m-%d %H:%M}"
    )
