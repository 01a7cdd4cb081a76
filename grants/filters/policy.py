"""What lists of policies, targets and projects can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.desk.area_field import AreaField, places_of
from bureau.desk.filters import (
    ArchivedFilter,
    BaseFilterSet,
    ChoiceFilter,
    PlaceFilter,
    QuickSearch,
    StateFilter,
)
from bureau.places.models import Division, ManagingArea
from grants.choices import PolicyState, TargetKind, Technology


class AreaFilter(django_filters.Filter):
    """Rows of one county or managing area."""

    field_class = AreaField

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", _("Area"))
        super().__init__(**kwargs)

    @property
    def field(self) -> AreaField:
        if not hasattr(self, "_field"):
            self._field = AreaField(label=self.label, required=False, with_city=True)
            self._field.bind_to(None)
            self._field.choices[0] = ("", _("any"))
        return self._field

    def filter(self, qs: QuerySet, value: Division | ManagingArea | None) -> QuerySet:
        return qs.filter(**places_of(value)) if value is not None else qs


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
