"""The next list of a place picker."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bureau.desk.place_picker import PlaceField


@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """Draw the picker anew for what was chosen so far; only places within one's postings."""
    name = request.GET.get("name", "")
    if not name.isidentifier():
        name = "place"
    permission = request.GET.get("permission", "") or "places.view_division"
    field = PlaceField(user=request.user, permission=permission)
    picker = type("Picker", (forms.Form,), {name: field})(request.GET)
    return HttpResponse(str(picker[name]))
