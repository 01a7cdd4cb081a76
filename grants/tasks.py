"""Celery's side of clean-heating subsidies: one service call each, safe to run again."""

from celery import shared_task

from grants.services import progress


@shared_task(name="grants.refresh_progress")
def refresh_progress():
    """Sum up how far the conversions are."""
    progress.refresh_progress()


@shared_task(name="grants.prove_progress")
def prove_progress():
    """Compare the sums with the claims once a night."""
    progress.prove_progress()
