"""The dry run: from sealed bytes to staged rows, slips and a prediction."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any
from unicodedata import normalize

from django.db import connection
from django.utils.translation import gettext as _

from bureau.exchange import headers
from bureau.exchange.checkpoints import reach
from bureau.exchange.choices import IssueCode, RowAction, Severity
from bureau.exchange.importer import Importer, Issue, Row, masked
from bureau.exchange.models import ImportIssue, ImportRun
from bureau.exchange.readers import Book, FileRefused, Sheet, open_book, refused
from bureau.exchange.staging import Stage, state_of

BATCH = 5000
LONG_NUMBER = re.compile(r"\d{8,}[\dXx]*")
Report = Callable[[int, int, str], None]


@dataclass(slots=True)
class Findings:
    """What a check found, for the run's row."""

    sheet: str
    match: headers.Match
    state_of_tables: str
    rows: int = 0
    rejected: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)


class UnusableTable(FileRefused):
    """The sheet was read but has no usable table; what was found of it helps to correct it."""

    def __init__(self, refusal: FileRefused, sheet: str, match: headers.Match) -> None:
        super().__init__(refusal.code, **refusal.values)
        self.sheet = sheet
        self.match = match


def silent(_done: int, _total: int, _phase: str = "") -> None:
    """Report to nobody."""


def examine(run: ImportRun, importer: Importer, data: bytes, report: Report) -> Findings:
    """Check a file inside the caller's transaction: fill its stage and its list of slips.

    Raises FileRefused where the file as a whole cannot be used.
    """
    report(0, 0, _("Reading the file"))
    with open_book(data, run.name) as book:
        # The child reads while this process loads what the rows are compared with.
        state = state_of(importer.watches)
        ground = importer.prepare(run.actor)
        sheet, match = choose(book, importer, run.overrides)
        findings = Findings(sheet.name, match, state)
        stage = Stage(run.pk, importer, match.places)
        stage.create()
        run.issues.all().delete()
        rows = importer.rows(
            headers.data_rows(book.rows(sheet), match, importer.required_keys()), match
        )
        keep = partial(_keep_issues, run, importer, match)
        keep([*_doubled(match), *_unread(match)])
        for batch in _batches(importer.check(rows, ground)):
            _take(stage, findings, batch)
            keep([issue for row in batch if row.issues for issue in row.issues])
            report(findings.rows, max(sheet.rows - match.row, findings.rows), _("Checking rows"))
            reach("exchange.check.between_batches")
    if not findings.rows:
        raise UnusableTable(refused("no_rows", row=match.row), sheet.name, match)
    report(findings.rows, findings.rows, _("Comparing with the registry"))
    late = list(importer.predict(stage, ground))
    _reject_late(stage, findings, late)
    keep(late)
    findings.counts = stage.counts() | {RowAction.REJECTED.value: len(findings.rejected)}
    return findings


# --- Which sheet, which columns -------------------------------------------------------------
def choose(
    book: Book, importer: Importer, overrides: dict[str, Any]
) -> tuple[Sheet, headers.Match]:
    """Return the sheet whose headings fit best and how they fit; raises FileRefused."""
    vocabulary = importer.vocabulary()
    found = [
        (sheet, match)
        for sheet in book.sheets
        if (match := headers.find(sheet.head, vocabulary, overrides.get("row")))
    ]
    seen = [pair for pair in found if not pair[0].hidden] or found
    if not seen:
        raise refused("no_table", kind=str(importer.label))
    sheet, match = max(seen, key=lambda pair: len(pair[1].places))
    match.unread = [
        (other.name, other.rows - beside.row)
        for other, beside in seen
        if other is not sheet and other.rows > beside.row and not importer.absent_keys(beside)
    ]
    match.headings = {place: _veiled(text) for place, text in match.headings.items()}
    if "places" in overrides:
        match.replace_places(overrides["places"])
    absent = importer.absent_keys(match)
    if absent:
        names = "、".join(c.heading for c in importer.columns if c.key in absent)
        refusal = refused("missing_column", row=match.row, column=names)
        raise UnusableTable(refusal, sheet.name, match)
    return sheet, match


def _veiled(heading: str) -> str:
    """Return a heading as it may be kept: a row of people taken for one shows no number."""
    text = normalize("NFKC", heading)
    return LONG_NUMBER.sub(lambda it: masked(it[0]), text) if LONG_NUMBER.search(text) else heading


def _doubled(match: headers.Match) -> list[Issue]:
    return [
        Issue(
            match.row,
            key,
            IssueCode.DUPLICATE_COLUMN.value,
            Severity.WARNING.value,
            {"column": match.headings[place]},
        )
        for key, place in match.doubled
    ]


def _unread(match: headers.Match) -> list[Issue]:
    code, severity = IssueCode.SHEET_NOT_READ.value, Severity.WARNING.value
    return [
        Issue(match.row, _("Sheet"), code, severity, {"name": name, "rows": str(rows)})
        for name, rows in match.unread
    ]


# --- Rows -----------------------------------------------------------------------------------
def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _take(stage: Stage, findings: Findings, batch: list[Row]) -> None:
    findings.rows += len(batch)
    findings.rejected.update(row.number for row in batch if row.rejected)
    stage.copy((row.number, row.staged) for row in batch if not row.rejected)


def _reject_late(stage: Stage, findings: Findings, issues: list[Issue]) -> None:
    wrong = {issue.row for issue in issues if issue.severity == Severity.ERROR}
    if wrong:
        stage.reject(sorted(wrong))
        findings.rejected |= wrong


_COPY_ISSUES = """
    COPY exchange_importissue (run_id, "row", position, key, heading, code, severity, "values")
    FROM STDIN
"""


def _keep_issues(
    run: ImportRun, importer: Importer, match: headers.Match, issues: Sequence[Issue]
) -> None:
    if not issues:
        return
    declared = {column.key: column.heading for column in importer.columns}
    with connection.cursor() as cursor, cursor.copy(_COPY_ISSUES) as copy:
        for issue in issues:
            place = match.places.get(issue.key, 0)
            heading = match.heading(issue.key) or declared.get(issue.key, issue.key)
            values = json.dumps(issue.values, ensure_ascii=False).replace("\\u0000", "")
            copy.write_row(
                (run.pk, issue.row, place, issue.key, heading, issue.code, issue.severity, values)
            )


def forget(run: ImportRun, importer: Importer | None = None) -> None:
    """Drop what a check left behind: the stage and the list of slips."""
    Stage(run.pk, importer or Importer).drop()
    ImportIssue.objects.filter(run=run).delete()
