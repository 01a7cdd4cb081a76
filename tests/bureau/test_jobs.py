"""Background tasks as rows: ordered with their cause, run once, kept with their outcome."""

import socket
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.utils import timezone

from bureau.core.errors import BusinessError
from bureau.jobs import celery_wake, ownership, rules, services
from bureau.jobs.models import Job
from bureau.jobs.progress import Cancelled, LeaseLost, Progress
from bureau.records.models import AuditEntry
from tests import processes
from tests.bureau import sample_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """Collect wake-up calls instead of sending them; the broker holds no message."""
    calls = []
    monkeypatch.setattr(celery_wake, "wake", lambda pk: calls.append(pk) or True)
    monkeypatch.setattr(celery_wake, "messages_waiting", lambda: 0)
    return calls


def order(kind="sample.mark", actor=None, **options):
    return services.enqueue(kind, actor=actor, **options)


def as_if(job, **values):
    """Make the row look as another process left it, by the moves of the table."""
    if values.get("state", "queued") != "queued":
        Job.objects.filter(pk=job.pk).update(
            state="running", lease_owner="elsewhere:1:1:x", lease_until=timezone.now()
        )
    Job.objects.filter(pk=job.pk).update(**values)
    job.refresh_from_db()
    return job


# --- ordering ----------------------------------------------------------------------------
def test_the_row_comes_with_its_cause_and_the_call_after_the_commit(
    clerk, woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = order(actor=clerk, args={"n": 1}, subject=clerk.postings_in_force[0])
        assert woken == []
    assert woken == [job.pk]
    assert (job.state, job.created_by, job.args) == ("queued", clerk, {"n": 1})
    assert job.subject == clerk.postings_in_force[0]


def test_a_cause_that_is_rolled_back_leaves_neither_row_nor_call(
    woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        _order_and_stumble()
    assert not Job.objects.exists()
    assert woken == []


@transaction.atomic
def _order_and_stumble():
    order()
    raise ZeroDivisionError


def test_a_kind_that_nobody_does_is_refused_at_once():
    with pytest.raises(LookupError):
        order("sample.unheard_of")


def test_a_unique_key_prevents_doubles_of_live_tasks_only():
    first = order(unique_key="run-7")
    assert order(unique_key="run-7") == first
    assert order("sample.refuse", unique_key="run-7") != first
    assert order() != order()
    services.run(first.pk)
    assert order(unique_key="run-7") != first


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_the_same_moment_make_one_live_task():
    made = []

    def work():
        try:
            made.append(order(unique_key="race").pk)
        finally:
            connections.close_all()

    in_parallel(work, 8)
    assert len(made) == 8
    assert len(set(made)) == 1


def in_parallel(work, times):
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- running -----------------------------------------------------------------------------
def test_a_task_is_done_with_its_result():
    job = services.run(order(args={"n": 1}).pk)
    assert (job.state, job.attempts, job.result["marks"]) == ("done", 1, 1)
    assert (job.done, job.total, job.phase) == (2, 2, "half way")
    assert job.lease_owner == ""
    assert job.finished_at >= job.started_at


def test_its_audit_entries_come_from_the_job_under_the_ordering_request():
    job = order()
    Job.objects.filter(pk=job.pk).update(request_id="req-9")
    services.run(job.pk)
    entry = AuditEntry.objects.get(verb=sample_tasks.RAN)
    assert (entry.source, entry.request_id) == ("job", "req-9")


def test_a_second_message_finds_nothing_to_do():
    job = order()
    services.run(job.pk)
    assert services.run(job.pk) is None
    assert sample_tasks.runs(job) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_message_delivered_ten_times_in_parallel_runs_once():
    job = order()
    outcomes = []

    def work():
        try:
            outcomes.append(services.run(job.pk))
        finally:
            connections.close_all()

    in_parallel(work, 10)
    assert sample_tasks.runs(job) == 1
    assert sum(outcome is not None for outcome in outcomes) == 1


def test_a_refusal_fails_at_once_with_its_code_and_sentence():
    job = services.run(order("sample.refuse").pk)
    assert (job.state, job.attempts, job.reason_code) == ("failed", 1, "file_empty")
    assert "a.xlsx" in job.reason


def test_an_error_is_tried_three_times_with_growing_rests():
    job = order("sample.break")
    rests = []
    for _ in range(3):
        Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
        job = services.run(job.pk)
        rests.append(job.not_before - timezone.now())
    assert job.state == "failed"
    assert (job.attempts, job.reason_code) == (3, "program_error")
    assert "ZeroDivisionError" in job.reason
    assert "371502199001011234" not in job.reason
    assert rests[0] < rests[1]
    assert services.run(job.pk) is None


def test_an_error_that_passes_is_forgotten():
    job = order("sample.break", args={"good_from": 2})
    assert services.run(job.pk).state == "queued"
    assert services.run(job.pk) is None, "it rests before the second attempt"
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    job = services.run(job.pk)
    assert (job.state, job.attempts, job.reason_code) == ("done", 2, "")


def test_a_polite_stop_gives_the_task_back_without_counting(monkeypatch):
    def stopped(job, report):
        raise SystemExit(143)

    job = order()
    monkeypatch.setattr(services, "_handler_of", lambda job: stopped)
    with pytest.raises(SystemExit):
        services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)


def test_a_kind_that_vanished_fails_with_a_reason():
    job = order()
    Job.objects.filter(pk=job.pk).update(kind="sample.gone")
    assert services.run(job.pk).reason_code == "unknown_kind"


@pytest.mark.django_db(transaction=True)
def test_reports_are_seen_while_the_handlers_transaction_is_open():
    job = services._claim(order().pk)
    with Progress(job) as report, transaction.atomic():
        report(1, 4, "reading")
        seen = read_elsewhere("SELECT done, total, phase FROM jobs_job")
    assert seen == (1, 4, "reading")


def read_elsewhere(statement):
    answers = []

    def work():
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                answers.append(cursor.fetchone())
        finally:
            connections.close_all()

    in_parallel(work, 1)
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_the_keeper_renews_the_lease_while_the_handler_is_busy(monkeypatch, wait_for):
    monkeypatch.setattr(rules, "RENEWAL", timedelta(seconds=0.1))
    job = services._claim(order().pk)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    with Progress(job):
        wait_for(
            lambda: Job.objects.get(pk=job.pk).lease_until > timezone.now() + timedelta(seconds=30)
        )


@pytest.mark.django_db(transaction=True)
def test_a_report_behind_a_lock_of_the_handler_does_not_hang():
    job = services._claim(order().pk)
    with Progress(job) as report, transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)
        report(1, 4, "locked")
    assert Job.objects.get(pk=job.pk).done == 0


