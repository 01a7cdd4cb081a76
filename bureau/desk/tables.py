"""Tables of small columns; the same columns draw the page and fill the export."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from operator import attrgetter
from typing import Any, ClassVar

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from bureau.desk import formats, reach
from bureau.desk.paging import Ordering

Getter = Callable[[Any], Any]
WORDS_KEPT = 500


def reader(source: str) -> Getter:
    """Return a function that follows a dotted path and gives None where the path ends."""
    follow = attrgetter(source)

    def read(row: Any) -> Any:
        try:
            found = follow(row)
        except AttributeError:
            found = _to_its_end(row, source)
        return found() if callable(found) and not hasattr(found, "_meta") else found

    return read


def _to_its_end(row: Any, source: str) -> Any:
    for step in source.split("."):
        if row is None:
            return None
        row = getattr(row, step)
    return row


class Column:
    """A column of text.

    ``source`` is a dotted path from the row (default: the attribute's name); ``value`` a
    function instead. ``sort`` names the not-null field of the noun's own table, indexed with
    the id, by which the column sorts. ``chosen`` False keeps it out until somebody asks.
    ``kind`` tells the export how to type the cell. ``needs`` names the paths from whose values
    alone a ``value`` follows: a long export then reads these instead of whole rows.
    """

    kind = "text"
    css = ""

    def __init__(
        self,
        label: Any,
        source: str = "",
        *,
        sort: str = "",
        value: Getter | None = None,
        needs: Sequence[str] = (),
        chosen: bool = True,
        hint: Any = "",
    ) -> None:
        self.label, self.source, self.sort = label, source, sort
        self.chosen, self.hint, self.key = chosen, hint, source
        self.needs, self.is_told = needs, value is not None
        self._value = value or (reader(source) if source else None)

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name
        if self._value is None:
            self.source = name
            self._value = reader(name)

    def value(self, row: Any) -> Any:
        """Return what the row holds here."""
        return self._value(row)

    def text(self, value: Any) -> str:
        """Write the value for a reader."""
        return formats.plain(value)

    def html(self, row: Any) -> str:
        """Draw the value; what it returns is escaped."""
        text = self.text(self.value(row))
        # Most are names and numbers, in which there is nothing to escape.
        return text if text.isalnum() else escape(text)

    def drawn(self, row: Any) -> SafeString:
        """Return the value for a template, which must not escape it a second time."""
        return mark_safe(self.html(row))  # noqa: S308 - html() has escaped it

    def cell(self, row: Any) -> str:
        """Draw the table cell; its content is what html() made safe."""
        return f"{self._start}{self.html(row)}</td>"

    @property
    def _start(self) -> str:
        return f'<td class="{self.css}">' if self.css else "<td>"

    def cell_for(self, user: Any, rows: Sequence[Any]) -> Callable[[Any], str]:
        """Return what draws the cells of a page's rows as ``user`` may follow them."""
        return self.cell if type(self).html is not Column.html else self._cells_of_text()

    def _cells_of_text(self) -> Callable[[Any], str]:
        """Return ``cell`` in one function: a page draws hundreds, and each step costs again."""
        told = type(self).value is Column.value and self._value
        value, text, start = told or self.value, self.text, self._start

        def draw(row: Any) -> str:
            said = text(value(row))
            return f"{start}{said if said.isalnum() else escape(said)}</td>"

        return draw

    def exported(self, row: Any) -> Any:
        """Return the typed value for a spreadsheet: numbers, days and text."""
        return self.typed(self.value(row))

    def typed(self, value: Any) -> Any:
        """Return a value as a spreadsheet takes it."""
        if value is None or isinstance(value, (str, int, float)):
            return value
        return value if self.kind != "text" else str(value)


class LinkColumn(Column):
    """Text that leads to the object behind it, or to the row where it is plain text."""

    css = "col-link"

    def __init__(self, label: Any, source: str = "", *, to: Getter | None = None, **more: Any):
        super().__init__(label, source, **more)
        self.to = to

    def html(self, row: Any) -> str:
        value = self.value(row)
        if value is None or value == "":
            return formats.NOTHING
        target = value if hasattr(value, "get_absolute_url") else row
        url = self.to(row) if self.to else target.get_absolute_url()
        return f'<a href="{escape(url)}">{escape(self.text(value))}</a>'

    def target(self, row: Any) -> Any:
        """Return the other object that the link leads to; None where it leads to the row."""
        value = None if self.to else self.value(row)
        return value if value is not row and hasattr(value, "get_absolute_url") else None

    def cell_for(self, user: Any, rows: Sequence[Any]) -> Callable[[Any], str]:
        if user is None:
            return self.cell
        targets = [target for row in rows if (target := self.target(row)) is not None]
        closed = reach.out_of_reach(user, targets) if targets else None
        if not closed:
            return self.cell

        def draw(row: Any) -> str:
            target = self.target(row)
            if target is None or reach.key(target) not in closed:
                return self.cell(row)
            return f'<td class="{self.css}">{escape(self.text(target))}</td>'

        return draw


class StatusColumn(Column):
    """A state as a badge; its colour comes from the tokens, by ``data-status``.

    ``alike`` names, for a word that is coloured otherwise elsewhere, the word to be coloured as.
    """

    css = "col-status"

    def __init__(
        self, label: Any, source: str = "", *, alike: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(label, source, **more)
        self.alike = alike or {}
        self._words: dict[tuple[Any, ...], str] = {}

    def word(self, row: Any, value: Any) -> str:
        """Return the state's word, looked up once per language: a page says few words often."""
        asked = (get_language(), type(row), value)
        if asked not in self._words:
            if len(self._words) > WORDS_KEPT:
                self._words.clear()
            self._words[asked] = self._label(row, value)
        return self._words[asked]

    def _label(self, row: Any, value: Any) -> str:
        holder, _dot, last = self.source.rpartition(".")
        owner = reader(holder)(row) if holder else row
        display = getattr(owner, f"get_{last}_display", None)
        return str(display()) if display else self.text(value)

    def html(self, row: Any) -> str:
        value = self.value(row)
        if value is None or value == "":
            return formats.NOTHING
        return badge(self.alike.get(value, value), self.word(row, value))

    def exported(self, row: Any) -> Any:
        value = self.value(row)
        return self.word(row, value) if value not in (None, "") else None


class WordColumn(StatusColumn):
    """A word out of several, without colour."""

    css = ""

    def html(self, row: Any) -> str:
        value = self.value(row)
        return escape(self.word(row, value)) if value not in (None, "") else formats.NOTHING


class NumberColumn(Column):
    """A number, right-aligned; ``places`` fixes the decimals."""

    kind = "number"
    css = "col-number"

    def __init__(self, label: Any, source: str = "", *, places: int | None = None, **more: Any):
        super().__init__(label, source, **more)
        self.places = places

    def text(self, value: Any) -> str:
        return formats.number(value, self.places)


class MoneyColumn(NumberColumn):
    """Yuan."""

    kind = "money"

    def text(self, value: Any) -> str:
        return formats.money(value)


class AreaColumn(NumberColumn):
    """Square metres."""

    def text(self, value: Any) -> str:
        return formats.area(value)


class DateColumn(Column):
    """A day."""

    kind = "date"
    css = "col-date"

    def text(self, value: Any) -> str:
        return formats.day(value)


class MomentColumn(DateColumn):
    """A day and the time of day."""

    kind = "datetime"

    def text(self, value: Any) -> str:
        return formats.moment(value)


class BooleanColumn(Column):
    """Yes, no, or not known."""

    css = "col-status"

    def text(self, value: Any) -> str:
        return formats.yes_no(value)

    def exported(self, row: Any) -> Any:
        return self.text(self.value(row))


def badge(status: Any, label: Any) -> SafeString:
    """Draw a state as a word on its colour."""
    return format_html('<span class="badge-status" data-status="{}">{}</span>', status, label)


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a column: ``direction`` is ascending, descending or empty."""

    column: Column
    sort: str = ""
    direction: str = ""


#: A row with the box that ticks it. Long lists repeat it, so it holds no spaces that nobody sees.
ROW = (
    '<tr><td class="col-pick"><input class="form-check-input" type="checkbox" name="pk"'
    ' value="{:d}" form="ticked" aria-label="{}"></td>{}</tr>'
)


class Table:
    """Columns declared as attributes, in the order in which they are shown.

    ``default_sort`` is a column's key, or ``pk``, with a minus for descending. With a ``user``,
    links lead only to what this reader may open.
    """

    columns: ClassVar[dict[str, Column]] = {}
    default_sort: ClassVar[str] = "-pk"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = {name: item for name, item in vars(cls).items() if isinstance(item, Column)}
        cls.columns = {**cls.columns, **own}

    def __init__(
        self,
        rows: Iterable[Any] = (),
        *,
        sort: str = "",
        chosen: Sequence[str] = (),
        user: Any = None,
    ) -> None:
        self.rows, self.user = rows, user
        self.sort = self.checked_sort(sort)
        self.shown = self.chosen_columns(chosen)

    @classmethod
    def chosen_columns(cls, keys: Sequence[str] = ()) -> list[Column]:
        """Return the columns asked for, or those shown by default; the first always stays."""
        first, *others = cls.columns.values()
        if known := [cls.columns[key] for key in dict.fromkeys(keys) if key in cls.columns]:
            return [first, *(column for column in known if column is not first)]
        return [first, *(column for column in others if column.chosen)]

    @classmethod
    def checked_sort(cls, wanted: str) -> str:
        """Return ``wanted`` where such a column sorts, else the default."""
        column = cls.columns.get(wanted.removeprefix("-"))
        return wanted if column and column.sort else cls.default_sort

    @classmethod
    def ordering(cls, wanted: str = "") -> Ordering:
        """Translate a column's key into the field behind it."""
        sort = cls.checked_sort(wanted)
        column = cls.columns.get(sort.removeprefix("-"))
        field = column.sort if column and column.sort else "pk"
        return Ordering(field, sort.startswith("-"))

    @property
    def steady_key(self) -> tuple[Any, ...]:
        """What the heads and the menu of columns show."""
        return type(self), self.sort, *(column.key for column in self.shown)

    @property
    def column_lines(self) -> list[tuple[Column, bool]]:
        """Every column with whether it is shown, the shown ones first in their order."""
        shown = [(column, True) for column in self.shown]
        keys = {column.key for column in self.shown}
        return shown + [(one, False) for key, one in self.columns.items() if key not in keys]

    @property
    def headers(self) -> list[Header]:
        """Return the column heads with what a click on each would sort by."""
        key, down = self.sort.removeprefix("-"), self.sort.startswith("-")
        heads = []
        for column in self.shown:
            if not column.sort:
                heads.append(Header(column))
            elif column.key == key:
                turned, way = (key, "descending") if down else (f"-{key}", "ascending")
                heads.append(Header(column, turned, way))
            else:
                heads.append(Header(column, column.key))
        return heads

    @property
    def body(self) -> SafeString:
        """Draw the rows: one string, for a template engine would take five steps for each."""
        tick = escape(gettext("Tick this row"))
        lines = [ROW.format(row.pk, tick, cells) for row, cells in self._drawn_rows()]
        # A row holds what stands in this file, its own number, and what its columns escaped.
        return mark_safe("\n".join(lines))  # noqa: S308

    @property
    def plain_body(self) -> SafeString:
        """Draw the rows to be looked at only."""
        lines = [f"<tr>{cells}</tr>" for _row, cells in self._drawn_rows()]
        return mark_safe("\n".join(lines))  # noqa: S308 - the columns escaped it

    def _drawn_rows(self) -> Iterable[tuple[Any, str]]:
        rows = list(self.rows)
        draw = [column.cell_for(self.user, rows) for column in self.shown]
        return [(row, "".join([cell(row) for cell in draw])) for row in rows]

    def export_columns(self) -> list[tuple[str, Getter, str]]:
        """Return (heading, getter, kind) of the shown columns for the export."""
        return [(str(column.label), column.exported, column.kind) for column in self.shown]
