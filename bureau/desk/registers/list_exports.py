"""Ordering the export of a list that is too long to be written while somebody waits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from bureau.core.errors import BusinessError
from bureau.desk.registers.saved_views import Place, about_a_list, listing_of
from bureau.desk.services import exports
from bureau.desk.views.verbs import refusal


@about_a_list
def order(request: HttpRequest) -> HttpResponse:
    """Let a worker write what the list shows, and lead to its task."""
    _page, address = listing_of(request)
    try:
        job = exports.order_list(address, fmt=request.POST.get("format", ""), actor=request.user)
    except BusinessError as error:
        return refusal(request, [error.sentence], Place(address), 409, code=str(error.code))
    return redirect(job)
