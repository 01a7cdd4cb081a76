"""Fields that a scope reaches into, and numbers as they are written."""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bureau.core.tidiness import PLAIN_DECIMAL


class PlainDecimalField(serializers.DecimalField):
    """A decimal, as a number or as text of plain digits; “1e3”, “1_000”, “５００” are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the number as it stands."""
        if isinstance(data, str) and not PLAIN_DECIMAL.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.INT)
class ScopedRelatedField(serializers.PrimaryKeyRelatedField):
    """The id of an object on one's own ground; one elsewhere is answered as if it did not exist.

    ``permission`` names what must be held where the object lies (default: to see it), so a
    station cannot be added to a county in which one may only look.
    """

    default_error_messages = {
        "does_not_exist": _("There is no such object within your postings."),
        "incorrect_type": _("Give the id of an object, a number."),
    }

    def __init__(self, *, permission: str | None = None, **kwargs: Any) -> None:
        self.permission = permission
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet:
        """Return the objects that the caller may name here."""
        every: Any = super().get_queryset()
        request = self.context.get("request")
        if request is None:
            return every.none()
        return every.visible_to(request.user, self.permission)

    def to_internal_value(self, data: Any) -> Any:
        """Return the object; numbers beyond the column are no object either."""
        if isinstance(data, float):
            self.fail("incorrect_type", data_type=type(data).__name__)
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            if (kept := self._kept(data)) is None:
                raise
            return kept

    def _kept(self, data: Any) -> Any:
        """Return what the object names already: sent back unchanged it is no new choice.

        It may have been archived since, or lie across a border.
        """
        link: Any = self if self.parent is None or not self._is_many else self.parent
        owner = getattr(link.parent, "instance", None)
        if not isinstance(owner, Model) or isinstance(data, bool):
            return None
        found = link.get_attribute(owner)
        ids = {str(one.pk) for one in (found if self._is_many else [found]) if one is not None}
        if str(data) not in ids:
            return None
        every: Any = super().get_queryset()
        return every.model._default_manager.filter(pk=data).first()

    @property
    def _is_many(self) -> bool:
        return isinstance(self.parent, serializers.ManyRelatedField)


class PartField(ScopedRelatedField):
    """The id of a part of the verb's object; parts of others are answered as if there were none.

    ``of`` is the part's relation to the object.
    """

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet:
        """Return the parts of the object on which the verb acts."""
        parts: Any = serializers.PrimaryKeyRelatedField.get_queryset(self)
        return parts.filter(**{self.of: self.context.get("object")})
