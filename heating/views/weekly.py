"""The weekly ledger by county, as an A4 sheet."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import formats, printing
from bureau.desk.printing import PrintedTable
from heating.reports.weekly import Weekly, WeeklyLine, weekly
from heating.rules.figures import FIRST_YEAR
from heating.views.direct_supply import day_of


def day_asked(request: HttpRequest) -> tuple[date, str]:
    """Return the day asked for, none after today and none before central heating, and a doubt."""
    day, problem = day_of(request.GET.get("as_of", ""))
    return max(date(FIRST_YEAR, 1, 7), min(day, clock.today())), problem


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Draw the ledger of the seven days up to a day."""
    if not request.user.has_perm("heating.view_householdcount"):
        raise PermissionDenied
    as_of, problem = day_asked(request)
    found = weekly(request.user, as_of)
    span = f"{formats.day(found.first_day)} – {formats.day(found.as_of)}"
    return printing.sheet(
        request,
        _("Weekly ledger of direct supply and handovers"),
        tables=[table(found)],
        conditions=[span],
        note=problem,
        as_of=as_of,
    )


def table(found: Weekly) -> PrintedTable:
    """Return the ledger on paper: a line per area, and together."""
    words = (
        _("Estates counted"), _("Households connected"), _("On direct supply"), _("Rate (%)"),
        _("Rank"), _("Company-run stations"), _("Third-party-run"), _("In custody"),
        _("Open handovers"), _("Overdue"), _("Registered this week"), _("Connected this week"),
    )  # fmt: skip
    heads = [(_("County or managing area"), False), *((word, True) for word in words)]
    totals = _cells(found.total)
    totals[0] = _("Together")
    return PrintedTable(heads, [_cells(line) for line in found.lines], totals=totals)


def _cells(line: WeeklyLine) -> list[str]:
    supply = line.supply
    figures: tuple[Any, ...] = (
        supply.estates, supply.connected, supply.direct, supply.rate, line.rank,
        supply.company_run, supply.third_party_run, supply.custody, line.open, line.late,
        line.registered, line.connected,
    )  # fmt: skip
    return [supply.name, *(formats.number(one) for one in figures)]
