"""Naming a county or a managing area in the API: by id, or by code."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bureau.core.querysets import CITY_LEVEL, COUNTY_LEVEL
from bureau.places.models import Division, ManagingArea

CODE_DIGITS = 12
COUNTY_DIGITS = 6
LARGEST = 2**62


@extend_schema_field(OpenApiTypes.STR)
class AreaField(serializers.Field):
    """An area on whose ground the caller holds ``permission``; elsewhere there is none.

    A county by its id or code (371502000000 or 371502), a managing area by its id or code.
    ``kinds`` says which of the two may be meant; ``with_city`` takes the city as well.
    """

    default_error_messages = {"no_area": _("There is no such area within your postings.")}

    def __init__(
        self, *, permission: str, kinds: tuple[type, ...], with_city: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.permission, self.kinds = permission, kinds
        self.levels = (CITY_LEVEL, COUNTY_LEVEL) if with_city else (COUNTY_LEVEL,)

    def to_internal_value(self, data: Any) -> Division | ManagingArea:
        """Return the county or managing area that is meant."""
        text = str(data).strip()
        if isinstance(data, (bool, float, dict, list)) or not text.isalnum():
            self.fail("no_area")
        user = self.context["request"].user
        for kind in self.kinds:
            rows = kind.objects.visible_to(user, self.permission)  # type: ignore[attr-defined]
            if kind is Division:
                rows = rows.filter(level__in=self.levels)
            found = by_code(rows, text)
            if found is not None:
                return found
        return self.fail("no_area")

    def to_representation(self, value: Any) -> Any:
        """Return the area's code."""
        return value.code


def by_code(rows: QuerySet, text: str) -> Any:
    """Return the row of a code, of a county's six digits or of an id; None where there is none."""
    if rows.model is Division:
        if text.isdecimal() and len(text) == COUNTY_DIGITS:
            text += "0" * (CODE_DIGITS - COUNTY_DIGITS)
        if len(text) == CODE_DIGITS:
            return rows.filter(code=text).first()
    elif not text.isdecimal():
        return rows.filter(code=text).first()
    if not text.isdecimal() or int(text) > LARGEST:
        return None
    return rows.filter(pk=int(text)).first()
