"""Writes about companies and offices."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from bureau.core import bigrams, clock, pinyin
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.choices import PeopleRefusal, PeopleVerb
from bureau.people.models import Organisation, User
from bureau.people.services.changes import apply
from bureau.records.services import record

ORGANISATION_FIELDS = (
    "kind",
    "name",
    "short_name",
    "credit_code",
    "permit_number",
    "hotline",
    "address",
    "contact_name",
    "contact_phone",
)


@transaction.atomic
def create_organisation(*, actor: User | None, note: str = "", **values: Any) -> Organisation:
    """Add an organisation; the same kind and name twice is ``organisation_exists``."""
    organisation = Organisation(**values)
    _save_organisation(organisation)
    after = {field: getattr(organisation, field) for field in ORGANISATION_FIELDS}
    record(
        PeopleVerb.CREATE_ORGANISATION,
        organisation,
        actor=actor,
        after={field: value for field, value in after.items() if value},
        note=note,
    )
    return organisation


@transaction.atomic
def edit_organisation(
    organisation: Organisation, changes: dict[str, Any], *, actor: User | None, version: int
) -> Organisation:
    """Change an organisation that nobody changed since ``version`` was read, else ``stale``."""
    organisation = _lock_organisation(organisation)
    if organisation.version != version:
        raise BusinessError(Refusal.STALE)
    wanted = {field: changes[field] for field in ORGANISATION_FIELDS if field in changes}
    before, after = apply(organisation, wanted)
    if after:
        organisation.version += 1
        _save_organisation(organisation)
        record(PeopleVerb.EDIT_ORGANISATION, organisation, actor=actor, before=before, after=after)
    return organisation


@transaction.atomic
def archive_organisation(
    organisation: Organisation, *, actor: User | None, note: str = ""
) -> Organisation:
    """Put an organisation away; what refers to it keeps its name."""
    organisation = _lock_organisation(organisation)
    organisation.archived_at = clock.now()
    organisation.version += 1
    organisation.save(update_fields=["archived_at", "version", "updated_at"])
    record(PeopleVerb.ARCHIVE_ORGANISATION, organisation, actor=actor, note=note)
    return organisation


def organisation_index(*names: str) -> tuple[str, list[str]]:
    """Return (pinyin key, bigrams) of an organisation's names, as set-based importers need."""
    full = next(iter(names), "")
    return pinyin.sort_key(full), bigrams.of(*(name for name in names if name))


def _lock_organisation(organisation: Organisation) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.is_archived:
        raise BusinessError(PeopleRefusal.ORGANISATION_ARCHIVED, name=locked.name)
    return locked


def _save_organisation(organisation: Organisation) -> None:
    organisation.pinyin, organisation.bigrams = organisation_index(
        organisation.name, organisation.short_name
    )
    same = Q(kind=organisation.kind, name=organisation.name)
    if Organisation.objects.filter(same).exclude(pk=organisation.pk).exists():
        raise BusinessError(
            PeopleRefusal.ORGANISATION_EXISTS,
            kind=organisation.get_kind_display(),
            name=organisation.name,
        )
    organisation.full_clean()
    try:
        organisation.save()
    except IntegrityError as error:  # somebody took the name after we looked
        raise BusinessError(Refusal.CONFLICT) from error
