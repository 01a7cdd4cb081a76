"""Where the page of an object is: the pattern is asked of the URLs once, not for every link."""

from functools import cache

from django.urls import reverse

_MARK = 987_654_321


def page_of(name: str, pk: int) -> str:
    """Return the address of the page ``name`` ("heating:estate_detail") of the object ``pk``."""
    return _pattern(name) % pk


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[_MARK]).replace("%", "%%").replace(str(_MARK), "%d")
