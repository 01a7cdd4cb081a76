"""What happens by itself at sign-in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from bureau.people.sign_in import start_session


@receiver(user_logged_in)
def begin(sender: Any, request: Any, **_kwargs: Any) -> None:
    """Start the clocks of the new session."""
    start_session(request.session)
