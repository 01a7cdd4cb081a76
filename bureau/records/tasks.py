"""Celery's side of the audit."""

from celery import shared_task

from bureau.records import sealing


@shared_task(name="records.seal")
def seal():
    """Seal the audit entries whose transactions are all over."""
    sealing.seal()


@shared_task(name="records.prove")
def prove():
    """Prove the whole chain once a day and keep the answer."""
    sealing.prove()
