"""What other machines ask: which portal is this, and can it serve?"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import cache

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.core.version import version
from bureau.jobs.services import heartbeat_age, heartbeat_since

ANSWER_SECONDS = 0.8
HEARTBEAT_SECONDS = 300
_LOADED = datetime.now(UTC)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Name the version; it answers as long as the process does."""
    return JsonResponse({"version": version()})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200, or 503 naming each failing part, within a second even if a part hangs."""
    asked = {name: _probes().submit(probe) for name, probe in PROBES.items()}
    wait(asked.values(), timeout=ANSWER_SECONDS)
    parts = {name: _outcome(future) for name, future in asked.items()}
    failing = [name for name, outcome in parts.items() if outcome != "ok"]
    body = {"ready": not failing, "failing": failing, "parts": parts}
    return JsonResponse(body, status=503 if failing else 200)


def _outcome(future: Future[str]) -> str:
    if not future.done():
        future.cancel()
        return f"no answer within {ANSWER_SECONDS} s"
    failure = future.exception()
    return type(failure).__name__ if failure else future.result()


@cache
def _probes() -> ThreadPoolExecutor:
    """Return threads of their own: a hung probe holds one of them, never a visitor's."""
    return ThreadPoolExecutor(max_workers=6, thread_name_prefix="readyz")


def _with_connection(question: Callable[[], str]) -> str:
    try:
        return question()
    finally:
        connection.close()


def _ask_database() -> str:
    def question() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "ok"

    return _with_connection(question)


def _ask_broker() -> str:
    seconds = ANSWER_SECONDS * 0.8
    link = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=seconds, socket_connect_timeout=seconds
    )
    with link:
        link.ping()
    return "ok"


def _ask_worker() -> str:
    def question() -> str:
        if not heartbeat_since(_started()):
            return "no heartbeat since this start"
        age = heartbeat_age()
        late = age is None or age > HEARTBEAT_SECONDS
        return f"last heartbeat {age:.0f} s ago" if late and age is not None else "ok"

    return _with_connection(question)


def _started() -> datetime:
    """Return when this portal was started; older heartbeats are another one's."""
    given = os.environ.get("PORTAL_STARTED")
    return datetime.fromisoformat(given) if given else _LOADED


PROBES: dict[str, Callable[[], str]] = {
    "database": _ask_database,
    "broker": _ask_broker,
    "worker heartbeat": _ask_worker,
}
