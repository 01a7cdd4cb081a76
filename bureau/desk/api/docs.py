"""The page on which people read and try what programs can ask."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Draw the document with Swagger's own files; every script and style is a file (SEC-4)."""
    return render(request, "desk/api_docs.html", {"title": _("What programs can ask (API)")})
