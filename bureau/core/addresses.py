"""Where pages are: the URLs are asked for a pattern or an address once, not for every link."""

from functools import cache, lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse

_MARK = 987_654_321
ADDRESSES_KEPT = 1000


def page_of(name: str, pk: int) -> str:
    """Return the address of the page ``name`` ("heating:estate_detail") of the object ``pk``."""
    return _pattern(name) % pk


def address(name: str, *args: Any) -> str:
    """Return the address of the page ``name``, or nothing where the portal has no such page."""
    try:
        return _address(name, *args)
    except NoReverseMatch:
        return ""


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[_MARK]).replace("%", "%%").replace(str(_MARK), "%d")


@lru_cache(maxsize=ADDRESSES_KEPT)
def _address(name: str, *args: Any) -> str:
    return reverse(name, args=args)
