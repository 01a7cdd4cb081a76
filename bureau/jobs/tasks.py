"""Celery's side of background tasks: ids in, one service call each."""

from celery import shared_task

from bureau.jobs import services, worker  # noqa: F401 - the signals of the worker


@shared_task(name="jobs.run")
def run(job_id):
    """Do one task if it still waits."""
    services.run(job_id)


@shared_task(name="jobs.sweep")
def sweep():
    """Free dead leases and wake workers for what waits."""
    services.sweep()


@shared_task(name="jobs.heartbeat")
def heartbeat():
    """Show that beat, broker and worker are alive."""
    services.beat_heart()
