"""The empty ledger of a kind: headings, text cells, drop-downs, and a sheet of notes."""

from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bureau.exchange.importer import Column, Importer
from bureau.exchange.parsers import Choice, Identifier, Text

ROWS_PREPARED = 2000
MOST_OFFERED = 255


def workbook(importer: type[Importer]) -> BytesIO:
    """Return the template of an importer as .xlsx, with notes in the reader's language."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        table = book.add_worksheet(_sheet_name(str(importer.label)))
        _table(book, table, importer)
        _notes(book, book.add_worksheet(_sheet_name(_("How to fill it in"))), importer)
    out.seek(0)
    return out


def _sheet_name(name: str) -> str:
    return "".join(letter for letter in name if letter not in "[]:*?/\\")[:31]


def _table(book: Any, table: Any, importer: type[Importer]) -> None:
    plain = {"bold": True, "text_wrap": True, "bottom": 1, "valign": "vcenter"}
    head = {False: book.add_format(plain), True: book.add_format(plain | {"bg_color": "#DDEBEA"})}
    as_text = book.add_format({"num_format": "@"})
    table.freeze_panes(1, 0)
    for place, column in enumerate(importer.columns):
        is_text = isinstance(column.parse, (Text, Identifier, Choice))
        width = max(12, 2 * len(column.heading) + 2)
        table.set_column(place, place, width, as_text if is_text else None)
        table.write_string(0, place, column.heading, head[column.required])
        offers = column.offers
        if offers and len(",".join(offers)) <= MOST_OFFERED:
            rule = {"validate": "list", "source": list(offers), "ignore_blank": True}
            table.data_validation(1, place, ROWS_PREPARED, place, rule)


def _notes(book: Any, notes: Any, importer: type[Importer]) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    notes.set_column(0, 0, 24)
    notes.set_column(1, 1, 12)
    notes.set_column(2, 3, 60, wrap)
    number = 0
    for line in _general() + [str(note) for note in importer.notes]:
        notes.write_string(number, 0, line)
        number += 1
    number += 1
    heads = (_("Column"), _("Required"), _("What to write"), _("Also recognised as"))
    for place, heading in enumerate(heads):
        notes.write_string(number, place, heading, bold)
    for column in importer.columns:
        number += 1
        for place, text in enumerate(_line(column)):
            notes.write_string(number, place, text)


def _general() -> list[str]:
    return [
        _("Write one object per row under the headings; do not merge cells."),
        _("Long numbers are text: a cell that became 3.7E+17 has lost digits and is refused."),
        _("A blank cell changes nothing in an object that is already registered."),
        _("Totals, signatures and blank rows are left out by themselves."),
    ]


def _line(column: Column) -> tuple[str, str, str, str]:
    words = [str(column.hint)] if column.hint else []
    if column.offers:
        words.append(_("One of: %(words)s") % {"words": "、".join(column.offers)})
    if column.example:
        words.append(_("Example: %(example)s") % {"example": column.example})
    required = _("required") if column.required else ""
    return column.heading, required, " ".join(words), "、".join(column.aliases)
