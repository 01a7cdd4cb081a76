"""What a person says of a spreadsheet: its kind, its file, how its columns match."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.exchange import registry
from bureau.exchange.choices import FileRefusal
from bureau.exchange.importer import Importer
from bureau.exchange.models import ImportRun

ACCEPT = ".xlsx,.xls,.et,.csv,.txt"


class UploadForm(forms.Form):
    """Kind and file of an import; only kinds that the person may import are offered."""

    kind = forms.ChoiceField(label=_("What the sheet lists"))
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("Excel or WPS (.xlsx, .xls, .et) or .csv, at most 20 MB and 300,000 rows."),
        widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "form-control"}),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        kinds = [(one.kind, one.label) for one in registry.permitted(user)]
        field = self.fields["kind"]
        field.choices = kinds
        field.widget.attrs["class"] = "form-control"


class MatchForm(forms.Form):
    """Which column of the sheet is which; the heading row may be named too."""

    use_required_attribute = False
    row = forms.IntegerField(label=_("Row of the headings"), min_value=1, max_value=20)

    def __init__(self, *args: Any, run: ImportRun, importer: Importer, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.run, self.importer = run, importer
        self.fields["row"].initial = run.heading_row or 1
        self.fields["row"].widget.attrs["class"] = "form-control"
        headings = sorted((int(place), text) for place, text in run.headings.items())
        choices = [("", _("not in this sheet")), *((place, text) for place, text in headings)]
        for column in importer.columns if headings else ():
            self.fields[f"column_{column.key}"] = forms.TypedChoiceField(
                label=column.heading,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=column.required and self._keeps_row(),
                initial=run.places.get(column.key, ""),
                widget=forms.Select(attrs={"class": "form-control"}),
            )

    @property
    def may_help(self) -> bool:
        """Whether the file could be read, so that its rows and columns may be named by hand."""
        found = bool(self.run.headings)
        return found or self.run.refusal_code in ("", FileRefusal.NO_TABLE.value)

    def _keeps_row(self) -> bool:
        """Whether the columns chosen count: those of another row are found by their words."""
        return not self.is_bound or self.data.get("row") == str(self.run.heading_row)

    def clean(self) -> dict[str, Any]:
        """Refuse one column of the sheet for two columns of the import."""
        chosen = list(self.places.values())
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError(_("One column of the sheet cannot serve twice."))
        return self.cleaned_data

    @property
    def places(self) -> dict[str, int]:
        """Return column key → position as chosen."""
        data = self.cleaned_data
        return {
            column.key: data[f"column_{column.key}"]
            for column in self.importer.columns
            if data.get(f"column_{column.key}") is not None
        }

    @property
    def decision(self) -> tuple[int, dict[str, int] | None]:
        """Return heading row and match; another heading row is matched by its words."""
        row = self.cleaned_data["row"]
        same = row == self.run.heading_row and bool(self.run.headings)
        return row, self.places if same else None
