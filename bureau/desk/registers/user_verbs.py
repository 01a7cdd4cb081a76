"""What is done to an account: closing, reopening, a one-time password, unlocking, signing out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core.errors import BusinessError
from bureau.desk.forms import DeskForm
from bureau.desk.views.base import NO_PERMISSION, Action, subject
from bureau.desk.views.rows import run_form
from bureau.desk.views.verbs import answer, note_of, refusal
from bureau.people import services
from bureau.people.choices import PeopleRefusal
from bureau.people.models import User

RESET, CLOSE = "people.reset_password_user", "people.close_user"


class OwnNumberForm(DeskForm):
    """Who a user is, for the portal alone to recognise."""

    id_number = forms.CharField(
        label=_("Identity number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It is kept unreadable and never shown again; empty forgets it."),
    )


@dataclass(frozen=True, slots=True)
class UserVerb:
    """A verb on an account's page: who may, when it is offered, and the service behind it."""

    label: Any
    permission: str
    icon: str
    fits: Callable[[User], bool]
    act: Callable[..., Any]
    done: Any
    kind: str = "plain"
    needs_note: bool = True
    hint: Any = ""
    form: type[DeskForm] | None = None


VERBS = {
    "reset-password": UserVerb(
        _("Give a one-time password"), RESET, "key", lambda user: user.is_active,
        services.reset_password, "", hint=_(
            "The password is shown once. All sessions of this person end, and it chooses its own "
            "password at the next sign-in."
        ),
    ),
    "unlock": UserVerb(
        _("Unlock"), RESET, "lock-open", services.is_locked, services.unlock_user,
        _("The account is unlocked."), needs_note=False,
    ),
    "own-number": UserVerb(
        _("Record the identity number"), RESET, "id-badge-2", lambda user: user.is_active,
        services.record_own_number, _("The identity number was recorded."), needs_note=False,
        form=OwnNumberForm, hint=_(
            "So that the portal knows this person's own household, which a colleague must handle."
        ),
    ),
    "end-sessions": UserVerb(
        _("End all sessions"), CLOSE, "logout", lambda user: user.is_active,
        services.sign_out_user, _("All sessions were ended."),
    ),
    "close": UserVerb(
        _("Close the account"), CLOSE, "user-off", lambda user: user.is_active,
        services.close_user, _("The account is closed."), kind="danger", hint=_(
            "Nobody can sign in with it any more; everything this person did stays on record."
        ),
    ),
    "reopen": UserVerb(
        _("Reopen the account"), CLOSE, "user-check", lambda user: not user.is_active,
        services.reopen_user, _("The account is open again."),
    ),
}  # fmt: skip


def actions_of(user: User, reader: User) -> list[Action]:
    """Return the verbs that fit an account; one that cannot be used says why."""
    held = {name: reader.can(name, user) for name in (RESET, CLOSE)}
    above = held[RESET] and services.is_superior(reader, user)
    return [
        _action(name, verb, user, _reason(verb, user, reader, held[verb.permission], above))
        for name, verb in VERBS.items()
        if verb.fits(user)
    ]


def _reason(verb: UserVerb, user: User, reader: User, held: bool, above: bool) -> Any:
    if not held:
        return NO_PERMISSION
    if reader.pk == user.pk:
        return BusinessError(PeopleRefusal.OWN_ACCOUNT).sentence
    if verb.permission == RESET and not above:
        return BusinessError(PeopleRefusal.NOT_SUPERIOR, person=user).sentence
    return ""


def _action(name: str, verb: UserVerb, user: User, reason: Any) -> Action:
    return Action(
        name,
        verb.label,
        reverse("desk:user_verb", args=[user.pk, name]),
        enabled=not reason,
        reason=reason,
        needs_note=verb.needs_note,
        kind=verb.kind,
        icon=verb.icon,
        hint=verb.hint,
        form=verb.form(auto_id=f"{name}_%s") if verb.form and not reason else None,
    )


@require_POST
def user_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one of the verbs on an account."""
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    user = subject(request, User.objects.all(), pk, chosen.permission)
    note = note_of(request)
    if verb == "reset-password":
        return _give(request, user, note)
    if chosen.form is not None:
        return run_form(
            request,
            user,
            chosen.form(request.POST),
            lambda given: chosen.act(user, actor=request.user, note=note, **given),
            chosen.done,
        )
    return answer(
        request,
        user,
        lambda: chosen.act(user, actor=request.user, note=note),
        done=chosen.done,
    )


def _give(request: HttpRequest, user: User, note: str) -> HttpResponse:
    try:
        password = services.reset_password(user, actor=request.user, note=note)
    except BusinessError as error:
        return refusal(request, [error.sentence], user, 409, code=str(error.code))
    return one_time_password(request, user, password)


def one_time_password(
    request: HttpRequest, user: User, password: str, *, created: bool = False
) -> HttpResponse:
    """Show a password on this one answer; it is kept nowhere and never shown again."""
    context = {
        "title": _("One-time password"),
        "object": user,
        "password": password,
        "created": created,
        "list_url": reverse("desk:user_list"),
        "list_title": _("Users"),
    }
    return render(request, "people/one_time_password.html", context)
