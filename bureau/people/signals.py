"""What happens by itself at the door: clocks start, and what happened is written down."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal, receiver

from bureau.people import services
from bureau.people.choices import SignInKind
from bureau.people.models import User
from bureau.people.sign_in import key_of, start_session, visitor_of

#: Sent with ``request`` when a session ran out, before its person is taken off the request.
session_ended = Signal()


@receiver(user_logged_in)
def begin(sender: Any, request: Any, user: User, **_kwargs: Any) -> None:
    """Start the clocks of the new session, and remember it."""
    start_session(request.session)
    services.begin_session(user, key_of(request.session), visitor_of(request))


@receiver(user_logged_out)
def leave(sender: Any, request: Any, user: User | None, **_kwargs: Any) -> None:
    """Note that somebody left, or that the session ran out."""
    if user is not None:
        ran_out = getattr(request, "session_ran_out", False)
        kind = SignInKind.EXPIRED if ran_out else SignInKind.SIGNED_OUT
        services.close_session(request.session.session_key, user, kind, visitor_of(request))


@receiver(user_login_failed)
def refuse(sender: Any, credentials: dict[str, Any], request: Any = None, **_kwargs: Any) -> None:
    """Note that somebody was not let in; only names that an account has are kept."""
    if request is None:
        return
    name = str(credentials.get("username") or "").replace("\x00", "")[:60]
    known = User.objects.filter(username=name).first()
    kind = SignInKind.LOCKED if getattr(request, "axes_locked_out", False) else SignInKind.FAILURE
    services.record_sign_in(kind, known, visitor_of(request))
