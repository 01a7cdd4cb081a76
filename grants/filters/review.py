"""What lists of acceptance sheets and draws can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import BaseFilterSet, PlaceFilter
from grants.models import AcceptanceSheet, ReinspectionDraw


class SheetFilter(BaseFilterSet):
    """Acceptance sheets by place and day."""

    place = PlaceFilter()
    accepted = django_filters.DateFromToRangeFilter(
        field_name="accepted_on", label=_("Accepted on")
    )

    class Meta:
        model = AcceptanceSheet
        fields: tuple[str, ...] = ()


class DrawFilter(BaseFilterSet):
    """Draws by place and programme year."""

    place = PlaceFilter()
    year = django_filters.NumberFilter(
        field_name="programme_year", label=_("Programme year"), min_value=2000, max_value=2200
    )

    class Meta:
        model = ReinspectionDraw
        fields: tuple[str, ...] = ()
