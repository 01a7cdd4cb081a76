"""What lists of policies, targets and projects can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import (
    ArchivedFilter,
    BaseFilterSet,
    ChoiceFilter,
    PlaceFilter,
    QuickSearch,
    StateFilter,
)
from grants.choices import PolicyState, TargetKind, Technology
from grants.filters.areas import AreaFilter


class PolicyFilter(BaseFilterSet):
    """Policies by name and state."""

    q = QuickSearch()
    state = StateFilter(choices=PolicyState.choices)
    archived = ArchivedFilter()


class TargetFilter(BaseFilterSet):
    """Targets by year, area, kind and technology."""

    year = django_filters.NumberFilter(label=_("Programme year"))
    area = AreaFilter()
    kind = StateFilter(choices=TargetKind.choices, label=_("Kind"))
    technology = ChoiceFilter(choices=Technology.choices, label=_("Technology"))
    archived = ArchivedFilter()


class ProjectFilter(BaseFilterSet):
    """Village projects by name, place, year and technology."""

    q = QuickSearch()
    place = PlaceFilter()
    programme_year = django_filters.NumberFilter(label=_("Programme year"))
    technology = ChoiceFilter(choices=Technology.choices, label=_("Technology"))
    archived = ArchivedFilter()
