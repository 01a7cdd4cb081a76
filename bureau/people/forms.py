"""Sign-in, one's own password, one's own profile."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordMixin, UsernameField
from django.utils.translation import gettext_lazy as _

from bureau.people.models import User


class SignInForm(AuthenticationForm):
    """User name and password; whatever is wrong, the answer is the same sentence."""

    # Declared anew: the inherited field limits only the widget, not what a program may send.
    username = UsernameField(label=_("User name"), max_length=60)
    error_messages = {
        "invalid_login": _("User name or password is wrong. Mind upper and lower case."),
        "inactive": _("User name or password is wrong. Mind upper and lower case."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["autofocus"] = True
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"


class OwnPasswordForm(SetPasswordMixin, forms.Form):
    """The old password once, the new one twice."""

    old_password = forms.CharField(
        label=_("Old password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password1, new_password2 = SetPasswordMixin.create_password_fields(
        label1=_("New password"), label2=_("New password again")
    )

    def __init__(self, user: User, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old_password(self):
        """Refuse a session that somebody left open."""
        old = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("The old password is wrong."), code="wrong_password")
        return old

    def clean(self):
        """Compare the two entries, then ask the password rules."""
        self.validate_passwords("new_password1", "new_password2")
        new = self.cleaned_data.get("new_password2")
        if new and new == self.cleaned_data.get("old_password"):
            self.add_error("new_password1", _("The new password is the old one. Choose another."))
        self.validate_password_for_user(self.user, "new_password2")
        return super().clean()


class ProfileForm(forms.ModelForm):
    """What people may change of their own account."""

    class Meta:
        model = User
        fields = ["display_name", "phone", "language", "theme"]
