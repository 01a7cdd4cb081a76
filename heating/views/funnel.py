"""The funnel of handovers: how many stand at which step, how many of them late."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import charts, formats, printing
from bureau.desk.charts import BARS, Chart, Series
from bureau.desk.printing import PrintedTable
from bureau.desk.views import Action
from heating.filters.handover import HandoverFilter
from heating.models import Handover
from heating.reports import handover as reports


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show how many handovers stand in which state; every number leads to its list."""
    if not request.user.has_perm("heating.view_handover"):
        raise PermissionDenied
    scoped = Handover.objects.visible_to(request.user)
    filters = HandoverFilter(request.GET, scoped, user=request.user)
    found = reports.funnel(filters.qs, clock.today())
    chart = picture(found, request.GET)
    if charts.wants_data(request):
        return charts.answer(chart)
    if request.GET.get("format") == printing.FORMAT:
        return _printed(request, found, filters)
    every, late = chart.series
    context = {
        "funnel": found,
        "rows": list(zip(found.bars, every.links, late.links, strict=True)),
        "chart": chart,
        "chart_url": charts.data_url(request),
        "actions": outputs(request),
        "title": _("Handover funnel"),
        "list_url": reverse("heating:handover_list"),
        "list_title": _("Handovers"),
        "filters": filters,
    }
    return render(request, "heating/handover_funnel.html", context)


def outputs(request: HttpRequest) -> list[Action]:
    """Return the buttons to what can be taken away: the sheet, the weekly ledger."""
    words = request.GET.copy()
    words["format"] = printing.FORMAT
    sheet = f"{request.path}?{words.urlencode()}"
    return [
        Action(
            "brief",
            _("Weekly brief"),
            reverse("heating:handover_brief"),
            method="get",
            icon="file-text",
        ),
        Action("sheet", _("Print"), sheet, method="get", icon="printer"),
        Action(
            "weekly",
            _("Weekly ledger"),
            reverse("heating:weekly"),
            method="get",
            icon="table-import",
        ),
    ]


def _printed(request: HttpRequest, found: reports.Funnel, filters: HandoverFilter) -> HttpResponse:
    heads = [
        (_("State"), False),
        (_("Here"), True),
        (_("This far or further"), True),
        (_("Overdue"), True),
    ]
    rows = [
        [str(bar.label), *map(formats.number, (bar.count, bar.reached, bar.overdue))]
        for bar in found.bars
    ]
    totals = [gettext("Together"), formats.number(found.total), "", formats.number(found.overdue)]
    return printing.sheet(
        request,
        _("Handover funnel"),
        tables=[PrintedTable(heads, rows, totals=totals)],
        conditions=[f"{chip.label}: {chip.text}" for chip in filters.chips],
        as_of=found.as_of,
    )


def picture(found: reports.Funnel, words: QueryDict) -> Chart:
    """Return the funnel as bars; the late ones lie within all, and both lead to their lists."""
    address = reverse("heating:handover_list")

    def links(**more: Any) -> list[str]:
        return [charts.link(address, words, state=bar.state, **more) for bar in found.bars]

    return Chart(
        key="funnel",
        title=_("Handovers by step"),
        kind=BARS,
        categories=[bar.label for bar in found.bars],
        head=_("State"),
        as_of=found.as_of,
        series=[
            Series(_("Here"), [bar.count for bar in found.bars], links(), "accent", main=True),
            Series(_("Overdue"), [bar.overdue for bar in found.bars], links(overdue="on"), "bad"),
        ],
    )
