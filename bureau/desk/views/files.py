"""Papers and pictures leave only through here, to whoever may see what they hang on (SEC-2)."""

from typing import Any
from urllib.parse import quote

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bureau.records import papers
from bureau.records.models import Attachment

# A policy of its own: what somebody uploaded loads nothing and runs nothing.
SHUT_IN = {
    "default-src": [NONE],
    "img-src": [SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "sandbox": True,
}


@require_safe
@csp(SHUT_IN)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one file to a browser."""
    return sent(request.user, pk)


def sent(reader: Any, pk: int) -> FileResponse:
    """Answer with one file: a picture into the page, everything else as a download.

    Raises Http404 unless ``reader`` sees what it hangs on.
    """
    found = get_object_or_404(Attachment, pk=pk, withdrawn_at__isnull=True)
    if not found.may_be_read_by(reader):
        raise Http404
    try:
        content = papers.full_path(found.path).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type=found.content_type)
    way = "inline" if found.is_picture else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
