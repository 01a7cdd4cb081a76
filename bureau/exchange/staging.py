"""The staging table of one import: filled by COPY, matched and saved by set.

Every run has a table of its own with real types (``exchange_stage_<run>``), made and dropped in
the transactions of the run, so a dead worker leaves either all of it or nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Field, Model

from bureau.core import clock
from bureau.exchange.choices import RowAction

PREFIX = "exchange_stage_"
NEW = f"s.action = '{RowAction.CREATED.value}'"
# Every row is changed once or twice; with room on its page that touches no index.
ROOM = 40


class Stage:
    """The staged rows of one run; rejected rows are not among them."""

    def __init__(self, run_id: int, importer: Any, present: Iterable[str] | None = None) -> None:
        self.run_id = run_id
        self.importer = importer
        self.name = f"{PREFIX}{int(run_id)}"
        self.table = quote(self.name)
        self.columns: tuple[str, ...] = tuple(importer.staged)
        self.present = self._present(present)

    def _present(self, keys: Iterable[str] | None) -> frozenset[str]:
        """Return the staged columns whose column stands in the sheet, or comes from none."""
        if keys is None:
            return frozenset(self.columns)
        declared = {column.key for column in self.importer.columns}
        absent = declared - set(keys)
        source = self.importer.sources
        return frozenset(name for name in self.columns if source.get(name, name) not in absent)

    # --- Filling ----------------------------------------------------------------------------
    def create(self) -> None:
        """Make the table anew; new objects get their ids from the target's own sequence."""
        ids = "bigint"
        if self.importer.target is not None:
            ids = f"bigint DEFAULT nextval('{sequence_of(self.importer.target)}')"
        typed = "".join(f", {quote(name)} {kind}" for name, kind in self.importer.staged.items())
        self.drop()
        self.execute(
            f"CREATE UNLOGGED TABLE {self.table} (row_number integer PRIMARY KEY, target_id {ids}, "
            f"action text NOT NULL DEFAULT '{RowAction.CREATED.value}'{typed}) "
            f"WITH (fillfactor = {ROOM}, autovacuum_enabled = false)"
        )

    def copy(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> int:
        """Stream rows (number, staged values) into the table; returns how many."""
        numbers, values = [], []
        for number, staged in rows:
            numbers.append(str(number))
            values.append(staged)
        filled = set().union(*values)
        columns = [name for name in self.columns if name in filled]
        texts = [copy_texts([staged.get(name) for staged in values]) for name in columns]
        if numbers:
            names = ", ".join(quote(name) for name in ("row_number", *columns))
            statement = f"COPY {self.table} ({names}) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write("\n".join(map("\t".join, zip(numbers, *texts, strict=True))) + "\n")
        return len(numbers)

    def analyze(self, *columns: str) -> None:
        """Tell the planner how many rows there are, and how the columns (all) are spread."""
        named = f" ({', '.join(map(quote, columns))})" if columns else ""
        self.execute(f"ANALYZE {self.table}{named}")

    def reject(self, numbers: Sequence[int]) -> None:
        """Take rows with a late error out of the stage."""
        self.execute(f"DELETE FROM {self.table} WHERE row_number = ANY(%s)", [list(numbers)])

    def drop(self) -> None:
        """Remove the table; nothing happens where it is gone already."""
        self.execute(f"DROP TABLE IF EXISTS {self.table}")

    def holds(self, rows: int) -> bool:
        """Whether the table is there with all its rows; a crash of the server empties it."""
        if not self.exists():
            return False
        return self.fetch(f"SELECT count(*) FROM {self.table}") == [(rows,)]

    def exists(self) -> bool:
        """Whether the table is there."""
        return bool(self.fetch("SELECT to_regclass(%s) IS NOT NULL", [self.name])[0][0])

    # --- Predicting -------------------------------------------------------------------------
    def match(self, importer: Any) -> None:
        """Find each row's object by the importer's key and say what saving will do.

        A row is ``updated`` when a filled cell differs from the object; blank cells and columns
        that the sheet lacks never differ.
        """
        model: type[Model] = importer.target
        compared = importer.compared or tuple(n for n in self.columns if n not in importer.key)
        differs = " OR ".join(
            f"(s.{quote(name)} IS NOT NULL AND s.{quote(name)} IS DISTINCT FROM t.{quote(name)})"
            for name in compared
            if name in self.present
        )
        keys = " AND ".join(f"t.{quote(name)} = s.{quote(name)}" for name in importer.key)
        self.analyze()
        self.execute(
            f"UPDATE {self.table} s SET target_id = t.id, "
            f"action = CASE WHEN {differs or 'false'} THEN %s ELSE %s END "
            f"FROM {quote(model._meta.db_table)} t WHERE {keys}",
            [RowAction.UPDATED.value, RowAction.UNCHANGED.value],
        )

    def counts(self) -> dict[str, int]:
        """Return how many rows will be created, updated and unchanged."""
        rows = self.fetch(f"SELECT action, count(*) FROM {self.table} GROUP BY action")
        return dict.fromkeys(RowAction.values, 0) | dict(rows)

    # --- Saving -----------------------------------------------------------------------------
    def insert(
        self,
        model: type[Model],
        sql: Mapping[str, str] | None = None,
        *,
        joined: str = "",
        only: str = NEW,
    ) -> int:
        """Insert the new rows into ``model`` by one INSERT..SELECT; returns how many.

        Columns of the same name are taken over; the model's own defaults and times fill the
        rest. ``sql`` gives expressions over ``s`` and the tables ``joined`` to it for other
        columns; ``only`` is the condition for rows that another table than the target takes.
        """
        given = dict(sql or {})
        expressions: dict[str, str] = {"id": given.get("id", "s.target_id")}
        params: list[Any] = []
        for column in model._meta.concrete_fields:
            name = str(column.column)
            if column.primary_key:
                continue
            if name in given:
                expressions[name] = given[name]
            elif name in self.columns:
                expressions[name] = self._filled(column, params)
            elif self._needs_value(column):
                expressions[name] = "%s::" + str(column.db_type(connection))
                params.append(_default(column))
        return self.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, expressions))}) "
            f"SELECT {', '.join(expressions.values())} FROM {self.table} s {joined} "
            f"WHERE {only} ORDER BY s.row_number",
            params,
        )

    def update(self, model: type[Model], columns: Sequence[str] = ()) -> int:
        """Change the objects of updated rows by one UPDATE..FROM; returns how many.

        Blank cells keep what stands there; ``version`` and ``updated_at`` move on.
        """
        names = {column.column for column in model._meta.concrete_fields}
        wanted = [
            name
            for name in (columns or self.columns)
            if name in names and name in self.present and name not in self.importer.key
        ]
        sets = [f"{quote(n)} = COALESCE(s.{quote(n)}, t.{quote(n)})" for n in wanted]
        params: list[Any] = []
        if "version" in names:
            sets.append("version = t.version + 1")
        if "updated_at" in names:
            sets.append("updated_at = %s")
            params.append(clock.now())
        return self.execute(
            f"UPDATE {quote(model._meta.db_table)} t SET {', '.join(sets)} FROM {self.table} s "
            "WHERE s.action = %s AND t.id = s.target_id",
            [*params, RowAction.UPDATED.value],
        )

    def _filled(self, column: Field, params: list[Any]) -> str:
        """Return the staged value, or the model's own default where it is blank."""
        value = f"s.{quote(str(column.column))}"
        if column.null or not self._needs_value(column):
            return value
        params.append(_default(column))
        return f"COALESCE({value}, %s::{column.db_type(connection)})"

    @staticmethod
    def _needs_value(column: Field) -> bool:
        return (
            not column.null
            and (
                column.has_default()
                or column.empty_strings_allowed
                or bool(
                    getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False)
                )
            )
            and column.db_default is models.NOT_PROVIDED
        )

    # --- The database -----------------------------------------------------------------------
    @staticmethod
    def execute(statement: str, params: Sequence[Any] = ()) -> int:
        """Run one statement over the stage; returns the rows that it touched."""
        with connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return cursor.rowcount

    @staticmethod
    def fetch(statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one query over the stage."""
        with connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return cursor.fetchall()


ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\0": None})
NUMBERS = frozenset({int, float, Decimal, bool, date})
SPECIAL = tuple(map(chr, ESCAPED))


def copy_texts(values: Sequence[Any]) -> list[str]:
    """Return a column's values in the text format of COPY; columns of one type go fast."""
    kinds = set(map(type, values))
    blanks = NoneType in kinds
    kinds.discard(NoneType)
    if kinds == {str} and _is_plain("".join(filter(None, values))):
        return [r"\N" if value is None else value for value in values] if blanks else list(values)
    if kinds == {bytes}:
        return [r"\N" if value is None else rf"\\x{value.hex()}" for value in values]
    if kinds <= NUMBERS:
        return [r"\N" if value is None else str(value) for value in values]
    return [copy_text(value) for value in values]


def copy_text(value: Any) -> str:
    """Return a value in the text format of COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, (list, tuple)):
        inside = ",".join("NULL" if one is None else _array_text(str(one)) for one in value)
        value = f"{{{inside}}}"
    elif isinstance(value, (bytes, bytearray, memoryview)):
        value = rf"\x{bytes(value).hex()}"
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    return text if _is_plain(text) else text.translate(ESCAPED)


def _is_plain(text: str) -> bool:
    return not any(sign in text for sign in SPECIAL)


def _array_text(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _default(column: Field) -> Any:
    if getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False):
        return clock.now()
    value = column.get_default()
    if isinstance(column, ArrayField):
        return list(value or [])
    return column.get_db_prep_save(value, connection)


def quote(name: str) -> str:
    """Return a name as SQL takes it."""
    return connection.ops.quote_name(name)


def sequence_of(model: type[Model]) -> str:
    """Return the sequence from which a model takes its ids."""
    table = model._meta.db_table
    return str(Stage.fetch("SELECT pg_get_serial_sequence(%s, 'id')", [quote(table)])[0][0])


def state_of(tables: Iterable[type[Model]]) -> str:
    """Return a fingerprint of tables that changes with every insert, update and delete.

    The sum over the transaction ids of the row versions notices each new version; the count
    notices what was deleted.
    """
    parts = []
    for model in tables:
        table = quote(model._meta.db_table)
        count, versions = Stage.fetch(
            f"SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM {table}"
        )[0]
        parts.append(f"{model._meta.label_lower}={count}/{versions}")
    return ";".join(parts)


def drop_orphans(living: Iterable[int]) -> int:
    """Drop staging tables whose run is over; returns how many."""
    kept = {f"{PREFIX}{run_id}" for run_id in living}
    found = Stage.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE %s",
        [PREFIX.replace("_", r"\_") + "%"],
    )
    gone = [name for (name,) in found if name not in kept]
    for name in gone:
        Stage.execute(f"DROP TABLE IF EXISTS {quote(name)}")
    return len(gone)
