"""Drafts of forms: kept while somebody types, offered when the form is opened again."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.http import QueryDict

from bureau.core import clock
from bureau.core.crypto import SealBrokenError, seal, unseal
from bureau.core.errors import BusinessError
from bureau.desk.choices import DraftRefusal
from bureau.desk.models.drafts import LONGEST_ADDRESS, Draft

KEPT = timedelta(days=14)
LONGEST = 200_000
MOST = 100
#: Words of a form that are no content: the token of the session, and the draft's own verb.
NO_CONTENT = frozenset({"csrfmiddlewaretoken", "_draft"})


def find(user: Any, address: str) -> Draft | None:
    """Return the draft that ``user`` has of the form at ``address``."""
    return Draft.objects.filter(user=user, address=address[:LONGEST_ADDRESS]).first()


@transaction.atomic
def keep(user: Any, address: str, data: QueryDict, fields: Mapping[str, forms.Field]) -> Draft:
    """Keep what was typed in place of what was kept before; files and passwords are left out.

    ``draft_too_long`` when it is more than 200,000 bytes. Nobody keeps more than 100 drafts:
    the oldest give way.
    """
    address = address[:LONGEST_ADDRESS]
    left_out = NO_CONTENT | {name for name, field in fields.items() if _is_secret(field)}
    pairs = [
        (name, value)
        for name, values in data.lists()
        for value in values
        if name not in left_out and isinstance(value, str)
    ]
    plain = json.dumps(pairs, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(plain) > LONGEST:
        raise BusinessError(DraftRefusal.DRAFT_TOO_LONG)
    draft = Draft.objects.select_for_update().filter(user=user, address=address).first()
    draft = draft or Draft(user=user, address=address)
    version = data.get("version", "")
    known = version.isascii() and version.isdecimal() and len(version) < 10  # noqa: PLR2004
    draft.version = int(version) if known else None
    draft.content = seal(plain, draft.context)
    draft.saved_at = clock.now()
    draft.save()
    for old in Draft.objects.filter(user=user).order_by("-saved_at", "-pk")[MOST:]:
        old.delete()
    return draft


def _is_secret(field: forms.Field) -> bool:
    return isinstance(field, forms.FileField) or isinstance(field.widget, forms.PasswordInput)


def typed(draft: Draft) -> QueryDict | None:
    """Return what was typed, as a form takes it; None when the seal does not open any more."""
    try:
        pairs = json.loads(unseal(draft.content, draft.context).decode("utf-8", "surrogatepass"))
    except SealBrokenError:
        return None
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def drop(user: Any, address: str) -> None:
    """Throw a draft away: its form was sent, or its writer does not want it."""
    Draft.objects.filter(user=user, address=address[:LONGEST_ADDRESS]).delete()


def purge() -> int:
    """Delete drafts that nobody touched for 14 days; return how many they were."""
    deleted, _by_model = Draft.objects.filter(saved_at__lt=clock.now() - KEPT).delete()
    return deleted
