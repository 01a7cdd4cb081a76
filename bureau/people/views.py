"""The door and one's own account."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bureau.people import services, sign_in
from bureau.people.forms import OwnPasswordForm, ProfileForm, SignInForm
from bureau.people.models import Delegation, User, UserSession

SHOWN = 10


class PersonRequest(HttpRequest):
    """A request that passed the door: its user is a person."""

    user: User


class SignIn(LoginView):
    """The sign-in page: names the bureau and nothing else."""

    http_method_names = ["get", "head", "post"]
    template_name = "people/login.html"
    form_class = SignInForm

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form, unless somebody is in already; posting it then changes the person."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_redirect_url(self) -> str:
        """Return where to go on: never back to the door or straight out of it."""
        url = super().get_redirect_url()
        doors = (reverse("people:login"), reverse("people:logout"))
        return "" if url.startswith(doors) else url


class SignOut(LogoutView):
    """Ends the session; a POST, so that no link can sign anybody out."""

    http_method_names = ["post"]


def locked_out(request: HttpRequest, _response: HttpResponse, _credentials: dict) -> HttpResponse:
    """Answer attempts on a locked name: the same for names that do not exist."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    response = render(request, "people/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def password(request: PersonRequest) -> HttpResponse:
    """Change one's own password; this session goes on, all others end."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        before = request.session.session_key
        user = services.change_own_password(
            request.user, form.cleaned_data["new_password1"], session_key=before
        )
        request.user = user
        update_session_auth_hash(request, user)
        services.follow_session(before, sign_in.key_of(request.session))
        messages.success(request, _("Your new password is set. Other sessions were ended."))
        return redirect("people:profile")
    context = {
        "form": form,
        "title": _("Change password"),
        "submit": _("Set the new password"),
        "back_url": "" if request.user.must_change_password else reverse("people:profile"),
    }
    status = 422 if form.errors else 200
    return render(request, "people/password.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Show and change one's own account; roles are seen here and granted elsewhere."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.edit_profile(request.user, form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("people:profile")
    context = {"form": form, "title": _("My account"), "submit": _("Save"), **_about(request)}
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


def _about(request: PersonRequest) -> dict[str, Any]:
    """Return what hangs on one's own account: deputies, sessions, sign-ins, keys."""
    user = request.user
    running = Delegation.objects.filter(Q(principal=user) | Q(deputy=user)).not_over()
    return {
        "delegations": running.select_related("principal", "deputy"),
        "sessions": UserSession.objects.live().filter(user=user),
        "own_key": request.session.session_key,
        "sign_ins": user.sign_ins.order_by("-pk")[:SHOWN],
        "tokens_url": _page("desk:token_list"),
        "delegations_url": _page("desk:delegation_list"),
        "delegate_url": _page("desk:delegation_create"),
    }


def _page(name: str) -> str:
    """Return the address of a page of a higher app; empty where the portal has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_POST
def end_session(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; this one is ended by signing out."""
    session = get_object_or_404(UserSession.objects.visible_to(request.user), pk=pk)
    if session.key == request.session.session_key:
        messages.info(request, _("This is the session that you are using: sign out to end it."))
    else:
        services.end_session(session, actor=request.user)
        messages.success(request, _("The session was ended."))
    return redirect(f"{reverse('people:profile')}#sessions")


@require_POST
def end_other_sessions(request: PersonRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    number = services.end_other_sessions(request.user, key=sign_in.key_of(request.session))
    said = ngettext("%(n)s session was ended.", "%(n)s sessions were ended.", number)
    messages.success(request, said % {"n": number})
    return redirect(f"{reverse('people:profile')}#sessions")
