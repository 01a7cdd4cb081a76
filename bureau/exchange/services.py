"""Every write of an import: start, check, confirm, apply, discard, purge."""

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import find as line_of
from bureau.exchange import checking, registry, rules, sealed, staging
from bureau.exchange.checking import Findings, Report, UnusableTable, silent
from bureau.exchange.checkpoints import reach
from bureau.exchange.choices import ImportVerb, RowAction, RunRefusal, RunState, RunVerb
from bureau.exchange.importer import Importer
from bureau.exchange.models import ImportRun
from bureau.exchange.readers import FileRefused, glance, refused
from bureau.exchange.staging import Stage
from bureau.jobs.rules import MAX_ATTEMPTS
from bureau.jobs.services import enqueue
from bureau.records.services import record, record_batch, touched

logger = logging.getLogger(__name__)

CHECK = "exchange.check"
APPLY = "exchange.apply"


def importer_for(kind: str, actor: Any) -> Importer:
    """Return the importer of ``kind`` if the actor may use it; raises FileRefused."""
    importer = registry.find(kind)
    if importer is None:
        raise refused("unknown_kind", kind=kind)
    if not actor.has_perm(importer.permission):
        raise refused("not_permitted", kind=str(importer.label))
    return importer


# --- Moving ---------------------------------------------------------------------------------
def _locked(run_id: int) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).select_related("actor").get(pk=run_id)


def _move(run: ImportRun, verb: RunVerb, **values: Any) -> ImportRun:
    line = line_of(rules.WORKFLOW, verb.value)
    if run.state not in line.sources:
        state = RunState(run.state).label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=state)
    run.state = str(line.target)
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=["state", "updated_at", *values])
    return run


def _order(run: ImportRun, kind: str, actor: Any) -> None:
    run.job = enqueue(kind, actor=actor, args={"run": run.pk}, subject=run, unique_key=str(run.pk))
    run.save(update_fields=["job", "updated_at"])


