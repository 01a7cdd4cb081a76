"""Reads of what happened and of what hangs on an object."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, ExpressionWrapper, F, Func, Model, Q
from django.db.models.expressions import RawSQL

from bureau.core.querysets import Area, BaseQuerySet

#: How far apart the numbers of two entries may lie whose moments are the other way round.
SWAPPED = 10_000


def _type_of(subject: Model) -> ContentType:
    return ContentType.objects.get_for_model(subject, for_concrete_model=True)


class AuditEntryQuerySet(BaseQuerySet):
    """Audit entries; newest first where a person reads them."""

    def within(self, area: Area) -> Q:
        """Return what people did under their postings on the ground of ``area``."""
        postings = apps.get_model("people.Posting").objects
        return Q(posting__in=postings.filter(postings.all().within(area)).values("pk"))

    def between(self, since: datetime | None, until: datetime | None) -> Self:
        """Return what happened from ``since`` on and before ``until``.

        Numbers grow with time but for what transactions side by side swap: the period is first
        cut out by number, so that the newest-first walk begins where the period ends.
        """
        found = self
        if since is not None:
            found = found.filter(at__gte=since)
            if first := self._first_from(since):
                found = found.filter(pk__gte=first - SWAPPED)
        if until is not None:
            found = found.filter(at__lt=until)
            if first := self._first_from(until):
                found = found.filter(pk__lt=first + SWAPPED)
        return found

    def _first_from(self, moment: datetime) -> int | None:
        every = self.model._default_manager.filter(at__gte=moment)
        return every.order_by("at", "pk").values_list("pk", flat=True).first()

    def about(self, subject: Model, *others: Model) -> Self:
        """Return the timeline of objects, batches that touched their rows included."""
        told = self._of_many(subject, *others) if others else self._of(subject)
        return self.filter(told).select_related("actor", "object_type", "rows_type").order_by("-id")

    @staticmethod
    def _of(subject: Model) -> Q:
        kind = _type_of(subject)
        own = Q(object_type=kind, object_id=subject.pk)
        return own | Q(rows_type=kind, rows__covers=subject.pk)

    def _of_many(self, *subjects: Model) -> Q:
        """Look each up by the indexes; all alternatives at once would walk whatever happened."""
        every = self.model._default_manager.order_by().values_list("pk", flat=True)
        found = [every.filter(self._of(subject)) for subject in subjects]
        return Q(pk__in=list(found[0].union(*found[1:])))

    def unsealed(self) -> Self:
        """Return the entries that no seal covers yet (a full pass; for proofs, not for pages)."""
        sealed = RawSQL(  # noqa: S611 - constant SQL
            "SELECT coalesce(range_agg(ids), '{}') FROM records_auditseal", ()
        )
        covered = Func(sealed, F("pk"), template="(%(expressions)s)", arg_joiner=" @> ")
        return self.filter(~ExpressionWrapper(covered, BooleanField()))


class HangingQuerySet(BaseQuerySet):
    """Rows that hang on an object and can be withdrawn but never vanish."""

    def of(self, subject: Model, kind: str | None = None) -> Self:
        """Return what hangs on ``subject`` and was not withdrawn, newest first."""
        found = self.filter(
            object_type=_type_of(subject), object_id=subject.pk, withdrawn_at__isnull=True
        ).order_by("-id")
        return found if kind is None else found.filter(kind=kind)


class WatchQuerySet(BaseQuerySet):
    """Who watches what."""

    def of(self, user: Any) -> Self:
        """Return what ``user`` watches, the latest wish first."""
        return self.filter(user=user).select_related("object_type").order_by("-id")

    def on(self, subject: Model) -> Self:
        """Return the wishes about one object."""
        return self.filter(object_type=_type_of(subject), object_id=subject.pk)
