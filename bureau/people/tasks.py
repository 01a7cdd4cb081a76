"""Celery's side of the door."""

from celery import shared_task

from bureau.people import services


@shared_task(name="people.tidy")
def tidy():
    """Mark the sessions that ran out, and forget what is older than a year."""
    services.expire_sessions()
    services.purge_sign_ins()
