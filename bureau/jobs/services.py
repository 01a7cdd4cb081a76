"""Every write of background tasks: order, run, sweep, retry, cancel, and the heartbeat."""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Min, Model
from django.db.models.functions import Now
from django.utils import timezone, translation

from bureau.core import context
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.jobs import celery_wake, ownership, registry, rules
from bureau.jobs.choices import JobRefusal, JobState, JobVerb
from bureau.jobs.models import Heartbeat, Job
from bureau.jobs.progress import Cancelled, LeaseLost, Progress
from bureau.records.services import record

logger = logging.getLogger(__name__)

HEARTBEATS_KEPT = timedelta(days=7)
MOST_WOKEN_AT_ONCE = 1000


@transaction.atomic
def enqueue(
    kind: str,
    *,
    actor: Any,
    args: dict[str, Any] | None = None,
    subject: Model | None = None,
    unique_key: str = "",
) -> Job:
    """Order a background task in the caller's transaction; a worker is woken after its commit.

    While a task of the same kind and ``unique_key`` waits or runs, that one is returned. A
    broker that is down changes nothing: the row waits for the sweeper (REL-1, REL-2).
    """
    if registry.find(kind) is None:
        raise LookupError(f"no handler for the task kind {kind!r}")
    job = Job(
        kind=kind,
        args=args or {},
        unique_key=unique_key,
        created_by=actor,
        request_id=context.current().request_id,
        woken_at=Now(),
    )
    if subject is not None:
        job.object_type = ContentType.objects.get_for_model(subject)
        job.object_id = subject.pk
    live = _save_unless_live(job)
    if live is not None:
        return live
    job.refresh_from_db()
    transaction.on_commit(partial(celery_wake.wake, job.pk), robust=True)
    return job


def _save_unless_live(job: Job) -> Job | None:
    """Insert the row, or return the live task with its unique key; races end in one of both."""
    doubles = Job.objects.live().filter(kind=job.kind, unique_key=job.unique_key)
    while job.unique_key:
        live = doubles.first()
        if live is not None:
            return live
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            continue
        return None
    job.save(force_insert=True)
    return None


def run(job_id: int) -> Job | None:
    """Do one task if it still waits, and keep its outcome; None when there was nothing to do.

    However often its message arrives, a task runs once: only the claim of the row counts.
    """
    _release_the_dead(Job.objects.filter(pk=job_id))
    job = _claim(job_id)
    if job is None:
        return None
    language = getattr(job.created_by, "language", "") or settings.LANGUAGE_CODE
    with (
        context.coming_from("job", job.request_id),
        translation.override(language),
        Progress(job) as report,
    ):
        try:
            result = _handler_of(job)(job, report) or {}
        except LeaseLost:
            logger.warning("task %s: the lease went to another worker", job.pk)
        except Cancelled:
            _settle(job, JobState.CANCELLED)
        except BusinessError as error:
            _settle(job, JobState.FAILED, reason_code=error.code.value, reason=error.sentence)
        except Exception as error:
            logger.exception("task %s (%s) stopped with an error", job.pk, job.kind)
            _after_error(job, type(error).__name__)
        except BaseException:
            # The worker was asked to stop: this attempt does not count.
            _settle(job, JobState.QUEUED, attempts=F("attempts") - 1, not_before=Now())
            raise
        else:
            _settle(job, JobState.DONE, result=result)
    job.refresh_from_db()
    return job


def _handler_of(job: Job) -> registry.Handler:
    handler = registry.find(job.kind)
    if handler is None:
        raise BusinessError(JobRefusal.UNKNOWN_KIND, kind=job.kind)
    return handler


def _claim(job_id: int) -> Job | None:
    """Take the task if it is due; whoever holds its row right now has it, nobody waits."""
    owner = ownership.new_owner()
    with transaction.atomic():
        free = Job.objects.due().filter(pk=job_id, attempts__lt=rules.MAX_ATTEMPTS)
        claimed = Job.objects.filter(
            pk__in=free.order_by().select_for_update(skip_locked=True).values("pk")
        ).update(
            state=JobState.RUNNING,
            attempts=F("attempts") + 1,
            lease_owner=owner,
            lease_until=Now() + rules.LEASE,
            started_at=Now(),
            finished_at=None,
            reason="",
            reason_code="",
        )
    return Job.objects.select_related("created_by").get(pk=job_id) if claimed else None


def _settle(job: Job, state: JobState, **values: Any) -> bool:
    """Move a task that this worker still holds to ``state`` and let go of it."""
    if state != JobState.QUEUED:
        values |= {"finished_at": Now(), "cancel_requested": False}
    settled = Job.objects.filter(
        pk=job.pk, state=JobState.RUNNING, lease_owner=job.lease_owner
    ).update(state=state, lease_until=None, lease_owner="", updated_at=Now(), **values)
    if not settled:
        logger.warning("task %s: its lease was gone before it could be %s", job.pk, state)
    return bool(settled)


def _after_error(job: Job, kind: str) -> None:
    if job.attempts < rules.MAX_ATTEMPTS:
        later = Now() + rules.wait_before(job.attempts)
        _settle(job, JobState.QUEUED, not_before=later, reason_code=JobRefusal.PROGRAM_ERROR)
        return
    error = BusinessError(JobRefusal.PROGRAM_ERROR, kind=kind, attempts=job.attempts)
    _settle(job, JobState.FAILED, reason_code=error.code.value, reason=error.sentence)


