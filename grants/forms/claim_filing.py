"""The forms by which a village official files households and their photos."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DayInput, DeskForm, KeptForm
from grants.choices import ClaimPaper, HeatPump, Technology
from grants.forms.claims import camera
from grants.forms.households import NewHouseholdForm
from grants.models import Claim
from grants.services.claim_papers import PHOTOS

CONVERSION = (
    "technology", "heat_pump", "device_brand", "device_model", "device_serial", "completed_on",
)  # fmt: skip
PHOTO_KINDS = [(kind, ClaimPaper(kind).label) for kind in PHOTOS]


class ConversionFields(forms.Form):
    """The conversion for which is claimed; mixed into the forms that file."""

    technology = forms.ChoiceField(label=_("Technology"), choices=Technology.choices)
    heat_pump = forms.ChoiceField(
        label=_("Heat pump"), choices=HeatPump.choices, initial=HeatPump.NONE,
        help_text=_("Only for coal-to-electricity."),
    )  # fmt: skip
    device_brand = forms.CharField(label=_("Device brand"), max_length=60, required=False)
    device_model = forms.CharField(label=_("Device type"), max_length=100, required=False)
    device_serial = forms.CharField(label=_("Device number"), max_length=60, required=False)
    completed_on = forms.DateField(label=_("Completed on"), widget=DayInput)
    photo_after = camera(ClaimPaper.PHOTO_AFTER.label, required=False)


class FilingForm(ConversionFields, NewHouseholdForm):
    """One household with its dwelling, its account and its conversion, on one page."""

    sections = {
        _("Head of household"): ("name", "id_number", "phone"),
        _("Dwelling"): (
            "village", "account_number", "pending_number", "gas_account", "door_number",
        ),
        _("Conversion"): (*CONVERSION, "photo_after"),
        _("Account"): ("payee", "card", "bank", "holder_name", "relation"),
        _("Household"): ("register_number", "valid_from", "remarks"),
    }  # fmt: skip

    class Meta(NewHouseholdForm.Meta):
        pass

    @property
    def parts(self) -> tuple[dict[str, Any], dict[str, Any], Any]:
        """Return what is said of the household, what of the conversion, and the photo."""
        given = dict(self.values)
        claim = {name: given.pop(name) for name in CONVERSION}
        return given, claim, given.pop("photo_after")


class NewClaimForm(ConversionFields, KeptForm):
    """The conversion of a household whose file is there already."""

    class Meta:
        model = Claim
        fields = ("remarks",)


class ManyFilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; each is checked by the service that keeps it."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        files = data if isinstance(data, (list, tuple)) else [data]
        return [single(one, initial) for one in files]


class PhotosForm(DeskForm):
    """Photos named after device numbers."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=PHOTO_KINDS, initial="photo_after")
    photos = ManyFilesField(
        label=_("Photos"),
        help_text=_("Each is filed by the device number in its name, e.g. SN00123.jpg."),
    )


class OnePhotoForm(DeskForm):
    """One photo from the phone's camera."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=PHOTO_KINDS, initial="photo_after")
    photo = camera(_("Photo"))
