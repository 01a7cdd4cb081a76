"""Cells as they arrive from a sheet, and the clean text that they mean."""

import re
from typing import Any

from django.db.models import TextChoices

from bureau.core.tidiness import tidy
from bureau.exchange.choices import IssueCode
from bureau.exchange.readers import Cell

# What people write into a cell to say that there is nothing.
NOTHING = frozenset({"-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "N/A", "n/a", "NA"})
# "=…" is always a formula; after + - @ only what looks like a call or a link is.
FORMULA = re.compile(r"=|[+\-@]\s*[A-Za-z_.]+\(|[+\-@].*\|.*!")


class Slip(Exception):  # noqa: N818 - it belongs to the cell, not to the program
    """One cell cannot be taken as it stands; the importer names row and column."""

    def __init__(self, code: TextChoices, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code.value)


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or a dash that means nothing."""
    if type(cell) is str:
        if cell.isascii() and cell.isalnum():
            return cell in NOTHING
        return not cell or (text := tidy(cell)) == "" or text in NOTHING
    return cell is None


def shown(cell: Cell) -> str:
    """Return a cell as a message may quote it, at most 60 characters."""
    if isinstance(cell, list):
        return cell[0]
    if isinstance(cell, dict):
        return cell.get("e", "")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    text = str(cell)
    return text if len(text) <= 60 else text[:59] + "…"


def text_of(cell: Cell) -> str:
    """Return the clean text of a filled cell; numbers as people read them.

    Raises Slip for an error value and for the text of a formula.
    """
    if type(cell) is str:
        if cell.isascii() and cell.isalnum():
            return cell
        text = tidy(cell)
        if text[:1] in "=+-@" and FORMULA.match(text):
            raise Slip(IssueCode.FORMULA_TEXT, value=shown(text))
        return text
    if isinstance(cell, dict):
        raise Slip(IssueCode.CELL_ERROR, value=shown(cell))
    return shown(cell)
