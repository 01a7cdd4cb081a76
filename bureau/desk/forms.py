"""Forms of nouns: choices within scope, a version, sections, and refusals put where they belong."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar
from unicodedata import normalize

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import DateField, Model
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import modelform_factory
from django.forms.utils import ErrorList
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from bureau.core.tidiness import PLAIN_DECIMAL
from bureau.desk.pickers import PickerField
from bureau.desk.place_picker import PlaceField


class ScopedForm:
    """Mixed into a form: takes ``user`` and offers only what lies within the user's scope.

    A foreign key forged into another county is therefore no valid choice. ``sections`` maps a
    heading to the names of the fields under it; fields left out follow without a heading.
    """

    sections: ClassVar[Mapping[Any, Iterable[str]]] = {}
    label_suffix = ""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.user = user
        for name, field in self.fields.items():
            if isinstance(field, (PlaceField, PickerField)):
                field.bind_to(user)
            if isinstance(field, PlaceField):
                field.stored = self.get_initial_for_field(field, name)
            if getattr(field, "empty_label", None) is not None:
                field.empty_label = _("not chosen")
            elif isinstance(field, forms.ChoiceField) and not hasattr(field, "queryset"):
                _word_the_blank(field)
            choices = getattr(field, "queryset", None)
            bound = isinstance(field, PickerField)
            if not bound and choices is not None and hasattr(choices, "visible_to"):
                field.queryset = choices.visible_to(user)

    @property
    def grouped(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Return (heading, visible fields) section by section."""
        left = [name for name, field in self.fields.items() if not self[name].is_hidden]
        for heading, names in self.sections.items():
            present = [name for name in names if name in left]
            left = [name for name in left if name not in present]
            if present:
                yield str(heading), [self[name] for name in present]
        if left:
            yield "", [self[name] for name in left]

    @property
    def first_values(self) -> Iterator[str]:
        """Draw what each field holds as hidden fields, by which a conflict tells who changed what.

        Nothing in the form of a new object, which nobody can have saved meanwhile.
        """
        if getattr(getattr(self, "instance", None), "pk", None) is None:
            return
        for bound in self.visible_fields():
            if not isinstance(bound.field, forms.FileField):
                yield bound.as_hidden(attrs={"id": False}, only_initial=True)

    @property
    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Return (label, sentence, id of the field) of every error, for the summary on top."""
        for name, errors in self.errors.items():
            bound = self[name] if name in self.fields else None
            for sentence in errors:
                seen = bound is not None and not bound.is_hidden
                yield (
                    str(bound.label) if bound and seen else "",
                    str(sentence),
                    bound.id_for_label if bound and seen else "",
                )


class DeskForm(ScopedForm, forms.Form):
    """A plain form of the desk, for verbs and uploads."""


class NounForm(ScopedForm, forms.ModelForm):
    """The form of an editable noun; it sends back the version that it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", getattr(self.instance, "version", None))

    @property
    def values(self) -> dict[str, Any]:
        """Return the cleaned fields without the version, as a service takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class KeptForm(NounForm):
    """A noun's form that leaves the rules between fields to the service, which words them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A ModelForm would ask the constraints first and answer with their technical names; the
        # instance is a copy that is never saved.
        self.instance.validate_constraints = lambda exclude=None: None

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


def _word_the_blank(field: forms.ChoiceField) -> None:
    """Say what a blank choice means where the model has only dashes for it."""
    choices: list[Any] = list(field.choices)
    if choices and tuple(choices[0]) == BLANK_CHOICE_DASH[0]:
        field.choices = [("", _("not chosen")), *choices[1:]]


class PlainDecimalField(forms.DecimalField):
    """A decimal in plain digits, half or full width; no exponent, no separators, no sign but minus.

    ``Decimal`` alone reads 1e3 and 1_000 as a thousand, which nobody means who types an amount.
    """

    plain = _("Write the number in plain digits, such as 5000.00.")

    def to_python(self, value: Any) -> Any:
        """Return the number; anything but plain digits is refused."""
        if isinstance(value, str):
            value = normalize("NFKC", value).strip()
            if value and not PLAIN_DECIMAL.fullmatch(value):
                raise ValidationError(self.plain, code="invalid")
        return super().to_python(value)


class DayInput(forms.DateInput):
    """A day in the browser's own picker."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A day, drawn by the browser's own picker."""

    widget = DayInput


def form_of(model: type[Model], fields: Iterable[str]) -> type[KeptForm]:
    """Return the form of a plain noun: places are picked step by step, days from a calendar."""
    meta = model._meta
    return modelform_factory(
        model,
        form=KeptForm,
        fields=list(fields),
        formfield_callback=partial(_form_field, f"{meta.app_label}.add_{meta.model_name}"),
    )


def _form_field(permission: str, field: Any, **kwargs: Any) -> forms.Field | None:
    label = capfirst(field.verbose_name)
    if field.is_relation and field.related_model._meta.label == "places.Division":
        return PlaceField(label=label, required=not field.blank, permission=permission)
    if isinstance(field, DateField):
        kwargs["widget"] = DayInput
    return field.formfield(**kwargs)


def spread(form: forms.BaseForm, error: ValidationError) -> None:
    """Put each sentence of a service's ValidationError beside its field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def refuse(form: forms.BaseForm, sentence: str) -> None:
    """Show a refusal on top of the form."""
    form.full_clean() if form._errors is None else None
    form._errors.setdefault(NON_FIELD_ERRORS, ErrorList(error_class="nonfield")).append(sentence)
