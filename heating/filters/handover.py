"""What lists of handovers can be narrowed by; the page, the export and the API share it."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.filters import (
    BaseFilterSet,
    ChoiceFilter,
    PickerFilter,
    PlaceFilter,
    StateFilter,
    TickFilter,
)
from heating.choices import HandoverHolder, HandoverState
from heating.filters.registry import COMPANIES
from heating.models import Handover


class NamedLike(django_filters.CharFilter):
    """Finds a handover by two characters of its station's name, or by the start of a number."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.named_like(value) if value else qs


class OverdueFilter(TickFilter):
    """Handovers whose step is late."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.overdue(clock.today()) if value else qs


class MineFilter(TickFilter):
    """Handovers whose next step the user may take."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.waiting_for(self.parent.user) if value else qs


class HandoverFilter(BaseFilterSet):
    """Handovers by name or number, state, place, company, holder, and lateness."""

    q = NamedLike(label=_("Quick search"), max_length=60)
    state = StateFilter(choices=HandoverState.choices)
    holder = ChoiceFilter(choices=HandoverHolder.choices, label=_("Waiting for"))
    overdue = OverdueFilter(label=_("Overdue"))
    mine = MineFilter(label=_("Waiting for me"))
    place = PlaceFilter()
    company = PickerFilter(
        COMPANIES, field_name="station__heating_company", label=_("Heating company")
    )
    station = django_filters.NumberFilter(
        field_name="station_id",
        label=_("Substation"),
        min_value=1,
        max_value=2**62,
        widget=forms.HiddenInput,
    )
    registered = django_filters.DateFromToRangeFilter(
        field_name="registered_on", label=_("Registered on")
    )

    class Meta:
        model = Handover
        fields: tuple[str, ...] = ()
