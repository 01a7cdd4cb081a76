"""Rows of a list page that hold what its columns show and nothing else.

Half of what a page of fifty rows cost was making its objects with all that stands behind them, and
a quarter writing the same SQL again: scope and filters say which rows, and only they differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Field, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.constants import LOOKUP_SEP

from bureau.core import clock
from bureau.core.prepared import CHOSEN, Prepared
from bureau.desk.paging import Ordering, Reader
from bureau.desk.tables import Column, LinkColumn, StatusColumn, WordColumn

SHAPES_KEPT = 500
#: What these draw follows from the column's value alone; others may look at the whole row.
BY_VALUE = (Column.html, LinkColumn.html, StatusColumn.html, WordColumn.html)


class Listing(Protocol):
    """A list page, as far as its rows go."""

    queryset: ClassVar[QuerySet]

    @classmethod
    def with_row_data(cls, rows: QuerySet) -> QuerySet:
        """Join what the table shows of a row to the rows."""


def reader(
    listing: type[Listing], columns: Sequence[Column], ordering: Ordering, rows: QuerySet
) -> Reader | None:
    """Return what reads the rows of a page, or None where only whole rows will do.

    That is where a column does not say what it needs, or the selection itself adds to the rows.
    A lean row is an object of the noun like any other. What it was not read with it fetches when
    it is asked, so a column that needs more than it says is slow, but never wrong.
    """
    has_more = rows.query.annotations.keys() != listing.queryset.query.annotations.keys()
    if has_more or rows.query.distinct or rows.query.combinator:
        return None
    shape = _shape(listing, tuple(columns), ordering.field)
    return shape.read if shape else None


@lru_cache(maxsize=SHAPES_KEPT)
def _shape(listing: type[Listing], columns: tuple[Column, ...], sort: str) -> "Shape | None":
    rows = listing.with_row_data(listing.queryset)
    paths = {"pk", sort}
    for column in columns:
        if not (needed := _needs(column)):
            return None
        paths.update(needed)
    try:
        return None if rows._prefetch_related_lookups else Shape(listing, sorted(paths))
    except FieldDoesNotExist:
        return None


def _needs(column: Column) -> Sequence[str]:
    if column.needs:
        return column.needs
    own = type(column)
    is_plain = own.value is Column.value and own.html in BY_VALUE
    leads_elsewhere = isinstance(column, LinkColumn) and column.to
    return (column.source,) if is_plain and not column.is_told and not leads_elsewhere else ()


@dataclass(eq=False, slots=True)
class _Part:
    """The row itself, or an object behind it: its fields that are read and what they lead to.

    ``key`` is the place of the foreign key among the names of the part before.
    """

    model: type[Model]
    behind: str = ""
    key: int = 0
    names: list[str] = field(default_factory=list)
    parts: dict[str, "_Part"] = field(default_factory=dict)
    first: int = 0

    def add(self, name: str) -> None:
        """Read one more field."""
        if name not in self.names:
            self.names.append(name)

    def follow(self, step: str) -> "_Part":
        """Return the part to which a foreign key leads."""
        found = self.model._meta.get_field(step)
        if not isinstance(found, Field) or not found.is_relation or not found.concrete:
            raise FieldDoesNotExist(step)
        if not found.target_field.primary_key:
            raise FieldDoesNotExist(step)
        if step not in self.parts:
            self.add(found.attname)
            key = self.names.index(found.attname)
            model: Any = found.related_model
            self.parts[step] = _Part(model, f"{self.behind}{step}{LOOKUP_SEP}", key)
        return self.parts[step]

    def all(self) -> Iterator["_Part"]:
        """Yield this part and all behind it."""
        yield self
        for part in self.parts.values():
            yield from part.all()


class Shape:
    """What is read of the rows and how objects are made of it.

    ``paths`` are dotted; one that ends at another object stands for that object's name, which
    its model tells by ``shown_by``. Raises FieldDoesNotExist where a path is not made of fields.
    """

    def __init__(self, listing: type[Listing], paths: Iterable[str]) -> None:
        self.listing = listing
        rows = listing.with_row_data(listing.queryset)
        self.annotations = rows.query.annotations
        self.row = _Part(rows.model)
        for path in paths:
            self._read(path)
        self.names: list[str] = []
        for part in self.row.all():
            part.first = len(self.names)
            self.names += [f"{part.behind}{name}" for name in part.names]

    def _read(self, path: str) -> None:
        *steps, last = path.split(".")
        part = self.row
        if not steps and last in self.annotations:
            part.add(last)
            return
        for step in steps:
            part = part.follow(step)
        found = part.model._meta.pk if last == "pk" else part.model._meta.get_field(last)
        if not isinstance(found, Field) or not found.concrete:
            raise FieldDoesNotExist(path)
        if not found.is_relation or last != found.name:
            part.add(found.attname)
            return
        end = part.follow(last)
        if not (names := getattr(end.model, "shown_by", ())):
            raise FieldDoesNotExist(path)
        for name in names:
            end.add(name)

    def read(self, chosen: QuerySet) -> list[Any]:
        """Read the chosen rows in their order, and nothing but the fields of this shape."""
        known: dict[tuple[str, Any], Any] = {}
        read = _prepared(self.listing, tuple(self.names), chosen.query.order_by, clock.today())
        found = read.rows(chosen.values("pk"))
        return [self._made(self.row, values, known) for values in found]

    def _made(self, part: _Part, values: Sequence[Any], known: dict[tuple[str, Any], Any]) -> Any:
        made, state = part.model.__new__(part.model), ModelState()
        own = values[part.first : part.first + len(part.names)]
        led_to: dict[str, Any] = {}
        for step, behind in part.parts.items():
            pk = own[behind.key]
            if pk is not None and (found := known.get((behind.behind, pk))) is None:
                known[behind.behind, pk] = found = self._made(behind, values, known)
                found.pk = pk
            led_to[step] = None if pk is None else found
        vars(state).update(adding=False, db=DEFAULT_DB_ALIAS, fields_cache=led_to)
        vars(made).update(zip(part.names, own, strict=True), _state=state)
        return made


@lru_cache(maxsize=SHAPES_KEPT)
def _prepared(
    listing: type[Listing], names: tuple[str, ...], order: tuple[str, ...], _day: date
) -> Prepared:
    """Return the read of a list's chosen rows; on a new day other data may belong to a row."""
    rows = listing.with_row_data(listing.queryset.filter(CHOSEN))
    return Prepared(lambda: rows.order_by(*order).values_list(*names))
