"""An import from beginning to end in one call, answered as the command line reports it."""

from dataclasses import dataclass
from typing import Any

from bureau.core.errors import BusinessError
from bureau.exchange import registry, services
from bureau.exchange.choices import RunState
from bureau.exchange.models import ImportIssue, ImportRun
from bureau.exchange.querysets import ImportIssueQuerySet

COUNTS = ("rows", "created", "updated", "unchanged", "rejected")


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON object of an import and the exit code that goes with it."""

    report: dict[str, Any]
    exit_code: int


def import_ledger(
    kind: str, name: str, data: bytes, *, actor: Any, dry_run: bool, accept_passing: bool
) -> Answer:
    """Check a ledger and, unless it is a dry run, save what passes; raises BusinessError.

    Rejected rows keep everything out unless ``accept_passing``. A dry run leaves no file behind.
    """
    run = services.start_import(kind, name, data, actor=actor, later=False)
    run = services.check(run.pk)
    if run.state != RunState.CHECKED:
        services.discard(run, actor=actor)
        return _unusable_run(run)
    may_save = run.passing and (accept_passing or not run.rejected)
    if may_save and not dry_run:
        services.confirm(run, actor=actor, accept_passing=accept_passing, later=False)
        try:
            run = services.apply(run.pk)
        except BusinessError as refusal:
            services.fail(run.pk, refusal)
            raise
    answer = _answer(run)
    if run.state == RunState.CHECKED:
        services.discard(run, actor=actor)
    return answer


def _answer(run: ImportRun) -> Answer:
    report = {"kind": run.kind} | {name: getattr(run, name) for name in COUNTS}
    issues = ImportIssue.objects.filter(run=run)
    report["errors"] = _listed(run, issues.errors())
    report["warnings"] = _listed(run, issues.warnings())
    return Answer(report, 1 if run.rejected else 0)


def _listed(run: ImportRun, issues: ImportIssueQuerySet) -> list[dict[str, Any]]:
    importer = registry.find(run.kind)
    rows = issues.in_order().values_list("row", "heading", "code", "values")
    return [
        {
            "row": row,
            "column": heading,
            "code": code,
            "message": importer.sentence(code, values) if importer else code,
        }
        for row, heading, code, values in rows.iterator(chunk_size=5000)
    ]


def _unusable_run(run: ImportRun) -> Answer:
    report = _empty_report(run.kind)
    column = run.refusal_values.get("column")
    report["errors"] = [
        {"row": None, "column": column, "code": run.refusal_code, "message": run.reason}
    ]
    return Answer(report, 2)


def unusable(kind: str, refusal: BusinessError) -> Answer:
    """Return the answer for a file that cannot be used, or that the person may not import."""
    report = _empty_report(kind)
    report["errors"] = [
        {"row": None, "column": None, "code": refusal.code.value, "message": refusal.sentence}
    ]
    return Answer(report, 2)


def _empty_report(kind: str) -> dict[str, Any]:
    return {"kind": kind} | dict.fromkeys(COUNTS, 0) | {"errors": [], "warnings": []}
