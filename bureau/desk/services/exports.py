"""Lists that are too long to be written while somebody waits."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.urls import resolve, reverse

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.desk.choices import ListVerb
from bureau.exchange import exports
from bureau.exchange.models import ExportRun
from bureau.jobs.models import Job


def write_list(job: Job, report: Any) -> dict[str, Any]:
    """Write the list that the task names."""
    return exports.carry_out(job, report, open_list)


def open_list(run: ExportRun) -> exports.Sheet:
    """Return the list as its owner sees it now: postings may have changed since it was ordered."""
    address = reverse(run.source)
    request = HttpRequest()
    request.method, request.path, request.user = "GET", address, run.actor
    request.GET = QueryDict(run.words)
    match = resolve(address)
    page = match.func.view_class()
    page.setup(request, *match.args, **match.kwargs)
    try:
        page.require(page.permission("view"))
    except PermissionDenied:
        verb = ListVerb.EXPORT.label
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb) from None
    return page.sheet()
