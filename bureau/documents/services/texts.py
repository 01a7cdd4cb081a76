"""Laws, schemes and drafts: added, changed, replaced by a new edition, put away."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from bureau.core import bigrams, clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.pinyin import sort_key
from bureau.documents.choices import DocumentRefusal, DocumentVerb
from bureau.documents.models import NO_DATE, Article, Document
from bureau.records.changes import diff
from bureau.records.services import record, values

DOCUMENT_FIELDS = (
    "kind",
    "title",
    "short_title",
    "edition",
    "number",
    "issuer",
    "level",
    "issued_on",
    "in_force_from",
    "in_force_until",
    "replaced_by",
    "source",
    "remarks",
)


@transaction.atomic
def create_document(*, actor: Any, note: str = "", **given: Any) -> Document:
    """Add a document; title, edition and number together stand once (``document_exists``)."""
    row = Document(**given)
    _check(row)
    row.save(force_insert=True)
    facts = {name: value for name, value in values(row, DOCUMENT_FIELDS).items() if value}
    record(DocumentVerb.CREATE_DOCUMENT, row, actor=actor, after=facts, note=note)
    return row


@transaction.atomic
def edit_document(
    document: Document, *, actor: Any, version: int | None = None, **changes: Any
) -> Document:
    """Change a document; one that a newer edition replaces keeps its own articles."""
    row = _locked(document)
    if version is not None and version != row.version:
        raise BusinessError(Refusal.STALE)
    before = Document.objects.get(pk=row.pk)
    for field in DOCUMENT_FIELDS:
        if field in changes:
            setattr(row, field, changes[field])
    old, new = diff(before, row, DOCUMENT_FIELDS)
    if not new:
        return row
    _check(row)
    row.version += 1
    row.save()
    verb = DocumentVerb.EDIT_DOCUMENT
    if row.replaced_by_id and row.replaced_by_id != before.replaced_by_id:
        verb = DocumentVerb.REPLACE_DOCUMENT
    record(verb, row, actor=actor, before=old, after=new)
    return row


@transaction.atomic
def archive_document(document: Document, *, actor: Any, note: str = "") -> Document:
    """Put a document away; papers that cite it keep citing it."""
    row = _locked(document)
    row.archived_at = clock.now()
    row.version += 1
    row.save(update_fields=["archived_at", "version", "updated_at"])
    record(DocumentVerb.ARCHIVE_DOCUMENT, row, actor=actor, note=note)
    return row


@transaction.atomic
def add_article(
    document: Document, number: int, *, actor: Any, suffix: int = 0, summary: str = ""
) -> Article:
    """Add an article that papers may cite; the same one twice is ``article_exists``."""
    row = _locked(document)
    article = Article(document=row, number=number, suffix=suffix, summary=summary.strip())
    if row.articles.filter(number=number, suffix=suffix).exists():
        raise BusinessError(
            DocumentRefusal.ARTICLE_EXISTS, article=article.label, document=str(row)
        )
    article.full_clean()
    article.save(force_insert=True)
    after = {"article": article.label, "summary": article.summary}
    record(DocumentVerb.ADD_ARTICLE, row, actor=actor, after=after)
    return article


@transaction.atomic
def remove_article(article: Article, *, actor: Any, note: str = "") -> None:
    """Take an article out that was entered by mistake; one that is cited stays."""
    row = _locked(article.document)
    before = {"article": article.label, "summary": article.summary}
    try:
        with transaction.atomic():
            article.delete()
    except ProtectedError:
        raise BusinessError(DocumentRefusal.ARTICLE_CITED, article=str(article)) from None
    record(DocumentVerb.REMOVE_ARTICLE, row, actor=actor, before=before, note=note)


def check_basis(article: Article | None, day: date) -> None:
    """Refuse (``basis_not_in_force``) an article that a paper of ``day`` must not cite."""
    if article is not None and not Article.objects.in_force(day).filter(pk=article.pk).exists():
        raise BusinessError(
            DocumentRefusal.BASIS_NOT_IN_FORCE, article=str(article), day=day.isoformat()
        )


def basis_on(title: str, number: int, day: date, *, suffix: int = 0) -> Article | None:
    """Return the article of the edition in force on ``day``: (law, version in force, article).

    ``title`` is the title or the short title; None where the register does not hold it.
    """
    found = Article.objects.in_force(day).filter(number=number, suffix=suffix)
    by_title = found.filter(document__title=title) | found.filter(document__short_title=title)
    newest = by_title.select_related("document").order_by(
        "-document__in_force_from", "-document__issued_key", "-document_id"
    )
    dated = newest.filter(document__in_force_from__isnull=False).first()
    return dated or newest.first()


def _locked(document: Document) -> Document:
    """Return the document as it is now, locked; what was put away stays as it is."""
    row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if row.is_archived:
        raise BusinessError(DocumentRefusal.DOCUMENT_ARCHIVED, document=str(row))
    return row


def _check(row: Document) -> None:
    row.pinyin, row.issued_key = sort_key(row.title), row.issued_on or NO_DATE
    names = (row.title, row.short_title, row.number)
    row.bigrams = bigrams.of(*(name for name in names if name))
    same = Document.objects.filter(title=row.title, edition=row.edition, number=row.number)
    if same.exclude(pk=row.pk).exists():
        raise BusinessError(DocumentRefusal.DOCUMENT_EXISTS, document=str(row))
    heir, seen = row.replaced_by_id, {row.pk}
    while heir is not None:
        if heir in seen:
            raise BusinessError(DocumentRefusal.REPLACES_ITSELF, document=str(row))
        seen.add(heir)
        heir = Document.objects.values_list("replaced_by_id", flat=True).get(pk=heir)
    row.full_clean(validate_unique=False)
