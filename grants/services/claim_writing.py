"""Writes the same columns of many locked rows in one statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

_UPDATE = """
    UPDATE {table} AS kept SET {assignments}
    FROM unnest({arrays}) AS given (id, {columns})
    WHERE kept.id = given.id
"""


def write_columns(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Save ``fields`` of locked rows of one model as they are set on the objects."""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    columns: list[Any] = [meta.get_field(name) for name in fields]
    arrays: list[list[Any]] = [[row.pk for row in rows]]
    for column in columns:
        values = (getattr(row, column.attname) for row in rows)
        arrays.append([column.get_db_prep_save(value, connection) for value in values])
    names = [quote(column.column) for column in columns]
    types = ["bigint", *(_type_of(column) for column in columns)]
    statement = _UPDATE.format(
        table=quote(meta.db_table),
        assignments=", ".join(f"{name} = given.{name}" for name in names),
        arrays=", ".join(f"%s::{one}[]" for one in types),
        columns=", ".join(names),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, arrays)


def _type_of(column: Any) -> str:
    return column.rel_db_type(connection) if column.is_relation else column.cast_db_type(connection)
