"""Misspelt, short and former names: they suggest a place and never decide."""

from typing import Any

from django.db import transaction

from bureau.core.errors import BusinessError
from bureau.places.choices import PlaceRefusal, PlaceVerb
from bureau.places.models import Division, DivisionAlias
from bureau.places.services.locks import locked
from bureau.records.services import record


@transaction.atomic
def add_alias(division: Division, alias: str, *, actor: Any, source: str = "") -> DivisionAlias:
    """Let a misspelt, short or former name suggest ``division``; names in use are refused."""
    row = locked(division)
    if Division.objects.current().of_level(row.level).filter(name=alias).exists():
        raise BusinessError(PlaceRefusal.ALIAS_IS_A_NAME, alias=alias)
    made, new = DivisionAlias.objects.get_or_create(
        alias=alias, division=row, defaults={"source": source}
    )
    if new:
        record(PlaceVerb.ADD_ALIAS, row, actor=actor, after={"alias": alias})
    return made


@transaction.atomic
def remove_alias(alias: DivisionAlias, *, actor: Any, note: str = "") -> None:
    """Let a name suggest its place no longer; the audit keeps that it did."""
    row = locked(alias.division)
    before = {"alias": alias.alias, "source": alias.source}
    alias.delete()
    record(PlaceVerb.REMOVE_ALIAS, row, actor=actor, before=before, note=note)
