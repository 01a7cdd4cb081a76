"""What lists of entitlements, batches, lines, recoveries and funds can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.filters import (
    ArchivedFilter,
    BaseFilterSet,
    ChoiceFilter,
    PlaceFilter,
    StateFilter,
    TickFilter,
)
from grants.choices import (
    BatchState,
    EntitlementState,
    GovernmentLevel,
    LineState,
    RecoveryState,
    SubsidyKind,
)
from grants.filters.policy import AreaFilter
from grants.models import Entitlement, Fund, PaymentBatch, PaymentLine, Recovery

MOST = 2**62


class NamedLike(django_filters.CharFilter):
    """Finds rows as their queryset says: by a household's name, a number's beginning."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Quick search"), max_length=60, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        return qs.named_like(value) if value else qs


class MineFilter(TickFilter):
    """Rows whose next step the user may take."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Waiting for me"), **kwargs)

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.waiting_for(self.parent.user) if value else qs


def _of(field: str, label: Any) -> django_filters.NumberFilter:
    """Return the filter behind a link from another page: rows of one object."""
    return django_filters.NumberFilter(
        field_name=field, label=label, min_value=1, max_value=MOST, widget=forms.HiddenInput
    )


class EntitlementFilter(BaseFilterSet):
    """Entitlements by household, place, kind, state and season."""

    q = NamedLike()
    place = PlaceFilter()
    kind = ChoiceFilter(choices=SubsidyKind.choices, label=_("Kind"))
    state = StateFilter(choices=EntitlementState.choices)
    season = django_filters.NumberFilter(
        label=_("Season (first year)"), min_value=2000, max_value=2200
    )
    claim = _of("claim_id", _("Claim"))

    class Meta:
        model = Entitlement
        fields: tuple[str, ...] = ()


class BatchFilter(BaseFilterSet):
    """Batches by number, area, kind, state and fiscal year."""

    q = NamedLike()
    area = AreaFilter()
    kind = ChoiceFilter(choices=SubsidyKind.choices, label=_("Kind"))
    state = StateFilter(choices=BatchState.choices)
    fiscal_year = django_filters.NumberFilter(
        label=_("Fiscal year"), min_value=2000, max_value=2200
    )
    mine = MineFilter()

    class Meta:
        model = PaymentBatch
        fields: tuple[str, ...] = ()


class LineFilter(BaseFilterSet):
    """Payment lines by reference or household, place, batch and state."""

    q = NamedLike()
    place = PlaceFilter()
    state = StateFilter(choices=LineState.choices)
    attempt = django_filters.NumberFilter(label=_("Attempt"), min_value=1, max_value=99)
    batch = _of("batch_id", _("Batch"))
    entitlement = _of("entitlement_id", _("Entitlement"))

    class Meta:
        model = PaymentLine
        fields: tuple[str, ...] = ()


class RecoveryFilter(BaseFilterSet):
    """Recoveries by household, place and state."""

    q = NamedLike()
    place = PlaceFilter()
    state = StateFilter(choices=RecoveryState.choices)
    mine = MineFilter()
    entitlement = _of("entitlement_id", _("Entitlement"))

    class Meta:
        model = Recovery
        fields: tuple[str, ...] = ()


class IdleFilter(TickFilter):
    """Funds with money left a year after it came."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        return qs.idle(clock.today()) if value else qs


class FundFilter(BaseFilterSet):
    """Funds by area, level, fiscal year, and idle money."""

    area = AreaFilter()
    level = ChoiceFilter(choices=GovernmentLevel.choices, label=_("Level"))
    fiscal_year = django_filters.NumberFilter(
        label=_("Fiscal year"), min_value=2000, max_value=2200
    )
    idle = IdleFilter(label=_("Idle for a year"))
    archived = ArchivedFilter()

    class Meta:
        model = Fund
        fields: tuple[str, ...] = ()
