"""Bulk changes in the background, and what the desk tidies by itself."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from bureau.desk.services import bulk, drafts
from bureau.jobs.registry import handler


@handler(bulk.KIND, label=_("Change many rows"))
def change_many(job, report):
    """Carry out the bulk change that the task names."""
    return bulk.carry_out(job, report)


@shared_task(name="desk.purge_drafts")
def purge_drafts() -> None:
    """Delete drafts that nobody touched for 14 days."""
    drafts.purge()
