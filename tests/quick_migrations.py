"""Migrations without the drawing that no statement needs.

For every index, constraint and trigger Django draws the model and all that refer to it anew, in
memory only: half of the time that a fresh database takes, and it grows with the square of the
models. What the statements need, fields and tables, stays as it was drawn.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest import mock

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

CHANGE_NO_FIELD = (
    (ProjectState, "add_index"),
    (ProjectState, "add_constraint"),
    (AddTrigger, "state_forwards"),
)


@contextmanager
def undrawn() -> Iterator[None]:
    """Keep the models as they are drawn while migrations add what changes no field."""
    with ExitStack() as stack:
        for owner, name in CHANGE_NO_FIELD:
            stack.enter_context(mock.patch.object(owner, name, _quiet(getattr(owner, name))))
        yield


def _quiet(add: Callable) -> Callable:
    @wraps(add)
    def quiet(*args: Any) -> None:
        with mock.patch.object(ProjectState, "reload_model"):
            add(*args)

    return quiet
