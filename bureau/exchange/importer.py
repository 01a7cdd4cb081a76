"""The base of every import: columns → cells → checks → one set-based service.

An app declares its imports in ``<app>/imports.py``; nothing else needs to know of them::

    from bureau.exchange.importer import Column, Importer, Row
    from bureau.exchange.parsers import Amount, Choice, Text, Whole
    from bureau.exchange.registry import register

    @register
    class SubstationImporter(Importer):
        kind = "substations"
        label = _("Heat substations")
        permission = "heating.add_substation"
        columns = (
            Column("name", "换热站名称", ("站名", "站点名称"), required=True, parse=Text(80),
                   missing=IssueCode.MISSING_NAME),
            Column("area", "供热面积（㎡）", ("供热面积",), parse=Amount(2)),
            Column("mode", "管理方式", parse=Choice({"直管": "company", "自管": "third_party"})),
        )
        staged = {"community_id": "bigint", "name": "text", "area": "numeric(12,2)", ...}
        target, key = Substation, ("community_id", "name")
        watches = (Substation, Estate)
        sentences = (SubstationSlip, UnknownPlaceCode)

        def prepare(self, actor):                  # once per file: load every look-up
            return Ground(places=Gazetteer(), seen={})

        def judge(self, row, ground):              # once per row: the hot path, no query
            try:
                place = ground.places.find(row["county"], row["town"], row["community"])
            except UnknownPlace as unknown:
                row.refuse(unknown.column_key, unknown)
                return
            self.once(row, ground.seen, (place.pk, row["name"]), "name")
            if row.has("heated", "area") and row["heated"] > row["area"]:
                row.error("heated", SubstationSlip.HEATED_EXCEEDS_AREA, heated=row["heated"])
            row.stage(community_id=place.pk, name=row["name"], area=row["area"])

        def apply(self, stage, *, actor):          # inside the transaction of the run
            stations.import_substations(stage, actor=actor)

``apply`` calls the app's service, which writes with ``stage.insert(Model)`` and
``stage.update(Model)`` or with SQL of its own over ``stage.table`` (columns: ``row_number``,
``action`` = created | updated | unchanged, ``target_id`` = the object's id, reserved for new
ones, and everything in ``staged``). Blank cells and columns that the sheet lacks change nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar

from django.db.models import Model, TextChoices
from django.utils.functional import Promise

from bureau.core.errors import BusinessError
from bureau.exchange.cells import Slip, is_blank
from bureau.exchange.choices import IssueCode, Severity
from bureau.exchange.columns import FAULTY, ColumnReader
from bureau.exchange.headers import Match
from bureau.exchange.parsers import Choice, Parse, Parser, Text
from bureau.exchange.readers import Cell
from bureau.exchange.staging import Stage

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an import.

    ``heading`` is printed in the template and found first, ``aliases`` are found too (width,
    spaces and units in brackets never matter). ``required`` means that the sheet must have the
    column and every row a value; ``wanted`` that the sheet must have it while cells may be
    blank. ``missing`` is the word for a blank cell, ``hint`` stands in the template's notes;
    a ``personal`` cell is never quoted in a message.
    """

    key: str
    heading: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    parse: Parser = field(default_factory=Text)
    wanted: bool = False
    missing: TextChoices = IssueCode.MISSING_VALUE
    hint: str | Promise = ""
    personal: bool = False
    example: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading by which the column is known."""
        return (self.heading, *self.aliases)

    @property
    def offers(self) -> tuple[str, ...]:
        """The words of the drop-down in the template, if it has one."""
        return self.parse.offers if isinstance(self.parse, Choice) else ()


@dataclass(frozen=True, slots=True)
class Issue:
    """A slip in one row: the column's key, the word and what its sentence needs."""

    row: int
    key: str
    code: str
    severity: str
    values: dict[str, str]


