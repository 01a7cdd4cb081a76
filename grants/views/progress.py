"""The page of progress: each area against its target, plan and milestone."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import charts, formats, printing
from bureau.desk.charts import BARS, Chart, Series
from bureau.desk.printing import PrintedTable
from bureau.desk.views import Action
from grants.choices import Technology
from grants.reports import progress as reports

PERMISSION = "grants.view_progress"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
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
    if request.GET.get("format") == printing.FORMAT:
        return _printed(request, report)
    context = {
        "title": _("Retrofit progress"),
        "report": report,
        "rows": [(line, *_links(line, report.year, technology)) for line in report.lines],
        "years": known,
        "technology": technology,
        "technologies": Technology.choices,
        "chart": chart,
        "chart_url": charts.data_url(request),
        "actions": [_sheet(request)],
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


def _sheet(request: HttpRequest) -> Action:
    words = request.GET.copy()
    words["format"] = printing.FORMAT
    url = f"{request.path}?{words.urlencode()}"
    return Action("sheet", _("Print"), url, method="get", icon="printer")


def _chart(report: reports.Report) -> Chart:
    lines = report.lines
    return Chart(
        key="progress",
        title=_("Households converted and wanted, %(year)s") % {"year": report.year},
        kind=BARS,
        categories=[line.name for line in lines],
        head=_("Area"),
        as_of=clock.today(),
        series=[
            Series(_("Target"), [line.target for line in lines], tone="muted"),
            Series(_("Accepted"), [line.accepted for line in lines], main=True),
        ],
    )


def _printed(request: HttpRequest, report: reports.Report) -> HttpResponse:
    words = (
        _("Target"), _("Filed"), _("Accepted"), _("Ratio"), _("Rank"), _("Approved"), _("Paid"),
        _("Paid (yuan)"),
    )  # fmt: skip
    heads = [(_("County or managing area"), False), *((word, True) for word in words)]
    rows = [_cells(line) for line in report.lines]
    totals = _cells(report.total) if report.total else []
    table = PrintedTable(heads, rows, totals=totals)
    title = _("Retrofit progress, programme year %(year)s") % {"year": report.year}
    return printing.sheet(request, title, tables=[table], as_of=clock.today())


def _cells(line: reports.Line) -> list[str]:
    counts = (line.target, line.filed, line.accepted)
    return [
        line.name,
        *(formats.number(one) for one in counts),
        formats.number(line.ratio, 2),
        formats.number(line.rank),
        formats.number(line.approved),
        formats.number(line.paid),
        formats.money(line.amount),
    ]
