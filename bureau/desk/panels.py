"""Related lists on a noun's page, fetched by htmx: no lower app imports a higher one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Panel:
    """A box on the page of ``noun`` ("app.model") filled from another URL.

    ``url_name`` takes the object's pk; ``permission`` (empty: everybody) must be held on it;
    ``when`` may leave it out for some objects.
    """

    key: str
    title: Any
    url_name: str
    permission: str = ""
    order: int = 50
    when: Callable[[Any], bool] = lambda _subject: True


@dataclass(frozen=True, slots=True)
class OpenPanel:
    """A panel of one object, ready to fetch."""

    key: str
    title: Any
    url: str


_panels: dict[str, dict[str, Panel]] = {}


def register(noun: str, *panels: Panel) -> None:
    """Hang panels on the page of a noun; the same key again replaces the panel."""
    for panel in panels:
        _panels.setdefault(noun.lower(), {})[panel.key] = panel


def of(subject: Any, user: Any) -> list[OpenPanel]:
    """Return the panels of an object that ``user`` may open."""
    found = []
    for panel in sorted(_panels.get(subject._meta.label_lower, {}).values(), key=_order):
        if panel.permission and not user.has_perm(panel.permission):
            continue
        if not panel.when(subject):
            continue
        try:
            found.append(
                OpenPanel(panel.key, panel.title, reverse(panel.url_name, args=[subject.pk]))
            )
        except NoReverseMatch:
            continue
    return found


def _order(panel: Panel) -> int:
    return panel.order
