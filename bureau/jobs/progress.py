"""A worker's hold on a task: the lease, its keeper thread, and what is reported meanwhile."""

import logging
import threading
import time
from typing import Any, Self

from django.db import DatabaseError, connection

from bureau.jobs import rules
from bureau.jobs.models import Job

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_REPORTS = 0.5
LOCK_TIMEOUT = "2s"

_RENEW = """
    UPDATE jobs_job SET lease_until = statement_timestamp() + %s
    WHERE id = %s AND lease_owner = %s AND state = 'running' RETURNING cancel_requested
"""
_REPORT = """
    UPDATE jobs_job SET lease_until = statement_timestamp() + %s, done = %s, total = %s,
           phase = %s, updated_at = statement_timestamp()
    WHERE id = %s AND lease_owner = %s AND state = 'running' RETURNING cancel_requested
"""


class Cancelled(Exception):  # noqa: N818 - a wish, not an error
    """Somebody cancelled the task; the handler lets this pass and its work is rolled back."""


class LeaseLost(Exception):  # noqa: N818 - an event, not an error
    """Another worker holds the task now; this one must stop."""


class Progress:
    """What a handler is given to report by: ``report(done, total, "phase")``.

    Reports go over a connection of their own, so they are seen while the handler's transaction
    is still open; they renew the lease and raise ``Cancelled`` once somebody cancelled. A thread
    keeps the lease while the handler is busy between two reports. Inside an open transaction
    (a test, a command) the caller's connection is used and nothing needs keeping.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._apart = not connection.in_atomic_block
        self._connection = connection.copy() if self._apart else connection
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"job-{job.pk}", daemon=True)
        self._written = 0.0
        self._phase = job.phase
        self._cancelled = self._lost = False

    def __enter__(self) -> Self:
        if self._apart:
            self._connection.inc_thread_sharing()
            self._keeper.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        if self._apart:
            self._keeper.join(timeout=10)
            with self._lock:
                self._connection.close()

    def __call__(self, done: int, total: int, phase: str = "") -> None:
        """Say that ``done`` of ``total`` are through; frequent calls are thinned out."""
        if self._lost or self._cancelled:
            self._stop()
        new_phase = bool(phase) and phase != self._phase
        moment = time.monotonic()
        if moment - self._written < SECONDS_BETWEEN_REPORTS and done != total and not new_phase:
            return
        self._written = moment
        self._phase = phase or self._phase
        self._write(_REPORT, done, total, str(self._phase)[:120])
        if self._lost or self._cancelled:
            self._stop()

    def _stop(self) -> None:
        raise LeaseLost if self._lost else Cancelled

    def _keep(self) -> None:
        while not self._over.wait(rules.RENEWAL.total_seconds()):
            self._write(_RENEW)

    def _write(self, statement: str, *values: Any) -> None:
        params = [rules.LEASE, *values, self.job.pk, self.job.lease_owner]
        with self._lock:
            try:
                fresh = self._connection.connection is None
                with self._connection.cursor() as cursor:
                    if self._apart and fresh:
                        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
                    cursor.execute(statement, params)
                    answer = cursor.fetchone()
            except DatabaseError as error:
                if not self._apart:
                    raise
                # The lease outlives two missed renewals; the next one opens a new connection.
                logger.warning("task %s: lease not renewed: %s", self.job.pk, error)
                self._connection.close()
                return
        self._lost = answer is None
        self._cancelled = bool(answer and answer[0])
