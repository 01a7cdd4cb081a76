"""What lists of substations, estates and heat sources can be narrowed by."""

from datetime import date

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.filters import (
    ArchivedFilter,
    BaseFilterSet,
    ChoiceFilter,
    PickerFilter,
    PlaceFilter,
    QuickSearch,
    ScopedChoiceFilter,
    StateFilter,
    YearRangeFilter,
)
from bureau.desk.forms import DayInput
from bureau.desk.pickers import Picker, register
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from bureau.places.models import ManagingArea
from heating.choices import IndoorSystem, Insulation, ManagementMode, SourceKind
from heating.models import Estate, HeatSource, Substation

# A list is also narrowed by what has been put away since.
COMPANIES = register(
    Picker("any-company", Organisation.objects.of_kind(OrganisationKind.HEATING_COMPANY))
)
MANAGERS = register(
    Picker(
        "any-manager",
        Organisation.objects.of_kind(
            OrganisationKind.PROPERTY_COMPANY,
            OrganisationKind.WORK_UNIT,
            OrganisationKind.HEATING_COMPANY,
        ),
        lambda row: row.get_kind_display(),
    )
)
SOURCES = register(
    Picker("any-source", HeatSource.objects.all(), lambda row: row.get_kind_display())
)


class ManagedByFilter(PickerFilter):
    """Stations that an organisation manages today."""

    def filter(self, qs: QuerySet, value: Organisation | None) -> QuerySet:
        return qs.managed_by(value.pk, clock.today()) if value else qs


class ManagedInFilter(StateFilter):
    """Stations managed today in any of the modes chosen."""

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        return qs.in_mode(value, clock.today()) if value else qs


class CountedByFilter(django_filters.DateFilter):
    """Estates whose households had been counted by a day, with the figures as of that day."""

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        if value is None:
            return qs
        return qs.with_counts(value).filter(counted_on__isnull=False)


class SubstationFilter(BaseFilterSet):
    """Substations by name, place, management, company, source and year."""

    q = QuickSearch()
    place = PlaceFilter()
    area = ScopedChoiceFilter(
        queryset=ManagingArea.objects.all(),
        field_name="community__managing_area",
        label=_("Managing area"),
    )
    mode = ManagedInFilter(choices=ManagementMode.choices, label=_("Management"))
    manager = ManagedByFilter(MANAGERS, label=_("Managing unit"))
    company = PickerFilter(COMPANIES, field_name="heating_company", label=_("Heating company"))
    source = PickerFilter(SOURCES, field_name="heat_source", label=_("Heat source"))
    year = YearRangeFilter(field_name="commissioned_year", label=_("Commissioned in"))
    archived = ArchivedFilter()

    class Meta:
        model = Substation
        fields: tuple[str, ...] = ()


class EstateFilter(BaseFilterSet):
    """Estates by name, place, year and what they are built like."""

    q = QuickSearch()
    place = PlaceFilter()
    area = ScopedChoiceFilter(
        queryset=ManagingArea.objects.all(),
        field_name="community__managing_area",
        label=_("Managing area"),
    )
    insulation = ChoiceFilter(choices=Insulation.choices, label=_("Insulation"))
    indoor_system = ChoiceFilter(choices=IndoorSystem.choices, label=_("Indoor system"))
    year = YearRangeFilter(field_name="year_built", label=_("Year built"))
    counted = CountedByFilter(label=_("Households counted by"), widget=DayInput())
    archived = ArchivedFilter()

    class Meta:
        model = Estate
        fields: tuple[str, ...] = ()


class HeatSourceFilter(BaseFilterSet):
    """Heat sources by name, kind and operator."""

    q = QuickSearch()
    kind = ChoiceFilter(choices=SourceKind.choices, label=_("Kind"))
    operator = PickerFilter(COMPANIES, field_name="organisation", label=_("Operator"))
    archived = ArchivedFilter()

    class Meta:
        model = HeatSource
        fields: tuple[str, ...] = ()
