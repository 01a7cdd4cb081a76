"""The direct-supply rate as of a day."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from heating.reports import registry as reports


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the rate by county; a day that cannot be read is named and today is shown."""
    if not request.user.has_perm("heating.view_householdcount"):
        raise PermissionDenied
    as_of, problem = _day(request.GET.get("as_of", ""))
    context = {
        "title": _("Direct-to-household supply"),
        "report": reports.direct_supply(request.user, as_of),
        "problem": problem,
    }
    status = 400 if problem else 200
    return render(request, "heating/direct_supply.html", context, status=status)


def _day(text: str) -> tuple[date, str]:
    today = clock.today()
    if not text:
        return today, ""
    try:
        return date.fromisoformat(text.strip()), ""
    except ValueError:
        return today, _("“%(text)s” is not a date. Write it as 2026-11-15.") % {"text": text[:40]}