def test_a_worker_that_lost_its_lease_stops_at_the_next_report():
    job = services._claim(order().pk)
    Job.objects.filter(pk=job.pk).update(lease_owner="elsewhere:1:1:y")
    with Progress(job) as report, pytest.raises(LeaseLost):
        report(1, 1)


def test_many_reports_write_few_rows(django_assert_max_num_queries):
    job = services._claim(order().pk)
    with Progress(job) as report, django_assert_max_num_queries(4):
        for row in range(10_000):
            report(row, 10_000, "reading")


# --- dead workers ------------------------------------------------------------------------
def test_an_expired_lease_is_given_to_the_next_worker(woken):
    job = as_if(order(), state="running", attempts=1)
    assert services.sweep() == 1
    assert woken == [job.pk]
    assert services.run(job.pk).attempts == 2


def test_a_lease_that_still_runs_is_left_alone(woken):
    job = as_if(order(), state="running", attempts=1)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() + timedelta(seconds=30))
    assert services.sweep() == 0
    assert services.run(job.pk) is None


def test_the_lease_of_a_dead_process_of_this_host_is_free_at_once():
    dead = subprocess.Popen(["sleep", "60"])
    owner = f"{ownership._name_of(dead.pid)}:token"
    assert not ownership.surely_dead(owner)
    job = as_if(order(), state="running", attempts=1)
    Job.objects.filter(pk=job.pk).update(
        lease_owner=owner, lease_until=timezone.now() + timedelta(seconds=60)
    )
    assert services.run(job.pk) is None
    dead.kill()
    dead.wait()
    assert ownership.surely_dead(owner)
    assert services.run(job.pk).state == "done"


