"""The portal's only source of the time; everybody else asks here."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware, moved by the test clock where one is set.

    ``PORTAL_CLOCK_OFFSET`` (seconds) moves the clock of a rehearsal; production refuses it.
    """
    return timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET)


def today() -> date:
    """Return the calendar day in Liaocheng (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()
