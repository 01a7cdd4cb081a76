"""Forms of policies, rates, targets, projects and the calculator."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.area_field import AreaField, places_of
from bureau.desk.forms import DayField, DayInput, DeskForm, KeptForm, PlainDecimalField
from bureau.desk.pickers import Picker, PickerField, register
from bureau.desk.place_picker import PlaceField
from bureau.people.models import Organisation
from grants.choices import HeatPump, RateHeatPump, SubsidyKind, Technology
from grants.forms.areas import AreaForm
from grants.models import Policy, Target, VillageProject

CONTRACTORS = register(
    Picker("contractor", Organisation.objects.active(), lambda row: row.get_kind_display())
)
FIRST_YEAR, LAST_YEAR = 2000, 2200


class YearField(forms.IntegerField):
    """A programme year or the first year of a season."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


class PolicyForm(KeptForm):
    """A policy before its rates."""

    class Meta:
        model = Policy
        fields = ("name", "document", "remarks")


class RateForm(DeskForm):
    """A rate of a draft policy."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SubsidyKind.choices)
    technology = forms.ChoiceField(label=_("Technology"), choices=Technology.choices)
    heat_pump = forms.ChoiceField(label=_("Heat pump"), choices=RateHeatPump.choices)
    area = AreaField(required=False)
    programme_year_from = YearField(label=_("First programme year"))
    programme_year_to = YearField(label=_("Last programme year"), required=False)
    amount = PlainDecimalField(
        label=_("Amount (yuan)"), min_value=0, max_digits=10, decimal_places=2
    )
    seasons = forms.IntegerField(
        label=_("Seasons"), min_value=1, max_value=20, required=False,
        help_text=_("How many seasons an operating subsidy runs; empty for construction."),
    )  # fmt: skip
    cut_off_month = forms.IntegerField(
        label=_("Cut-off month"), min_value=1, max_value=12, initial=12
    )
    cut_off_day = forms.IntegerField(label=_("Cut-off day"), min_value=1, max_value=31, initial=31)
    year_index = forms.IntegerField(
        label=_("Year of operation"), min_value=1, max_value=20, required=False,
        help_text=_("Only where each year of operation has an amount of its own."),
    )  # fmt: skip
    season = YearField(
        label=_("Season (first year)"), required=False,
        help_text=_("Only where each season has an amount of its own."),
    )  # fmt: skip
    share_province = PlainDecimalField(
        label=_("Share of the province (%)"), required=False, min_value=0, max_value=100
    )
    share_city = PlainDecimalField(
        label=_("Share of the city (%)"), required=False, min_value=0, max_value=100
    )
    share_county = PlainDecimalField(
        label=_("Share of the county (%)"), required=False, min_value=0, max_value=100
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.bind_to(None)

    def clean(self) -> dict[str, Any]:
        """Return the rate as the service takes it: an area is one of two fields."""
        cleaned = super().clean() or {}
        return places_of(cleaned.pop("area", None)) | cleaned


class TargetForm(AreaForm, KeptForm):
    """A target."""

    field_order = ("area", "year", "kind", "technology", "households", "due_on")

    class Meta:
        model = Target
        fields = ("year", "kind", "technology", "edition", "households", "due_on", "document")
        widgets = {"due_on": DayInput}


class MilestoneForm(DeskForm):
    """How many households by the end of a month."""

    month = DayField(label=_("Month"), help_text=_("Any day of the month; its last day is meant."))
    households = forms.IntegerField(label=_("Households"), min_value=0, max_value=10_000_000)


class ProjectForm(KeptForm):
    """A village project."""

    village = PlaceField(label=_("Main village"), permission="grants.add_villageproject")
    contractor = PickerField(CONTRACTORS, label=_("Contractor"))

    class Meta:
        model = VillageProject
        fields = (
            "name", "village", "programme_year", "contractor", "contract_number", "technology",
            "device_model", "unified", "started_on", "finished_on", "retention",
            "retention_due_on", "retention_paid_on",
        )  # fmt: skip
        field_classes: ClassVar = {"retention": PlainDecimalField}
        widgets = dict.fromkeys(
            ("started_on", "finished_on", "retention_due_on", "retention_paid_on"), DayInput
        )


class ProjectVillageForm(DeskForm):
    """A further village of a project."""

    village = PlaceField(label=_("Village"), permission="grants.change_villageproject")


class QualityCheckForm(DeskForm):
    """A look at the work."""

    checked_on = DayField(label=_("Checked on"))
    checked_by = forms.CharField(label=_("Checked by"), max_length=60)
    passed = forms.BooleanField(label=_("Passed"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class QuoteForm(DeskForm):
    """What somebody wants to know of the calculator."""

    technology = forms.ChoiceField(label=_("Technology"), choices=Technology.choices)
    heat_pump = forms.ChoiceField(
        label=_("Device"), choices=HeatPump.choices, required=False,
        help_text=_("Only coal-to-electricity tells heat pumps apart."),
    )  # fmt: skip
    programme_year = YearField(
        label=_("Programme year"), help_text=_("The year in which the work was done.")
    )
    accepted_on = DayField(label=_("Accepted on"))
    area = AreaField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.bind_to(None)
