"""What one watches: the list, and its count for the menu."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.records import watching


@require_safe
def watched(request: HttpRequest) -> HttpResponse:
    """List the watched objects within scope with what changed since the reader looked at them."""
    context = {"title": _("Watched"), "news": watching.news(request.user), "told": watching.TOLD}
    return render(request, "desk/watching.html", context)
