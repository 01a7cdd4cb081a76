"""The four writes of a plain noun: one that is added, changed, put away and taken back."""

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

from django.db import transaction

from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.core.models import EditableModel
from bureau.records import saving
from bureau.records.choices import RecordVerb

Noun = TypeVar("Noun", bound=EditableModel)


class Keeper(Generic[Noun]):
    """Writes a noun whose rules concern one row; pages, API, bulk changes and imports call it.

    Declare ``model`` and ``fields``; ``check`` names what is wrong with a row, ``in_use`` why it
    may not be put away. A noun whose writes touch other tables has services of its own instead,
    made of the same steps (``bureau.records.saving``).
    """

    model: ClassVar[type[Any]]
    fields: ClassVar[tuple[str, ...]]

    def check(self, row: Any) -> Iterable[Finding | None]:
        """Return what is wrong with the row as it would be saved."""
        return ()

    def in_use(self, row: Any) -> BusinessError | None:
        """Return the refusal to put the row away, or None."""
        return None

    @transaction.atomic
    def register(self, *, actor: Any, note: str = "", **given: Any) -> Noun:
        """Add an object; raises ValidationError by field."""
        row = self.model()
        saving.apply(row, given, self.fields)
        saving.require(*self.check(row))
        return saving.insert(row, RecordVerb.CREATE, actor=actor, fields=self.fields, note=note)

    @transaction.atomic
    def edit(self, noun: Noun, changes: dict[str, Any], *, actor: Any, version: int | None) -> Noun:
        """Change an object that nobody changed since ``version`` was read, else ``stale``."""
        row = saving.lock(noun, version)
        old = self.model.objects.get(pk=row.pk)
        moved = saving.apply(row, changes, self.fields)
        saving.require(*self.check(row))
        return saving.update(row, old, moved, RecordVerb.CHANGE, actor=actor)

    @transaction.atomic
    def archive(self, noun: Noun, *, actor: Any, note: str = "") -> Noun:
        """Put an object away; refused while ``in_use`` says so."""
        row = saving.lock(noun)
        if refusal := self.in_use(row):
            raise refusal
        return saving.put_away(row, RecordVerb.ARCHIVE, actor=actor, note=note)

    def restore(self, noun: Noun, *, actor: Any, note: str = "") -> Noun:
        """Take an archived object back into the lists."""
        return saving.bring_back(noun, RecordVerb.RESTORE, actor=actor, note=note)
