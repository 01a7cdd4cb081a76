"""What hangs on every object's page: notes, files and reasons."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DeskForm


class NoteForm(DeskForm):
    """A sentence for colleagues."""

    text = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Colleagues who see this page will read it."),
    )


class FileForm(DeskForm):
    """A paper or picture for the object."""

    upload = forms.FileField(
        label=_("File"), help_text=_("JPEG, PNG or WebP picture, PDF or office paper, up to 15 MB.")
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    kind = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class ReasonForm(DeskForm):
    """Why something is done."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the history for good."),
    )
