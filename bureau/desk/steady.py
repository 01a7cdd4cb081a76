"""Parts of a page that say the same on every page: drawn once, and from then on only filled in.

A list page spent a third of its time drawing its menus, icons and sentences anew; most of that is
the same for one reader in one language.
"""

import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

PARTS_KEPT = 1000
#: Words of a list's address that lead to one page of it, or to one form of it.
PASSING = frozenset({"cursor", "count", "format", "part"})

_drawn: dict[Any, list[str]] = {}
_tag = secrets.token_hex(8)
_MARKED = re.compile(rf"{_tag}-(\w+?)-{_tag}")


def draw(template: str, request: HttpRequest, token: Any, **values: Any) -> SafeString:
    """Return the part, drawn with ``values`` and nothing else.

    Numbers and words are compared; any other value says in ``steady_key`` what the part shows of
    it. What differs on every page the part writes as ``csrf_token``, ``here`` (this address),
    ``path`` (without its words), ``words`` (its words, each with an ampersand behind it),
    ``filters`` (these without the sort), or as a name of a value's ``late_words``, escaped unless
    they are safe: nothing of that is ever kept.
    """
    language = get_language()
    key = (template, language, *((name, _key(value)) for name, value in values.items()))
    own = {name: word for value in values.values() for name, word in _late_words(value).items()}
    if (pieces := _drawn.get(key)) is None:
        marks = {name: f"{_tag}-{name}-{_tag}" for name in (*LATE, *own)}
        text = render_to_string(template, values | marks | {"language": language})
        pieces = _MARKED.split(text)
        if len(_drawn) >= PARTS_KEPT:
            _drawn.clear()
        if not settings.DEBUG:
            _drawn[key] = pieces
    filled = pieces.copy()
    # The text between the marks, and every other time the name that a mark stands for.
    for place in range(1, len(pieces), 2):
        name = pieces[place]
        word = own[name] if name in own else LATE[name](request, token)
        filled[place] = conditional_escape(word)
    return mark_safe("".join(filled))  # noqa: S308 - the template has escaped it


def _late_words(value: Any) -> dict[str, str]:
    return getattr(value, "late_words", {})


def pairs(request: Any) -> list[tuple[str, str]]:
    """Return the words of a list's address that its links keep; read once a page."""
    if not hasattr(request, "_kept_pairs"):
        words = [word for word in request.GET if word not in PASSING]
        request._kept_pairs = [(one, value) for one in words for value in request.GET.getlist(one)]
    found: list[tuple[str, str]] = request._kept_pairs
    return found


def _words(request: Any, *without: str) -> str:
    if without not in (written := vars(request).setdefault("_kept_words", {})):
        kept = urlencode([pair for pair in pairs(request) if pair[0] not in without])
        written[without] = f"{kept}&" if kept else ""
    return str(written[without])


LATE: dict[str, Callable[[HttpRequest, Any], str]] = {
    "csrf_token": lambda _request, token: str(token),
    "here": lambda request, _token: request.get_full_path(),
    "path": lambda request, _token: request.path,
    "words": lambda request, _token: _words(request),
    "filters": lambda request, _token: _words(request, "sort"),
}


def _key(value: Any) -> Any:
    if value is None or type(value) in (str, int, bool):
        return type(value), value
    if type(value) is tuple:
        return tuple(_key(one) for one in value)
    if isinstance(value, (str, Promise)):
        return type(value), str(value)
    return value.steady_key
