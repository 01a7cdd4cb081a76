"""The door and one's own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bureau.people import services
from bureau.people.forms import OwnPasswordForm, ProfileForm, SignInForm
from bureau.people.models import User


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
        user = services.change_own_password(request.user, form.cleaned_data["new_password1"])
        request.user = user
        update_session_auth_hash(request, user)
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
    context = {"form": form, "title": _("My account"), "submit": _("Save")}
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)
