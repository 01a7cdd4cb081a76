"""The portal's only source of the time; everybody else asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the present moment, aware, moved by the test clock where one is set.

    ``PORTAL_CLOCK_OFFSET`` (seconds) moves the clock of a rehearsal; production refuses it.
    """
    return _told.get() or timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET)


def today() -> date:
    """Return the calendar day in Liaocheng (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Let it be ``moment`` for the work inside: the demo city tells months of history this way."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
