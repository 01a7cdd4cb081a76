"""What goes wrong, said in a sentence with the request's id and what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _answer(request: HttpRequest, status: int, code: str, detail: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": code, "code": code, "detail": detail}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    return render(request, f"{status}.html", {"detail": detail}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer a request that makes no sense."""
    return _answer(request, 400, "bad_request", _sentence(exception))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer somebody whose postings do not allow it."""
    return _answer(request, 403, "forbidden", _sentence(exception))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer an address with nothing behind it, or nothing within the user's scope."""
    return _answer(request, 404, "not_found", _("There is nothing here that you may see."))


def method_refused(request: HttpRequest) -> HttpResponse:
    """Answer an address that only a button may use, and name the page that the button is on."""
    above = request.path.rstrip("/").rpartition("/")[0] + "/"
    return render(request, "405.html", {"parent": above}, status=405)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer with an apology; the page asks nothing of the database."""
    return _answer(request, 500, "error", _("Something went wrong on our side."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came from elsewhere, or from a page open since before sign-in."""
    return render(request, "403_csrf.html", status=403)


def _sentence(exception: Any) -> str:
    # Only sentences that we wrote are shown: they are single strings passed to the exception.
    found = getattr(exception, "args", ())
    return str(found[0]) if len(found) == 1 and isinstance(found[0], str) else ""
