"""Who is there: user name and password, nothing about permissions."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from bureau.people.models import User


class PortalBackend(BaseBackend):
    """Checks a password; an unknown name costs the same time and gets the same answer (SEC-5)."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_credentials: object,
    ) -> User | None:
        """Return the active user of this name and password, else None."""
        if username is None or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)
            return None
        right = user.check_password(password)
        return user if right and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session while it may sign in."""
        return User.objects.filter(pk=user_id, is_active=True).first()
