"""What production must not start with; everything here is a system check of Django."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 12
TELLTALES = ("insecure", "change", "default", "secret", "example", "django-")


def is_weak(key: str) -> bool:
    """Tell whether a signing key is short, monotonous, or reads like somebody's example."""
    return (
        len(key) < SHORTEST_KEY
        or len(set(key)) < FEWEST_CHARACTERS
        or any(word in key.lower() for word in TELLTALES)
    )


@checks.register("portal")
def settings_refused(app_configs: Any, **_kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse DEBUG, a default key or ring, the test clock and open hosts in production."""
    if not settings.PRODUCTION:
        return []
    reasons = {
        "portal.E001": settings.DEBUG and "DEBUG is on.",
        "portal.E002": is_weak(settings.SECRET_KEY)
        and "SECRET_KEY is a default or too weak: `python -m bureau.core.embedded.keys` makes one.",
        "portal.E003": any(len(set(key)) < FEWEST_CHARACTERS for key in _secret_bytes())
        and "ENCRYPTION_KEYS or BLIND_INDEX_KEY is a default key.",
        "portal.E004": settings.CLOCK_OFFSET != 0 and "PORTAL_CLOCK_OFFSET moves the clock.",
        "portal.E005": "*" in settings.ALLOWED_HOSTS and "ALLOWED_HOSTS admits every name.",
    }
    return [
        checks.Error(f"Production refuses: {text}", id=id) for id, text in reasons.items() if text
    ]


@checks.register(checks.Tags.database)
def accounts_refused(
    app_configs: Any, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[checks.CheckMessage]:
    """Refuse demo accounts, whose password everybody knows, that may sign in in production."""
    if not settings.PRODUCTION or not databases:
        return []
    active = get_user_model()._default_manager.filter(is_demo=True, is_active=True)
    names = ", ".join(active.order_by("username").values_list("username", flat=True)[:5])
    if not names:
        return []
    text = f"Production refuses: demo accounts are active ({names} …)."
    return [checks.Error(text, id="portal.E006")]


def refuse_unsafe_start() -> None:
    """Raise ``ImproperlyConfigured`` with every reason why this portal must not serve anybody."""
    if not settings.PRODUCTION:
        return
    found = settings_refused(None) + accounts_refused(None, databases=["default"])
    connections.close_all()  # gunicorn forks next, and connections do not survive that
    if found:
        raise ImproperlyConfigured(" ".join(f"{message.msg} ({message.id})" for message in found))


def _secret_bytes() -> list[bytes]:
    return [*settings.ENCRYPTION_KEYS.values(), settings.BLIND_INDEX_KEY]
