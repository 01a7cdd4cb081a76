"""The search behind a picker."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.desk import pickers


@require_safe
@never_cache
def pick(request: HttpRequest, key: str) -> HttpResponse:
    """Return at most 20 rows within scope that fit what was typed; 404 for an unknown key."""
    picker = pickers.get(key)
    if picker is None:
        raise Http404
    if not picker.opens_for(request.user):
        raise PermissionDenied
    text = request.GET.get("q", "").replace("\x00", "")
    hits = [
        {"id": row.pk, "label": str(row), "place": picker.place(row)}
        for row in picker.found(request.user, text)
    ]
    return JsonResponse({"hits": hits})
