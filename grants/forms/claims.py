"""The forms of a claim's verbs; each hands its values to the verb's service by ``given``."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.forms import DayField, DeskForm, PlainDecimalField
from grants.choices import AcceptanceSigner, ClaimPaper, ClaimVerb, HearingPurpose
from grants.models import Claim

PICTURES = {"accept": "image/*"}
NOTE_LENGTH = 500


def _lines(label: Any, rows: int = 2, **more: Any) -> forms.CharField:
    more = {"max_length": NOTE_LENGTH} | more
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


def camera(label: Any, **more: Any) -> forms.FileField:
    """Return the field of a photo, which a phone takes with its camera."""
    attrs = PICTURES | {"capture": "environment"}
    return forms.FileField(label=label, widget=forms.FileInput(attrs=attrs), **more)


def paper(kind: ClaimPaper) -> forms.FileField:
    """Return the field of a paper that may come with a verb."""
    return forms.FileField(label=kind.label, widget=forms.FileInput, required=False)


class ClaimVerbForm(DeskForm):
    """What a verb asks for; it sends back the version that it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    note = _lines(_("Note"), required=False)

    def __init__(self, *args: Any, claim: Claim | None = None, **kwargs: Any) -> None:
        self.claim = claim
        if claim is not None:
            kwargs["initial"] = {"version": claim.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    @property
    def given(self) -> dict[str, Any]:
        """Return what the service takes; what was left empty is not said."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class ReasonedForm(ClaimVerbForm):
    """A verb that needs a reason, which the household and the next reviewer read."""

    note = _lines(_("Reason"))


class ReturnForm(ReasonedForm):
    """What is to be mended."""

    note = _lines(_("What must be mended"), rows=3)


class DecisionForm(ReasonedForm):
    """A decision against the household."""

    note = _lines(_("Decision with its remedies"), rows=3)
    paper = paper(ClaimPaper.DECISION)


class InspectionForm(ClaimVerbForm):
    """The acceptance of one device: written on the village's sheet of the day, and signed."""

    device_serial = forms.CharField(
        label=_("Device number as found"), max_length=60, required=False,
        help_text=_("Leave it empty where the village's sheet has this household already."),
    )  # fmt: skip
    accepted_on = DayField(label=_("Accepted on"), required=False)
    stove_removed = forms.BooleanField(label=_("The old stove was removed"), required=False)
    signer = forms.ChoiceField(label=_("Signed by"), choices=AcceptanceSigner.choices)
    signer_name = forms.CharField(label=_("Name of the signer"), max_length=60, required=False)
    engineer = forms.CharField(label=_("Supervising engineer"), max_length=60, required=False)
    photo = camera(_("Photo"), required=False)
    mandate = paper(ClaimPaper.MANDATE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"accepted_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class HoldForm(ReasonedForm):
    """An objection that holds the claim."""

    note = _lines(_("Objection"), rows=3, max_length=4000)
    objector = forms.CharField(label=_("From"), max_length=60, required=False)
    received_on = DayField(label=_("Received on"), required=False)


class CorrectItemForm(ReasonedForm):
    """What the notice should print."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    amount = PlainDecimalField(
        label=_("Amount (yuan)"), max_digits=10, decimal_places=2, required=False
    )

    @property
    def given(self) -> dict[str, Any]:
        """Return the fields that were filled in."""
        return {name: value for name, value in super().given.items() if value != ""}


class PublishForm(ClaimVerbForm):
    """The photo of the posted sheet, unless it is in the notice's file."""

    photo = camera(_("Photo of the posted sheet"), required=False)


class IntentForm(DeskForm):
    """What the office intends, and why."""

    purpose = forms.ChoiceField(choices=HearingPurpose.choices, widget=forms.HiddenInput)
    reason = _lines(_("Reason told to the household"), rows=3)
    announced_on = DayField(label=_("Announced on"), required=False)


class StatementForm(DeskForm):
    """What the household said, or that it made no statement."""

    purpose = forms.ChoiceField(choices=HearingPurpose.choices, widget=forms.HiddenInput)
    statement = _lines(_("Statement"), rows=3, required=False, max_length=4000)
    waived = forms.BooleanField(label=_("The household made no statement"), required=False)
    heard_on = DayField(label=_("Heard on"), required=False)


class ClaimPaperForm(DeskForm):
    """A paper or photo for the household's file."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=ClaimPaper.choices)
    upload = camera(
        _("File"), help_text=_("JPEG, PNG or WebP picture, PDF or office paper, up to 15 MB.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].widget.attrs.pop("accept")


FORMS: dict[str, type[ClaimVerbForm]] = {
    ClaimVerb.PASS_INSPECTION.value: InspectionForm,
    ClaimVerb.PUBLISH.value: PublishForm,
    ClaimVerb.HOLD.value: HoldForm,
    ClaimVerb.CORRECT_ITEM.value: CorrectItemForm,
    ClaimVerb.RETURN.value: ReturnForm,
    ClaimVerb.REJECT.value: DecisionForm,
    ClaimVerb.WITHDRAW.value: ReasonedForm,
    ClaimVerb.REVOKE.value: DecisionForm,
}


def form_class(verb: str) -> type[ClaimVerbForm]:
    """Return the form of a verb."""
    return FORMS.get(verb, ClaimVerbForm)


class BulkReasonForm(DeskForm):
    """Why many claims go back at once."""

    note = _lines(_("What must be mended"), rows=3)


class BulkNoteForm(DeskForm):
    """A note for many claims."""

    note = _lines(_("Note"), required=False)
