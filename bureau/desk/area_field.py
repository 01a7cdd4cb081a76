"""Choosing one of the areas that review, pay and report: the counties and the managing areas."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core.querysets import COUNTY_LEVEL
from bureau.places.models import Division, ManagingArea


class AreaField(forms.ChoiceField):
    """A county, a managing area or, ``with_city``, the city; cleaned to the place itself.

    Only places on the ground of ``permission`` are offered, where one is named.
    """

    def __init__(self, *, permission: str = "", with_city: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Area"))
        super().__init__(**kwargs)
        self.permission, self.with_city = permission, with_city
        self.user: Any = None

    def bind_to(self, user: Any) -> None:
        """Offer what lies within the user's postings."""
        self.user = user
        blank = _("the whole city") if not self.required else _("not chosen")
        self.choices = [("", blank), *((code_of(one), str(one)) for one in self.places())]

    def places(self) -> list[Division | ManagingArea]:
        """Return the areas on offer, the city first and the counties by their codes."""
        levels = (COUNTY_LEVEL - 1, COUNTY_LEVEL) if self.with_city else (COUNTY_LEVEL,)
        divisions = Division.objects.current().filter(level__in=levels).order_by("level", "code")
        areas = ManagingArea.objects.active().order_by("code")
        if self.permission and self.user is not None:
            divisions = divisions.visible_to(self.user, self.permission)
            areas = areas.visible_to(self.user, self.permission)
        return [*divisions, *areas]

    def clean(self, value: Any) -> Division | ManagingArea | None:
        code = super().clean(value)
        found = (one for one in self.places() if code_of(one) == code)
        return next(found, None) if code else None

    def prepare_value(self, value: Any) -> Any:
        return code_of(value) if isinstance(value, (Division, ManagingArea)) else value


def code_of(area: Division | ManagingArea) -> str:
    """Return the code by which an area is named in forms and in the API."""
    return area.code


def places_of(area: Division | ManagingArea | None) -> dict[str, Any]:
    """Return an area as the two fields of a model."""
    managing = isinstance(area, ManagingArea)
    return {"division": None if managing else area, "managing_area": area if managing else None}
