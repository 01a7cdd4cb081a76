"""Which objects a reader may open: a link that leads to a refusal is drawn as plain text."""

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Model

Key = tuple[type[Model], Any]


def may_open(user: Any, target: Model) -> bool:
    """Whether a link to ``target`` leads its reader anywhere; city staff need no query."""
    return not out_of_reach(user, [target])


def out_of_reach(user: Any, targets: Iterable[Model]) -> set[Key]:
    """Return the keys of the targets that ``user`` may not open.

    One query per model, and none where the user's postings cover the city or grant nothing.
    """
    asked: dict[type[Model], set[Any]] = {}
    for target in targets:
        asked.setdefault(type(target), set()).add(target.pk)
    closed: set[Key] = set()
    for model, ids in asked.items():
        closed |= {(model, pk) for pk in ids - _open(user, model, ids)}
    return closed


def key(target: Any) -> Key:
    """Return what ``out_of_reach`` knows an object by."""
    return type(target), getattr(target, "pk", None)


def _open(user: Any, model: type[Model], ids: set[Any]) -> set[Any]:
    meta = model._meta
    wanted = f"{meta.app_label}.view_{meta.model_name}"
    areas = user.areas(wanted)
    if any(area.is_city for area in areas):
        return ids
    if not areas:
        return set()
    rows = cast("Any", model)._default_manager.visible_to(user, wanted)
    return set(rows.filter(pk__in=ids).values_list("pk", flat=True))
