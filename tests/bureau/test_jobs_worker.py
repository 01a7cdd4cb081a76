"""Background tasks through a true broker and true workers that lose power (REL-1, 2, 4)."""

import os
import signal
import sys
import time
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bureau.core.embedded import children, locate, valkey
from bureau.jobs import celery_wake, rules, services
from bureau.jobs.models import Heartbeat, Job
from tests import processes
from tests.bureau import sample_tasks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
SAMPLES = ("-I", "tests.bureau.sample_tasks")


@pytest.fixture(autouse=True)
def unbroken_breaker(monkeypatch):
    """Forget the failures of other tests: the breaker of this process starts closed."""
    monkeypatch.setattr(celery_wake, "_silent_until", 0.0)


@pytest.fixture
def solo(start_worker):
    """One worker that does one task at a time in its only process."""
    return start_worker("-P", "solo", *SAMPLES)


@pytest.fixture
def broker():
    """The test's broker, asked directly."""
    return redis.Redis.from_url(settings.REDIS_URL)


def order(kind="sample.mark", **args):
    return services.enqueue(kind, actor=None, args=args)


def has_ended(job):
    job.refresh_from_db()
    return not job.is_live


def all_done():
    return not Job.objects.exclude(state="done").exists()


def test_a_worker_does_what_was_ordered(solo, wait_for):
    job = order()
    wait_for(lambda: has_ended(job))
    assert (job.state, job.attempts) == ("done", 1)
    assert sample_tasks.runs(job) == 1


def test_a_rolled_back_order_is_never_done(solo, wait_for):
    with transaction.atomic():
        order()
        transaction.set_rollback(True)
    job = order()
    wait_for(lambda: has_ended(job))
    assert sample_tasks.runs() == 1


def test_the_same_message_ten_times_runs_once(start_worker, wait_for, broker):
    start_worker("-P", "prefork", "-c", "4", *SAMPLES)
    job = order()
    for _ in range(10):
        celery_wake.wake(job.pk)
    last = order()
    wait_for(lambda: has_ended(job) and has_ended(last))
    wait_for(lambda: broker.llen("jobs") == 0)
    assert sample_tasks.runs(job) == 1


ORDER_TWENTY = """
import time
from bureau.jobs import services
from tests.bureau import sample_tasks
began = time.monotonic()
jobs = [services.enqueue("sample.mark", actor=None) for _ in range(20)]
print({job.state for job in jobs} == {"queued"}, time.monotonic() - began)
"""


@pytest.mark.slow
def test_orders_made_while_the_broker_is_down_are_done_within_a_minute_of_its_return(
    start_worker, wait_for, tmp_path, own_processes
):
    broker = valkey.start(tmp_path)
    where = {"REDIS_URL": locate.private_broker(tmp_path)}
    port = locate.broker_port(tmp_path)
    start_worker("-P", "solo", *SAMPLES, **where)
    own_processes.append(start_beat(tmp_path, where))
    wait_for(lambda: "Sending due task" in (tmp_path / "beat.log").read_text(), seconds=40)
    valkey.stop(broker)

    done = processes.manage("shell", "-v", "0", "-c", ORDER_TWENTY, **where)
    fine, seconds = done.stdout.split()
    assert fine == "True", done.stderr
    assert float(seconds) < 2
    assert Job.objects.filter(state="queued").count() == 20

    own_processes.append(valkey.start(tmp_path, port=port))
    wait_for(all_done, seconds=60)
    assert sample_tasks.runs() == 20


def start_beat(folder, where):
    words = [sys.executable, "-m", "celery", "-A", "bureau", "beat", "-l", "INFO", "--pidfile="]
    return children.start(
        [*words, "-s", str(folder / "beat")],
        folder / "beat.log",
        env=processes.environment() | where,
        cwd=settings.BASE_DIR,
    )


@pytest.fixture
def own_processes():
    """Processes that end with the test."""
    started = []
    yield started
    children.end(started, signal.SIGTERM, patience=5)


def test_a_broker_that_lost_200_messages_costs_nothing(start_worker, wait_for, broker):
    for _ in range(200):
        order()
    broker.flushall()
    Job.objects.update(woken_at=timezone.now() - timedelta(seconds=30))
    start_worker("-P", "solo", *SAMPLES)
    wait_for(all_done, seconds=120)
    assert sample_tasks.runs() == 200


@pytest.mark.parametrize("pool", [("-P", "solo"), ("-P", "prefork", "-c", "2")])
def test_a_worker_without_power_is_followed_by_the_next_one(start_worker, wait_for, tmp_path, pool):
    worker = start_worker(*pool, *SAMPLES)
    job = order("sample.steps", steps=6, pause=0.4)
    wait_for(lambda: sample_tasks.runs() >= 2)
    worker.kill()
    worker.start()
    wait_for(lambda: has_ended(job), seconds=30)
    assert (job.state, job.attempts) == ("done", 2)
    assert sample_tasks.runs() == 6


def test_a_child_that_dies_is_followed_at_once(start_worker, wait_for, tmp_path):
    start_worker("-P", "prefork", "-c", "1", *SAMPLES)
    job = order("sample.steps", steps=4, die_once=str(tmp_path / "died"))
    wait_for(lambda: has_ended(job), seconds=15)
    assert (job.state, job.attempts) == ("done", 2)
    assert sample_tasks.runs() == 4


def test_a_task_that_kills_every_worker_fails_after_three(start_worker, wait_for):
    start_worker("-P", "prefork", "-c", "1", *SAMPLES)
    job = order("sample.die")
    after = order()

    def ended():
        services.sweep()
        return has_ended(job) and has_ended(after)

    wait_for(ended, seconds=60)
    assert (job.state, job.attempts, job.reason_code) == ("failed", 3, "worker_lost")
    assert after.state == "done"


def test_a_worker_told_to_stop_gives_its_task_back(start_worker, wait_for):
    worker = start_worker("-P", "prefork", "-c", "1", *SAMPLES)
    job = order("sample.steps", steps=40, pause=0.5)
    wait_for(lambda: sample_tasks.runs() >= 2)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 10
    job.refresh_from_db()
    Job.objects.filter(pk=job.pk).update(args={"steps": 3})
    worker.start()
    wait_for(lambda: has_ended(job), seconds=30)
    assert job.state == "done"
    assert job.attempts <= 2


def test_a_frozen_broker_costs_one_short_wait(wait_for, broker, solo):
    pid = broker.info("server")["process_id"]
    order()
    wait_for(all_done)
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        jobs = [order() for _ in range(5)]
        waited = time.monotonic() - began
    finally:
        os.kill(pid, signal.SIGCONT)
    assert waited < 8
    Job.objects.update(woken_at=timezone.now() - rules.PATIENCE * 3)
    celery_wake._silent_until = 0.0
    services.sweep()
    wait_for(all_done, seconds=30)
    assert sample_tasks.runs() == 1 + len(jobs)


def test_a_new_worker_shows_itself_at_once(start_worker, wait_for):
    start = timezone.now()
    assert not services.heartbeat_since(start)
    assert services.heartbeat_age() is None
    start_worker("-P", "solo")
    wait_for(lambda: services.heartbeat_since(start), seconds=3, what="a heartbeat")
    assert services.heartbeat_age() < 5
    assert Heartbeat.objects.count() <= 2


def test_a_killed_worker_takes_its_children_along(start_worker, wait_for):
    worker = start_worker("-c", "2", *SAMPLES)
    young = wait_for(lambda: processes.family(worker.process.pid))
    os.kill(worker.process.pid, signal.SIGKILL)
    wait_for(lambda: not any(map(processes.is_alive, young)), 2)
