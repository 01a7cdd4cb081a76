"""How nouns are written in JSON and read from it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from bureau.desk.api.fields import PlainDecimalField, ScopedRelatedField


class StrictMixin:
    """Refuses words that the noun does not have instead of dropping them silently."""

    unknown = _("There is no field of this name.")
    fixed = _("This field is not changed here.")

    def to_internal_value(self, data: Any) -> Any:
        """Read the fields, once none of them is unknown or tampered with."""
        if isinstance(data, dict):
            self._refuse_strange(data)
        return super().to_internal_value(data)  # type: ignore[misc]

    def _refuse_strange(self, data: dict[str, Any]) -> None:
        fields = self.fields  # type: ignore[attr-defined]
        errors = {name: [self.unknown] for name in data if name not in fields}
        instance = getattr(self, "instance", None)
        if instance is not None:
            shown = None
            for name in data:
                if name in fields and fields[name].read_only:
                    shown = shown or self.to_representation(instance)  # type: ignore[attr-defined]
                    if shown.get(name) != data[name]:
                        errors[name] = [self.fixed]
        if errors:
            raise serializers.ValidationError(errors)


class NounSerializer(StrictMixin, serializers.ModelSerializer):
    """A noun: ids with names beside them, decimals as strings, a version to send back.

    Every scoped relation ``estate`` gets a read-only ``estate_name``. Changing needs the
    ``version`` that was read; it is handed to the service, which answers ``stale`` if it is old.
    """

    serializer_related_field = ScopedRelatedField
    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: PlainDecimalField,
    }

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add the names of related objects after their ids, and open the version for edits."""
        fields: dict[str, serializers.Field] = {}
        for name, field in super().get_fields().items():
            fields[name] = field
            if isinstance(field, serializers.PrimaryKeyRelatedField):
                fields[f"{name}_name"] = serializers.StringRelatedField(
                    source=field.source or name, read_only=True, allow_null=field.allow_null
                )
        if "version" in fields:
            fields["version"] = serializers.IntegerField(
                min_value=1, required=False, read_only=self._is_new()
            )
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the version of what is changed."""
        if self.instance is not None and "version" in self.fields and "version" not in attrs:
            sentence = _("Send the version that you read, so that nobody's changes are lost.")
            raise serializers.ValidationError({"version": [sentence]})
        return attrs

    def _is_new(self) -> bool:
        view = self.context.get("view")
        return getattr(view, "action", "") == "create"


class VerbSerializer(StrictMixin, serializers.Serializer):
    """What a verb needs besides the object; a note is always welcome."""

    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class NothingSerializer(StrictMixin, serializers.Serializer):
    """The body of a verb that needs nothing: empty, or an empty object."""
