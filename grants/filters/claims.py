"""What lists of claims can be narrowed by; the page, the export and the API share it."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.filters import (
    BaseFilterSet,
    ChoiceFilter,
    PlaceFilter,
    StateFilter,
    TickFilter,
)
from grants.choices import ClaimHolder, ClaimState, Technology
from grants.filters.areas import RunByFilter
from grants.models import Claim


class ClaimSearch(django_filters.CharFilter):
    """Finds a claim by two characters of the name, or the beginning of an account number."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.named_like(value) if value else qs


class MineFilter(TickFilter):
    """Claims whose next step the user may take."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.waiting_for(self.parent.user, clock.today()) if value else qs


class FrozenFilter(TickFilter):
    """Claims that an undecided duplicate case holds."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.frozen() if value else qs


class FiledFilter(TickFilter):
    """Claims that were submitted and neither rejected, withdrawn nor revoked."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.filed() if value else qs


class AcceptedFilter(TickFilter):
    """Of the filed claims, those that passed the town's acceptance."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.filed().filter(accepted_on__isnull=False) if value else qs


class ImportFilter(django_filters.NumberFilter):
    """Claims of one import, to which its page leads."""

    def filter(self, qs: Any, value: Any) -> Any:
        return qs if value is None else qs.brought_by(int(value))


class ClaimFilter(BaseFilterSet):
    """Claims by name or account, state, place, technology, year, holder and device."""

    q = ClaimSearch(label=_("Quick search"), max_length=60)
    state = StateFilter(choices=ClaimState.choices)
    place = PlaceFilter()
    area = RunByFilter()
    technology = ChoiceFilter(choices=Technology.choices, label=_("Technology"))
    year = django_filters.NumberFilter(
        field_name="programme_year", label=_("Programme year"), min_value=2000, max_value=2200
    )
    holder = ChoiceFilter(choices=ClaimHolder.choices, label=_("Waiting for"))
    serial = django_filters.CharFilter(
        field_name="device_serial", label=_("Device number"), max_length=60
    )
    mine = MineFilter(label=_("Waiting for me"))
    filed = FiledFilter(label=_("Filed, and alive"))
    accepted = AcceptedFilter(label=_("Accepted by the town"))
    frozen = FrozenFilter(label=_("Held by a duplicate case"))
    completed = django_filters.DateFromToRangeFilter(
        field_name="completed_on", label=_("Completed on")
    )

    brought = ImportFilter(
        label=_("Import"), min_value=1, max_value=2**62, widget=forms.HiddenInput
    )

    class Meta:
        model = Claim
        fields: tuple[str, ...] = ()
