"""What lists of households and dwellings can be narrowed by; page, export and API share it."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.core import identifiers
from bureau.desk.filters import BaseFilterSet, ChoiceFilter, PlaceFilter, ScopedChoiceFilter
from bureau.places.models import ManagingArea
from grants.models import Dwelling, Household

LARGEST_ID = 2**62


class NameOrAccount(django_filters.CharFilter):
    """Two characters of a name, or the beginning of an account; no number that names a person."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        return qs.none() if identifiers.read(value) else qs.named_like(value)


class YesNoFilter(ChoiceFilter):
    """Households that have something, or those that lack it."""

    def __init__(self, *args: Any, method: Any, **kwargs: Any) -> None:
        choices = [("yes", _("on file")), ("no", _("missing"))]
        super().__init__(*args, choices=choices, **kwargs)
        self.narrow = method

    def filter(self, qs: Any, value: str) -> Any:
        return self.narrow(qs, value == "yes") if value else qs


class ResidenceFilter(ChoiceFilter):
    """Whether households that moved out are shown; normally they are not."""

    acts_unasked = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("moved", _("moved out only")), ("all", _("moved out too"))]
        super().__init__(*args, choices=choices, empty_label=_("living there"), **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if value == "all":
            return qs
        return qs.exclude(valid_to__isnull=True) if value == "moved" else qs.present()


def with_account(qs: Any, wanted: bool) -> Any:
    """Return households with an electricity account, or with a pending application only."""
    empty = {"dwelling__account_number": ""}
    return qs.exclude(**empty) if wanted else qs.filter(**empty)


class HouseholdFilter(BaseFilterSet):
    """Households by name or account, place, and what their file lacks."""

    q = NameOrAccount(label=_("Name or account number"), max_length=60)
    place = PlaceFilter()
    area = ScopedChoiceFilter(
        queryset=ManagingArea.objects.all(),
        field_name="dwelling__village__managing_area",
        label=_("Managing area"),
    )
    account = YesNoFilter(method=with_account, label=_("Electricity account"))
    card = YesNoFilter(method=lambda qs, wanted: qs.with_card(wanted), label=_("Bank card"))
    living = ResidenceFilter(label=_("Residence"))

    class Meta:
        model = Household
        fields: tuple[str, ...] = ()


class HouseholdFilters(HouseholdFilter):
    """The page's filters, and what only programs ask for."""

    village = django_filters.NumberFilter(
        field_name="dwelling__village_id", min_value=1, max_value=LARGEST_ID
    )
    dwelling = django_filters.NumberFilter(
        field_name="dwelling_id", min_value=1, max_value=LARGEST_ID
    )
    account_number = django_filters.CharFilter(field_name="dwelling__account_number", max_length=20)


class DwellingFilters(BaseFilterSet):
    """Dwellings by the beginning of their account, village and place."""

    q = NameOrAccount(label=_("Account number"), max_length=60)
    place = PlaceFilter()
    village = django_filters.NumberFilter(
        field_name="village_id", min_value=1, max_value=LARGEST_ID
    )
    account_number = django_filters.CharFilter(max_length=20)

    class Meta:
        model = Dwelling
        fields: tuple[str, ...] = ()
