"""What lists of substations, estates and heat sources can be narrowed by."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, Value
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.filters import (
    ArchivedFilter,
    BaseFilterSet,
    ChoiceFilter,
    PlaceFilter,
    QuickSearch,
    StateFilter,
    YearRangeFilter,
)
from bureau.desk.forms import DayInput
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from bureau.places.models import ManagingArea
from heating.choices import IndoorSystem, Insulation, ManagementMode, SourceKind
from heating.models import Estate, HeatSource, Substation

OPTIONS = ("company", "manager", "source", "area")
MANAGER_KINDS = (
    OrganisationKind.PROPERTY_COMPANY,
    OrganisationKind.WORK_UNIT,
    OrganisationKind.HEATING_COMPANY,
)


class OptionFilter(django_filters.Filter):
    """One of the names that the filter set reads for all such filters in one query."""

    def __init__(self, option: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.option = option

    @property
    def field(self) -> forms.Field:
        if not hasattr(self, "_field"):
            choices = [("", _("any")), *self.parent.options[self.option]]
            self._field = forms.TypedChoiceField(
                label=self.label, choices=choices, coerce=int, empty_value=None, required=False
            )
        return self._field


class ManagedByFilter(OptionFilter):
    """Stations that an organisation manages today."""

    def filter(self, qs: QuerySet, value: int | None) -> QuerySet:
        return qs.managed_by(value, clock.today()) if value else qs


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


class RegistryFilterSet(BaseFilterSet):
    """Filters whose organisations, sources and managing areas come from a single query."""

    @cached_property
    def options(self) -> dict[str, list[tuple[int, str]]]:
        """Return (id, name) of everything that can be chosen within scope, in Chinese order."""
        organisations = Organisation.objects.visible_to(self.user).order_by()
        sources = HeatSource.objects.visible_to(self.user).order_by()
        areas = ManagingArea.objects.visible_to(self.user).order_by()
        rows = (
            organisations.filter(kind=OrganisationKind.HEATING_COMPANY)
            .values_list(Value("company"), "pk", "name", "pinyin")
            .union(
                organisations.filter(kind__in=MANAGER_KINDS).values_list(
                    Value("manager"), "pk", "name", "pinyin"
                ),
                sources.values_list(Value("source"), "pk", "name", "pinyin"),
                areas.values_list(Value("area"), "pk", "name", "pinyin"),
                all=True,
            )
        )
        found: dict[str, list[tuple[int, str]]] = {word: [] for word in OPTIONS}
        for word, pk, name, _pinyin in sorted(rows, key=lambda row: (row[3], row[2])):
            found[word].append((pk, name))
        return found


class SubstationFilter(RegistryFilterSet):
    """Substations by name, place, management, company, source and year."""

    q = QuickSearch()
    place = PlaceFilter()
    area = OptionFilter("area", field_name="community__managing_area", label=_("Managing area"))
    mode = ManagedInFilter(choices=ManagementMode.choices, label=_("Management"))
    manager = ManagedByFilter("manager", label=_("Managing unit"))
    company = OptionFilter("company", field_name="heating_company", label=_("Heating company"))
    source = OptionFilter("source", field_name="heat_source", label=_("Heat source"))
    year = YearRangeFilter(field_name="commissioned_year", label=_("Commissioned in"))
    archived = ArchivedFilter()

    class Meta:
        model = Substation
        fields: tuple[str, ...] = ()


class EstateFilter(RegistryFilterSet):
    """Estates by name, place, year and what they are built like."""

    q = QuickSearch()
    place = PlaceFilter()
    area = OptionFilter("area", field_name="community__managing_area", label=_("Managing area"))
    insulation = ChoiceFilter(choices=Insulation.choices, label=_("Insulation"))
    indoor_system = ChoiceFilter(choices=IndoorSystem.choices, label=_("Indoor system"))
    year = YearRangeFilter(field_name="year_built", label=_("Year built"))
    counted = CountedByFilter(label=_("Households counted by"), widget=DayInput())
    archived = ArchivedFilter()

    class Meta:
        model = Estate
        fields: tuple[str, ...] = ()


class HeatSourceFilter(RegistryFilterSet):
    """Heat sources by name, kind and operator."""

    q = QuickSearch()
    kind = ChoiceFilter(choices=SourceKind.choices, label=_("Kind"))
    operator = OptionFilter("company", field_name="organisation", label=_("Operator"))
    archived = ArchivedFilter()

    class Meta:
        model = HeatSource
        fields: tuple[str, ...] = ()
