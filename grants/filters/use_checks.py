"""What lists of use checks can be narrowed by; the page, the export and the API share it."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import BaseFilterSet, PlaceFilter, StateFilter
from grants.choices import UseCheckState
from grants.filters.notices import NamedLike
from grants.models import UseCheck


class UseCheckFilter(BaseFilterSet):
    """Use checks by village, state, place and season."""

    q = NamedLike(label=_("Quick search"), max_length=60)
    state = StateFilter(choices=UseCheckState.choices)
    place = PlaceFilter()
    season = django_filters.NumberFilter(
        label=_("Season (first year)"), min_value=2000, max_value=2200
    )

    class Meta:
        model = UseCheck
        fields: tuple[str, ...] = ()
