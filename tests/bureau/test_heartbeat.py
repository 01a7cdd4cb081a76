"""The heartbeat: one row a minute, and what readiness reads from it (REL-6, REL-7)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from bureau.jobs import services, tasks
from bureau.jobs.models import Heartbeat, Job
from bureau.records import tasks as record_tasks

pytestmark = pytest.mark.django_db


def move(moment):
    Heartbeat.objects.update(at=moment)


def test_two_beats_of_a_minute_are_one_row():
    tasks.heartbeat()
    first = Heartbeat.objects.get().at
    tasks.heartbeat()
    beats = Heartbeat.objects.all()
    assert beats.count() <= 2
    assert beats.latest("at").at > first


def test_a_beat_before_this_start_does_not_count():
    services.beat_heart()
    assert services.heartbeat_since(timezone.now() - timedelta(minutes=1))
    assert not services.heartbeat_since(timezone.now() + timedelta(seconds=1))


def test_a_restart_within_the_same_minute_is_seen():
    services.beat_heart()
    restart = timezone.now()
    services.beat_heart()
    assert services.heartbeat_since(restart)


def test_its_age_is_that_of_the_last_sign_of_life():
    assert services.heartbeat_age() is None
    services.beat_heart()
    assert services.heartbeat_age() < 2
    move(timezone.now() - timedelta(minutes=6))
    assert 350 < services.heartbeat_age() < 370


def test_a_worker_busy_with_a_long_task_shows_itself_by_its_lease():
    services.beat_heart()
    move(timezone.now() - timedelta(minutes=6))
    job = Job.objects.create(kind="long")
    Job.objects.filter(pk=job.pk).update(
        state="running", lease_owner="a:1:1:x", lease_until=timezone.now() + timedelta(seconds=50)
    )
    assert services.heartbeat_age() < 20


def test_old_beats_are_swept_away():
    long_ago = timezone.now() - timedelta(days=8)
    Heartbeat.objects.create(minute=long_ago, at=long_ago, worker="x")
    services.beat_heart()
    assert not Heartbeat.objects.filter(minute=long_ago).exists()


def test_every_periodic_task_exists_under_its_name():
    names = {task.name for task in (tasks.sweep, tasks.heartbeat, record_tasks.seal)}
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} >= names


def test_after_a_day_of_silence_the_next_tick_catches_up():
    move(timezone.now() - timedelta(hours=26))
    for task in (tasks.sweep, tasks.heartbeat, record_tasks.seal):
        task()
        task()
    assert services.heartbeat_age() < 2
