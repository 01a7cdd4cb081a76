"""Bulk changes in the background, and what the desk tidies by itself."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from bureau.desk.services import answers, bulk, drafts, exports
from bureau.exchange import exports as exchange_exports
from bureau.jobs.registry import handler


@handler(bulk.KIND, label=_("Change many rows"))
def change_many(job, report):
    """Carry out the bulk change that the task names."""
    return bulk.carry_out(job, report)


@handler(exchange_exports.KIND, label=_("Export a list"))
def write_list(job, report):
    """Write the list that the task names."""
    return exports.write_list(job, report)


@shared_task(name="desk.purge_drafts")
def purge_drafts() -> None:
    """Delete drafts that nobody touched for 14 days, and answers kept for 30."""
    drafts.purge()
    answers.purge()
