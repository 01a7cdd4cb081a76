"""The page of the search over all apps, its list under the box, and the search by identifier."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bureau.core import bigrams, identifiers
from bureau.core.identifiers import Identifier
from bureau.desk import search

KINDS = {
    "id_number": _("identity number"),
    "phone": _("phone number"),
    "card": _("bank card"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show what was found by kind; the box posts here and is led to a plain address.

    A number that names a person stays out of addresses: posted it is looked for exactly, in
    an address it is refused.
    """
    given = request.POST if request.method == "POST" else request.GET
    text = _text(given)
    identifier = identifiers.read(text)
    if request.method == "POST":
        if identifier is not None:
            return _exactly(request, identifier)
        words = f"?{urlencode({'q': text})}" if text else ""
        return HttpResponseRedirect(f"{reverse('desk:search')}{words}")
    context: dict[str, Any] = {"title": _("Search"), "asked": text}
    if identifier is not None:
        context |= {"refused": KINDS[identifier.kind], "asked": "", "number": text}
        context["may_search_exactly"] = request.user.has_perm(search.PERMISSION)
        return render(request, "desk/search.html", context, status=400)
    context["too_short"] = 0 < len(bigrams.normalise(text)) < search.SHORTEST
    context["groups"] = search.find(request.user, text)
    return render(request, "desk/search.html", context)


@never_cache
@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """Draw the list under the box; it is asked by POST, so that no half-typed number is logged."""
    text = _text(request.POST)
    identifier = identifiers.read(text)
    context = {
        "asked": text,
        "kind": KINDS[identifier.kind] if identifier else "",
        "is_asked": len(bigrams.normalise(text)) >= search.SHORTEST,
        "groups": [] if identifier else search.find(request.user, text),
    }
    return render(request, "desk/_search_live.html", context)


@never_cache
@require_POST
def exact(request: HttpRequest) -> HttpResponse:
    """Find by identity number, bank card or phone; every question is recorded."""
    if not request.user.has_perm(search.PERMISSION):
        raise PermissionDenied
    identifier = identifiers.read(_text(request.POST))
    if identifier is None:
        context = {"title": _("Search"), "asked": "", "not_an_identifier": True, "groups": []}
        return render(request, "desk/search.html", context, status=422)
    return _exactly(request, identifier)


def _exactly(request: HttpRequest, identifier: Identifier) -> HttpResponse:
    if not request.user.has_perm(search.PERMISSION):
        raise PermissionDenied
    context = {
        "title": _("Search"),
        "asked": "",
        "exact_kind": KINDS[identifier.kind],
        "ending": identifier.plain[-4:],
        "hits": search.find_exactly(request.user, identifier),
    }
    return render(request, "desk/search.html", context)


def _text(given: Any) -> str:
    """Return what is asked: by the box on top of every page, or by the search page's own."""
    return (given.get("everywhere") or given.get("q", "")).strip()[:200]
