"""The forms of public notices; each hands its values to the verb's service by ``given``."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DayField, DeskForm, PlainDecimalField
from grants.choices import NoticePaper, ObjectionState
from grants.rules import notices as rules

FILE_HINT = _("JPEG, PNG or WebP picture, PDF or office paper, up to 15 MB.")
ALREADY = _("Not needed here if it is already in the file.")


def _lines(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _upload(label: Any, hint: Any = ALREADY) -> forms.FileField:
    return forms.FileField(label=label, required=False, help_text=hint)


class VerbForm(DeskForm):
    """What a verb asks for; it sends back the version that it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    note = _lines(_("Note"), rows=2, required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    @property
    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return dict(self.cleaned_data)


class PublishForm(VerbForm):
    """The photo of the sheet as it hangs in the village."""

    photo = _upload(NoticePaper.START_PHOTO.label)


class ConfirmForm(VerbForm):
    """What the end of the period needs."""

    end_photo = _upload(NoticePaper.END_PHOTO.label)
    statement = _upload(NoticePaper.NO_OBJECTION.label)


class CancelForm(VerbForm):
    """Why a notice is given up."""

    note = _lines(_("Reason"), rows=2, max_length=500)


class BulkConfirmForm(DeskForm):
    """A note for many notices at once; their papers are in their files already."""

    note = _lines(_("Note"), rows=2, required=False, max_length=500)


class ObjectForm(DeskForm):
    """An objection to one household."""

    text = _lines(_("Objection"), max_length=4000)
    objector = forms.CharField(label=_("Who objects"), max_length=60, required=False)
    received_on = DayField(label=_("Objection received on"), required=False)
    paper = _upload(NoticePaper.OBJECTION.label, FILE_HINT)

    @property
    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return dict(self.cleaned_data)


class DecideForm(DeskForm):
    """What was decided about an objection."""

    OUTCOMES = (ObjectionState.DISMISSED, ObjectionState.UPHELD)

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=[(one.value, one.label) for one in OUTCOMES]
    )
    decision = _lines(_("Reason"), max_length=4000)
    decided_on = DayField(label=_("Decided on"), required=False)
    paper = _upload(NoticePaper.OBJECTION_DECISION.label)

    @property
    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        values = dict(self.cleaned_data)
        values["upheld"] = values.pop("outcome") == ObjectionState.UPHELD
        return values


class CorrectForm(VerbForm):
    """Another spelling or amount than the notice prints; what is left empty stays."""

    name = forms.CharField(label=_("Name as it should read"), max_length=100, required=False)
    amount = PlainDecimalField(
        label=_("Amount as it should be (yuan)"), max_digits=10, decimal_places=2, required=False,
        min_value=Decimal("0.01"),
    )  # fmt: skip
    note = _lines(_("Reason"), rows=2, max_length=500)


class PaperForm(DeskForm):
    """A paper for the notice's file."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=NoticePaper.choices)
    upload = forms.FileField(label=_("File"), help_text=FILE_HINT)


class CreateForm(DeskForm):
    """The sheet of a village: which households, and for how long."""

    number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    days = forms.IntegerField(
        label=_("Days"), min_value=rules.SHORTEST, max_value=60, initial=rules.SHORTEST
    )
    working_days = forms.BooleanField(label=_("Count working days only"), required=False)
    claims = forms.TypedMultipleChoiceField(
        label=_("Households"),
        coerce=int,
        error_messages={"required": _("Tick at least one household.")},
    )

    def __init__(self, *args: Any, claims: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claims"].choices = [(claim.pk, claim.name) for claim in claims]
