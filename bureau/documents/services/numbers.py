"""Numbers on papers: given by the register or typed, issued, and voided, but never given back."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction

from bureau.core import bigrams, clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.numbering import document_year, normalise_document_number, squeeze
from bureau.documents import rules
from bureau.documents.choices import (
    DocumentRefusal,
    DocumentVerb,
    NumberOrigin,
    NumberState,
    PaperKind,
)
from bureau.documents.models import DocumentNumber, NumberSeries
from bureau.documents.services.series import locked_year, refuse_archived
from bureau.records.services import record

SUBJECT_LENGTH = 200


@transaction.atomic
def reserve_number(
    series: NumberSeries,
    *,
    actor: Any,
    purpose: str = "",
    year: int | None = None,
    paper: str = PaperKind.OTHER,
) -> DocumentNumber:
    """Give the next number of a series; two people at once never get the same one.

    The numbers follow each other without a gap: one that was typed in before is passed over,
    one whose transaction failed is given to the next person.
    """
    wanted = year if year is not None else clock.today().year
    if wanted > clock.today().year + 1:
        number = rules.write(series.pattern, wanted, series.first)
        raise BusinessError(DocumentRefusal.NUMBER_AHEAD, number=number)
    place = locked_year(series, wanted)
    refuse_archived(place.series)
    taken = place.series.numbers.filter(year=wanted, n__gte=place.counter)
    n = rules.next_free(place.counter, set(taken.values_list("n", flat=True)))
    place.counter = n + 1
    place.save(update_fields=["counter", "updated_at"])
    row = _new(
        rules.write(place.series.pattern, wanted, n),
        series=place.series,
        place=rules.Place(wanted, n),
        state=NumberState.RESERVED,
        origin=NumberOrigin.SERIES,
        paper=paper,
        subject=purpose,
        actor=actor,
    )
    record(DocumentVerb.RESERVE_NUMBER, row, actor=actor, after=_facts(row))
    return row


@transaction.atomic
def take_number(
    typed: str,
    *,
    actor: Any,
    subject: str = "",
    paper: str = PaperKind.OTHER,
    used_for: Any = None,
    issued_on: date | None = None,
) -> DocumentNumber:
    """Enter a number that somebody typed by hand, as issued.

    It is put right first (brackets, full width, spaces); it belongs to a series or, written as
    papers write it, to another office. One that the register reserved is issued by this, one
    that stands on the same object is that object's own. Otherwise ``number_taken`` says where
    it stands, ``number_void`` why it is not used.
    """
    text, series, place = place_number(typed, NumberSeries.objects.order_by("pk"))
    if place.year > clock.today().year:
        raise BusinessError(DocumentRefusal.NUMBER_AHEAD, number=text)
    if series is not None:
        locked_year(series, place.year)
    known = DocumentNumber.objects.select_for_update(of=("self",)).filter(text=text).first()
    if known is not None:
        return _claim(known, actor=actor, subject=subject, paper=paper, used_for=used_for,
                      issued_on=issued_on)  # fmt: skip
    row = _new(
        text,
        series=series,
        place=place,
        state=NumberState.ISSUED,
        origin=NumberOrigin.TYPED,
        paper=paper,
        subject=subject,
        actor=actor,
        issued_on=issued_on or clock.today(),
        used_for=used_for,
    )
    record(DocumentVerb.TAKE_NUMBER, row, actor=actor, after=_facts(row))
    return row


@transaction.atomic
def issue_number(
    number: DocumentNumber,
    subject: str = "",
    *,
    actor: Any,
    paper: str | None = None,
    used_for: Any = None,
    issued_on: date | None = None,
) -> DocumentNumber:
    """Put a reserved number on its paper; from then on its subject stays as it is."""
    row = _locked(number)
    if row.state == NumberState.VOID:
        raise BusinessError(DocumentRefusal.NUMBER_VOID, number=row.text, reason=row.void_reason)
    if row.state != NumberState.RESERVED:
        raise BusinessError(
            DocumentRefusal.NOT_RESERVED, number=row.text, state=row.get_state_display()
        )
    before = {"state": row.state, "subject": row.subject}
    row.state = NumberState.ISSUED
    row.subject = subject.strip()[:SUBJECT_LENGTH] or row.subject
    row.paper = paper or row.paper
    row.issued_on = issued_on or clock.today()
    _stand_on(row, used_for)
    _save(row)
    record(DocumentVerb.ISSUE_NUMBER, row, actor=actor, before=before, after=_facts(row))
    return row


@transaction.atomic
def void_number(number: DocumentNumber, note: str, *, actor: Any) -> DocumentNumber:
    """Void a number for good; it stays in the register and is never given again."""
    row = _locked(number)
    reason = note.strip()[:500]
    if not reason:
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=DocumentVerb.VOID_NUMBER.label)
    if row.state == NumberState.VOID:
        raise BusinessError(DocumentRefusal.NUMBER_VOID, number=row.text, reason=row.void_reason)
    before = {"state": row.state}
    row.state, row.void_reason = NumberState.VOID, reason
    _save(row)
    record(
        DocumentVerb.VOID_NUMBER,
        row,
        actor=actor,
        before=before,
        after={"state": row.state},
        note=reason,
    )
    return row


def fill_number(
    typed: str, series: NumberSeries | None, *, actor: Any, subject: str, paper: str, used_for: Any
) -> DocumentNumber:
    """Return the number for a paper of ``used_for``: the next of ``series``, or the typed one."""
    if series is None:
        return take_number(typed, actor=actor, subject=subject, paper=paper, used_for=used_for)
    given = reserve_number(series, actor=actor, purpose=subject, paper=paper)
    return issue_number(given, actor=actor, used_for=used_for)


# --- What the verbs lean on --------------------------------------------------------------
def place_number(
    typed: str, among: Iterable[NumberSeries]
) -> tuple[str, NumberSeries | None, rules.Place]:
    """Return a typed number put right, its series (None for another office's) and its place.

    Refuses ``not_a_number`` where it is neither of a series nor written as papers write it.
    """
    for series in among:
        place = rules.read(series.pattern, typed)
        if place is not None:
            return rules.write(series.pattern, place.year, place.n), series, place
    text = normalise_document_number(typed)
    if text is None:
        raise BusinessError(DocumentRefusal.NOT_A_NUMBER, given=squeeze(typed)[:60])
    n = int(text.rpartition("〕")[2].removesuffix("号"))
    return text, None, rules.Place(document_year(text), n)


def _claim(row: DocumentNumber, *, used_for: Any, **how: Any) -> DocumentNumber:
    """Let a typed number that the register knows stand on an object, if nothing else does."""
    if row.state == NumberState.VOID:
        raise BusinessError(DocumentRefusal.NUMBER_VOID, number=row.text, reason=row.void_reason)
    if row.is_of(used_for):
        return row
    if row.object_id is not None or used_for is None:
        raise BusinessError(DocumentRefusal.NUMBER_TAKEN, number=row.text, where=_where(row))
    if row.state == NumberState.RESERVED:
        return issue_number(row, used_for=used_for, **how)
    if row.origin != NumberOrigin.IMPORTED:
        raise BusinessError(DocumentRefusal.NUMBER_TAKEN, number=row.text, where=_where(row))
    _stand_on(row, used_for)
    _save(row)
    record(DocumentVerb.TAKE_NUMBER, row, actor=how["actor"], after={"used_label": row.used_label})
    return row


def _where(row: DocumentNumber) -> str:
    """Say where a number stands: on which object, else under which subject."""
    return row.used_label or row.subject or str(row.get_state_display())


def _new(
    text: str,
    *,
    series: NumberSeries | None,
    place: rules.Place,
    actor: Any,
    subject: str,
    used_for: Any = None,
    **fields: Any,
) -> DocumentNumber:
    row = DocumentNumber(
        text=text,
        series=series,
        year=place.year,
        n=place.n,
        subject=subject.strip()[:SUBJECT_LENGTH],
        reserved_by=actor,
        **fields,
    )
    _stand_on(row, used_for)
    row.bigrams = bigrams.of(row.text, row.subject)
    row.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        where = _where(DocumentNumber.objects.get(text=text))
        raise BusinessError(DocumentRefusal.NUMBER_TAKEN, number=text, where=where) from error
    return row


def _stand_on(row: DocumentNumber, used_for: Any) -> None:
    if used_for is not None:
        row.object_type = ContentType.objects.get_for_model(used_for)
        row.object_id = used_for.pk
        row.used_label = str(used_for)[:200]


def _save(row: DocumentNumber) -> None:
    row.version += 1
    row.bigrams = bigrams.of(row.text, row.subject)
    row.full_clean()
    row.save()


def _locked(number: DocumentNumber) -> DocumentNumber:
    return DocumentNumber.objects.select_for_update(of=("self",)).get(pk=number.pk)


def _facts(row: DocumentNumber) -> dict[str, Any]:
    facts = {
        "text": row.text,
        "state": row.state,
        "subject": row.subject,
        "used_label": row.used_label,
    }
    return {name: value for name, value in facts.items() if value}
