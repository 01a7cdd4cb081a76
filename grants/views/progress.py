"""The page of progress: each area against its target, plan and milestone."""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import charts, printing
from bureau.desk.charts import BARS, Chart, Series
from bureau.desk.printing import PrintedTable
from bureau.desk.tables import Column, DateColumn, MoneyColumn, NumberColumn
from bureau.exchange import exporting
from grants.choices import Technology
from grants.reports import progress as reports
from grants.views.files import sheet_and_files

PERMISSION = "grants.view_progress"


@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """Show how far the areas within scope are with a programme year."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    known = reports.years(request.user) or [clock.today().year]
    wanted = request.GET.get("programme_year", "")
    year = int(wanted) if wanted.isdecimal() and int(wanted) in known else known[0]
    technology = request.GET.get("technology", "")
    technology = technology if technology in Technology.values else ""
    report = reports.progress(request.user, year, clock.today(), technology)
    chart = _chart(report)
    if charts.wants_data(request):
        return charts.answer(chart)
    if way := request.GET.get("format"):
        return _written(request, report, way)
    context = {
        "title": gettext("Retrofit progress"),
        "report": report,
        "rows": [(line, *_links(line, report.year, technology)) for line in report.lines],
        "years": known,
        "technology": technology,
        "technologies": Technology.choices,
        "chart": chart,
        "chart_url": charts.data_url(request),
        "actions": sheet_and_files(_here(request)),
    }
    return render(request, "grants/progress.html", context)


def _links(line: reports.Line, year: int, technology: str) -> tuple[str, str, str]:
    """Return the lists behind filed, accepted and approved."""
    words: dict[str, Any] = {"year": year, "area": line.code}
    if technology:
        words["technology"] = technology
    address = reverse("grants:claim_list")
    accepted = charts.link(address, accepted="true", **words)
    return (
        charts.link(address, filed="true", **words),
        accepted,
        charts.link(address, state="approved", **words),
    )


def _here(request: HttpRequest) -> str:
    words = request.GET.copy()
    words.pop("format", None)
    return f"{request.path}?{words.urlencode()}" if words else request.path


def _chart(report: reports.Report) -> Chart:
    lines = report.lines
    return Chart(
        key="progress",
        title=gettext("Households converted and wanted, %(year)s") % {"year": report.year},
        kind=BARS,
        categories=[line.name for line in lines],
        head=gettext("Area"),
        as_of=clock.today(),
        series=[
            Series(gettext("Target"), [line.target for line in lines], tone="muted"),
            Series(gettext("Accepted"), [line.accepted for line in lines], main=True),
        ],
    )


COLUMNS = (
    Column(_("County or managing area"), "name"),
    NumberColumn(_("Target"), "target"),
    DateColumn(_("Milestone on"), "milestone.by"),
    NumberColumn(_("Milestone"), "milestone.households"),
    NumberColumn(_("Behind the milestone"), "behind"),
    NumberColumn(_("Filed"), "filed"),
    NumberColumn(_("Accepted"), "accepted"),
    NumberColumn(_("Ratio"), "ratio", places=2),
    NumberColumn(_("Rank"), "rank"),
    NumberColumn(_("Approved"), "approved"),
    NumberColumn(_("Paid"), "paid"),
    MoneyColumn(_("Paid (yuan)"), "amount"),
)


def _written(request: HttpRequest, report: reports.Report, wanted: str) -> HttpResponseBase:
    """Write the areas as a file, or with the sum of the city on paper."""
    lines = [*report.lines, *([report.total] if report.total else [])]
    if wanted == printing.FORMAT:
        heads = [(column.label, isinstance(column, NumberColumn)) for column in COLUMNS]
        rows = [[printing.text(column, line) for column in COLUMNS] for line in lines]
        totals = rows.pop() if report.total else []
        title = gettext("Retrofit progress, programme year %(year)s") % {"year": report.year}
        table = PrintedTable(heads, rows, totals=totals)
        return printing.sheet(request, title, tables=[table], as_of=clock.today())
    if wanted not in exporting.FORMATS:
        raise BadRequest(gettext("Lists are exported as csv or xlsx only."))
    columns = [(str(column.label), column.exported, column.kind) for column in COLUMNS]
    return exporting.export(f"progress-{report.year}", columns, lines, wanted)
