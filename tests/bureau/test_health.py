"""What other machines are told about the portal's health."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from bureau.core.embedded import locate
from bureau.desk import health
from bureau.jobs.services import beat_heart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def started(monkeypatch):
    """Have this portal started a minute ago."""
    monkeypatch.setenv("PORTAL_STARTED", (datetime.now(UTC) - timedelta(minutes=1)).isoformat())


def ask(client):
    began = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - began < 1
    return answer.status_code, answer.json()["failing"]


def test_the_version_is_named(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["version"]


def test_ready_when_all_parts_are(client, started):
    beat_heart()
    assert ask(client) == (200, [])


def test_a_heartbeat_before_this_start_does_not_count(client, monkeypatch):
    beat_heart()
    monkeypatch.setenv("PORTAL_STARTED", (datetime.now(UTC) + timedelta(seconds=5)).isoformat())
    assert ask(client) == (503, ["worker heartbeat"])


def test_an_old_heartbeat_is_named(client, started, monkeypatch):
    beat_heart()
    monkeypatch.setattr(health, "heartbeat_age", lambda: 301.0)
    assert ask(client) == (503, ["worker heartbeat"])


def test_a_dead_broker_is_named(client, started, settings):
    beat_heart()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert ask(client) == (503, ["broker"])


def test_a_hung_broker_does_not_hang_the_answer(client, started):
    beat_heart()
    address = locate.broker_folder(settings.VAR_DIR) / "address"
    pid = int(address.read_text().split()[0])
    os.kill(pid, signal.SIGSTOP)
    try:
        assert ask(client) == (503, ["broker"])
    finally:
        os.kill(pid, signal.SIGCONT)


def test_only_reading_is_answered(client):
    assert client.post("/readyz").status_code == 405
