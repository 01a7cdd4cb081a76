"""The door: where a visitor comes from, how long a session lasts, when a name is locked."""

from datetime import datetime, timedelta
from ipaddress import ip_address

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from bureau.core import clock
from bureau.people.rules import browser_in_words
from bureau.people.services.sessions import Visitor

STARTED = "signed_in_at"
SEEN = "seen_at"
SEEN_EVERY = timedelta(minutes=1)


def client_address(request: HttpRequest) -> str:
    """Return the address that lock-outs count by.

    The peer's own address, unless it is one of ``TRUSTED_PROXIES``: then the last address in
    X-Forwarded-For that is not a trusted proxy. Whatever a visitor writes there itself is
    thereby ignored (SEC-5).
    """
    address = request.META.get("REMOTE_ADDR", "")
    trusted = set(settings.TRUSTED_PROXIES)
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while address in trusted and hops and is_address(hops[-1]):
        address = hops.pop()
    return address


def visitor_of(request: HttpRequest) -> Visitor:
    """Return from where and with what a request comes."""
    address = client_address(request)
    agent = request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")
    return Visitor(address if is_address(address) else None, browser_in_words(agent)[:80])


def key_of(session: SessionBase) -> str:
    """Return the key of a session; one that has none yet is stored now."""
    if session.session_key is None:
        session.create()
    return session.session_key or ""


def is_address(text: str) -> bool:
    """Whether ``text`` is an IPv4 or IPv6 address."""
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def start_session(session: SessionBase) -> None:
    """Start both clocks of a session: the absolute one and the idle one."""
    session[STARTED] = session[SEEN] = clock.now().timestamp()


def is_over(session: SessionBase) -> bool:
    """Whether the session stood idle too long or reached its absolute end."""
    moment = clock.now().timestamp()
    idle = moment - session.get(SEEN, moment)
    age = moment - session.get(STARTED, moment)
    return (
        idle > settings.SESSION_IDLE.total_seconds() or age > settings.SESSION_LIMIT.total_seconds()
    )


def mark_seen(session: SessionBase) -> bool:
    """Note that somebody is there, at most once a minute to spare the database; tell if so."""
    moment = clock.now().timestamp()
    if STARTED not in session:
        start_session(session)
        return True
    if moment - session.get(SEEN, 0) < SEEN_EVERY.total_seconds():
        return False
    session[SEEN] = moment
    return True


def failures_of(username: str | None, moment: datetime) -> int:
    """Return how often sign-in failed for a name, from anywhere, in the slow lock's period."""
    since = moment - settings.SLOW_LOCK_PERIOD
    return AccessFailureLog.objects.filter(username=username, attempt_time__gte=since).count()


class SignInGuard(AxesDatabaseHandler):
    """Locks a name at one address quickly, and a name from everywhere after more failures."""

    def is_locked(self, request: HttpRequest, credentials: dict | None = None) -> bool:
        """Whether this attempt may not even be tried."""
        if super().is_locked(request, credentials):
            return True
        username = get_client_username(request, credentials)
        return failures_of(username, clock.now()) >= settings.SLOW_LOCK_FAILURES