@pytest.mark.parametrize(
    ("owner", "dead"),
    [
        (ownership.new_owner(), False),
        (f"{socket.gethostname()}:1:999999999:x", True),
        ("another-host:1:999999999:x", False),
        (f"{socket.gethostname()}:x:1", False),
        ("", False),
    ],
    ids=["this", "gone", "elsewhere", "unclear", "none"],
)
def test_only_processes_of_this_host_can_be_known_as_dead(owner, dead):
    assert ownership.surely_dead(owner) is dead


def test_after_three_lost_workers_the_task_has_failed_with_a_reason(woken):
    job = as_if(order(), state="running", attempts=3)
    services.sweep()
    job.refresh_from_db()
    assert (job.state, job.reason_code) == ("failed", "worker_lost")
    assert woken == []


# --- sweeping ----------------------------------------------------------------------------
def test_a_lost_message_is_sent_again_but_not_at_once(woken):
    job = order()
    assert services.sweep() == 0
    Job.objects.update(woken_at=timezone.now() - rules.PATIENCE * 2)
    assert services.sweep() == 1
    assert services.sweep() == 0
    assert woken == [job.pk]


def test_while_the_broker_holds_the_messages_none_is_sent_again(woken, monkeypatch):
    for _ in range(3):
        order()
    Job.objects.update(woken_at=timezone.now() - rules.PATIENCE * 2)
    monkeypatch.setattr(celery_wake, "messages_waiting", lambda: 3)
    assert services.sweep() == 0
    monkeypatch.setattr(celery_wake, "messages_waiting", lambda: None)
    assert services.sweep() == 0
    assert woken == []


def test_the_age_of_the_queue_is_that_of_its_oldest_due_task():
    assert services.queue_age() == 0
    order()
    order()
    Job.objects.filter(pk=Job.objects.latest("pk").pk).update(
        not_before=timezone.now() - timedelta(minutes=9)
    )
    assert 539 < services.queue_age() < 560


# --- people ------------------------------------------------------------------------------
def test_a_waiting_task_is_cancelled_at_once(clerk):
    job = services.cancel_job(order(actor=clerk), actor=clerk)
    assert job.state == "cancelled"
    assert services.run(job.pk) is None
    assert AuditEntry.objects.about(job).get().verb == "cancel"


def test_a_running_task_stops_at_its_next_report(clerk):
    job = services._claim(order(actor=clerk).pk)
    services.cancel_job(job, actor=clerk)
    with Progress(job) as report, pytest.raises(Cancelled):
        report(1, 1)


def test_the_cancelled_attempt_ends_as_cancelled(clerk, monkeypatch):
    def long(job, report):
        services.cancel_job(job, actor=clerk)
        report(1, 2)

    job = order(actor=clerk)
    monkeypatch.setattr(services, "_handler_of", lambda job: long)
    assert services.run(job.pk).state == "cancelled"


def test_a_cancelled_task_of_a_dead_worker_is_not_given_to_another(clerk):
    job = as_if(order(actor=clerk), state="running", attempts=1, cancel_requested=True)
    services.sweep()
    job.refresh_from_db()
    assert job.state == "cancelled"


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_task_that_ended_badly_may_start_anew(clerk, woken, state):
    job = as_if(order(actor=clerk), state="running", attempts=3)
    Job.objects.filter(pk=job.pk).update(state=state, lease_owner="")
    job = services.retry_job(job, actor=clerk)
    assert (job.state, job.attempts, job.reason) == ("queued", 0, "")
    assert services.run(job.pk).state == "done"