# --- In -------------------------------------------------------------------------------------
@transaction.atomic
def start_import(kind: str, name: str, data: bytes, *, actor: Any, later: bool = True) -> ImportRun:
    """Take an upload in: seal it, and order its check unless the caller checks at once.

    Raises FileRefused for an unknown kind, a missing permission, or a file that shows at first
    sight that it is no spreadsheet.
    """
    importer_for(kind, actor)
    glance(data, name)
    run = ImportRun.objects.create(
        kind=kind,
        actor=actor,
        name=name[-200:],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    run.path = sealed.keep(run.pk, data)
    run.save(update_fields=["path"])
    facts = {"kind": kind, "size": run.size, "sha256": run.sha256}
    record(ImportVerb.IMPORT_UPLOADED, run, actor=actor, after=facts)
    if later:
        _order(run, CHECK, actor)
    return run


@transaction.atomic
def match_again(
    run: ImportRun, *, actor: Any, row: int | None, places: dict[str, int] | None
) -> ImportRun:
    """Check an upload anew with a person's own heading row or match of columns."""
    run = _locked(run.pk)
    overrides: dict[str, Any] = {}
    if row:
        overrides["row"] = row
    if places is not None:
        overrides["places"] = places
    _move(run, RunVerb.BEGIN, overrides=overrides, refusal_code="", refusal_values={})
    _order(run, CHECK, actor)
    return run


# --- The dry run ----------------------------------------------------------------------------
def check(run_id: int, report: Report = silent) -> ImportRun:
    """Check an upload and keep what was found; safe to run again from the start.

    Everything found is written in one transaction with the run's state: a worker that dies
    leaves the run being checked, and the next attempt begins anew.
    """
    with transaction.atomic():
        run = _locked(run_id)
        if run.state not in (RunState.UPLOADED, RunState.CHECKING):
            return run
        _move(run, RunVerb.BEGIN)
    try:
        with transaction.atomic():
            run = _locked(run_id)
            if run.state == RunState.CHECKING:
                importer = importer_for(run.kind, run.actor)
                findings = checking.examine(run, importer, sealed.read(run.pk, run.path), report)
                _move(run, RunVerb.PASS, **_found(findings))
                reach("exchange.check.before_commit")
    except FileRefused as refusal:
        run = _refuse(run_id, refusal)
    return run


def _found(findings: Findings) -> dict[str, Any]:
    return {
        "state_of_tables": findings.state_of_tables,
        "checked_at": clock.now(),
        "rows": findings.rows,
        "created": findings.counts[RowAction.CREATED],
        "updated": findings.counts[RowAction.UPDATED],
        "unchanged": findings.counts[RowAction.UNCHANGED],
        "rejected": len(findings.rejected),
    } | _seen(findings)


def _seen(table: Findings | UnusableTable) -> dict[str, Any]:
    return {
        "sheet": table.sheet[:100],
        "heading_row": table.match.row,
        "headings": {str(place): text for place, text in table.match.headings.items()},
        "places": table.match.places,
    }


@transaction.atomic
def _refuse(run_id: int, refusal: FileRefused) -> ImportRun:
    run = _locked(run_id)
    if run.state != RunState.CHECKING:
        return run
    checking.forget(run)
    seen = _seen(refusal) if isinstance(refusal, UnusableTable) else {}
    none = dict.fromkeys(("rows", "created", "updated", "unchanged", "rejected"), 0)
    reason = {"refusal_code": refusal.code.value, "refusal_values": refusal.values}
    return _move(run, RunVerb.REFUSE, checked_at=clock.now(), **seen, **none, **reason)


# --- Saving ---------------------------------------------------------------------------------
@transaction.atomic
def confirm(run: ImportRun, *, actor: Any, accept_passing: bool, later: bool = True) -> ImportRun:
    """Decide that a checked upload be saved; its owner alone may.

    With rejected rows nothing is saved unless ``accept_passing`` says so expressly.
    """
    run = _locked(run.pk)
    if run.actor_id != actor.pk:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=RunVerb.CONFIRM.label)
    importer_for(run.kind, actor)
    if run.state == RunState.CHECKED:
        if run.rejected and not accept_passing:
            raise BusinessError(RunRefusal.HAS_REJECTED_ROWS, count=run.rejected)
        if not run.passing:
            raise BusinessError(RunRefusal.NOTHING_TO_SAVE)
    reason: dict[str, Any] = {"refusal_code": "", "refusal_values": {}}
    _move(run, RunVerb.CONFIRM, accept_passing=accept_passing, **reason)
    if later:
        _order(run, APPLY, actor)
    return run


def apply(run_id: int, report: Report = silent) -> ImportRun:
    """Save a confirmed upload; all of it and the run's state in one transaction, or nothing.

    Where the registry has changed since the check, the check is done again first; rows that it
    newly rejects send the run back unless the person accepts the passing ones.
    """
    for last in (False, True):
        try:
            with transaction.atomic():
                return _apply(run_id, report)
        except IntegrityError:
            logger.warning("import %s met another writer", run_id)
            if last:
                raise BusinessError(RunRefusal.OVERTAKEN) from None
    raise AssertionError


