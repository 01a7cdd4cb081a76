"""Before and after of a row, ready for the audit and for people to read."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bureau.records import facts, kinds

# Kept for proof, of no use to a reader.
UNTOLD = frozenset({"sha256", "ids_hash"})


def values(subject: Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return the named fields as the audit keeps them; personal ones only by their last four.

    A model names its personal fields in ``personal_fields`` (SEC-7). A relation is kept with
    its id and its name of that day.
    """
    personal = getattr(type(subject), "personal_fields", ())
    return {
        name: _masked(subject, name) if name in personal else _plain(getattr(subject, name))
        for name in fields
    }


def diff(old: Model, new: Model, fields: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (before, after) of those ``fields`` that differ between ``old`` and ``new``."""
    changed = [name for name in fields if getattr(old, name) != getattr(new, name)]
    return values(old, changed), values(new, changed)


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return {"id": value.pk, "label": str(value)}
    if isinstance(value, (Decimal, date, time, datetime)):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str, dict)):
        return value
    return str(value)


def _masked(subject: Model, name: str) -> dict[str, Any] | None:
    value = getattr(subject, name)
    if not value:
        return None
    if isinstance(value, (bytes, memoryview)):
        value = getattr(subject, f"{name.removesuffix('_sealed')}_tail", "")
    return {"changed": True, "last_four": str(value)[-4:]}


class Change(NamedTuple):
    """One field in words: what it is called, what it held before and after, its name."""

    label: str
    before: str
    after: str
    field: str


Writer = Callable[[Any], str]


def readable(
    model: type[Model] | None,
    before: dict[str, Any],
    after: dict[str, Any],
    write: Writer | None = None,
) -> list[Change]:
    """Return each change in words, in the order in which they were kept.

    ``write`` words days, moments and numbers; without it they stand as Django formats them.
    """
    names = [name for name in dict.fromkeys([*before, *after]) if name not in UNTOLD]
    lines = []
    for name in names:
        field = _field(model, name)
        old, new = (_shown(field, kept.get(name), write) for kept in (before, after))
        if (old, new) != ("—", "—"):
            lines.append(Change(label_of(model, name), old, new, name))
    return lines


def label_of(model: type[Model] | None, name: str) -> str:
    """Return what a field or another fact is called; an unknown one as it is stored."""
    field = _field(model, name)
    given = getattr(field, "verbose_name", "")
    if isinstance(given, Promise):
        return str(given)
    return facts.label(name) or _behind(field) or str(given) or name


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _behind(field: Any) -> str:
    """Return the noun that a relation without a name of its own leads to: one, or its rows."""
    meta = getattr(getattr(field, "related_model", None), "_meta", None)
    if meta is None:
        return ""
    return str(meta.verbose_name_plural if field.auto_created else meta.verbose_name)


def _shown(field: Any, value: Any, write: Writer | None = None) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return _shown_mapping(value)
    if isinstance(value, list):
        return "、".join(_shown(field, item, write) for item in value) or "—"
    choices = dict(getattr(field, "flatchoices", None) or ())
    if value in choices:
        return str(choices[value])
    if getattr(field, "name", "") == "kind":
        return kinds.label(value)
    if write is not None:
        typed = _typed(field, value)
        return str(typed) if isinstance(typed, str) else write(typed)
    return _shown_moment(field, value) or str(value)


def _typed(field: Any, value: Any) -> Any:
    """Give a stored value back the type of its field: a year and a code are no quantities."""
    kind = field.get_internal_type() if hasattr(field, "get_internal_type") else ""
    try:
        if kind == "DateField":
            return date.fromisoformat(value)
        if kind == "DateTimeField":
            return datetime.fromisoformat(value)
        if kind == "DecimalField":
            return Decimal(value)
    except (TypeError, ValueError, ArithmeticError):
        return str(value)
    return value if kind == "PositiveIntegerField" else str(value)


def _shown_mapping(value: dict[str, Any]) -> str:
    if value.get("changed") is True:
        last_four = value.get("last_four") or ""
        if not last_four:
            return _("changed (not shown)")
        return _("changed (…%(last_four)s)") % {"last_four": last_four}
    if "label" in value:
        return str(value["label"])
    return "、".join(f"{key}: {_shown(None, item)}" for key, item in value.items())


def _shown_moment(field: Any, value: Any) -> str:
    kind = field.get_internal_type() if hasattr(field, "get_internal_type") else ""
    try:
        if kind == "DateField":
            return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
        if kind == "DateTimeField":
            moment = timezone.localtime(datetime.fromisoformat(value))
            return formats.date_format(moment, "DATETIME_FORMAT")
    except (TypeError, ValueError):
        return ""
    return ""
