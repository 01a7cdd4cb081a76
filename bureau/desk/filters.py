"""Filter sets: one per noun serves the page, the API and the export alike."""

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, Q, QuerySet
from django.forms.utils import pretty_name
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from bureau.core import bigrams
from bureau.core.numbering import normalise_document_number
from bureau.core.querysets import Area
from bureau.desk import formats
from bureau.desk.pickers import Picker, PickerField, PickerWidget
from bureau.desk.place_picker import PlaceField
from bureau.places.querysets import on_ground

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]*\Z")
#: What the list page itself says in the address; no filter, but kept when a filter changes.
PAGE_WORDS = ("cursor", "count", "format", "part", "pk", "all")


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, with the query string that takes it away."""

    name: str
    label: str
    text: str
    without: str


class QuickSearch(django_filters.CharFilter):
    """Finds a name by two Chinese characters, or a code by its beginning.

    ``names`` is the column read for a single character, ``code`` the code's column or empty.
    """

    def __init__(self, *args: Any, names: str = "name", code: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Quick search"))
        kwargs.setdefault("max_length", 60)
        super().__init__(*args, **kwargs)
        self.names, self.code = names, code

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        value = normalise_document_number(value or "") or value
        text = bigrams.normalise(value or "")
        if not text:
            return qs
        if len(text) == 1:
            condition = Q(**{f"{self.names}__istartswith": text})
        else:
            condition = Q(bigrams__contains=bigrams.of(text))
        if self.code and CODE.match(value.strip()):
            condition |= Q(**{f"{self.code}__startswith": value.strip().upper()})
        return qs.filter(condition)


class PlaceFilter(django_filters.Filter):
    """Rows that lie in a county, town or community, chosen step by step within one's scope.

    A county is without the towns that a managing area runs, as everywhere.
    """

    field_class = PlaceField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Place"))
        super().__init__(*args, **kwargs)

    @property
    def field(self) -> forms.Field:
        if not hasattr(self, "_field"):
            self._field = PlaceField(
                label=self.label, user=self.parent.user, depth=0, required=False
            )
        return self._field

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return qs
        column = self.field_name if self.field_name != "place" else qs.place_field
        ground = Area(posting_id=0, division_path=value.scope_path, level=value.level)
        inside = type(value).objects.filter(on_ground(ground))
        return qs.filter(**{f"{column}__in": inside})


class ScopedChoiceFilter(django_filters.ModelChoiceFilter):
    """One of the objects that the user may see."""

    def get_queryset(self, request: Any) -> QuerySet:
        objects = super().get_queryset(request)
        return objects.visible_to(self.parent.user) if hasattr(objects, "visible_to") else objects


class PickerFilter(django_filters.Filter):
    """One of many rows that the user may see, searched for by two characters of its name."""

    field_class = PickerField

    def __init__(self, picker: Picker, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.picker = picker

    @property
    def field(self) -> forms.Field:
        if not hasattr(self, "_field"):
            self._field = self.field_of(self.parent.user)
        return self._field

    def field_of(self, user: Any) -> PickerField:
        """Return the field in which ``user`` searches."""
        found = PickerField(self.picker, label=self.label, required=False)
        found.bind_to(user)
        return found


class StateFilter(django_filters.MultipleChoiceFilter):
    """Any of several states."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("State"))
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(*args, **kwargs)


