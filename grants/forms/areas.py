"""Forms of what belongs to an area."""

from typing import Any

from django import forms

from bureau.desk.area_field import AreaField, places_of


class AreaForm(forms.Form):
    """Mixed into the form of a noun of an area: one choice for its two fields."""

    area = AreaField(with_city=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.bind_to(getattr(self, "user", None))
        instance = getattr(self, "instance", None)
        if instance is not None and instance.pk:
            self.initial.setdefault("area", instance.area)

    @property
    def values(self) -> dict[str, Any]:
        """Return the cleaned fields as a service takes them."""
        found: dict[str, Any] = super().values  # type: ignore[misc]
        return places_of(found.pop("area")) | found
