"""The only place that talks to the broker: it wakes workers and never gets in the way (REL-1)."""

import logging
import time
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# After a failure the broker is left alone for this long: the sweeper wakes what was missed.
SECONDS_OF_SILENCE = 10.0
_silent_until = 0.0

BROKER_ERRORS = (OperationalError, OSError)


def wake(job_id: int) -> bool:
    """Tell a worker that a task waits; False when the broker did not take the message.

    Never raises and never tries twice. A message that seemed lost may still arrive, which the
    claim of the row makes harmless.
    """
    return _send("jobs.run", [job_id])


def wake_sweeper() -> bool:
    """Ask a worker to look for waiting tasks and dead leases now."""
    return _send("jobs.sweep", [])


def wake_heartbeat() -> bool:
    """Ask a worker for a sign of life, through the broker like every other."""
    return _send("jobs.heartbeat", [])


def wake_sealer() -> bool:
    """Ask a worker to seal what the audit holds unsealed."""
    return _send("records.seal", [])


def _send(task: str, args: list[Any]) -> bool:
    global _silent_until  # noqa: PLW0603 - one breaker for the whole process
    if time.monotonic() < _silent_until:
        return False
    try:
        current_app.send_task(task, args=args, retry=False, ignore_result=True)
    except BROKER_ERRORS as error:
        _silent_until = time.monotonic() + SECONDS_OF_SILENCE
        logger.warning("broker did not take %s%s: %s", task, args, error)
        return False
    except Exception:  # the row is written: whatever went wrong here, the sweeper sends it again
        logger.exception("message %s%s could not be sent", task, args)
        return False
    return True


def messages_waiting() -> int | None:
    """Return how many messages of tasks wait in the broker; None when it does not answer."""
    queue = current_app.conf.task_routes["jobs.run"]["queue"]
    try:
        with current_app.connection_for_write() as link:
            declared = link.default_channel.queue_declare(queue=queue, passive=False, durable=True)
            return declared.message_count
    except BROKER_ERRORS as error:
        logger.warning("broker does not answer: %s", error)
        return None
