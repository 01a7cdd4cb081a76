"""The direct-supply rate as of a day, and on the days before it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import charts, formats, printing
from bureau.desk.charts import LINES, Chart, Series
from bureau.desk.printing import PrintedTable
from bureau.desk.views import Action
from heating.reports import registry as reports
from heating.rules import days

MONTHS, SEASONS = "month", "season"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the rate by county; a day that cannot be read is named and today is shown."""
    if not request.user.has_perm("heating.view_householdcount"):
        raise PermissionDenied
    as_of, problem = day_of(request.GET.get("as_of", ""))
    by = SEASONS if request.GET.get("by") == SEASONS else MONTHS
    chart = trend(request, as_of, by)
    if charts.wants_data(request):
        return charts.answer(chart)
    report = reports.direct_supply(request.user, as_of)
    if request.GET.get("format") == printing.FORMAT:
        return _printed(request, report)
    context = {
        "title": _("Direct-to-household supply"),
        "report": report,
        "rows": [(line, estates_url(line, as_of)) for line in report.lines],
        "total_url": estates_url(report.total, as_of),
        "problem": problem,
        "chart": chart,
        "chart_url": charts.data_url(request),
        "actions": _outputs(as_of, by),
        "by": by,
        "choices": ((MONTHS, _("By month")), (SEASONS, _("By heating season"))),
    }
    status = 400 if problem else 200
    return render(request, "heating/direct_supply.html", context, status=status)


def _outputs(as_of: date, by: str) -> list[Action]:
    address, weekly = reverse("heating:direct_supply"), reverse("heating:weekly")
    day = {"as_of": as_of.isoformat()}
    sheet = f"{address}?{urlencode(day | {'by': by, 'format': printing.FORMAT})}"
    return [
        Action("sheet", _("Print"), sheet, method="get", icon="printer"),
        Action(
            "weekly", _("Weekly ledger"), f"{weekly}?{urlencode(day)}", method="get",
            icon="table-import",
        ),
    ]  # fmt: skip


def _printed(request: HttpRequest, report: reports.SupplyReport) -> HttpResponse:
    words = (
        _("Estates counted"), _("Households connected"), _("On direct supply"), _("Rate (%)"),
        _("Stations company-run"), _("Third-party-run"), _("In custody"),
    )  # fmt: skip
    heads = [(_("County or managing area"), False), *((word, True) for word in words)]
    totals = _cells(report.total)
    totals[0] = _("Together")
    table = PrintedTable(heads, [_cells(line) for line in report.lines], totals=totals)
    title = _("Direct-to-household supply")
    return printing.sheet(request, title, tables=[table], as_of=report.as_of)


def _cells(line: reports.SupplyLine) -> list[str]:
    figures: tuple[Any, ...] = (
        line.estates, line.connected, line.direct, line.rate, line.company_run,
        line.third_party_run, line.custody,
    )  # fmt: skip
    return [line.name, *(formats.number(one) for one in figures)]


def trend(request: HttpRequest, as_of: date, by: str) -> Chart:
    """Return the rate over time, together and by area; each figure leads to its estates."""
    until = min(as_of, clock.today())
    looked_at = days.season_ends(until) if by == SEASONS else days.month_ends(until)
    found = reports.supply_trend(request.user, looked_at)
    together = _series(found.total, looked_at, _("Together"), main=True)
    areas = [_series(lines, looked_at, lines[-1].name) for lines in found.areas]
    return Chart(
        key="direct-supply",
        title=_("Direct-to-household supply rate"),
        kind=LINES,
        categories=[formats.day(one) for one in looked_at],
        head=_("Day"),
        as_of=until,
        unit="%",
        series=[together, *areas],
    )


def _series(
    lines: tuple[reports.SupplyLine, ...],
    looked_at: tuple[date, ...],
    name: str,
    main: bool = False,
) -> Series:
    dated = list(zip(lines, looked_at, strict=True))
    links = [estates_url(line, day) if line.estates else "" for line, day in dated]
    return Series(name, [line.rate for line in lines], links, main=main, places=2)


def estates_url(line: reports.SupplyLine, as_of: date) -> str:
    """Return the list of the estates behind a figure, with their households as of its day."""
    return charts.link(reverse("heating:estate_list"), counted=as_of.isoformat(), **line.where)


def day_of(text: str) -> tuple[date, str]:
    """Return the day written as 2026-11-15, or today and what is wrong with the text."""
    today = clock.today()
    if not text:
        return today, ""
    try:
        return date.fromisoformat(text.strip()), ""
    except ValueError:
        return today, _("“%(text)s” is not a date. Write it as 2026-11-15.") % {"text": text[:40]}
