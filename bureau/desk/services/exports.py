"""Lists that are too long to be written while somebody waits."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.urls import resolve, reverse

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.desk.choices import ListRefusal, ListVerb
from bureau.exchange import exporting, exports
from bureau.exchange.choices import ExportRefusal
from bureau.exchange.models import ExportRun
from bureau.jobs.models import Job


def write_list(job: Job, report: Any) -> dict[str, Any]:
    """Write the list that the task names."""
    return exports.carry_out(job, report, open_list)


def open_list(run: ExportRun) -> exports.Sheet:
    """Return the list as its owner sees it now: postings may have changed since it was ordered."""
    return _opened(reverse(run.source), run.words, run.actor).sheet()


def order_list(address: str, *, fmt: str, actor: Any) -> Job:
    """Order what the list at an address shows: its filters, order and columns.

    Raises BusinessError for a list that ``actor`` may not see, filters that make no sense, and
    another format than csv and xlsx.
    """
    path, _mark, query = address.partition("?")
    words = QueryDict(query, mutable=True)
    words.pop("format", None)
    page = _opened(path, words.urlencode(), actor)
    if fmt not in exporting.FORMATS:
        raise BusinessError(ExportRefusal.UNKNOWN_FORMAT, format=fmt)
    if page.filters.sentences:
        raise BusinessError(ListRefusal.FILTERS_UNCLEAR, sentences=" ".join(page.filters.sentences))
    return exports.order_export(
        actor=actor,
        source=resolve(path).view_name,
        words=words.urlencode(),
        name=f"{page.export_file}-{clock.today():%Y%m%d}.{fmt}",
        fmt=fmt,
    )


def _opened(address: str, words: str, reader: Any) -> Any:
    """Return a list as ``reader`` sees it now; raises BusinessError where it may not be seen."""
    request = HttpRequest()
    request.method, request.path, request.user = "GET", address, reader
    request.GET = QueryDict(words)
    match = resolve(address)
    page = match.func.view_class()
    page.setup(request, *match.args, **match.kwargs)
    try:
        page.require(page.permission("view"))
    except PermissionDenied:
        verb = ListVerb.EXPORT.label
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb) from None
    return page