class Row:
    """One data row: ``row["area"]`` is the clean value, None where blank or faulty."""

    __slots__ = ("issues", "number", "rejected", "staged", "values")

    def __init__(self, number: int) -> None:
        self.number = number
        self.values: dict[str, Any] = {}
        self.issues: list[Issue] | None = None
        self.rejected = False
        self.staged: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def has(self, *keys: str) -> bool:
        """Whether all these cells hold a value without fault."""
        return all(self.values.get(key) is not None for key in keys)

    def error(self, key: str, code: TextChoices | str, **values: Any) -> None:
        """Reject the row because of the cell in column ``key``."""
        self.rejected = True
        self._note(key, code, Severity.ERROR, values)

    def warn(self, key: str, code: TextChoices | str, **values: Any) -> None:
        """Say something about the cell in column ``key`` without rejecting the row."""
        self._note(key, code, Severity.WARNING, values)

    def refuse(self, key: str, refusal: BusinessError) -> None:
        """Reject the row with the code and values of a refusal from elsewhere."""
        self.error(key, refusal.code, **refusal.values)

    def stage(self, **values: Any) -> None:
        """Set what goes into the staging table, by its columns; a rejected row never does."""
        self.staged = values

    def _note(self, key: str, code: TextChoices | str, severity: str, values: dict) -> None:
        if self.issues is None:
            self.issues = []
        word = code.value if isinstance(code, TextChoices) else str(code)
        quoted = {name: str(value) for name, value in values.items()}
        self.issues.append(Issue(self.number, key, word, severity, quoted))


