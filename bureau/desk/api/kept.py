"""The API of a noun that a keeper writes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from bureau.desk.api.serializers import NounSerializer
from bureau.desk.api.viewsets import NounViewSet
from bureau.records.keeper import Keeper


class KeptViewSet(NounViewSet):
    """A plain noun: declare ``keeper``, ``queryset`` and ``filterset_class``.

    Without a serializer of its own it writes and reads the keeper's fields. Rows come in the order
    of their names' sound.
    """

    keeper: ClassVar[Keeper]
    ordering = "pinyin"
    sortable: ClassVar[Sequence[str]] = ("pinyin",)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "serializer_class" not in vars(cls):
            model = cls.keeper.model
            fields = ["id", *cls.keeper.fields, "archived_at", "version"]
            meta = {"model": model, "fields": fields, "read_only_fields": ["archived_at"]}
            # The service finds a double itself and names it beside its field.
            meta |= {"validators": []}
            body = {"Meta": type("Meta", (), meta), "__doc__": cls.__doc__}
            name = f"{model.__name__}Serializer"
            cls.serializer_class = type(name, (NounSerializer,), body)

    def save_new(self, values: dict[str, Any]) -> Any:
        """Register the object."""
        return self.keeper.register(actor=self.actor, **values)

    def save_changes(self, obj: Any, changes: dict[str, Any], version: int) -> Any:
        """Change the object, unless somebody else has."""
        return self.keeper.edit(obj, changes, actor=self.actor, version=version)

    def put_away(self, obj: Any, note: str) -> Any:
        """Put the object away."""
        return self.keeper.archive(obj, actor=self.actor, note=note)

    def take_back(self, obj: Any, note: str) -> Any:
        """Take the object back."""
        return self.keeper.restore(obj, actor=self.actor, note=note)
