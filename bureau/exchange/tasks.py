"""Checking and saving in the background, and the daily deletion of what has been kept enough."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from bureau.exchange import exports, services
from bureau.jobs.registry import handler


@handler(services.CHECK, label=_("Check a spreadsheet"))
def check(job, report):
    """Check the upload that the task names."""
    return services.in_job(services.check, job, report)


@handler(services.APPLY, label=_("Save the rows of a spreadsheet"))
def apply(job, report):
    """Save the confirmed upload that the task names."""
    return services.in_job(services.apply, job, report)


@shared_task(name="exchange.purge")
def purge():
    """Delete uploads that are older than 30 days and exports that are older than 7."""
    services.purge()
    exports.purge_exports()
