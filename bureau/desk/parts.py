"""What hangs on every object's page: notes, files, reasons and the story so far."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DeskForm
from bureau.records.changes import readable
from bureau.records.models import AuditEntry
from bureau.records.verbs import model_of

SHOWN = 20


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


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline with what was before and what after."""

    entry: AuditEntry
    lines: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The story of an object, the newest first; ``more`` says that older lines exist."""

    happenings: list[Happening]
    more: bool = False


def timeline(subject: Any, *, everything: bool = False) -> Timeline:
    """Return what happened to an object, batches that touched it included."""
    entries = AuditEntry.objects.about(subject)
    found = list(entries if everything else entries[: SHOWN + 1])
    shown = found if everything else found[:SHOWN]
    happenings = [
        Happening(entry, readable(model_of(entry.verb) or type(subject), entry.before, entry.after))
        for entry in shown
    ]
    return Timeline(happenings, more=len(found) > len(shown))
