"""Ledgers of documents and of numbers, brought in from the office's own sheets."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from bureau.core import bigrams, clock
from bureau.documents.choices import DocumentVerb, NumberOrigin, NumberState
from bureau.documents.models import Document, DocumentNumber
from bureau.documents.services.texts import create_document
from bureau.records.services import record, record_batch, rows_from_ids


@transaction.atomic
def import_documents(rows: Iterable[Mapping[str, Any]], *, actor: Any) -> int:
    """Add the documents of a ledger that the register does not hold; returns how many."""
    made = [create_document(actor=actor, **row) for row in rows]
    if made:
        ids = [one.pk for one in made]
        rows_made = rows_from_ids(Document, ids)
        record_batch(DocumentVerb.IMPORT_DOCUMENTS, made[0], actor=actor, rows=rows_made)
    return len(made)


@transaction.atomic
def import_numbers(rows: Iterable[Mapping[str, Any]], *, actor: Any) -> int:
    """Add the numbers of the paper register; they count as issued unless a reason voids them."""
    made = []
    for row in rows:
        number = DocumentNumber(
            **row,
            state=NumberState.VOID if row["void_reason"] else NumberState.ISSUED,
            origin=NumberOrigin.IMPORTED,
            reserved_by=actor,
            reserved_at=clock.now(),
            bigrams=bigrams.of(*(word for word in (row["text"], row["subject"]) if word)),
        )
        number.full_clean()
        number.save(force_insert=True)
        record(DocumentVerb.IMPORT_NUMBERS, number, actor=actor, after={"text": number.text})
        made.append(number)
    return len(made)
