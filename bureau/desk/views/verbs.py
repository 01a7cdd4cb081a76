"""What a verb's little POST view answers, with JavaScript or without."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from bureau.core.errors import BusinessError

LONGEST_URL = 2000
LONGEST_NOTE = 500


def note_of(request: HttpRequest) -> str:
    """Return the reason that a form gives, as it can be kept: no NUL, no more than fits."""
    return request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE]


def answer(
    request: HttpRequest,
    subject: Any,
    call: Callable[[], Any],
    *,
    done: Any = "",
    then: str = "",
) -> HttpResponse:
    """Run a service and go back to the object; say what happened either way.

    A refusal is a sentence with status 409, a mistake in the fields one with 422. ``done`` is
    what is said then, or a function that says it of what the service returned.
    """
    try:
        made = call()
    except BusinessError as error:
        return refusal(request, error.sentences, subject, 409, code=str(error.code))
    except ValidationError as error:
        return refusal(request, error.messages, subject, 422)
    told = done(made) if callable(done) else done
    if told:
        messages.success(request, str(told))
    return back_to(request, subject, then)


def refusal(
    request: HttpRequest, sentences: list[str], subject: Any, status: int, code: str = ""
) -> HttpResponse:
    """Answer with the sentences: a box for htmx, a page of its own without."""
    htmx = getattr(request, "htmx", None)
    template = "parts/refusal.html" if htmx and not htmx.boosted else "desk/refused.html"
    back_url = subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else "/"
    context = {"sentences": sentences, "code": code, "object": subject, "back_url": back_url}
    return render(request, template, context, status=status)


def back_to(request: HttpRequest, subject: Any, then: str = "") -> HttpResponse:
    """Go back to the object, or to the page of ours that the form named in ``next``."""
    wanted = then or request.POST.get("next", "")
    if not is_ours(request, wanted):
        wanted = subject.get_absolute_url()
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.boosted:
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = iri_to_uri(wanted)
        return response
    return HttpResponseRedirect(wanted)


def is_ours(request: HttpRequest, url: str) -> bool:
    """Whether a form may send the reader to ``url``: a path of this portal or its whole address."""
    named = url.startswith(("/", "http://", "https://")) and len(url) < LONGEST_URL
    return named and url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
