"""A password rule that the framework lacks."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class UserNameValidator:
    """Refuses passwords around the user name, which everybody guesses first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise when the user name stands in the password, in whatever case."""
        name = getattr(user, "username", "").casefold()
        if name and name in password.casefold():
            raise ValidationError(
                _("The password must not contain the user name."), code="contains_user_name"
            )

    def get_help_text(self) -> str:
        """Say the rule beside the field."""
        return _("The password must not contain the user name.")
