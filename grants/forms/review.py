"""The forms of acceptance sheets and of draws for re-inspection."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.forms import DayField, DeskForm, PlainDecimalField
from bureau.desk.place_picker import PlaceField
from grants.choices import AcceptanceSigner, ClaimPaper, RedrawResult
from grants.forms.claims import camera, paper
from grants.models import AcceptanceSheet, ReinspectionDraw
from heating.choices import Datum


class _Made(DeskForm):
    """A form whose page makes a noun."""

    _meta: Any

    @property
    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return dict(self.cleaned_data)


class SheetForm(_Made):
    """A visit of the town's team to a village, with the position that the phone told."""

    village = PlaceField(label=_("Village"), permission="grants.add_acceptancesheet")
    accepted_on = DayField(label=_("Accepted on"), initial=clock.today)
    engineer = forms.CharField(label=_("Supervising engineer"), max_length=60, required=False)
    longitude = PlainDecimalField(
        label=_("Longitude"), max_digits=9, decimal_places=6, required=False
    )
    latitude = PlainDecimalField(
        label=_("Latitude"), max_digits=9, decimal_places=6, required=False
    )
    datum = forms.ChoiceField(
        label=_("Datum"), choices=[one for one in Datum.choices if one[0] != Datum.NOT_STATED]
    )
    accuracy = forms.IntegerField(
        label=_("Accuracy (m)"), min_value=0, max_value=100_000, required=False
    )

    class _meta:  # noqa: N801 - what the page asks of a ModelForm
        model = AcceptanceSheet

    @property
    def values(self) -> dict[str, Any]:
        """Return the sheet's facts with the position put together."""
        given = dict(self.cleaned_data)
        names = ("latitude", "longitude", "datum", "accuracy")
        position = {name: given.pop(name) for name in names}
        if position["latitude"] is None or position["longitude"] is None:
            position = {}
        return given | {"position": position}


class LineForm(DeskForm):
    """One household's line of a sheet; it is written where the device number is filled in."""

    device_serial = forms.CharField(
        label=_("Device number as found"), max_length=60, required=False
    )
    passed = forms.BooleanField(label=_("Passed"), required=False, initial=True)
    stove_removed = forms.BooleanField(label=_("Old stove removed"), required=False)
    signer = forms.ChoiceField(label=_("Signed by"), choices=AcceptanceSigner.choices)
    signer_name = forms.CharField(label=_("Name of the signer"), max_length=60, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    photo = camera(_("Photo"), required=False)
    mandate = paper(ClaimPaper.MANDATE)

    @property
    def is_filled(self) -> bool:
        """Whether this household was written down."""
        return bool(self.data.get(self.add_prefix("device_serial"), "").strip())


class DrawForm(_Made):
    """Of which village, by which published seed."""

    village = PlaceField(label=_("Village"), permission="grants.add_reinspectiondraw")
    programme_year = forms.IntegerField(label=_("Programme year"), min_value=2000, max_value=2200)
    seed = forms.CharField(
        label=_("Seed"), max_length=60,
        help_text=_("Something that nobody can know beforehand; it is published with the draw."),
    )  # fmt: skip
    percent = PlainDecimalField(
        label=_("Share drawn (%)"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"),
        max_value=100, initial=10,
    )  # fmt: skip

    class _meta:  # noqa: N801 - what the page asks of a ModelForm
        model = ReinspectionDraw


class ResultForm(DeskForm):
    """How a drawn household was found."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[one for one in RedrawResult.choices if one[0] != RedrawResult.PENDING],
    )
    inspected_on = DayField(label=_("Re-inspected on"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
