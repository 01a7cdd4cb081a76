"""Names locked after too many failures at the door, and their unlocking."""

from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings

from bureau.core import clock
from bureau.people.models import User


def is_locked(user: User) -> bool:
    """Whether the name is locked now, at one address or from everywhere."""
    moment = clock.now()
    at_one_address = AccessAttempt.objects.filter(
        username=user.username,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gte=moment - settings.AXES_COOLOFF_TIME,
    )
    failures = AccessFailureLog.objects.filter(
        username=user.username, attempt_time__gte=moment - settings.SLOW_LOCK_PERIOD
    )
    return at_one_address.exists() or failures.count() >= settings.SLOW_LOCK_FAILURES


def forget_failures(user: User) -> None:
    """Let the next attempt be tried again."""
    for model in (AccessAttempt, AccessFailureLog):
        model.objects.filter(username=user.username).delete()
