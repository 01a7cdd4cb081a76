"""Which function does which kind of task; apps declare theirs in ``tasks.py``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from bureau.jobs.models import Job
    from bureau.jobs.progress import Progress

Handler = Callable[["Job", "Progress"], "dict[str, Any] | None"]

_handlers: dict[str, Handler] = {}
_labels: dict[str, Any] = {}


def handler(kind: str, label: Any = "") -> Callable[[Handler], Handler]:
    """Declare the decorated ``f(job, report) -> dict`` as what does tasks of ``kind``.

    It must be safe to run again from the start, because a worker may die in the middle.
    ``label`` is what people read in the list of tasks. A ``url`` in the returned dict becomes
    the link to the result.
    """

    def declare(function: Handler) -> Handler:
        known = _handlers.get(kind)
        if known is not None and known.__qualname__ != function.__qualname__:
            raise ValueError(f"two handlers for the task kind {kind!r}")
        _handlers[kind] = function
        _labels[kind] = label
        return function

    return declare


def find(kind: str) -> Handler | None:
    """Return the handler of ``kind``, or None when no app declares one."""
    if kind not in _handlers:
        autodiscover_modules("tasks")
    return _handlers.get(kind)


def label(kind: str) -> str:
    """Return what people call tasks of ``kind``."""
    if kind not in _labels:
        autodiscover_modules("tasks")
    return str(_labels.get(kind) or kind)


def kinds() -> list[tuple[str, str]]:
    """Return (kind, what people call it) of every kind that some app declares."""
    autodiscover_modules("tasks")
    return sorted((kind, str(label or kind)) for kind, label in _labels.items())
