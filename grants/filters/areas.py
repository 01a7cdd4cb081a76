"""Narrowing a list to one of the areas that review, pay and report."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.core.querysets import CITY_LEVEL
from bureau.desk.area_field import AreaField, places_of
from bureau.places.models import Division, ManagingArea


class AreaFilter(django_filters.Filter):
    """Rows of one county or managing area."""

    field_class = AreaField

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", _("Area"))
        super().__init__(**kwargs)

    @property
    def field(self) -> AreaField:
        if not hasattr(self, "_field"):
            self._field = AreaField(label=self.label, required=False, with_city=True)
            self._field.bind_to(None)
            self._field.choices[0] = ("", _("any"))
        return self._field

    def filter(self, qs: QuerySet, value: Division | ManagingArea | None) -> QuerySet:
        return qs.filter(**places_of(value)) if value is not None else qs


class RunByFilter(AreaFilter):
    """Rows of the villages that one county or managing area runs, by ``village``."""

    def filter(self, qs: QuerySet, value: Division | ManagingArea | None) -> QuerySet:
        if value is None or (isinstance(value, Division) and value.level == CITY_LEVEL):
            return qs
        if isinstance(value, ManagingArea):
            return qs.filter(village__managing_area=value)
        inside = qs.filter(village__scope_path__startswith=value.scope_path)
        return inside.filter(village__managing_area=None)
