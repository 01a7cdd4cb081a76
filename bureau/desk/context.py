"""What the shell of every page needs: language, theme, the names of things."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Add what ``base.html`` draws; nothing is asked of the database before it is drawn."""
    return {
        "language": get_language() or "zh-hans",
        "theme": SimpleLazyObject(lambda: _theme(request)),
        "request_id": getattr(request, "request_id", ""),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "CSP_NONCE": getattr(request, "csp_nonce", ""),
    }


def _theme(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", "") if getattr(user, "is_authenticated", False) else ""
    chosen = chosen or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"
