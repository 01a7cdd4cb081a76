"""Every write of what happened: audit entries, notes and papers."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from bureau.core import clock, context
from bureau.core.errors import BusinessError
from bureau.records import papers
from bureau.records.changes import diff, values
from bureau.records.choices import RecordRefusal, RecordVerb
from bureau.records.fields import Spans, spans_of
from bureau.records.models import Attachment, AuditEntry, Note

Kept = TypeVar("Kept", Note, Attachment)

__all__ = [
    "Rows", "add_note", "attach", "diff", "record", "record_batch", "rows_of", "touched",
    "values", "withdraw",
]  # fmt: skip


def record(
    verb: str,
    subject: Model | None,
    *,
    actor: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
    posting: Any = None,
    also: Model | None = None,
) -> AuditEntry:
    """Write one audit entry in the caller's transaction; ``actor`` None is the portal itself.

    The posting under which the actor saw the object is looked up unless it is given. The entry
    also stands in the timeline of ``also``, a row that the verb made or changed.
    """
    origin = context.current()
    entry = AuditEntry(
        verb=str(verb),
        actor=actor,
        posting_id=posting.pk if posting is not None else _posting_of(actor, subject),
        before=before or {},
        after=after or {},
        note=note,
        request_id=origin.request_id,
        source=origin.source,
    )
    if subject is not None:
        entry.object_type = ContentType.objects.get_for_model(subject)
        entry.object_id = subject.pk
        entry.object_label = str(subject)[:200]
    if also is not None:
        entry.rows_type = ContentType.objects.get_for_model(also)
        entry.rows = ((also.pk, also.pk),)
    entry.save(force_insert=True)
    return entry


def _posting_of(actor: Any, subject: Model | None) -> int | None:
    """One posting needs no look-up; several are asked for the one that covers the object."""
    if actor is None or subject is None or not hasattr(actor, "areas"):
        return None
    permission = f"{subject._meta.app_label}.view_{subject._meta.model_name}"
    held = {area.posting_id for area in actor.areas(permission)}
    if len(held) == 1:
        return held.pop()
    if not held or not hasattr(type(subject), "objects"):
        return None
    posting = actor.posting_for(permission, subject)
    return posting.pk if posting is not None else None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a set-based step touched: their number, their ids and a hash of the ids."""

    model: type[Model]
    count: int
    spans: Spans
    ids_hash: str


_ROWS = """
    SELECT count(*), range_agg(int8range(id, id, '[]')),
           encode(sha256(convert_to(coalesce(string_agg(id::text, ',' ORDER BY id), ''), 'UTF8')), 'hex')
    FROM ({source}) AS touched (id)
"""  # fmt: skip  # noqa: E501


def rows_of(queryset: QuerySet) -> Rows:
    """Return the rows of ``queryset`` for ``record_batch``, counted and hashed by the database."""
    try:
        source, params = queryset.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return rows_from_ids(queryset.model, [])
    return touched(queryset.model, source, params)


def touched(model: type[Model], source: str, params: Iterable[Any] = ()) -> Rows:
    """Return the rows whose ids the one-column SELECT ``source`` yields, for ``record_batch``."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(source=source), list(params))
        count, multirange, ids_hash = cursor.fetchone()
    spans = tuple((span.lower, span.upper - 1) for span in multirange or ())
    return Rows(model=model, count=count, spans=spans, ids_hash=ids_hash)


def record_batch(
    verb: str,
    subject: Model,
    *,
    actor: Any,
    rows: Rows | None = None,
    count: int | None = None,
    total: Any = None,
    ids_hash: str = "",
    note: str = "",
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write the one entry of a set-based step on its batch: count, sum and hash of the ids.

    With ``rows`` (see ``rows_of`` and ``touched``) the timeline of every row shows the entry.
    ``total`` is the step's sum where it moves money, in yuan.
    """
    facts: dict[str, Any] = dict(after or {})
    facts["count"] = rows.count if rows is not None else count
    facts["ids_hash"] = rows.ids_hash if rows is not None else ids_hash
    if total is not None:
        facts["total"] = total
    origin = context.current()
    entry = AuditEntry(
        verb=str(verb),
        actor=actor,
        posting_id=_posting_of(actor, subject),
        object_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        object_label=str(subject)[:200],
        after=facts,
        note=note,
        request_id=origin.request_id,
        source=origin.source,
    )
    if rows is not None and rows.count:
        entry.rows_type = ContentType.objects.get_for_model(rows.model)
        entry.rows = rows.spans
    entry.save(force_insert=True)
    return entry


def hash_of(ids: Iterable[int]) -> str:
    """Return the hash that ``record_batch`` keeps of row ids: SHA-256 of "1,2,3", sorted."""
    joined = ",".join(str(number) for number in sorted(ids))
    return hashlib.sha256(joined.encode()).hexdigest()


def rows_from_ids(model: type[Model], ids: Iterable[int]) -> Rows:
    """Return the rows named by ``ids`` for ``record_batch``, without asking the database."""
    numbers = set(ids)
    return Rows(model, len(numbers), spans_of(numbers), hash_of(numbers))


@transaction.atomic
def attach(
    subject: Model,
    upload: Any,
    *,
    actor: Any,
    kind: str,
    name: str = "",
    accept: papers.Accept = papers.ANYTHING,
) -> Attachment:
    """Hang a picture or paper on ``subject`` (SEC-2); refusals are BusinessErrors with a sentence.

    Pictures are decoded and written anew without metadata; ``accept`` narrows to
    ``papers.PICTURES``. The same bytes twice are two attachments and one file.
    """
    paper = papers.examine(upload, name, accept)
    attachment = Attachment.objects.create(
        object_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        kind=kind,
        name=paper.name,
        content_type=paper.content_type,
        size=len(paper.content),
        sha256=paper.sha256,
        path=papers.store(paper),
        width=paper.width,
        height=paper.height,
        uploaded_by=actor,
    )
    facts = {"kind": kind, "name": paper.name, "sha256": paper.sha256}
    record(RecordVerb.ATTACH, subject, actor=actor, after=facts)
    return attachment


@transaction.atomic
def add_note(subject: Model, text: str, *, actor: Any) -> Note:
    """Leave a sentence on ``subject`` for the others; an empty one is refused."""
    text = text.strip()
    if not text:
        raise BusinessError(RecordRefusal.NOTE_EMPTY)
    note = Note.objects.create(
        object_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        author=actor,
        text=text,
    )
    record(RecordVerb.NOTE, subject, actor=actor, note=text)
    return note


@transaction.atomic
def withdraw(kept: Kept, *, actor: Any, note: str = "") -> Kept:
    """Take a note or paper out of sight; its row and bytes stay."""
    locked = type(kept).objects.select_for_update().get(pk=kept.pk)
    if locked.withdrawn_at is not None:
        raise BusinessError(RecordRefusal.ALREADY_WITHDRAWN)
    locked.withdrawn_at = clock.now()
    locked.withdrawn_by = actor
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    verb = RecordVerb.WITHDRAW_NOTE if isinstance(locked, Note) else RecordVerb.WITHDRAW_PAPER
    subject = locked.subject
    record(verb, subject, actor=actor, before={"name": str(locked)}, note=note)
    return locked
