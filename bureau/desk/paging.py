"""Pages by keyset: the last page of a million rows costs what the first one costs."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields.array import ArrayContains
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.lookups import IStartsWith

from bureau.core.prepared import Among, number_of

SIZES = (25, 50, 100)
DEFAULT_SIZE = 50
COUNTED_EXACTLY = 1000
LAST = "last"
BY_NAME = "pinyin"
WALKED = 5_000

Reader = Callable[[QuerySet], list[Any]]


class CursorError(ValueError):
    """A place in a list that was not made by this list."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """A column of the noun's own table, not null, indexed together with the id."""

    field: str = "pk"
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Ordering":
        """Read ``-opened_at`` as the newest first."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def order_by(self, *, reverse: bool = False) -> tuple[str, ...]:
        """Return the arguments of ``order_by``, with the id as the tie-breaker."""
        sign = "-" if self.descending != reverse else ""
        if self.field in ("pk", "id"):
            return (f"{sign}pk",)
        return (f"{sign}{self.field}", f"{sign}pk")

    def beyond(self, value: Any, pk: int, *, reverse: bool = False) -> Q:
        """Return the condition for rows after (value, pk) in a form that an index can serve."""
        way = "lt" if self.descending != reverse else "gt"
        if self.field in ("pk", "id"):
            return Q(**{f"pk__{way}": pk})
        return Q(**{f"{self.field}__{way}e": value}) & (
            Q(**{f"{self.field}__{way}": value}) | Q(**{f"pk__{way}": pk})
        )


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are, exact to a thousand unless somebody asked."""

    number: int
    exact: bool

    def __str__(self) -> str:
        return f"{self.number:,}" if self.exact else f"{self.number:,}+"


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """One page of rows with the cursors of its neighbours; an empty cursor means none."""

    rows: Sequence[Any]
    next: str = ""
    previous: str = ""
    last: str = LAST

    @property
    def steady_key(self) -> tuple[bool, bool]:
        """What the links to other pages show but for their addresses."""
        return bool(self.previous), bool(self.next)

    @property
    def late_words(self) -> dict[str, str]:
        """Where the links to other pages lead."""
        return {
            "next_cursor": self.next,
            "previous_cursor": self.previous,
            "last_cursor": self.last,
        }

    @property
    def is_whole(self) -> bool:
        """Whether the page shows everything there is."""
        return not (self.next or self.previous)


def paginate(
    queryset: QuerySet,
    ordering: Ordering,
    cursor: str = "",
    size: int = DEFAULT_SIZE,
    read: Reader = list,
) -> KeysetPage:
    """Return the page at ``cursor`` (empty: the first; ``last``: the last).

    ``read`` makes the rows of a query. Raises CursorError where the cursor is not of this list.
    """
    if cursor == LAST:
        rows, more = _take(queryset, ordering, size, read, reverse=True)
        rows.reverse()
        return KeysetPage(rows, previous=_cursor("p", ordering, rows[0]) if more else "")
    if not cursor:
        rows, more = _take(queryset, ordering, size, read)
        return KeysetPage(rows, next=_cursor("n", ordering, rows[-1]) if more else "")
    backwards, value, pk = _read(cursor, ordering, queryset.model)
    beyond = ordering.beyond(value, pk, reverse=backwards)
    rows, more = _take(queryset, ordering, size, read, beyond, reverse=backwards)
    if backwards and not more:
        # The front of the list: show it whole instead of a short page.
        return paginate(queryset, ordering, "", size, read)
    if backwards:
        rows.reverse()
    if not rows:
        return KeysetPage(rows, previous=LAST)
    return KeysetPage(
        rows,
        next=_cursor("n", ordering, rows[-1]) if more or backwards else "",
        previous=_cursor("p", ordering, rows[0]),
    )


def count(queryset: QuerySet, *, exact: bool = False) -> Count:
    """Count to a thousand, or to the end where the exact number was asked for."""
    plain = queryset.order_by()
    if exact:
        return Count(plain.count(), exact=True)
    number = number_of(plain.values("pk")[: COUNTED_EXACTLY + 1])
    return Count(min(number, COUNTED_EXACTLY), exact=number <= COUNTED_EXACTLY)


def page_size(wanted: str | None) -> int:
    """Return one of the sizes on offer."""
    return int(wanted) if wanted in {str(size) for size in SIZES} else DEFAULT_SIZE


EVERY = Q()


def _take(
    queryset: QuerySet,
    ordering: Ordering,
    size: int,
    read: Reader,
    beyond: Q = EVERY,
    *,
    reverse: bool = False,
) -> tuple[list[Any], bool]:
    order = ordering.order_by(reverse=reverse)
    place = queryset.filter(beyond)
    if ordering.field == BY_NAME and _is_search(queryset):
        rows = _found(place, queryset.model._base_manager.filter(beyond), order, size, read)
    else:
        rows = read(place.order_by(*order)[: size + 1])
    return rows[:size], len(rows) > size


def _found(
    place: QuerySet, names: QuerySet, order: Sequence[str], size: int, read: Reader
) -> list[Any]:
    """Return the next rows found by a name's characters, in the order of the names.

    Characters and pinyin go together, which PostgreSQL does not know: looking for 阳光 from A on
    it would pass a million names. So it looks among the next five thousand, and where these are
    not enough, it collects all that is found and sorts.
    """
    descending = order[0].startswith("-")
    edge = names.order_by(*order).values_list(BY_NAME, flat=True)[WALKED : WALKED + 1]
    if edge:
        near = place.filter(**{f"{BY_NAME}__{'gte' if descending else 'lte'}": edge[0]})
        rows = read(near.order_by(*order)[: size + 1])
        if len(rows) > size:
            return rows
    # An expression is not the index, so nothing can be walked along; and what a row shows is
    # joined to those alone that are shown.
    unindexed = OrderBy(Func(F(BY_NAME), template="(%(expressions)s || '')"), descending=descending)
    collected = place.order_by(unindexed, *order[1:]).values("pk")[: size + 1]
    return read(place.filter(Among(F("pk"), ArraySubquery(collected))).order_by(*order))


def _is_search(queryset: QuerySet) -> bool:
    leaves = queryset.query.where.leaves()
    return any(isinstance(leaf, (ArrayContains, IStartsWith)) for leaf in leaves)


def _cursor(way: str, ordering: Ordering, row: Model) -> str:
    value = "" if ordering.field in ("pk", "id") else _field(ordering, row).value_to_string(row)
    text = json.dumps([way, value, row.pk], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, ordering: Ordering, model: type[Model]) -> tuple[bool, Any, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        way, value, pk = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if way not in ("n", "p") or type(pk) is not int or abs(pk) >= 2**63 or "\x00" in value:
            raise CursorError(cursor)
        value.encode()  # half of a character would fail in the database
        if ordering.field not in ("pk", "id"):
            value = _field(ordering, model).to_python(value)
        return way == "p", value, pk
    except (ValueError, TypeError, binascii.Error, ValidationError, RecursionError) as error:
        raise CursorError(cursor) from error


def _field(ordering: Ordering, model: type[Model] | Model) -> Any:
    return model._meta.get_field(ordering.field)
