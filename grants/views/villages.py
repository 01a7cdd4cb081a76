"""How villages stand: every household of one as a coloured row, and who has filed nothing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.core.querysets import VILLAGE_LEVEL
from bureau.desk.views import Action
from bureau.places.models import Division
from grants.choices import ClaimState
from grants.models import Claim
from grants.reports import villages as reports

MAY_VIEW = "grants.view_claim"
SHOWN = 500


def _year(request: HttpRequest) -> int:
    """Return the programme year of the address; else the newest that the reader sees claims of."""
    said = request.GET.get("year", "")
    if said.isdecimal() and len(said) == 4:  # noqa: PLR2004 - a year
        return int(said)
    newest = Claim.objects.visible_to(request.user).order_by("-programme_year")
    return newest.values_list("programme_year", flat=True).first() or clock.today().year


def _label(status: str) -> Any:
    words = {reports.NOTHING_FILED: _("nothing filed"), reports.PAID: _("paid")}
    return words.get(status) or ClaimState(status).label


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show how the villages within scope stand in a programme year."""
    if not request.user.has_perm(MAY_VIEW):
        raise PermissionDenied
    year = _year(request)
    rows = list(reports.overview(request.user, year)[: SHOWN + 1])
    silent = f"{reverse('grants:village_silent')}?year={year}"
    context = {
        "title": _("Villages"),
        "year": year,
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "actions": [Action("silent", _("Villages that have filed nothing"), silent, method="get")],
    }
    return render(request, "grants/village_list.html", context)


@require_safe
def silent(request: HttpRequest) -> HttpResponse:
    """Name the villages that have filed nothing, those of the year's projects first."""
    if not request.user.has_perm(MAY_VIEW):
        raise PermissionDenied
    year, everywhere = _year(request), "all" in request.GET
    found = reports.silent(request.user, year, everywhere=everywhere)
    context = {
        "title": _("Villages that have filed nothing"),
        "year": year,
        "everywhere": everywhere,
        "villages": found[:SHOWN],
        "number": found.count(),
        "actions": [],
    }
    return render(request, "grants/village_silent.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every household of a village as a coloured row; ``print`` draws it for paper."""
    seen = Division.objects.visible_to(request.user, MAY_VIEW).of_level(VILLAGE_LEVEL)
    village = get_object_or_404(seen.select_related("parent__parent"), pk=pk)
    rows = reports.households(village, request.user)
    sheet = f"{request.path}?print=1"
    context = {
        "title": f"{village.parent or ''}{village}",
        "village": village,
        "rows": [(row, _label(row.status)) for row in rows],
        "legend": [(status, _label(status), count) for status, count in reports.legend(rows)],
        "actions": [Action("print", _("Print"), sheet, method="get", icon="printer")],
        "claims_url": f"{reverse('grants:claim_list')}?place={village.code}",
        "today": clock.today(),
        "filled_by": request.user,
    }
    template = "print/village.html" if "print" in request.GET else "grants/village_detail.html"
    return render(request, template, context)