class ChoiceFilter(django_filters.ChoiceFilter):
    """One of several words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("any"))
        super().__init__(*args, **kwargs)


class TickFilter(django_filters.BooleanFilter):
    """A box that narrows the list when ticked and says nothing when empty."""

    field_class = forms.BooleanField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.CheckboxInput)
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet, value: bool | None) -> QuerySet:
        return super().filter(qs, True) if value else qs


class YearRangeFilter(django_filters.RangeFilter):
    """From one year to another, both included."""

    field_class = django_filters.fields.RangeField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = forms.IntegerField(min_value=1900, max_value=2200, required=False)
        self.extra["fields"] = (year, year)


class ArchivedFilter(django_filters.ChoiceFilter):
    """Whether archived rows are shown; normally they are not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("yes", _("archived only")), ("all", _("archived too"))]
        kwargs.setdefault("label", _("Archived"))
        super().__init__(*args, choices=choices, empty_label=_("not archived"), **kwargs)

    acts_unasked = True

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if value == "all":
            return qs
        return qs.filter(archived_at__isnull=value != "yes")


class BaseFilterSet(django_filters.FilterSet):
    """The filters of a noun.

    Declare ``q = QuickSearch(...)`` for the search box; the rest stands in the filter bar.
    A value that cannot be understood selects nothing and is named in ``sentences``.

    ``form`` has only the fields that the address fills: the others change nothing, unless their
    filter ``acts_unasked``, and their choices may cost queries. ``fields`` draws all of them.
    """

    def __init__(
        self,
        data: Any = None,
        queryset: QuerySet | None = None,
        *,
        user: Any = None,
        request: Any = None,
        prefix: str | None = None,
    ) -> None:
        self.user = user if user is not None else getattr(request, "user", None)
        self.is_bound, self.data = True, QueryDict() if data is None else data
        self.queryset = self._meta.model._default_manager.all() if queryset is None else queryset
        self.request, self.form_prefix = request, prefix
        self.filters = {name: self._own(one) for name, one in self.base_filters.items()}

    @classmethod
    def settled(cls, words: QueryDict, user: Any) -> QueryDict:
        """Return an address with the id of the row that a typed name means, and no more of it.

        A name that means several rows, or none, stays for the sentence that says so.
        """
        typed = [name for name in cls.base_filters if f"{name}_search" in words]
        found = {name: cls.base_filters[name] for name in typed}
        pickers = {name: one for name, one in found.items() if isinstance(one, PickerFilter)}
        if not pickers:
            return words
        mine = words.copy()
        for name, one in pickers.items():
            field: Any = one.field_of(user)
            value = field.bound_data(field.widget.value_from_datadict(words, {}, name), None)
            if value.is_settled or not (value.text or "").strip():
                for suffix in PickerWidget.suffixes:
                    mine.pop(f"{name}_{suffix}", None)
                mine.pop(name, None)
            if value.is_settled and value:
                mine[name] = str(value)
        return mine

    def _own(self, declared: django_filters.Filter) -> django_filters.Filter:
        """Return this request's own filter; a deep copy would cost more than a query."""
        own = copy.copy(declared)
        # A field that somebody asked of the declaration offers what that one may choose.
        vars(own).pop("_field", None)
        own.extra, own.method = dict(declared.extra), declared.method
        own.model, own.parent = self.queryset.model, self
        return own

    @cached_property
    def form(self) -> forms.Form:
        """The form of the filters that the address names with a value."""
        words = [word for word in self.data if any(self.data.getlist(word))]
        named = (name for name in self.filters if any(known(word, (name,)) for word in words))
        return self._form_of(named)

    @cached_property
    def whole_form(self) -> forms.Form:
        """The form of all filters, to be drawn."""
        return self._form_of(self.filters)

    def _form_of(self, names: Iterable[str]) -> forms.Form:
        form = self._meta.form(self.data, prefix=self.form_prefix)
        form.fields.update({name: self.filters[name].field for name in names})
        return form

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Apply every filter, or nothing is found where one of them makes no sense."""
        if self.form.errors:
            return queryset.none()
        for name, one in self.filters.items():
            if name in self.form.cleaned_data:
                queryset = one.filter(queryset, self.form.cleaned_data[name])
            elif getattr(one, "acts_unasked", False):
                queryset = one.filter(queryset, "")
        return queryset

    @property
    def sentences(self) -> list[str]:
        """Say what could not be understood, filter by filter."""
        return [
            f"{self._label(name)}: {' '.join(errors)}" for name, errors in self.form.errors.items()
        ]

    @cached_property
    def chips(self) -> list[Chip]:
        """Return the filters in force, in the order of the bar."""
        self.form.is_valid()
        return [
            Chip(name, self._label(name), self._text(name, value), self._without(name))
            for name, value in self.form.cleaned_data.items()
            if name != "q" and self._speaks(name, value)
        ]

    @property
    def in_force(self) -> list[Chip]:
        """Return every filter in force, the quick search among them."""
        self.form.is_valid()
        q = self.form.cleaned_data.get("q")
        search = [Chip("q", self._label("q"), str(q), self._without("q"))] if q else []
        return [*search, *self.chips]

    @property
    def fields(self) -> Iterable[Any]:
        """Return the bound fields of the filter bar, the quick search left out."""
        return [field for field in self.whole_form.visible_fields() if field.name != "q"]

    @property
    def search(self) -> dict[str, str] | None:
        """The label and the words of the quick search, where there is one."""
        if "q" not in self.filters:
            return None
        return {"label": self.filters["q"].label, "value": self.data.get("q", "")}

    @property
    def steady_key(self) -> type:
        """What the bar shows while it is closed, but for what the address says."""
        return type(self)

    @cached_property
    def late_words(self) -> dict[str, str]:
        """What was searched for, and the filters in force as hidden fields."""
        hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', self.kept)
        return {"searched": self.data.get("q", ""), "kept_fields": hidden}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The words of the filters in force, for a form that does not draw the bar."""
        names = [field.name for field in self.form.visible_fields() if field.name != "q"]
        words = [word for word in self.data if known(word, names)]
        return [(word, value) for word in words for value in self.data.getlist(word) if value]

    def drawn(self, name: str) -> Any:
        """Return the bound field of one filter, whatever the address says of it."""
        return self._form_of([name])[name]

    @property
    def is_active(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.narrows or self.form.cleaned_data.get("q"))

    @cached_property
    def narrows(self) -> bool:
        """Whether any filter of the bar is in force or could not be understood."""
        return bool(self.chips or self.form.errors)

    def _label(self, name: str) -> str:
        return str(self.form.fields[name].label or pretty_name(name))

    def _speaks(self, name: str, value: Any) -> bool:
        if isinstance(self.form.fields[name].widget, forms.CheckboxInput):
            return bool(value)
        return value not in (None, "", [], ()) and not (
            isinstance(value, QuerySet) and not value.exists()
        )

    def _text(self, name: str, value: Any) -> str:
        choices = _words(self.form.fields[name])
        if isinstance(value, slice):
            ends = [
                formats.NOTHING if end is None else str(end) for end in (value.start, value.stop)
            ]
            return " – ".join(ends)
        if isinstance(value, Model):
            return getattr(value, "full_name", None) or str(value)
        if isinstance(value, (list, tuple, QuerySet)):
            return "、".join(str(choices.get(item, item)) for item in value)
        return str(choices.get(value, formats.plain(value)))

    def _without(self, name: str) -> str:
        query = self.data.copy()
        widget = self.form.fields[name].widget
        suffixes = getattr(widget, "suffixes", None) or [""]
        for word in (name, *(f"{name}_{suffix}" for suffix in suffixes if suffix), *PAGE_WORDS):
            query.pop(word, None)
        return f"?{query.urlencode()}"


def known(word: str, names: Iterable[str]) -> bool:
    """Whether a word of an address belongs to one of the filters ``names`` (year → year_min)."""
    return any(word == name or word.startswith(f"{name}_") for name in names)


def _words(field: forms.Field) -> dict[Any, Any]:
    if hasattr(field, "queryset"):
        return {}
    choices = getattr(field, "choices", ())
    return {value: label for value, label in choices if not isinstance(label, (list, tuple))}
