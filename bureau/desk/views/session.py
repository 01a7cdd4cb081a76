"""The session seen from a page that stays open: is it still there, and signing in over the page."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from bureau.people.forms import SignInForm


@require_safe
@never_cache
def state(request: HttpRequest) -> HttpResponse:
    """Say who is signed in, and the token that forms of this session need."""
    return JsonResponse(_state(request))


def _state(request: HttpRequest) -> dict[str, Any]:
    return {"username": request.user.get_username(), "token": get_token(request)}


@sensitive_post_parameters("password")
@require_POST
@never_cache
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Sign the same person in over an open page; whoever else is refused and not signed in.

    A locked name is answered by the guard of the door with 429.
    """
    if request.POST.get("username", "").strip() != request.POST.get("person", ""):
        said = _(
            "This page belongs to somebody else's work. Sign in as the person who began it, "
            "or leave the page first."
        )
        return JsonResponse({"code": "another_person", "said": said}, status=409)
    form = SignInForm(request, request.POST)
    if not form.is_valid():
        sentences = form.non_field_errors() or [_("Enter both the user name and the password.")]
        return JsonResponse({"code": "refused", "said": " ".join(sentences)}, status=422)
    user = form.get_user()
    login(request, user)
    if user.must_change_password:
        said = _(
            "You are signed in, but first you need a password of your own. Set it in a new tab, "
            "then come back to this page and go on."
        )
        url = reverse("people:password")
        return JsonResponse({"code": "must_change_password", "said": said, "url": url}, status=409)
    return JsonResponse(_state(request))
