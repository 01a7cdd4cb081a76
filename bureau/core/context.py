"""What the audit wants to know of the request in hand, without passing the request along."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a write comes from: the request's id and the door (web, api, job, command)."""

    request_id: str = ""
    source: str = "command"


_origin: ContextVar[Origin] = ContextVar("origin")


def current() -> Origin:
    """Return the origin of the work in hand; a command's where nobody said otherwise."""
    return _origin.get(Origin())


@contextmanager
def coming_from(source: str, request_id: str = "") -> Iterator[Origin]:
    """Mark everything inside as coming from ``source`` under ``request_id``."""
    origin = Origin(request_id=request_id, source=source)
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)
