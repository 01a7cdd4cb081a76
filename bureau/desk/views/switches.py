"""Language and light: kept in a cookie for this browser and with the account for all others."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from bureau.desk.context import THEME_COOKIE, THEMES
from bureau.desk.views.verbs import is_ours
from bureau.people import services as people

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    return HttpResponseRedirect(wanted if is_ours(request, wanted) else "/")


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=settings.PRODUCTION, httponly=True
    )


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English."""
    wanted = request.POST.get("language", "")
    response = _back(request)
    if wanted in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, wanted)
        if request.user.is_authenticated:
            people.edit_profile(request.user, {"language": wanted})
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Switch between light, dark and whatever the device says."""
    wanted = request.POST.get("theme", "")
    wanted = wanted if wanted in THEMES else ""
    response = _back(request)
    _remember(response, THEME_COOKIE, wanted)
    if request.user.is_authenticated:
        people.edit_profile(request.user, {"theme": wanted})
    return response
