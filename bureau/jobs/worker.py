"""What a Celery worker does when it starts and when it is asked to stop."""

import signal
from typing import Any

from celery.signals import worker_process_init, worker_ready

from bureau.core.embedded import children
from bureau.jobs import celery_wake


@worker_ready.connect
def announce(**_kwargs: Any) -> None:
    """Show life, look for what a dead worker left and seal the audit, without waiting for beat."""
    celery_wake.wake_heartbeat()
    celery_wake.wake_sweeper()
    celery_wake.wake_sealer()


@worker_process_init.connect
def stop_politely(**_kwargs: Any) -> None:
    """Let a child that is told to stop give its task back, so the attempt does not count.

    A child whose worker was killed ends with it: nobody would hand it another task.
    """
    children.die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGTERM, _leave)


def _leave(_signal: int, _frame: Any) -> None:
    raise SystemExit(143)
