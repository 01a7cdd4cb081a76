"""The story of an object and of each of its fields, from the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q

from bureau.desk import formats
from bureau.records.changes import Change, label_of, readable
from bureau.records.models import AuditEntry
from bureau.records.verbs import model_of, parts, verbs_of

SHOWN = 20
MORE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a happening in words, with the query that leads to all its values."""

    label: str
    before: str
    after: str
    query: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline with what was before and what after.

    ``is_news``: it happened since the reader, who watches the object, last looked. ``about``
    names what it happened to, where that is not the object itself.
    """

    entry: AuditEntry
    lines: list[Line]
    is_news: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The story of an object, the newest first; ``older`` is where the older lines begin."""

    happenings: list[Happening]
    older: int = 0

    @property
    def more(self) -> bool:
        """Whether older lines exist."""
        return bool(self.older)


def timeline(
    subject: Any,
    *,
    until: int = 0,
    seen: int | None = None,
    user: Any = None,
    others: Sequence[Model] = (),
) -> Timeline:
    """Return what happened to an object, batches that touched it included.

    ``until`` is the id of the last line already shown; ``seen`` the newest that ``user`` has
    looked at before; ``others`` are objects whose story is part of this one's.
    """
    entries = AuditEntry.objects.about(subject, *others)
    limit = MORE if until else SHOWN
    if until:
        entries = entries.filter(pk__lt=until)
    found = list(entries[: limit + 1])
    told = {(type(one), one.pk) for one in (subject, *others)}
    happenings = [
        Happening(
            entry,
            _lines(subject, entry, told),
            seen is not None and entry.pk > seen and entry.actor_id != getattr(user, "pk", None),
            entry.object_label if entry.rows_type_id or _is_other(subject, entry) else "",
        )
        for entry in found[:limit]
    ]
    return Timeline(happenings, found[limit - 1].pk if len(found) > limit else 0)


def lines_of(subject: Model, entry: AuditEntry) -> list[Line]:
    """Return what an entry says of an object's fields, or of a part's, in words."""
    part = model_of(entry.verb, entry.noun)
    model = part or _told_of(subject, entry)
    lines = []
    for one in readable(model, entry.before, entry.after, formats.plain):
        known = model is not None and _has_field(model, one.field)
        is_own = not _is_other(subject, entry) and (part is not None or model is type(subject))
        query = query_of(one.field, part) if known and is_own else ""
        lines.append(Line(one.label, one.before, one.after, query))
    return lines


def _lines(subject: Model, entry: AuditEntry, told: set[Any]) -> list[Line]:
    """Return an entry's values; not those of a batch in which only a part of the story lies."""
    model = entry.object_type.model_class() if entry.object_type else None
    passing = entry.rows_type_id and entry.rows_type.model_class() is not type(subject)
    if passing and (model, entry.object_id) not in told:
        return []
    return lines_of(subject, entry)


def _is_other(subject: Model, entry: AuditEntry) -> bool:
    told = entry.object_type
    return told is not None and not (
        entry.object_id == subject.pk and told.model_class() is type(subject)
    )


def _told_of(subject: Model, entry: AuditEntry) -> type[Model] | None:
    """Return the model whose fields an entry names: a batch's tells of the batch itself."""
    return entry.object_type.model_class() if _is_other(subject, entry) else type(subject)


def query_of(field: str, part: type[Model] | None = None) -> str:
    """Return the query string of a field's history; ``part`` is the model of a part."""
    return f"?field={field}&part={part._meta.label_lower}" if part else f"?field={field}"


def _has_field(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.get_fields())


@dataclass(frozen=True, slots=True)
class Value:
    """What a field held from a moment on: who gave it, when and why."""

    entry: AuditEntry
    text: str
    before: str
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class FieldStory:
    """All values of one field, the newest first; ``more`` says that older ones are left out."""

    label: str
    values: list[Value]
    more: bool = False


LONGEST = 500


def field_story(subject: Model, field: str, part: str = "") -> FieldStory | None:
    """Return all values that a field of an object, or of one of its parts, has had.

    Entries of a batch that do not tell single values stand among them as such: the field may
    have changed there. None where there is no such field.
    """
    model = _part(part) if part else type(subject)
    if model is None or not _has_field(model, field):
        return None
    noun = subject._meta.label_lower
    verbs = verbs_of(noun, model) if part else verbs_of(noun)
    entries = AuditEntry.objects.about(subject)
    named = Q(before__has_key=field) | Q(after__has_key=field)
    if part:
        entries = entries.filter(named, verb__in=verbs)
    else:
        untold = Q(rows_type__isnull=False)
        entries = entries.filter((named & ~Q(verb__in=verbs)) | untold)
    found = list(entries[: LONGEST + 1])
    values = [_value(model, entry, field) for entry in found[:LONGEST]]
    return FieldStory(label_of(model, field), values, len(found) > LONGEST)


def _part(name: str) -> type[Model] | None:
    return next((model for model in parts() if model._meta.label_lower == name), None)


def _value(model: type[Model], entry: AuditEntry, field: str) -> Value:
    before, after = (
        {field: one[field]} if field in one else {} for one in (entry.before, entry.after)
    )
    changes: list[Change] = readable(model, before, after, formats.plain)
    if changes:
        return Value(entry, changes[0].after, changes[0].before)
    return Value(
        entry,
        formats.NOTHING,
        formats.NOTHING,
        is_told=field in entry.before or field in entry.after,
    )
