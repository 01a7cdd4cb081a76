"""What may be done with many rows at once: a list page declares it in ``bulk``.

::

    bulk = (
        BulkEdit(form=StationForm, fields=("heat_source", "remarks"), save=stations.edit_station),
        BulkVerb("archive", _("Archive"), call=stations.archive_station, form=ReasonForm,
                 kind="danger", icon="archive"),
    )

``call(row, actor=…, **given)`` and ``save(row, changes, actor=…, version=…)`` are the noun's own
services: every row passes its ordinary checks and leaves its ordinary line in the history.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau.core.findings import Finding
from bureau.desk import formats

MOST_ROWS = 20_000
NOTHING_CHOSEN = "nothing_chosen"


class ChangesForm:
    """Mixed before a noun's form: only what is filled in is changed, the rest stays as it is."""

    bulk_fields: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(self.bulk_fields):
            del self.fields[name]
        self.order_fields(self.bulk_fields)
        clearable = []
        for name, asked in self.fields.items():
            field = _three_ways(asked) if isinstance(asked, forms.BooleanField) else asked
            self.fields[name] = field
            self._loosen(field)
            if self._may_be_empty(name):
                clearable.append((name, field.label))
        if clearable:
            self.fields["empty"] = forms.MultipleChoiceField(
                label=_("Make empty"),
                choices=clearable,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.initial = {}
        # Rules between fields are the service's: here only some of the fields are known.
        self.instance.validate_constraints = lambda exclude=None: None

    @staticmethod
    def _loosen(field: forms.Field) -> None:
        field.required, field.initial = False, None
        field.widget.is_required = False
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = _("as it is")
        elif isinstance(field, forms.ChoiceField):
            filled: list[Any] = [choice for choice in field.choices if choice[0] not in ("", None)]
            field.choices = [("", _("as it is"))] + filled

    def _may_be_empty(self, name: str) -> bool:
        return bool(self.instance._meta.get_field(name).blank)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        emptied = set(cleaned.get("empty") or ())
        for name in emptied & set(self._filled()):
            sentence = _("Either fill this in or make it empty, not both.")
            self.add_error(name, forms.ValidationError(sentence, code="both"))
        if not emptied and not self._filled() and not self.errors:
            sentence = _("Fill in at least one field; what stays empty is not changed.")
            self.add_error(None, forms.ValidationError(sentence, code=NOTHING_CHOSEN))
        return cleaned

    def _filled(self) -> list[str]:
        values = self.cleaned_data
        return [name for name in self.bulk_fields if values.get(name) not in (None, "", [])]

    @property
    def changes(self) -> dict[str, Any]:
        """What is changed on every row."""
        changes = {name: self.cleaned_data[name] for name in self._filled()}
        for name in self.cleaned_data.get("empty") or ():
            field = self.instance._meta.get_field(name)
            changes[name] = None if field.null else ""
        return changes


def _three_ways(field: forms.BooleanField) -> forms.TypedChoiceField:
    """Return the question of a tick as one that can also be left as it is."""
    return forms.TypedChoiceField(
        label=field.label,
        help_text=field.help_text,
        choices=[("yes", formats.yes_no(True)), ("no", formats.yes_no(False))],
        coerce=lambda word: word == "yes",
        empty_value=None,
    )


@cache
def changes_form(form: type[forms.ModelForm], fields: Sequence[str]) -> type[forms.ModelForm]:
    """Return the noun's form as it asks for changes of many rows."""
    return type(f"Bulk{form.__name__}", (ChangesForm, form), {"bulk_fields": tuple(fields)})


@dataclass(frozen=True, kw_only=True)
class BulkChange:
    """What the desk asks of every bulk change."""

    key: str
    label: Any
    permission: str | tuple[str, ...] = ""
    form: Any = None
    kind: str = "plain"
    icon: str = ""
    hint: Any = ""
    most: int = MOST_ROWS

    def permissions_on(self, model: type[Model]) -> tuple[str, ...]:
        """Return the permissions of which every row asks for one."""
        if isinstance(self.permission, tuple):
            return self.permission
        meta = model._meta
        return (self.permission or f"{meta.app_label}.{self.key}_{meta.model_name}",)

    def is_open_to(self, user: Any, model: type[Model]) -> bool:
        """Whether a user may do this anywhere."""
        return any(user.has_perm(one) for one in self.permissions_on(model))

    def ask(self, data: Any, user: Any) -> Any:
        """Return the form with what the user filled in; None where nothing is asked."""
        return self.form(data, user=user) if self.form else None

    def restore(self, arguments: Mapping[str, Sequence[str]], user: Any) -> Any:
        """Return the form filled in as the arguments of a run kept it."""
        data = QueryDict(mutable=True)
        for name, values in arguments.items():
            data.setlist(name, list(values))
        return self.ask(data, user)

    def given(self, form: Any) -> dict[str, Any]:
        """Return what a valid form hands to the service."""
        return dict(form.cleaned_data) if form is not None else {}

    def shown(self, form: Any) -> list[tuple[str, str]]:
        """Return (label, value) of what will be done, for the last look."""
        if form is None:
            return []
        hidden = {field.name for field in form.hidden_fields()}
        return [_line(form, *one) for one in self.given(form).items() if one[0] not in hidden]

    def do(self, row: Any, given: dict[str, Any], *, actor: Any, version: int | None) -> Any:
        """Carry it out on one row through the noun's service."""
        raise NotImplementedError


class BulkVerb(BulkChange):
    """A verb of the noun on many rows: ``call(row, actor=…, **given)``."""

    def __init__(self, key: str, label: Any, *, call: Callable[..., Any], **more: Any) -> None:
        super().__init__(key=key, label=label, **more)
        object.__setattr__(self, "call", call)

    def do(self, row: Any, given: dict[str, Any], *, actor: Any, version: int | None) -> Any:
        return self.call(row, actor=actor, **given)


class BulkSet(BulkVerb):
    """A verb that takes thousands of rows at once, in steps of ``step`` rows.

    ``call(ids, actor=…, about=run, versions=…, **given)`` asks every row what the verb asks of
    one and answers with a Finding for each row that it refused; it writes one audit entry a step.
    """

    def __init__(self, key: str, label: Any, *, step: int = 2_000, **more: Any) -> None:
        super().__init__(key, label, **more)
        object.__setattr__(self, "step", step)

    def do_many(
        self, versions: Mapping[int, int | None], given: dict[str, Any], *, actor: Any, about: Any
    ) -> Mapping[int, Finding]:
        """Carry it out on the rows named with the versions that were confirmed."""
        return self.call(list(versions), actor=actor, about=about, versions=versions, **given)


class BulkEdit(BulkChange):
    """Some fields of the noun's own form on many rows: ``save(row, changes, actor=, version=)``."""

    def __init__(
        self,
        *,
        form: type[forms.ModelForm],
        fields: Sequence[str],
        save: Callable[..., Any],
        **more: Any,
    ) -> None:
        more = {"key": "change", "label": _("Change fields"), "icon": "pencil"} | more
        super().__init__(form=changes_form(form, tuple(fields)), **more)
        object.__setattr__(self, "save", save)

    def given(self, form: Any) -> dict[str, Any]:
        return form.changes

    def do(self, row: Any, given: dict[str, Any], *, actor: Any, version: int | None) -> Any:
        return self.save(row, given, actor=actor, version=version)


def _line(form: Any, name: str, value: Any) -> tuple[str, str]:
    field = form.fields[name]
    choices = getattr(field, "choices", ()) if not hasattr(field, "queryset") else ()
    if isinstance(value, bool):
        return str(field.label or name), formats.yes_no(value)
    words = {key: word for key, word in choices if not isinstance(word, (list, tuple))}
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a year is written without a comma
    text = getattr(value, "full_name", None) or words.get(value) or formats.plain(value)
    return str(field.label or name), str(text)
