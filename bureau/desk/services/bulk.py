"""Bulk changes: ordered once, carried out row by row, each row once whatever happens meanwhile."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Model
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.text import capfirst

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.desk.bulk import BulkChange, BulkSet
from bureau.desk.choices import BulkOutcome, ListRefusal, ListVerb
from bureau.desk.models import BulkResult, BulkRun
from bureau.jobs.models import Job
from bureau.jobs.progress import Progress
from bureau.jobs.services import enqueue
from bureau.people.models import User
from bureau.records.services import hash_of, record, record_batch

KIND = "desk.bulk"
INVALID = "invalid"


@transaction.atomic
def order(
    *,
    actor: User,
    list_key: str,
    change: BulkChange,
    model: type[Model],
    rows: Iterable[tuple[int, int | None]],
    arguments: dict[str, list[str]],
    selection: str = "",
    all_matching: bool = False,
) -> BulkRun:
    """Keep which rows were confirmed, at which version, and let a worker begin.

    Refuses no rows at all and more than the change may touch.
    """
    chosen = list(rows)
    check_number(len(chosen), change)
    run = BulkRun.objects.create(
        list_key=list_key,
        object_type=ContentType.objects.get_for_model(model),
        verb=change.key,
        label=str(change.label),
        arguments=arguments,
        selection=selection[:4000],
        all_matching=all_matching,
        ids=[pk for pk, _version in chosen],
        versions=[version for _pk, version in chosen],
        actor=actor,
    )
    job = enqueue(KIND, actor=actor, args={"run": run.pk}, subject=run, unique_key=f"bulk-{run.pk}")
    run.job = job
    run.save(update_fields=["job", "updated_at"])
    facts = {"list": list_key, "change": change.key, "count": run.count}
    record(ListVerb.ORDER_BULK, run, actor=actor, after=facts)
    return run


def check_number(number: int, change: BulkChange) -> None:
    """Refuse a change of nothing, and of more rows than one step may touch."""
    if not number:
        raise BusinessError(ListRefusal.NO_ROWS)
    if number > change.most:
        raise BusinessError(ListRefusal.TOO_MANY_ROWS, count=number, limit=change.most)


def find_change(list_key: str, key: str) -> BulkChange:
    """Return what a list declares under ``key``, else ``no_such_bulk``."""
    try:
        listing = getattr(resolve(reverse(list_key)).func, "view_class", None)
    except NoReverseMatch:
        listing = None
    for change in getattr(listing, "bulk", ()):
        if change.key == key:
            return change
    raise BusinessError(ListRefusal.NO_SUCH_BULK)


def carry_out(job: Job, report: Progress) -> dict[str, Any]:
    """Do what the run still leaves to do; rows with a result are never done again."""
    run = BulkRun.objects.select_related("object_type").get(pk=job.args["run"])
    change = find_change(run.list_key, run.verb)
    given = _given(run, change)
    done = set(run.results.values_list("object_id", flat=True))
    phase = capfirst(str(change.label))
    if isinstance(change, BulkSet):
        _do_sets(run, change, given, done, report)
        _finish(run)
        return {"url": run.get_absolute_url()}
    for number, (pk, version) in enumerate(zip(run.ids, run.versions, strict=True)):
        report(number, run.count, phase)
        if pk not in done:
            _do_one(run, change, given, pk, version)
    report(run.count, run.count, phase)
    _finish(run)
    return {"url": run.get_absolute_url()}


def _do_sets(
    run: BulkRun, change: BulkSet, given: dict[str, Any], done: set[int], report: Progress
) -> None:
    """Do the rows that are left step by step; a step and its results are kept or neither is."""
    phase = capfirst(str(change.label))
    confirmed = zip(run.ids, run.versions, strict=True)
    left = {pk: version for pk, version in confirmed if pk not in done}
    for at in range(0, len(left), change.step):
        report(len(done) + at, run.count, phase)
        ids = list(left)[at : at + change.step]
        with transaction.atomic():
            _do_step(run, change, given, {pk: left[pk] for pk in ids})
    report(run.count, run.count, phase)


def _do_step(
    run: BulkRun, change: BulkSet, given: dict[str, Any], left: dict[int, int | None]
) -> None:
    actor, model = _actor(run), run.object_type.model_class()
    rows: Any = model._default_manager  # type: ignore[union-attr]
    seen = {row.pk: row for row in rows.visible_to(actor).filter(pk__in=left)}
    mine = {pk: left[pk] for pk in left if pk in seen}
    refused = change.do_many(mine, given, actor=actor, about=run)
    results = []
    for pk in left:
        result = BulkResult(run=run, object_id=pk, outcome=BulkOutcome.CHANGED)
        if pk not in seen:
            result.outcome, gone = BulkOutcome.GONE, BusinessError(ListRefusal.ROW_GONE)
            result.code, result.sentence = gone.code.value, gone.sentence
        else:
            result.label, result.url = str(seen[pk])[:200], seen[pk].get_absolute_url()
        if finding := refused.get(pk):
            error = BusinessError(finding.code, **finding.values)
            result.outcome = BulkOutcome.REFUSED
            result.code, result.sentence = error.code.value, error.sentence
        results.append(result)
    BulkResult.objects.bulk_create(results)


def _given(run: BulkRun, change: BulkChange) -> dict[str, Any]:
    """Read the arguments anew: what they name must still be there for the actor to choose."""
    form = change.restore(run.arguments, _actor(run))
    if form is not None and not form.is_valid():
        sentences = [f"{label} {text}".strip() for label, text, _id in form.problems]
        raise BusinessError(ListRefusal.ARGUMENTS_GONE, sentences=" ".join(sentences))
    return change.given(form)


def _actor(run: BulkRun) -> User:
    """Return the person with the postings of this very moment."""
    return User.objects.get(pk=run.actor_id)


def _do_one(
    run: BulkRun, change: BulkChange, given: dict[str, Any], pk: int, version: int | None
) -> None:
    """Change one row and keep what became of it, both or neither."""
    result = BulkResult(run=run, object_id=pk, outcome=BulkOutcome.REFUSED)
    with transaction.atomic():
        try:
            with transaction.atomic():
                _attempt(result, change, given, _actor(run), version)
        except BusinessError as error:
            result.code, result.sentence = error.code.value, error.sentence
            if error.code == ListRefusal.ROW_GONE:
                result.outcome = BulkOutcome.GONE
        except ValidationError as error:
            result.code, result.sentence = INVALID, _sentences(error, run)
        except IntegrityError:
            result.code = Refusal.CONFLICT.value
            result.sentence = str(Refusal.CONFLICT.label)
        result.save(force_insert=True)


def _attempt(
    result: BulkResult,
    change: BulkChange,
    given: dict[str, Any],
    actor: User,
    version: int | None,
) -> None:
    model: Any = result.run.object_type.model_class()
    rows = model._default_manager
    row = rows.select_for_update(of=("self",)).filter(pk=result.object_id).first()
    if row is None or not rows.visible_to(actor).filter(pk=row.pk).exists():
        raise BusinessError(ListRefusal.ROW_GONE)
    result.label = str(row)[:200]
    if hasattr(row, "get_absolute_url"):
        result.url = row.get_absolute_url()
    if not any(actor.can(one, row) for one in change.permissions_on(model)):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=change.label)
    if version is not None and row.version != version:
        raise BusinessError(Refusal.STALE)
    change.do(row, given, actor=actor, version=version)
    # Only the database knows: the service locked and changed a row of its own.
    now = rows.filter(pk=row.pk).values_list("version", flat=True).first() if version else None
    same = version is not None and now == version
    result.outcome = BulkOutcome.UNCHANGED if same else BulkOutcome.CHANGED


def _sentences(error: ValidationError, run: BulkRun) -> str:
    """Return what a service found wrong with a row, field by field."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    model = run.object_type.model_class()
    names = {field.name: field for field in model._meta.get_fields()} if model else {}
    return " ".join(
        f"{getattr(names.get(name), 'verbose_name', '')}: {' '.join(texts)}".removeprefix(": ")
        for name, texts in error.message_dict.items()
    )


def _finish(run: BulkRun) -> None:
    """Write the one entry of the run, once."""
    with transaction.atomic():
        ended = BulkRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=clock.now())
        if not ended:
            return
        changed = run.results.filter(outcome=BulkOutcome.CHANGED)
        ids = list(changed.values_list("object_id", flat=True))
        record_batch(
            ListVerb.FINISH_BULK,
            run,
            actor=_actor(run),
            count=len(ids),
            ids_hash=hash_of(ids),
            after={"change": run.verb, **counts(run)},
        )


def counts(run: BulkRun) -> dict[str, int]:
    """Return how many rows ended how, every outcome named."""
    found = dict(run.results.order_by().values_list("outcome").annotate(number=Count("pk")))
    return {outcome.value: found.get(outcome.value, 0) for outcome in BulkOutcome}
