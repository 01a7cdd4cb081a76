"""Marking faulty cells in a person's own workbook; runs in the child, knows no Django."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from bureau.exchange.gate import Refused

COLOURS = {"error": "FFF4B6B6", "warning": "FFFCE8A8"}
AUTHOR = "portal"


def mark(data: bytes, order: dict[str, Any]) -> bytes:
    """Return the workbook with cells coloured and commented; values instead of formulas.

    ``order`` names the ``sheet`` and lists ``cells`` as (row, column, severity, text), both
    counted from 1.
    """
    try:
        book = load_workbook(BytesIO(data), data_only=True, keep_links=False)
        page = book[order["sheet"]]
        fills = {name: PatternFill("solid", fgColor=colour) for name, colour in COLOURS.items()}
        first_cells = _first_cells(page)
        for row, column, severity, text in order["cells"]:
            row, column = first_cells.get((row, column), (row, column))
            cell = page.cell(row, column)
            if isinstance(cell, MergedCell):
                continue
            cell.fill = fills[severity]
            cell.comment = _comment(text, cell.comment)
        out = BytesIO()
        book.save(out)
    except (MemoryError, Refused):
        raise
    except Exception as error:
        raise Refused("cannot_be_marked") from error
    return out.getvalue()


def _comment(text: str, old: Comment | None) -> Comment:
    words = f"{old.text}\n{text}" if old is not None and old.text else text
    comment = Comment(words, AUTHOR)
    comment.width, comment.height = 300, 40 + 18 * (len(words) // 20 + words.count("\n") + 1)
    return comment


def _first_cells(page: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the cell that stands for each merged one."""
    found = {}
    for merged in page.merged_cells.ranges:
        if merged.size["rows"] * merged.size["columns"] > 10_000:
            continue
        for row, column in merged.cells:
            found[(row, column)] = (merged.min_row, merged.min_col)
    return found
