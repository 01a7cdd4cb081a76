"""A4 sheets: a list as it is filtered, an object's facts, tables of figures.

Every sheet bears the unit, a title, the day, who checked and who filled it, and page n of m.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bureau.core import clock
from bureau.desk import formats
from bureau.desk.filters import Chip
from bureau.desk.tables import Column, MoneyColumn, NumberColumn, StatusColumn, Table

FORMAT = "print"
MOST_ROWS = 2000
#: More columns than this do not fit on an upright sheet.
UPRIGHT = 7


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table on paper: heads as (label, whether a number), rows of text, a line of totals."""

    heads: Sequence[tuple[Any, bool]]
    rows: Sequence[Sequence[str]]
    heading: Any = ""
    totals: Sequence[str] = ()

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        """Return the rows with each cell's alignment."""
        return [self._aligned(row) for row in self.rows]

    @property
    def total_line(self) -> list[tuple[str, bool]]:
        """Return the totals with each cell's alignment."""
        return self._aligned(self.totals)

    def _aligned(self, row: Sequence[str]) -> list[tuple[str, bool]]:
        numbers = [number for _label, number in self.heads]
        return list(zip(row, numbers, strict=bool(row)))


def text(column: Column, row: Any) -> str:
    """Return what a column says of a row, without links and badges."""
    if isinstance(column, StatusColumn):
        return str(column.exported(row) or formats.NOTHING)
    return column.text(column.value(row))


def is_summed(column: Column) -> bool:
    """Whether a column of numbers has a sum: counts, areas, money, but no degrees or shares."""
    summable = isinstance(column, NumberColumn)
    return summable and (isinstance(column, MoneyColumn) or column.places is None)


def table_of(columns: Sequence[Column], rows: Iterable[Any], heading: Any = "") -> PrintedTable:
    """Return rows on paper, with totals under the columns that have a sum."""
    sums: dict[int, Decimal] = {
        place: Decimal(0) for place, column in enumerate(columns) if is_summed(column)
    }
    lines = []
    for row in rows:
        lines.append([text(column, row) for column in columns])
        for place in sums:
            sums[place] += Decimal(columns[place].value(row) or 0)
    heads = [(column.label, isinstance(column, NumberColumn)) for column in columns]
    return PrintedTable(heads, lines, heading, _totals(columns, sums) if lines else ())


def _totals(columns: Sequence[Column], sums: dict[int, Decimal]) -> list[str]:
    if not sums:
        return []
    line = [
        columns[place].text(sums[place]) if place in sums else "" for place in range(len(columns))
    ]
    return [_("Total"), *line[1:]] if 0 not in sums else line


def facts_of(groups: Iterable[Any], subject: Any) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Return a page's groups of facts as (heading, lines of label and text)."""
    return [
        (group.heading, [(column.label, text(column, subject)) for column in group.columns])
        for group in groups
    ]


def sheet(
    request: HttpRequest,
    title: Any,
    *,
    tables: Sequence[PrintedTable] = (),
    facts: Sequence[Any] = (),
    conditions: Sequence[str] = (),
    note: str = "",
    as_of: date | None = None,
) -> HttpResponse:
    """Draw an A4 sheet; one with a wide table lies on its side."""
    context = {
        "title": title,
        "tables": tables,
        "facts": facts,
        "conditions": conditions,
        "note": note,
        "as_of": as_of or clock.today(),
        "today": clock.today(),
        "filled_by": request.user,
        "wide": any(len(table.heads) > UPRIGHT for table in tables),
    }
    return render(request, "print/sheet.html", context)


def list_sheet(
    request: HttpRequest, title: Any, table: Table, rows: QuerySet, chips: Iterable[Chip]
) -> HttpResponse:
    """Draw a list as it is filtered, with the columns shown; at most 2,000 rows."""
    found = list(rows[: MOST_ROWS + 1])
    note = ""
    if len(found) > MOST_ROWS:
        note = _("Only the first %(number)s rows are printed; narrow the list for the rest.") % {
            "number": f"{MOST_ROWS:,}"
        }
    return sheet(
        request,
        title,
        tables=[table_of(table.shown, found[:MOST_ROWS])],
        conditions=[f"{chip.label}: {chip.text}" for chip in chips],
        note=note,
    )
