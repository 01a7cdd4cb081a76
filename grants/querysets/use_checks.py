"""Reads of use checks and of the households on them."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Count, OuterRef, Q, Subquery

from bureau.core import bigrams
from bureau.places.querysets import PlacedQuerySet
from grants.choices import UseCheckState


class UseCheckQuerySet(PlacedQuerySet):
    """Use checks, by their village."""

    place_field = "village"

    def submitted(self) -> Self:
        """Return the lists that wait for the county."""
        return self.filter(state=UseCheckState.SUBMITTED)

    def being_ticked(self) -> Self:
        """Return the lists that wait for their village."""
        return self.filter(state=UseCheckState.DRAFT)

    def named_like(self, text: str) -> Self:
        """Return use checks by their village's name."""
        plain = bigrams.normalise(text)
        if len(plain) < 2:  # noqa: PLR2004 - one character must begin the name
            return self.filter(village__name__istartswith=plain)
        return self.filter(village__bigrams__contains=bigrams.of(plain))

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query: place, households, those unticked."""
        return self.select_related("village__parent__parent", "village__managing_area").annotate(
            households=_of_lines(Count("pk")),
            unticked=_of_lines(Count("pk", filter=Q(used=False))),
        )


class UseCheckLineQuerySet(PlacedQuerySet):
    """Households on use checks, by the village of the list."""

    place_field = "check_of__village"

    def with_row_data(self) -> Self:
        """Fetch what a row shows: the household's name and account."""
        return self.select_related("claim__dwelling").order_by("pk")


def _of_lines(figure: Any) -> Subquery:
    lines: Any = apps.get_model("grants", "UseCheckLine").objects
    mine = lines.filter(check_of_id=OuterRef("pk")).order_by().values("check_of_id")
    return Subquery(mine.annotate(figure=figure).values("figure"))
