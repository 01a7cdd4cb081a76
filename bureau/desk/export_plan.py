"""How a long list is read for a spreadsheet: the cells themselves, without an object a row."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.constants import LOOKUP_SEP

from bureau.desk.tables import BooleanColumn, Column, StatusColumn
from bureau.exchange import exporting
from bureau.exchange.exporting import Block

CHUNK = 2000
# What a text column takes into a spreadsheet without another word.
AS_THEY_ARE = {str, int, float, type(None)}
REMEMBERED = 50_000
# What these say follows from the column's value alone; others may look at the whole row.
BY_VALUE = (Column.exported, StatusColumn.exported, BooleanColumn.exported)

Cells = Callable[[Sequence[Any]], Sequence[Any]]


def cells(columns: Sequence[Column], rows: QuerySet) -> exporting.Blocks:
    """Return the cells of ``rows`` as ``exported`` gives them, read while they are written.

    Where every column says from which fields it follows, only these are read; one that does not
    costs an object a row for all of them.
    """
    return exporting.Blocks(_planned(columns, rows) or _read(columns, rows))


def _read(columns: Sequence[Column], rows: QuerySet) -> Iterator[Block]:
    getters = [column.exported for column in columns]
    return exporting.blocks_of(getters, rows.iterator(chunk_size=CHUNK))


def _planned(columns: Sequence[Column], rows: QuerySet) -> Iterator[Block] | None:
    if rows.query.distinct or rows.query.is_sliced or rows.query.combinator:
        return None
    paths: dict[str, _Path] = {}  # columns that follow from one object fetch it once
    plans = [_plan(column, rows, paths) for column in columns]
    known = [plan for plan in plans if plan is not None]
    return _blocks(known, rows) if len(known) == len(plans) else None


def _blocks(plans: Sequence["_Plan"], rows: QuerySet) -> Iterator[Block]:
    paths = list(dict.fromkeys(path.name for plan in plans for path in plan.paths))
    places = [[paths.index(path.name) for path in plan.paths] for plan in plans]
    found = rows.values_list(*paths).iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        read = list(zip(*chunk, strict=True))
        yield [
            plan.cells(*[read[place] for place in own])
            for plan, own in zip(plans, places, strict=True)
        ]


# --- Where a column's value stands ------------------------------------------------------------
class _Path:
    """A dotted path of fields: its name in a query and, at its end, the model it leads to."""

    def __init__(self, source: str, rows: QuerySet) -> None:
        self.steps = source.split(".")
        self.name = LOOKUP_SEP.join(self.steps)
        self.leads_to: type[Model] | None = None
        self.behind = rows.query.select_related
        self.unread = _unread(rows, self.name)
        self.found: dict[Any, Any] = {}
        if len(self.steps) == 1 and source in rows.query.annotations:
            return
        model: type[Model] | None = rows.model
        for step in self.steps:
            if model is None:
                raise FieldDoesNotExist(source)
            field = model._meta.get_field(step)
            if not isinstance(field, Field) or not field.concrete:
                raise FieldDoesNotExist(source)
            model = self._step(field, step)
        self.leads_to = model

    def _step(self, field: Field, step: str) -> type[Model] | None:
        if not field.is_relation or step != field.name:
            return None
        if not field.target_field.primary_key:
            raise FieldDoesNotExist(step)
        self.behind = self.behind.get(step, {}) if isinstance(self.behind, dict) else {}
        return field.related_model

    def objects(self, keys: set[Any]) -> dict[Any, Any]:
        """Return the objects of these keys, with what the list joins and leaves out."""
        if self.leads_to is None:
            return {key: key for key in keys}
        if not keys <= self.found.keys():
            joined = self.leads_to._base_manager.select_related(*_joined(self.behind))
            self.found = joined.defer(*self.unread).in_bulk(keys)
        return self.found

    def fill(self, row: Any, value: Any) -> None:
        """Put a value where the path ends."""
        for step in self.steps[:-1]:
            key = type(row)._meta.get_field(step)
            if not key.is_cached(row):  # another path may have led through here
                setattr(row, step, key.related_model())
            row = getattr(row, step)
        setattr(row, self.steps[-1], value)


def _joined(behind: Any, before: str = "") -> list[str]:
    paths = []
    for step, more in behind.items() if isinstance(behind, dict) else ():
        paths += [f"{before}{step}", *_joined(more, f"{before}{step}{LOOKUP_SEP}")]
    return paths


def _unread(rows: QuerySet, path: str) -> list[str]:
    names, are_left_out = rows.query.deferred_loading
    before = f"{path}{LOOKUP_SEP}"
    return [name.removeprefix(before) for name in names if are_left_out and name.startswith(before)]


# --- How its cells are made -------------------------------------------------------------------
class _Plan:
    """The paths of one column and the function from their values to its cells."""

    def __init__(self, column: Column, paths: Sequence[_Path], model: type[Model]) -> None:
        self.column, self.paths, self.model = column, paths, model
        self.blank = vars(model())
        self.known: dict[Any, Any] = {}
        self.cells: Callable[..., Sequence[Any]] = self._remembered
        if not column.needs and type(column).exported is Column.exported:
            self.cells = self._typed

    def _typed(self, values: Sequence[Any]) -> Sequence[Any]:
        """Say what a plain column says of its values."""
        if self.paths[0].leads_to is None:
            is_as_it_is = self.column.kind != "text" or set(map(type, values)) <= AS_THEY_ARE
            return values if is_as_it_is else [self.column.typed(one) for one in values]
        return self._named(values)

    def _named(self, keys: Sequence[Any]) -> Sequence[Any]:
        """Say the names of the objects of these keys."""
        with suppress(KeyError):
            return list(map(self.known.__getitem__, keys))
        new = self._new(keys)
        found = self.paths[0].objects(new - {None})
        self.known |= {key: self.column.typed(found.get(key)) for key in new}
        return list(map(self.known.__getitem__, keys))

    def _remembered(self, *values: Sequence[Any]) -> Sequence[Any]:
        """Say what the column says of a row that holds nothing but its values."""
        is_one = len(values) == 1
        read = values[0] if is_one else list(zip(*values, strict=True))
        with suppress(KeyError):
            return list(map(self.known.__getitem__, read))
        told = {one: (one,) if is_one else one for one in self._new(read)}
        behind = [
            path.objects({parts[place] for parts in told.values()} - {None})
            for place, path in enumerate(self.paths)
        ]
        self.known |= {one: self._say(parts, behind) for one, parts in told.items()}
        return list(map(self.known.__getitem__, read))

    def _say(self, values: Sequence[Any], behind: Sequence[dict[Any, Any]]) -> Any:
        row = self.model.__new__(self.model)
        vars(row).update(self.blank, _state=ModelState())
        for path, value, objects in zip(self.paths, values, behind, strict=True):
            path.fill(row, objects.get(value))
        return self.column.exported(row)

    def _new(self, keys: Sequence[Any]) -> set[Any]:
        if len(self.known) > REMEMBERED:
            self.known.clear()
        return set(keys) - self.known.keys()


def _plan(column: Column, rows: QuerySet, known: dict[str, _Path]) -> _Plan | None:
    own = type(column)
    is_plain = own.value is Column.value and own.typed is Column.typed and column.source
    if not column.needs and not (is_plain and own.exported in BY_VALUE and not column.is_told):
        return None
    sources = column.needs or (column.source,)
    try:
        for source in sources:
            known[source] = known.get(source) or _Path(source, rows)
    except FieldDoesNotExist:
        return None
    paths = [known[source] for source in sources]
    if not column.needs and paths[0].leads_to is not None and column.kind != "text":
        return None
    return _Plan(column, paths, rows.model)
