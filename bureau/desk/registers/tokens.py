"""Keys for programs: one's own, shown once when made; security sees whose programs may enter."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk.forms import DayField, DayInput, DeskForm, refuse
from bureau.desk.views.base import subject
from bureau.desk.views.verbs import answer
from bureau.people import services
from bureau.people.models import ApiToken

USUAL = timedelta(days=90)
OF_OTHERS = "people.view_apitoken"
SHOWN = 200


class TokenForm(DeskForm):
    """What a key is for, and until when it works."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=_("Such as: monthly figures for the heating company's ledger."),
    )
    expires_on = DayField(
        label=_("Works until"),
        widget=DayInput(attrs={"class": "form-control"}),
        help_text=_("A year at most; choose no longer than the work lasts."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's keys and make a new one; the key itself is on this one answer and nowhere else."""
    if request.method != "POST":
        return _draw(request, TokenForm(initial={"expires_on": clock.today() + USUAL}))
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _draw(request, form, status=422)
    try:
        key = services.issue_token(request.user, actor=request.user, **form.cleaned_data)
    except BusinessError as error:
        refuse(form, error.sentence)
        return _draw(request, form, status=409, refusal_code=error.code.value)
    fresh = TokenForm(initial={"expires_on": clock.today() + USUAL})
    return _draw(request, fresh, status=201, key=key, key_name=form.cleaned_data["name"])


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key worthless at once: one's own, or that of an account one answers for."""
    seen = ApiToken.objects.select_related("user")
    token = subject(request, seen, pk, "people.change_apitoken")
    return answer(
        request,
        token,
        lambda: services.revoke_token(token, actor=request.user),
        done=_("The key opens nothing any more."),
        then=reverse("desk:token_list"),
    )


def _draw(request: HttpRequest, form: TokenForm, status: int = 200, **more: Any) -> HttpResponse:
    mine = ApiToken.objects.filter(user=request.user).order_by("-id")
    context = {
        "title": _("Keys for programs"),
        "form": form,
        "tokens": mine[:SHOWN],
        "today": clock.today(),
        "limit": services.MOST_TOKENS,
        "others": _of_others(request),
        **more,
    }
    return render(request, "desk/tokens.html", context, status=status)


def _of_others(request: HttpRequest) -> Any:
    """Return the working keys of other accounts, for who answers for them; else None."""
    if not request.user.has_perm(OF_OTHERS):
        return None
    found = ApiToken.objects.visible_to(request.user).active().exclude(user=request.user)
    return found.select_related("user").order_by("user__username", "-id")[:SHOWN]
