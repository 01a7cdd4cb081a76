"""The forms of a duplicate case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DeskForm
from grants.choices import DuplicateDecision


class DecideForm(DeskForm):
    """Which dwelling stands, and why; a second person signs it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    decision = forms.ChoiceField(label=_("Decision"), choices=DuplicateDecision.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class SignForm(DeskForm):
    """The second person's signature."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
