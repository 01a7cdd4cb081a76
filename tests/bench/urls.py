"""The portal's addresses and a bare view: session, user and the newest fifty rows."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html_join

from bureau.urls import *  # noqa: F403
from bureau.urls import urlpatterns as of_the_portal
from heating.models import Estate


def bare(request: HttpRequest) -> HttpResponse:
    """Answer as a tutorial would: who is there, and a table of the newest fifty."""
    newest = Estate.objects.select_related("community").order_by("-updated_at", "-pk")[:50]
    lines = ((row.name, row.community.name, row.connected_area) for row in newest)
    table = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", lines)
    return HttpResponse(f"<p>{request.user}</p><table>{table}</table>")


urlpatterns = [path("bench/bare/", bare), *of_the_portal]
