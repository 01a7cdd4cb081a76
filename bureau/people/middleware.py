"""Who may stay: session clocks, sign-in before everything, a first password of one's own."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from bureau.people import services, sign_in
from bureau.people.signals import session_ended

Handler = Callable[[HttpRequest], HttpResponse]

OPEN_TO_ALL = (
    "/login/", "/static/", "/healthz", "/readyz", "/api/", "/i18n/", "/favicon.ico",
    "/grants/calculator/", "/grants/public/",
)  # fmt: skip
OPEN_WITH_OLD_PASSWORD = (*OPEN_TO_ALL, "/logout/", "/profile/password/")
BACKGROUND = "X-Background"
#: A script that keeps its page and asks for a new sign-in over it sends this.
OVER_PAGE = "X-Over-Page"


def way_back(request: HttpRequest) -> str:
    """Return the address to come back to after signing in: never one that would act."""
    here = request.headers.get("HX-Current-URL") or (
        "" if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "")
    )
    if not here:
        plain = "HX-Request" not in request.headers and request.method in {"GET", "HEAD"}
        return request.get_full_path() if plain else "/"
    if not url_has_allowed_host_and_scheme(here, {request.get_host()}):
        return "/"
    parts = urlsplit(here)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the whole browser to ``url``, also when only a fragment was asked for."""
    if "HX-Request" in request.headers or OVER_PAGE in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


class SessionLimitsMiddleware:
    """Ends a session 30 minutes after the last sign of life and 12 hours after sign-in (SEC-5).

    Requests that a page makes by itself carry ``X-Background`` and are no sign of life.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sign_in.is_over(request.session):
                session_ended.send(type(self), request=request)
                request.session_ran_out = True
                logout(request)
            elif BACKGROUND not in request.headers and sign_in.mark_seen(request.session):
                key, visitor = request.session.session_key, sign_in.visitor_of(request)
                services.see_session(request.user, key, visitor)
        return self.get_response(request)


class SignInRequiredMiddleware:
    """Leads everybody who has not signed in to the sign-in page, whatever the address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OPEN_TO_ALL) and not request.user.is_authenticated:
            query = urlencode({"next": way_back(request)})
            return send_to(request, f"{reverse('people:login')}?{query}")
        if (
            not request.path.startswith(OPEN_WITH_OLD_PASSWORD)
            and request.user.is_authenticated
            and request.user.must_change_password
        ):
            return send_to(request, reverse("people:password"))
        return self.get_response(request)
