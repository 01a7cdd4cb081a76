"""Choosing one of many rows: the server searches within scope, the form still posts an id.

Without JavaScript one types a name and sends the form: a name that fits one row alone is taken,
several come back as a list to choose from. ``register`` gives a field's rows their address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core import bigrams
from bureau.people.models import Organisation, User

HITS = 20
LONGEST = 60
#: What a list of candidates sends until one of them, or none, is chosen.
UNDECIDED = "?"


@dataclass(frozen=True, slots=True)
class Picker:
    """Rows that can be picked: ``queryset`` before scope; ``place`` says where a row lies.

    ``name`` is the field of which ``bigrams`` and ``pinyin`` are made.
    """

    key: str
    queryset: QuerySet
    place: Callable[[Any], str] = lambda _row: ""
    permission: str = ""
    name: str = "name"

    @property
    def view_permission(self) -> str:
        """The permission within whose scope is searched."""
        meta = self.queryset.model._meta
        return self.permission or f"{meta.app_label}.view_{meta.model_name}"

    def rows(self, user: Any) -> QuerySet:
        """Return what ``user`` may pick."""
        return self.queryset.all().visible_to(user, self.view_permission)

    def opens_for(self, user: Any) -> bool:
        """Whether ``user`` may search here at all."""
        return bool(user.has_perm(self.view_permission))

    def found(self, user: Any, text: str) -> list[Any]:
        """Return at most 20 rows whose name holds ``text``, the exact one first."""
        words = bigrams.normalise(text[:LONGEST])
        if not words:
            return []
        condition = Q(bigrams__contains=bigrams.of(words))
        if len(words) == 1:
            condition = Q(**{f"{self.name}__istartswith": words})
        rows = self.rows(user).filter(condition).order_by("pinyin", "pk")
        called = Q(**{self.name: text.strip()})
        same = list(rows.filter(called)[:HITS])
        return [*same, *rows.exclude(called)[: HITS - len(same)]]


_pickers: dict[str, Picker] = {}


def register(picker: Picker) -> Picker:
    """Give rows an address under ``/pick/``; the same key again replaces them."""
    _pickers[picker.key] = picker
    return picker


def get(key: str) -> Picker | None:
    """Return the picker of a key; None for a key that nobody registered."""
    return _pickers.get(key)


class Picked(str):
    """A posted id, with what stood in the text beside it and what it was drawn with."""

    __slots__ = ("asked", "text")
    text: str | None
    asked: str

    @classmethod
    def of(cls, value: str, text: str | None, asked: str) -> "Picked":
        """Return the three as one value that is the id to whoever does not know better."""
        made = cls(value)
        made.text, made.asked = text, asked
        return made

    @property
    def is_settled(self) -> bool:
        """Whether the id counts: the text is the one that the list was drawn for."""
        if self == UNDECIDED:
            return False
        return self.text is None or self.text.strip() == self.asked.strip()


class PickerWidget(forms.Widget):
    """A text that searches, and a short list that carries the id."""

    template_name = "django/forms/widgets/picker.html"
    suffixes = ("search", "asked")
    field: "PickerField"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Picked:
        text, asked = data.get(f"{name}_search"), data.get(f"{name}_asked") or ""
        text = text if text is None else text.replace("\0", "")
        return Picked.of(str(data.get(name) or ""), text, asked)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_search" not in data

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_search"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        chosen = self.field.row(value)
        text = getattr(value, "text", None)
        typed = text if text is not None and not getattr(value, "is_settled", True) else None
        options = [chosen] if chosen is not None else []
        if typed:
            options = self.field.candidates(typed)
        context["widget"] |= {
            "options": [(row.pk, str(row), self.field.picker.place(row)) for row in options],
            "chosen": chosen.pk if chosen is not None and not typed else "",
            "text": typed if typed is not None else (str(chosen) if chosen is not None else ""),
            "undecided": UNDECIDED if typed else "",
            "url": reverse("desk:pick", args=[self.field.picker.key]),
            "invalid": "aria-invalid" in context["widget"]["attrs"],
        }
        return context


class PickerField(forms.ModelChoiceField):
    """One of many rows within the user's scope; a forged id is no valid choice.

    ``near`` says of several rows of a typed name which are meant rather than the others.
    """

    near: Callable[[Any], bool] | None
    widget = PickerWidget
    default_error_messages = {
        "several": _(
            "Several fit “%(text)s”. Which of these did you mean? Choose it from the list."
        ),
        "none": _("Nothing within your scope is called “%(text)s”. Check the name."),
    }

    def __init__(self, picker: Picker, **kwargs: Any) -> None:
        self.picker, self.user, self.near = picker, None, None
        super().__init__(picker.queryset, **kwargs)
        self.widget.field = self

    def __deepcopy__(self, memo: Any) -> "PickerField":
        copied = super().__deepcopy__(memo)
        copied.widget.field = copied
        return copied

    def bind_to(self, user: Any) -> None:
        """Search and accept only what lies within the user's scope."""
        self.user = user
        self.queryset = self.picker.rows(user)

    def candidates(self, text: str) -> list[Any]:
        """Return the rows that a typed text may mean."""
        return self.picker.found(self.user, text) if self.user is not None else []

    def row(self, value: Any) -> Model | None:
        """Return the row of an id within scope, or nothing."""
        if isinstance(value, Model):
            return value
        known = str(value or "")
        if not known.isdecimal() or len(known) > 18:  # noqa: PLR2004
            return None
        return self.queryset.filter(pk=known).first()

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Settle a typed name at once, so that whatever redraws the form carries its id."""
        if not isinstance(data, Picked) or data.is_settled:
            return data
        exact = self._exact(data.text or "")
        if len(exact) != 1:
            return data
        return Picked.of(str(exact[0].pk), str(exact[0]), str(exact[0]))

    def _exact(self, text: str) -> list[Any]:
        found = self.candidates(text)
        same = [row for row in found if str(row) == text.strip()]
        close = [row for row in same if self.near(row)] if self.near else []
        return close or same or found

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, Picked) or value.is_settled:
            return super().to_python(str(value) if isinstance(value, Picked) else value)
        text = (value.text or "").strip()
        if not text:
            return None
        found = self._exact(text)
        if len(found) == 1:
            return found[0]
        code = "several" if found else "none"
        raise forms.ValidationError(self.error_messages[code], code=code, params={"text": text})

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = str(getattr(initial, "pk", initial) or "")
        return before != str(self.bound_data(data, initial) or "")


ORGANISATIONS = register(
    Picker("organisation", Organisation.objects.current(), lambda row: row.get_kind_display())
)
PEOPLE = register(
    Picker("user", User.objects.active(), lambda row: row.username, name="display_name")
)
# What a list is narrowed by may have been put away since.
EVERY_ORGANISATION = register(
    Picker("any-organisation", Organisation.objects.all(), lambda row: row.get_kind_display())
)
EVERYBODY = register(
    Picker("any-user", User.objects.all(), lambda row: row.username, name="display_name")
)