class Importer:
    """What every kind of import says about itself; see the example at the top of this module."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    permission: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    staged: ClassVar[dict[str, str]] = {}
    """Columns of the staging table → SQL types."""
    target: ClassVar[type[Model] | None] = None
    """The noun that a row creates or changes."""
    key: ClassVar[tuple[str, ...]] = ()
    """Staged columns, named as in ``target``, by which a row finds its object."""
    compared: ClassVar[tuple[str, ...]] = ()
    """Staged columns, named as in ``target``, that make a row ``updated``; all when empty."""
    sources: ClassVar[dict[str, str]] = {}
    """Staged column → key of the sheet's column that it comes from, where the names differ."""
    watches: ClassVar[tuple[type[Model], ...]] = ()
    """Tables whose change between check and saving makes the check be done again."""
    sentences: ClassVar[tuple[type[TextChoices], ...]] = ()
    """Where the words of this importer have their sentences, besides IssueCode."""
    notes: ClassVar[tuple[str | Promise, ...]] = ()
    """Lines for the notes sheet of the template."""

    # --- What an app overrides --------------------------------------------------------------
    def prepare(self, actor: Any) -> Any:
        """Load every look-up once; the result is handed to ``judge``."""
        return None

    def judge(self, row: Row, ground: Any) -> None:
        """Judge one row and call ``row.stage``; no queries here."""
        raise NotImplementedError

    def check(self, rows: Iterator[Row], ground: Any) -> Iterator[Row]:
        """Judge all rows in order; override it where a check needs many rows at once."""
        for row in rows:
            self.judge(row, ground)
            yield row

    def predict(self, stage: Stage, ground: Any) -> Iterable[Issue]:
        """Set ``action`` and ``target_id`` of the staged rows by set; return late issues.

        A row with a late error leaves the stage. ``row_issue`` makes them.
        """
        stage.match(self)
        return ()

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Write the staged rows through the app's service, inside the caller's transaction."""
        raise NotImplementedError

    def onward(self, run: Any) -> list[tuple[str | Promise, str]]:
        """Return (label, address) of where a person goes on when the rows are saved."""
        return []

    # --- What an app calls ------------------------------------------------------------------
    @staticmethod
    def once(row: Row, seen: dict[Any, int], key: Any, column: str, name: str = "") -> bool:
        """Reject the row where an earlier one has the same ``key``; returns whether it is new."""
        first = seen.setdefault(key, row.number)
        if first == row.number:
            return True
        row.error(column, IssueCode.DUPLICATE_ROW, name=name or row[column], row=first)
        return False

    @staticmethod
    def row_issue(
        number: int, key: str, code: TextChoices, severity: str = Severity.ERROR, **values: Any
    ) -> Issue:
        """Return a late issue for ``predict``."""
        return Issue(number, key, code.value, severity, {k: str(v) for k, v in values.items()})

    # --- What the pipeline asks -------------------------------------------------------------
    @classmethod
    def vocabulary(cls) -> dict[str, Sequence[str]]:
        """Return column keys → headings."""
        return {column.key: column.headings for column in cls.columns}

    @classmethod
    def required_keys(cls) -> tuple[str, ...]:
        """Return the keys of the columns in which every row needs a value."""
        return tuple(column.key for column in cls.columns if column.required)

    @classmethod
    def absent_keys(cls, match: Match) -> tuple[str, ...]:
        """Return the keys of the columns that the sheet must have and has not."""
        return tuple(
            column.key
            for column in cls.columns
            if (column.required or column.wanted) and column.key not in match.places
        )

    @classmethod
    def sentence(cls, code: str, values: Mapping[str, Any]) -> str:
        """Return the sentence of a word in the present language."""
        vocabularies: tuple[type[TextChoices], ...] = (*cls.sentences, IssueCode)
        for words in vocabularies:
            if code in words.values:
                try:
                    return str(words(code).label) % values
                except (KeyError, ValueError, TypeError):
                    return str(words(code).label)
        return code

    def rows(self, sheet_rows: Iterable[tuple[int, list[Cell]]], match: Match) -> Iterator[Row]:
        """Turn data rows into clean rows; faults of single cells are noted on the way."""
        plan = self._plan(match)
        lines = iter(sheet_rows)
        while batch := list(islice(lines, BATCH)):
            yield from self._clean(batch, plan, match)

    def _clean(
        self, batch: list[tuple[int, list[Cell]]], plan: dict[str, ColumnReader], match: Match
    ) -> list[Row]:
        rows = [Row(number) for number, _cells in batch]
        columns = list(zip(*[cells for _number, cells in batch], strict=False))
        values = []
        for key, reader in plan.items():
            cells = columns[reader.place]
            try:
                values.append(reader.all(cells))
            except Slip:
                pairs = zip(rows, cells, strict=True)
                values.append([self._value(row, key, reader, cell, match) for row, cell in pairs])
        for row, line in zip(rows, zip(*values, strict=True), strict=True):
            row.values = dict(zip(plan, line, strict=True))
            if row.issues:
                row.values = {k: value for k, value in row.values.items() if value is not FAULTY}
        return rows

    def _value(self, row: Row, key: str, reader: ColumnReader, cell: Cell, match: Match) -> Any:
        try:
            return reader.one(cell)
        except Slip as slip:
            self._fault(row, key, match, slip)
            return FAULTY

    def _plan(self, match: Match) -> dict[str, ColumnReader]:
        plan = {}
        for column in self.columns:
            if column.key in match.places:
                parse = column.parse.bind(match.factors.get(column.key, Decimal(1)))
                read = _reader(column, parse, match.heading(column.key))
                plan[column.key] = ColumnReader(match.places[column.key], read)
        return plan

    def _fault(self, row: Row, key: str, match: Match, slip: Slip) -> None:
        column = next(column for column in self.columns if column.key == key)
        quoted = slip.values
        if column.personal and "value" in quoted:
            quoted = quoted | {"value": masked(str(quoted["value"]))}
        row.error(key, slip.code, **{"column": match.heading(key)} | quoted)


def _reader(column: Column, parse: Parse, heading: str) -> Parse:
    """Return what reads any cell of a column: None for a blank one, Slip for a faulty one."""
    required, missing = column.required, column.missing

    def read(cell: Cell) -> Any:
        if not is_blank(cell):
            return parse(cell)
        if required:
            raise Slip(missing, column=heading)
        return None

    return read


def masked(text: str) -> str:
    """Return personal text as messages may quote it: at most four characters at each end."""
    shown = min(4, len(text) // 4)
    return text[:shown] + "*" * (len(text) - 2 * shown) + text[len(text) - shown :]
