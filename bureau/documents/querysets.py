"""Reads of documents, of their articles and of the numbers on papers."""

from datetime import date
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from bureau.core import bigrams
from bureau.core.querysets import BaseQuerySet
from bureau.documents.choices import DocumentKind
from bureau.places.querysets import ReferenceQuerySet


def in_force(day: date, prefix: str = "") -> Q:
    """Return the condition for documents in force on ``day``.

    Half open: the day of the end does not count. A document whose beginning no source names
    counts as begun; a draft is never in force.
    """
    since, until = f"{prefix}in_force_from", f"{prefix}in_force_until"
    begun = Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": day})
    lasting = Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": day})
    return begun & lasting & ~Q(**{f"{prefix}kind": DocumentKind.DRAFT})


class DocumentQuerySet(ReferenceQuerySet):
    """Laws, schemes and drafts: the same for everybody who holds a posting."""

    def in_force(self, day: date) -> Self:
        """Return the documents in force on ``day``."""
        return self.filter(in_force(day))

    def current(self) -> Self:
        """Return the documents not archived."""
        return self.filter(archived_at__isnull=True)

    def named_like(self, text: str) -> Self:
        """Return the documents whose titles or number contain ``text``."""
        plain = bigrams.normalise(text)
        if len(plain) < 2:  # noqa: PLR2004
            return self.filter(title__istartswith=plain)
        return self.filter(bigrams__contains=bigrams.of(plain))


class ArticleQuerySet(ReferenceQuerySet):
    """Articles: each belongs to one edition of one document."""

    def in_force(self, day: date) -> Self:
        """Return the articles of what is in force on ``day``: what a paper may cite that day."""
        return self.filter(in_force(day, "document__"), document__archived_at__isnull=True)

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the articles of the documents that ``user`` may read."""
        reading = permission or "documents.view_document"
        return self.all() if getattr(user, "areas", lambda _one: ())(reading) else self.none()


class NumberSeriesQuerySet(ReferenceQuerySet):
    """Series of numbers."""

    def current(self) -> Self:
        """Return the series not archived."""
        return self.filter(archived_at__isnull=True)


class DocumentNumberQuerySet(BaseQuerySet):
    """Numbers on papers: the bureau's own register, so only a posting to the city sees it."""

    def of(self, subject: Any) -> Self:
        """Return the numbers that stand on papers of an object."""
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(object_type=kind, object_id=subject.pk)

    def named_like(self, text: str) -> Self:
        """Return the numbers whose number or subject contains ``text``."""
        plain = bigrams.normalise(text)
        if len(plain) < 2:  # noqa: PLR2004
            return self.filter(text__istartswith=plain)
        return self.filter(bigrams__contains=bigrams.of(plain))
