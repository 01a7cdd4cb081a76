"""What hangs on an object elsewhere in the portal: counted without importing the app it is in.

An app says in its ``panels.py`` what it keeps under a place or what waits for a year::

    hanging.register(
        "places.division",
        Hanging("estates", _("Estates"), estates_there, list_of_estates, "heating.view_estate"),
    )
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Hanging:
    """One kind of thing under an object of a noun.

    ``count(subject, user)`` counts what ``user`` may see; ``address(subject)`` leads to the
    list of it; ``by_child(parent, user)`` counts by the id of the division it lies in, where
    one small query can tell.
    """

    key: str
    label: Any
    count: Callable[[Any, Any], int]
    address: Callable[[Any], str] | None = None
    permission: str = ""
    by_child: Callable[[Any, Any], dict[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, and where they are listed."""

    key: str
    label: Any
    count: int
    url: str = ""


_kinds: dict[str, dict[str, Hanging]] = {}


def register(noun: str, *kinds: Hanging) -> None:
    """Say what hangs on objects of ``noun`` ("app.model"); the same key again replaces it."""
    for kind in kinds:
        _kinds.setdefault(noun.lower(), {})[kind.key] = kind


def kinds_of(noun: str, user: Any) -> list[Hanging]:
    """Return the kinds under a noun that ``user`` may see."""
    known = _kinds.get(noun.lower(), {}).values()
    return [one for one in known if not one.permission or user.has_perm(one.permission)]


def of(subject: Any, user: Any) -> list[Found]:
    """Count everything that hangs on an object, as far as ``user`` sees it."""
    return [
        Found(
            one.key,
            one.label,
            one.count(subject, user),
            one.address(subject) if one.address else "",
        )
        for one in kinds_of(subject._meta.label_lower, user)
    ]
