"""Numbers that name a person, on a row: sealed for its place, found by an index, shown by an end.

A model keeps such a number in three columns, ``<name>_sealed``, ``<name>_index`` and
``<name>_tail``, and needs its primary key before the number is sealed (SEC-7).
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from bureau.core import crypto
from bureau.core.identifiers import Kind, blind

SHOWN = 4


def context(table: str, name: str, pk: int) -> str:
    """Return the place to which a number is sealed: table, column and row."""
    return f"{table}.{name}.{pk}"


def keep(row: Model, name: str, kind: Kind, plain: str) -> tuple[str, str, str]:
    """Set the three columns of ``name`` on a row that has its key; return their names.

    An empty ``plain`` takes the number off the row.
    """
    values: dict[str, Any] = {"sealed": None, "index": "", "tail": ""}
    if plain:
        place = context(row._meta.db_table, name, row.pk)
        values = {
            "sealed": crypto.seal(plain.encode(), place),
            "index": blind(kind, plain),
            "tail": plain[-SHOWN:],
        }
    for end, value in values.items():
        setattr(row, f"{name}_{end}", value)
    return f"{name}_sealed", f"{name}_index", f"{name}_tail"


def seal_all(model: type[Model], name: str, numbers: Sequence[tuple[int, str]]) -> list[bytes]:
    """Return the sealed numbers of rows that are written by set, given as (key, plain)."""
    table = model._meta.db_table
    return crypto.seal_all([(plain.encode(), context(table, name, pk)) for pk, plain in numbers])


def reveal(row: Model, name: str) -> str:
    """Return the whole number of a row; empty where there is none. Callers ask who may and why."""
    sealed = getattr(row, f"{name}_sealed")
    if not sealed:
        return ""
    return crypto.unseal(sealed, context(row._meta.db_table, name, row.pk)).decode()


def reserve(model: type[Model], count: int) -> list[int]:
    """Take ``count`` keys from the sequence of a model, for rows sealed before they are written."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]
