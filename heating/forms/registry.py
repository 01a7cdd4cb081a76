"""Forms of sources, estates and substations; every choice lies within the user's scope."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.forms import DayField, DayInput, DeskForm, KeptForm, PlainDecimalField
from bureau.desk.pickers import Picker, PickerField, register
from bureau.desk.place_picker import PlaceField
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from heating.choices import EquipmentKind, ManagementMode, ZoneLevel
from heating.models import Estate, HeatSource, Substation

COMPANIES = Organisation.objects.current().of_kind(OrganisationKind.HEATING_COMPANY)
MANAGERS = Organisation.objects.current().of_kind(
    OrganisationKind.PROPERTY_COMPANY,
    OrganisationKind.WORK_UNIT,
    OrganisationKind.HEATING_COMPANY,
)
COMPANY_PICKER = register(Picker("heating-company", COMPANIES))
MANAGER_PICKER = register(Picker("manager", MANAGERS, lambda row: row.get_kind_display()))
SOURCE_PICKER = register(
    Picker("source", HeatSource.objects.active(), lambda row: row.get_kind_display())
)
ESTATE_PICKER = register(
    Picker(
        "estate",
        Estate.objects.active().select_related("community__parent"),
        lambda row: f"{row.community.parent.name}{row.community.name}",
    )
)
POSITION = ("longitude", "latitude", "datum")


class HeatSourceForm(KeptForm):
    """A heat source."""

    sections = {
        _("Heat source"): ("name", "kind", "organisation", "capacity_mw"),
        _("Position"): POSITION,
        _("More"): ("remarks",),
    }
    organisation = PickerField(COMPANY_PICKER, label=_("Operator"), required=False)

    class Meta:
        model = HeatSource
        fields = ("name", "kind", "organisation", "capacity_mw", *POSITION, "remarks")


class EstateForm(KeptForm):
    """An estate."""

    sections = {
        _("Estate"): ("community", "name", "developer", "builder", "warranty_until"),
        _("Buildings"): ("year_built", "insulation", "indoor_system", "occupancy"),
        _("Heating"): ("first_season", "connected_area", "heated_area"),
        _("More"): ("remarks",),
    }
    community = PlaceField(label=_("Community"), permission="heating.change_estate")

    class Meta:
        model = Estate
        fields = (
            "community", "name", "developer", "builder", "warranty_until", "year_built",
            "insulation", "indoor_system", "occupancy", "first_season", "connected_area",
            "heated_area", "remarks",
        )  # fmt: skip
        widgets = {"warranty_until": DayInput}


class StationForm(KeptForm):
    """A substation without its management, which changes by its own verb."""

    sections = {
        _("Substation"): ("community", "name", "main_estate", "commissioned_year"),
        _("Management"): ("mode", "manager", "owner_run", "managed_since"),
        _("Supply"): (
            "heating_company", "heat_source", "network_name", "design_supply_temperature",
            "design_return_temperature",
        ),
        _("Size"): ("connected_area", "heated_area", "households", "direct_households"),
        _("Position"): POSITION,
        _("More"): ("remarks",),
    }  # fmt: skip
    community = PlaceField(label=_("Community"), permission="heating.change_substation")
    main_estate = PickerField(
        ESTATE_PICKER,
        label=_("Main estate"),
        required=False,
        help_text=_("An estate that is registered in the same county or managing area."),
    )
    heating_company = PickerField(COMPANY_PICKER, label=_("Heating company"), required=False)
    heat_source = PickerField(SOURCE_PICKER, label=_("Heat source"), required=False)

    class Meta:
        model = Substation
        fields = (
            "community", "name", "commissioned_year", "heating_company", "heat_source",
            "network_name", "design_supply_temperature", "design_return_temperature",
            "connected_area", "heated_area", "households", "direct_households", *POSITION,
            "remarks",
        )  # fmt: skip

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and "estate_name" in data and "main_estate_search" not in data:
            # Drafts of a time when the name was typed.
            data = data.copy()
            data["main_estate_search"] = data["estate_name"]
        super().__init__(data, *args, **kwargs)
        self.fields["main_estate"].near = self._is_here
        if self.instance.pk:
            main = self.instance.served_estates.filter(is_main=True).first()
            self.initial.setdefault("main_estate", main.estate_id if main else None)

    def _is_here(self, estate: Estate) -> bool:
        """Of estates of one name, the one in the chosen community is meant."""
        community = getattr(self, "cleaned_data", {}).get("community")
        return community is not None and estate.community_id == community.pk


class StationCreateForm(StationForm):
    """A new substation with the management it starts under."""

    mode = forms.ChoiceField(label=_("Management"), choices=ManagementMode.choices)
    manager = PickerField(MANAGER_PICKER, label=_("Managing unit"), required=False)
    owner_run = forms.BooleanField(label=_("Run by its owners"), required=False)
    managed_since = DayField(
        label=_("Managed so since"),
        required=False,
        help_text=_("Empty: since 1 January of the year of commissioning, or of this year."),
    )


class ManagementForm(DeskForm):
    """A change of who runs a station."""

    mode = forms.ChoiceField(label=_("Management"), choices=ManagementMode.choices)
    manager = PickerField(MANAGER_PICKER, label=_("Managing unit"), required=False)
    owner_run = forms.BooleanField(label=_("Run by its owners"), required=False)
    on = DayField(label=_("From"), initial=clock.today)
    note = forms.CharField(label=_("Reason"), max_length=500)


class EquipmentForm(DeskForm):
    """Equipment of one kind."""

    kind = forms.ChoiceField(label=_("Kind"), choices=EquipmentKind.choices)
    specification = forms.CharField(label=_("Specification"), max_length=100, required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=0, max_value=9999)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ZoneForm(DeskForm):
    """A secondary zone."""

    level = forms.ChoiceField(label=_("Zone"), choices=ZoneLevel.choices)
    supply_temperature = PlainDecimalField(
        label=_("Supply temperature (°C)"), max_digits=5, decimal_places=2, required=False
    )
    return_temperature = PlainDecimalField(
        label=_("Return temperature (°C)"), max_digits=5, decimal_places=2, required=False
    )
    connected_area = PlainDecimalField(
        label=_("Connected area (m²)"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class CountForm(DeskForm):
    """Households of an estate on a day."""

    as_of = DayField(label=_("As of"), initial=clock.today)
    connected = forms.IntegerField(label=_("Households connected"), min_value=0)
    direct = forms.IntegerField(label=_("Households on direct supply"), min_value=0)


class BuildingForm(DeskForm):
    """A building of an estate."""

    name = forms.CharField(label=_("Building"), max_length=50)
    units = forms.IntegerField(label=_("Units"), min_value=1, max_value=99, initial=1)
    floors = forms.IntegerField(label=_("Floors"), min_value=1, max_value=99, initial=1)
    households = forms.IntegerField(label=_("Households"), min_value=0, required=False)
