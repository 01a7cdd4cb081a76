"""The form in which a claim is corrected; personal numbers are typed anew, never shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DayInput, KeptForm
from grants.forms.households import number
from grants.models import Claim
from grants.rules import claims as rules
from grants.services.claim_corrections import PERSONAL

CLAIM_FIELDS = (
    "technology", "heat_pump", "device_brand", "device_model", "device_serial", "completed_on",
    "remarks",
)  # fmt: skip
KEPT = _("Leave it empty to keep the one on record.")


class ClaimForm(KeptForm):
    """What a claim says; outside draft and returned only the minor facts are open."""

    sections = {
        _("Conversion"): CLAIM_FIELDS[:6],
        _("Household"): ("name", "id_number", "phone", "card", "bank"),
    }
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    id_number = number(_("Identity number"), hint=KEPT)
    phone = number(_("Phone"), hint=KEPT)
    card = number(_("Bank card"), hint=KEPT)
    bank = forms.CharField(label=_("Bank"), max_length=60, required=False)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=500, required=False)

    class Meta:
        model = Claim
        fields = ("name", *CLAIM_FIELDS)
        widgets = {"completed_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.state in rules.EDITABLE:
            return
        for name in set(rules.MATERIAL) & set(self.fields):
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Can be changed after the claim was returned.")

    @property
    def changes(self) -> dict[str, Any]:
        """Return what may have been changed; an empty personal field says nothing."""
        said = {name: self.cleaned_data[name] for name in CLAIM_FIELDS}
        typed = {name: self.cleaned_data[name] for name in PERSONAL if self.cleaned_data[name]}
        if typed.get("name") == self.initial.get("name"):
            del typed["name"]
        return said | typed
