"""How every plain noun is locked, checked, saved and written into the audit."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.models import EditableModel
from bureau.core.tidiness import tidy
from bureau.records.services import diff, record, values

Noun = TypeVar("Noun", bound=EditableModel)
Row = TypeVar("Row", bound=Model)


def sentence_of(finding: Finding) -> ValidationError:
    """Return a finding as the error of a field, its sentence still to be translated."""
    label: Any = finding.code.label
    return ValidationError(label, code=finding.code.value, params=finding.values)


def require(*findings: Finding | None) -> None:
    """Raise one ValidationError with every finding beside its first field."""
    errors: dict[str, list[ValidationError]] = {}
    for finding in findings:
        if finding is not None:
            errors.setdefault(finding.fields[0], []).append(sentence_of(finding))
    if errors:
        raise ValidationError(errors)


def refuse(finding: Finding | None) -> None:
    """Raise a finding about an action as its refusal."""
    if finding is not None:
        raise BusinessError(finding.code, **finding.values)


def tidy_name(name: str) -> str:
    """Return a name as ledgers are read too: plain width, nothing invisible, no stray blanks."""
    return tidy(str(name or ""))


def lock(noun: Noun, version: int | None = None) -> Noun:
    """Lock the row for this transaction and refuse a version that somebody else has passed.

    Raises Refusal.STALE, or ``archived`` for a noun that was put away.
    """
    row: Any = type(noun)._default_manager.select_for_update().get(pk=noun.pk)
    if row.archived_at is not None:
        raise BusinessError(Refusal.ARCHIVED, name=str(row))
    if version is not None and row.version != version:
        raise BusinessError(Refusal.STALE)
    return row


def apply(row: Model, changes: Mapping[str, Any], allowed: Iterable[str]) -> list[str]:
    """Set the allowed ``changes`` on ``row`` and return the names of the fields that moved."""
    moved, called = [], getattr(row, "named_by", ())
    for name in allowed:
        if name not in changes or getattr(row, name, None) == changes[name]:
            continue
        setattr(row, name, tidy_name(changes[name]) if name in called else changes[name])
        moved.append(name)
    if set(moved) & set(called):
        row.make_keys()  # type: ignore[attr-defined]
        moved += ["pinyin", "bigrams"]
    return moved


def insert(row: Row, verb: str, *, actor: Any, fields: Iterable[str], note: str = "") -> Row:
    """Check and save a new row and write its audit entry; a race for its key is a conflict."""
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise BusinessError(Refusal.CONFLICT) from error
    record(verb, row, actor=actor, after=_given(values(row, fields)), note=note)
    return row


def update(row: Noun, old: Noun, moved: list[str], verb: str, *, actor: Any) -> Noun:
    """Check and save the fields that moved, count the version, write before and after."""
    if not moved:
        return row
    row.version += 1
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(update_fields=[*moved, "version", "updated_at"])
    except IntegrityError as error:
        raise BusinessError(Refusal.CONFLICT) from error
    shown = [name for name in moved if name not in ("pinyin", "bigrams")]
    before, after = diff(old, row, shown)
    record(verb, row, actor=actor, before=before, after=after)
    return row


def put_away(row: Noun, verb: str, *, actor: Any, note: str = "") -> Noun:
    """Archive a locked row: it stays readable and leaves the lists."""
    row.archived_at = clock.now()
    row.version += 1
    row.save(update_fields=["archived_at", "version", "updated_at"])
    record(verb, row, actor=actor, after={"archived_at": row.archived_at.isoformat()}, note=note)
    return row


@transaction.atomic
def bring_back(noun: Noun, verb: str, *, actor: Any, note: str = "") -> Noun:
    """Restore an archived noun; one that is not archived stays as it is."""
    row: Any = type(noun)._default_manager.select_for_update().get(pk=noun.pk)
    if row.archived_at is None:
        return row
    before = {"archived_at": row.archived_at.isoformat()}
    row.archived_at = None
    row.version += 1
    row.save(update_fields=["archived_at", "version", "updated_at"])
    record(verb, row, actor=actor, before=before, after={"archived_at": None}, note=note)
    return row


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
