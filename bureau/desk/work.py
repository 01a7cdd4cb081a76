"""My work: one list over all apps of what waits for the person in front of the screen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.core import clock

SHOWN = 200


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing that waits: what it is, by when, and the one button it waits for.

    ``due`` is a date, a moment, or None; ``kind`` groups items; ``detail`` says where; ``count``
    is how many rows wait behind one line, where they are done together, and ``action_url`` where
    that is done, if not at ``url``.
    """

    title: str
    url: str
    action: Any
    due: date | datetime | None = None
    kind: Any = ""
    detail: str = ""
    status: str = ""
    status_label: Any = ""
    count: int = 1
    action_url: str = ""

    @property
    def due_on(self) -> date | None:
        """The day in Liaocheng on which it is due."""
        if isinstance(self.due, datetime):
            return timezone.localtime(self.due, clock.SHANGHAI).date()
        return self.due


Source = Callable[[Any], Iterable[WorkItem]]
_sources: list[Source] = []


@dataclass(frozen=True, slots=True)
class Pile:
    """Items that are equally pressing; ``key`` colours the pile."""

    key: str
    label: Any
    items: list[WorkItem]


def register(source: Source) -> Source:
    """Add a source; each app's ``nav.py`` does this for its own steps. Usable as decorator."""
    if source not in _sources:
        _sources.append(source)
    return source


def items(user: Any) -> list[WorkItem]:
    """Return everything that waits for ``user``, the most pressing first."""
    found = [item for source in _sources for item in source(user)]
    return sorted(found, key=lambda item: (item.due_on is None, item.due_on or date.max))


def piles(found: list[WorkItem], today: date) -> list[Pile]:
    """Sort items into overdue, today, this week, later and undated; empty piles are left out."""
    week = today + timedelta(days=7)
    rows = (
        ("overdue", _("Overdue"), lambda due: due is not None and due < today),
        ("today", _("Due today"), lambda due: due == today),
        ("week", _("Within seven days"), lambda due: due is not None and today < due <= week),
        ("later", _("Later"), lambda due: due is not None and due > week),
        ("undated", _("Without a date"), lambda due: due is None),
    )
    sorted_out = (
        Pile(key, label, [item for item in found if fits(item.due_on)]) for key, label, fits in rows
    )
    return [pile for pile in sorted_out if pile.items]