def sweep() -> int:
    """Free dead leases and wake workers for tasks whose message got lost; returns the woken.

    Runs every 15 s; running it twice does no more than once. While the broker still holds a
    message for every waiting task, none is sent again.
    """
    _release_the_dead(Job.objects.all())
    due = list(
        Job.objects.due()
        .filter(woken_at__lt=Now() - rules.PATIENCE)
        .values_list("pk", flat=True)[:MOST_WOKEN_AT_ONCE]
    )
    waiting = celery_wake.messages_waiting() if due else None
    if waiting is None or waiting >= len(due):
        return 0
    woken = [pk for pk in due if celery_wake.wake(pk)]
    Job.objects.filter(pk__in=woken).update(woken_at=Now())
    return len(woken)


def _release_the_dead(jobs: Any) -> None:
    """Give back tasks whose lease ran out or whose process on this host is no more."""
    held = jobs.filter(state=JobState.RUNNING).annotate(now=Now())
    for job in held:
        expired = job.lease_until is not None and job.lease_until < job.now
        if expired or ownership.surely_dead(job.lease_owner):
            _release(job)


def _release(job: Job) -> None:
    if job.cancel_requested:
        _settle(job, JobState.CANCELLED)
    elif job.attempts >= rules.MAX_ATTEMPTS:
        with translation.override(settings.LANGUAGE_CODE):
            error = BusinessError(JobRefusal.WORKER_LOST, attempts=job.attempts)
            _settle(job, JobState.FAILED, reason_code=error.code.value, reason=error.sentence)
    else:
        _settle(job, JobState.QUEUED, not_before=Now(), woken_at=Now() - rules.PATIENCE * 2)


def _may_change(job: Job, actor: Any, verb: JobVerb) -> None:
    if job.created_by_id != actor.pk and not actor.can("jobs.change_job", job):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)


def _locked(job: Job) -> Job:
    return Job.objects.select_for_update().get(pk=job.pk)


def _not_from(job: Job, verb: JobVerb) -> BusinessError:
    state = JobState(job.state).label
    return BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=state)


@transaction.atomic
def retry_job(job: Job, *, actor: Any) -> Job:
    """Let a failed or cancelled task start anew with three fresh attempts."""
    job = _locked(job)
    _may_change(job, actor, JobVerb.RETRY)
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise _not_from(job, JobVerb.RETRY)
    before = {"state": job.state, "reason_code": job.reason_code}
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(
                state=JobState.QUEUED,
                attempts=0,
                not_before=Now(),
                woken_at=Now(),
                reason="",
                reason_code="",
                done=0,
                total=0,
                phase="",
                finished_at=None,
                cancel_requested=False,
            )
    except IntegrityError:
        raise BusinessError(Refusal.CONFLICT) from None
    record(JobVerb.RETRY, job, actor=actor, before=before, after={"state": JobState.QUEUED.value})
    transaction.on_commit(partial(celery_wake.wake, job.pk), robust=True)
    job.refresh_from_db()
    return job


@transaction.atomic
def cancel_job(job: Job, *, actor: Any) -> Job:
    """Cancel a waiting task at once; ask a running one to stop at its next report."""
    job = _locked(job)
    _may_change(job, actor, JobVerb.CANCEL)
    if not job.is_live:
        raise _not_from(job, JobVerb.CANCEL)
    before = {"state": job.state}
    if job.state == JobState.QUEUED:
        job.state = JobState.CANCELLED
        job.finished_at = timezone.now()
    else:
        job.cancel_requested = True
    job.save(update_fields=["state", "finished_at", "cancel_requested", "updated_at"])
    record(JobVerb.CANCEL, job, actor=actor, before=before, after={"state": job.state})
    return job


def queue_age() -> float:
    """Return how many seconds the oldest due task has waited; 0 when none waits (REL-4)."""
    oldest = Job.objects.due().order_by().aggregate(oldest=Min("not_before"))["oldest"]
    return _seconds_since(oldest) if oldest else 0.0


_BEAT = """
    INSERT INTO jobs_heartbeat (minute, at, worker)
    VALUES (date_trunc('minute', statement_timestamp()), statement_timestamp(), %s)
    ON CONFLICT (minute) DO UPDATE SET at = greatest(jobs_heartbeat.at, excluded.at),
                                       worker = excluded.worker
"""


def beat_heart() -> None:
    """Write this minute's heartbeat, one row however often it is called (REL-6, REL-7)."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [ownership.me()])
    Heartbeat.objects.filter(minute__lt=Now() - HEARTBEATS_KEPT).delete()


def heartbeat_since(start: datetime) -> bool:
    """Whether a worker has shown itself at or after ``start`` (real time, aware)."""
    return Heartbeat.objects.filter(at__gte=start).exists()


def heartbeat_age() -> float | None:
    """Return the seconds since a worker last showed itself; None if none ever did.

    A worker busy with long tasks shows itself by renewing their leases.
    """
    beat = Heartbeat.objects.aggregate(at=Max("at"))["at"]
    lease = Job.objects.filter(state=JobState.RUNNING).aggregate(until=Max("lease_until"))["until"]
    signs = [sign for sign in (beat, lease and lease - rules.LEASE) if sign]
    return _seconds_since(max(signs)) if signs else None


def _seconds_since(moment: datetime) -> float:
    return max((timezone.now() - moment).total_seconds(), 0.0)
