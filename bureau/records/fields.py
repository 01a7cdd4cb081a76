"""Two PostgreSQL column types that Django does not bring along."""

from collections.abc import Iterable
from typing import Any

from django.db import models

Spans = tuple[tuple[int, int], ...]


def spans_of(ids: Iterable[int]) -> Spans:
    """Return ``ids`` as sorted, merged spans, both ends included."""
    spans: list[list[int]] = []
    for number in sorted(set(ids)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return tuple((first, last) for first, last in spans)


class Xid8Field(models.Field):
    """A transaction id that never wraps (``xid8``), read as an integer."""

    description = "PostgreSQL xid8"

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return str(value) if isinstance(value, int) else value


class IdSpansField(models.Field):
    """A set of row ids kept as spans (``int8multirange``): a million neighbours cost 24 bytes."""

    description = "set of ids as spans"

    def db_type(self, connection: Any) -> str:
        return "int8multirange"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Spans | None:
        if value is None:
            return None
        return tuple((span.lower, span.upper - 1) for span in value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or isinstance(value, str) or hasattr(value, "resolve_expression"):
            return value
        return "{" + ",".join(f"[{first},{last}]" for first, last in value) + "}"


@IdSpansField.register_lookup
class Covers(models.Lookup):
    """``rows__covers=42`` or ``OuterRef("pk")``: the set contains this id; a GiST index serves."""

    lookup_name = "covers"

    def get_prep_lookup(self) -> Any:
        return self.rhs if hasattr(self.rhs, "resolve_expression") else int(self.rhs)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[int, ...]]:
        return "%s", (value,)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} @> {rhs}::bigint", (*lhs_params, *rhs_params)