def _apply(run_id: int, report: Report) -> ImportRun:
    run = _locked(run_id)
    if run.state != RunState.APPLYING:
        return run
    importer = importer_for(run.kind, run.actor)
    Stage.fetch("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"exchange.{run.kind}"])
    stage = Stage(run.pk, importer, run.places)
    if not stage.holds(run.passing) or run.state_of_tables != staging.state_of(importer.watches):
        findings = checking.examine(run, importer, sealed.read(run.pk, run.path), report)
        if findings.rejected and not run.accept_passing:
            reason = {"count": len(findings.rejected)}
            again = {"refusal_code": RunRefusal.CHANGED_SINCE_CHECK, "refusal_values": reason}
            return _move(run, RunVerb.SEND_BACK, **_found(findings), **again)
        for name, value in _found(findings).items():
            setattr(run, name, value)
        run.save()
    report(run.rows, run.rows, str(RunState.APPLYING.label))
    reach("exchange.apply.before_write")
    importer.apply(stage, actor=run.actor)
    _write_down(run, importer, stage)
    stage.drop()
    _move(run, RunVerb.FINISH, applied_at=clock.now())
    reach("exchange.apply.before_commit")
    return run


def _write_down(run: ImportRun, importer: Importer, stage: Stage) -> None:
    """One audit entry on the run stands for all its rows; their timelines show it."""
    rows = None
    if importer.target is not None:
        changed = f"SELECT target_id FROM {stage.table} WHERE action <> %s"  # noqa: S608
        rows = touched(importer.target, changed, [RowAction.UNCHANGED.value])
    counts = {name: getattr(run, name) for name in ("created", "updated", "unchanged", "rejected")}
    record_batch(
        ImportVerb.IMPORT_SAVED,
        run,
        actor=run.actor,
        rows=rows,
        count=run.created + run.updated,
        after={"kind": run.kind, "sha256": run.sha256} | counts,
    )


@transaction.atomic
def fail(run_id: int, refusal: BusinessError) -> ImportRun:
    """Keep why checking or saving came to its end."""
    run = _locked(run_id)
    if not run.is_busy:
        return run
    Stage(run.pk, Importer).drop()
    reason = {"refusal_code": refusal.code.value, "refusal_values": refusal.values}
    return _move(run, RunVerb.FAIL, **reason)


# --- Out of the way -------------------------------------------------------------------------
@transaction.atomic
def discard(run: ImportRun, *, actor: Any) -> ImportRun:
    """Give an upload up; its file and its staged rows are deleted at once."""
    run = _locked(run.pk)
    if run.actor_id != actor.pk:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=RunVerb.DISCARD.label)
    _move(run, RunVerb.DISCARD)
    _empty(run)
    record(ImportVerb.IMPORT_DISCARDED, run, actor=actor)
    return run


def _empty(run: ImportRun) -> None:
    checking.forget(run)
    path, run.path, run.purged_at = run.path, "", clock.now()
    run.save(update_fields=["path", "purged_at", "updated_at"])
    transaction.on_commit(lambda: sealed.remove(path))


def purge() -> int:
    """Delete files, slips and staged rows after 30 days and what no run names; idempotent."""
    count = 0
    for run_id in ImportRun.objects.outlived(clock.now() - rules.KEPT_FOR).values_list("pk"):
        with transaction.atomic():
            run = _locked(run_id[0])
            if run.state not in rules.OVER and not run.is_busy:
                _move(run, RunVerb.DISCARD)
            if not run.is_busy:
                _empty(run)
                record(ImportVerb.IMPORT_PURGED, run, actor=None)
                count += 1
    _sweep_lost_jobs()
    staging.drop_orphans(ImportRun.objects.staged().values_list("pk", flat=True))
    known = set(ImportRun.objects.exclude(path="").values_list("path", flat=True))
    for path in sealed.older_than(clock.now() - rules.ORPHANS_AFTER):
        if path not in known:
            sealed.remove(path)
    return count


def _sweep_lost_jobs() -> None:
    """A run whose task has failed for good is failed itself."""
    for run in ImportRun.objects.busy().filter(job__state__in=("failed", "cancelled")):
        fail(run.pk, refused("reader_failed"))


def in_job(step: Callable[[int, Report], ImportRun], job: Any, report: Report) -> dict[str, Any]:
    """Run a step as a task: its refusal and its last fault become the run's own."""
    run_id = int(job.args["run"])
    try:
        run = step(run_id, report)
    except BusinessError as refusal:
        fail(run_id, refusal)
        raise
    except Exception as error:
        if job.attempts >= MAX_ATTEMPTS:
            fail(run_id, refused("internal_error", error=type(error).__name__))
        raise
    return {"state": run.state, "rows": run.rows, "url": run.get_absolute_url()}
