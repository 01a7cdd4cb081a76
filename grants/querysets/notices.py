"""Reads of public notices and of the households on them."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, When

from bureau.core import bigrams
from bureau.places.querysets import PlacedQuerySet
from grants.choices import ClaimState, NoticeState, ObjectionState
from grants.rules import notices as rules

OWN_PERIOD = Q(starts_on__isnull=False)
"""A corrected item has a period of its own."""


class PublicNoticeQuerySet(PlacedQuerySet):
    """Public notices, by the village in which they are posted."""

    place_field = "village"

    def posted(self) -> Self:
        """Return the notices that hang in their village and are not confirmed to the end."""
        return self.filter(state=NoticeState.PUBLISHED)

    def ready(self, today: date) -> Self:
        """Return the posted notices of which a household can be approved by the clock."""
        return self.posted().filter(Exists(_items().of_notice(OuterRef("pk")).ripe(today)))

    def running(self, today: date) -> Self:
        """Return the posted notices whose period, or that of a corrected item, is not over."""
        still = _items().of_notice(OuterRef("pk")).on_sheet().running(today)
        return self.posted().filter(Exists(still))

    def pending_calendar(self) -> Self:
        """Return the posted notices that wait for the working days of a year."""
        return self.posted().filter(
            Q(pending_year__isnull=False)
            | Exists(_items().of_notice(OuterRef("pk")).on_sheet().pending_calendar())
        )

    def named_like(self, text: str) -> Self:
        """Return notices by the beginning of their number or by their village's name."""
        plain = bigrams.normalise(text)
        if not plain:
            return self
        village = Q(village__name__istartswith=plain)
        if len(plain) > 1:
            village = Q(village__bigrams__contains=bigrams.of(plain))
        return self.filter(Q(number__istartswith=text.strip()) | village)

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query: place, households, sum, those held."""
        return self.select_related("village__parent__parent", "village__managing_area").annotate(
            households=_of_items(Count("pk")),
            total=_of_items(Sum("amount")),
            held=_of_items(Count("pk", filter=Q(claim__state=ClaimState.OBJECTION_HOLD))),
        )

    def with_page_data(self) -> Self:
        """Fetch what the page of one notice and the API show."""
        return self.with_row_data().select_related("created_by", "published_by", "closed_by")


class NoticeItemQuerySet(PlacedQuerySet):
    """Households on notices, by the village of their claim."""

    place_field = "claim__village"

    def of_notice(self, notice: Any) -> Self:
        """Return the items of one notice."""
        return self.filter(notice=notice)

    def on_sheet(self) -> Self:
        """Return the items that were not taken off."""
        return self.filter(withdrawn_at__isnull=True)

    def undecided(self) -> Self:
        """Return the items of posted notices whose claim is neither approved nor ended."""
        return self.on_sheet().filter(claim__state__in=rules.ON_SHEET)

    def until(self) -> Self:
        """Add ``last_day``: the item's own last day, or that of its notice."""
        own = When(OWN_PERIOD, then=F("ends_on"))
        return self.annotate(last_day=Case(own, default=F("notice__ends_on")))

    def over(self, today: date) -> Self:
        """Return the items whose period has passed."""
        own = OWN_PERIOD & Q(ends_on__lt=today)
        return self.filter(own | Q(starts_on__isnull=True, notice__ends_on__lt=today))

    def running(self, today: date) -> Self:
        """Return the items whose period has not passed; an open last day has not."""
        own = OWN_PERIOD & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        common = Q(notice__ends_on__isnull=True) | Q(notice__ends_on__gte=today)
        return self.filter(own | (Q(starts_on__isnull=True) & common))

    def pending_calendar(self) -> Self:
        """Return the corrected items whose last day waits for the working days of a year."""
        return self.filter(pending_year__isnull=False)

    def ripe(self, today: date) -> Self:
        """Return the items that can be approved: over, not held, no objection undecided."""
        waiting = self.on_sheet().filter(claim__state=ClaimState.NOTICE)
        return waiting.over(today).exclude(self._disputed())

    def with_open_objections(self) -> Self:
        """Add ``is_disputed``: whether an objection to the item is not decided."""
        return self.annotate(is_disputed=self._disputed())

    @staticmethod
    def _disputed() -> Exists:
        objections: Any = apps.get_model("grants", "Objection").objects
        return Exists(objections.filter(item_id=OuterRef("pk"), state=ObjectionState.OPEN))

    def with_row_data(self) -> Self:
        """Fetch what a row of the notice's page shows, with its objections."""
        return self.until().select_related("claim").prefetch_related("objections__recorded_by")


def _of_items(figure: Any) -> Subquery:
    """Return a figure over the items of each notice, asked for the rows of a page alone."""
    listed = _items().of_notice(OuterRef("pk")).on_sheet().order_by().values("notice")
    return Subquery(listed.annotate(figure=figure).values("figure"))


def _items() -> Any:
    return apps.get_model("grants", "NoticeItem").objects.all()
