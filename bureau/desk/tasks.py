"""What the desk tidies by itself."""

from celery import shared_task

from bureau.desk.services import drafts


@shared_task(name="desk.purge_drafts")
def purge_drafts() -> None:
    """Delete drafts that nobody touched for 14 days."""
    drafts.purge()
