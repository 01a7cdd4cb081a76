"""Somebody else saved first: both versions field by field, and how the chosen one is put together.

An edit form sends along what each field held when it was drawn (``initial-…``), so that a field
which only the other one changed is not put back by accident: there theirs is proposed.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from bureau.desk import formats

THEIRS = "theirs"
PICK = "pick-"


@dataclass(frozen=True, slots=True)
class Line:
    """One field in both versions; ``proposed`` is "mine" or "theirs"."""

    name: str
    label: Any
    mine: str
    theirs: str
    differs: bool
    proposed: str
    is_file: bool = False


def carried(form: forms.BaseForm) -> list[str]:
    """Draw a version as hidden fields; files cannot be carried along."""
    return [
        bound.as_hidden(attrs={"id": False})
        for bound in form
        if not isinstance(bound.field, forms.FileField)
    ]


def lines_of(mine: forms.BaseForm, theirs: forms.BaseForm) -> list[Line]:
    """Return the visible fields of both versions in words."""
    return [_line(mine, bound, theirs[bound.name]) for bound in mine.visible_fields()]


def _line(form: forms.BaseForm, bound: forms.BoundField, other: forms.BoundField) -> Line:
    yours, now = _shown(bound, bound.value()), _shown(other, other.value())
    first = f"initial-{bound.name}"
    proposed = "mine"
    if first in form.data:
        widget = bound.field.hidden_widget()
        drawn = widget.value_from_datadict(form.data, form.files, first)
        proposed = "mine" if _shown(bound, drawn) != yours else THEIRS
    is_file = isinstance(bound.field, forms.FileField)
    return Line(bound.name, bound.label, yours, now, yours != now, proposed, is_file)


def _shown(bound: forms.BoundField, value: Any) -> str:
    field = bound.field
    if isinstance(field, forms.FileField):
        return formats.NOTHING
    try:
        value = field.clean(value)
    except ValidationError:
        return formats.plain(value)
    choices = getattr(field, "choices", None)
    if isinstance(choices, list):
        if isinstance(value, (list, tuple)):
            return formats.plain([dict(choices).get(one, one) for one in value])
        return formats.plain(dict(choices).get(value, value))
    if hasattr(value, "_meta") or not hasattr(value, "__iter__") or isinstance(value, str):
        return formats.plain(value)
    return formats.plain(list(value))


def chosen(data: QueryDict) -> QueryDict:
    """Return the form's data with theirs in place of mine where the reader picked theirs.

    Both came back from the page; neither is trusted: the form checks them, and the version that
    goes with them must still be the saved one.
    """
    merged = data.copy()
    for key in list(data):
        if not key.startswith(PICK) or data[key] != THEIRS:
            continue
        name = key.removeprefix(PICK)
        for word in [word for word in data if _is_of(word, name)]:
            merged.pop(word)
        prefix = f"{THEIRS}-"
        for word in [one.removeprefix(prefix) for one in data if one.startswith(prefix)]:
            if _is_of(word, name):
                merged.setlist(word, data.getlist(f"{prefix}{word}"))
    return merged


def _is_of(word: str, name: str) -> bool:
    rest = word.removeprefix(name)
    return word.startswith(name) and (not rest or rest.lstrip("_").isdecimal())