@pytest.mark.parametrize(
    ("verb", "state"), [("retry", "queued"), ("retry", "running"), ("retry", "done"),
                        ("cancel", "done"), ("cancel", "failed"), ("cancel", "cancelled")],
)  # fmt: skip
def test_what_the_table_does_not_list_is_refused(clerk, verb, state):
    job = as_if(order(actor=clerk), state=state)
    act = services.retry_job if verb == "retry" else services.cancel_job
    with pytest.raises(BusinessError) as refusal:
        act(job, actor=clerk)
    assert refusal.value.code == "not_allowed_from_state"


def test_retrying_beside_a_live_double_is_a_conflict(clerk):
    job = services.cancel_job(order(actor=clerk, unique_key="k"), actor=clerk)
    order(actor=clerk, unique_key="k")
    with pytest.raises(BusinessError) as refusal:
        services.retry_job(job, actor=clerk)
    assert refusal.value.code == "conflict"


def test_strangers_neither_see_nor_touch_a_task(clerk, outsider, auditor):
    job = order(actor=clerk)
    assert not Job.objects.visible_to(outsider).exists()
    assert Job.objects.visible_to(auditor).get() == job
    for stranger in (outsider, auditor):
        with pytest.raises(BusinessError) as refusal:
            services.cancel_job(job, actor=stranger)
        assert refusal.value.code == "not_permitted"


# --- the database ------------------------------------------------------------------------
MOVES = {
    ("queued", "running"), ("queued", "cancelled"), ("queued", "failed"), ("running", "queued"),
    ("running", "done"), ("running", "failed"), ("running", "cancelled"), ("failed", "queued"),
    ("cancelled", "queued"),
}  # fmt: skip
STATES = ("queued", "running", "done", "failed", "cancelled")


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_the_database_knows_the_same_table(old, new):
    job = as_if(order(), state=old, lease_owner="x")
    if old == new or (old, new) in MOVES:
        Job.objects.filter(pk=job.pk).update(state=new)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=new)


@pytest.mark.parametrize("state", STATES[1:])
def test_a_task_is_born_waiting(state):
    with pytest.raises(DatabaseError), transaction.atomic():
        Job.objects.create(kind="sample.mark", state=state, lease_owner="x")


# --- progress for people -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 0, None), (0, 3, 0), (1, 3, 33), (3, 3, 100), (4, 3, 100)]
)
def test_percent_is_whole_and_never_too_much(done, total, percent):
    assert rules.percent(done, total) == percent


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "left"),
    [(0, 10, 5, None), (5, 10, 5, 5), (10, 10, 5, 0), (1, 0, 5, None), (1, 10, 0, None)],
)
def test_time_left_goes_by_the_pace_so_far(done, total, elapsed, left):
    assert rules.seconds_left(done, total, elapsed) == left


# --- the house ---------------------------------------------------------------------------
def test_celery_is_called_in_one_module_only():
    allowed = Path(settings.BASE_DIR, "bureau/jobs/celery_wake.py")
    calls = (".delay(", ".apply_async(", ".send_task(", ".apply(args")
    offenders = [
        str(path)
        for folder in ("bureau", "heating", "grants", "complaints")
        for path in Path(settings.BASE_DIR, folder).rglob("*.py")
        if path != allowed and any(call in path.read_text() for call in calls)
    ]
    assert offenders == []


def test_the_settings_that_keep_tasks_from_being_lost():
    assert settings.CELERY_TASK_ACKS_LATE is True
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST is True
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert settings.CELERY_TASK_IGNORE_RESULT is True
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert options["visibility_timeout"] / 2 > settings.CELERY_TASK_TIME_LIMIT
    assert options["socket_timeout"] <= 3, "a web process must not hang on a dead broker"
    assert options["socket_connect_timeout"] <= 3
    assert rules.MAX_ATTEMPTS == 3
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] >= entry["schedule"]


def test_a_worker_has_no_socket_timeout():
    ask = "from django.conf import settings as s; print(s.CELERY_BROKER_TRANSPORT_OPTIONS)"
    done = processes.manage("shell", "-v", "0", "-c", ask, PORTAL_ROLE="worker")
    assert done.stdout.strip() == "{'visibility_timeout': 3600}", done.stderr
