"""Writes about roles."""

import itertools
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext

from bureau.core import clock, pinyin
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people import rules
from bureau.people.choices import PeopleRefusal, PeopleVerb
from bureau.people.models import Posting, Role, User
from bureau.people.roles import STANDARD_ROLES
from bureau.people.services.changes import apply
from bureau.people.services.sessions import end_sessions
from bureau.records.services import record

ROLE_FIELDS = ("name", "purpose")
LONGEST_STEM = 30


def sync_roles(**_signal: Any) -> None:
    """Bring the standard roles in step with their table, as far as the permissions exist.

    Roles that the security administrator made are nobody's business here and stay as they are.
    """
    tables = connection.introspection.table_names()
    if Role.permissions.through._meta.db_table not in tables:
        return
    known = _known_permissions()
    for standard in STANDARD_ROLES:
        with translation.override(settings.LANGUAGE_CODE):
            name = str(standard.name)
        role, _created = Role.objects.update_or_create(code=standard.code, defaults={"name": name})
        role.permissions.set(known[name] for name in standard.permissions if name in known)


@transaction.atomic
def create_role(
    name: str,
    permissions: Iterable[str],
    *,
    actor: User | None,
    purpose: str = "",
    copy_of: Role | None = None,
) -> Role:
    """Add a role with the permissions ("app.codename") given, or a copy of another one.

    Its code is made of the sound of its name. A copy keeps the ground and the separate post of
    what it is a copy of; permissions of a foreign post are refused with ``role_mixes_posts``.
    """
    base = copy_of.standard_code if copy_of else ""
    role = Role(code=_free_code(name), name=name, purpose=purpose, base=base)
    wanted = _checked(role, permissions)
    role.full_clean()
    role.save()
    role.permissions.set(wanted.values())
    after = {"code": role.code, "name": name, "permissions": sorted(wanted)}
    if copy_of:
        after["copy_of"] = str(copy_of)
    record(PeopleVerb.CREATE_ROLE, role, actor=actor, after=after)
    return role


@transaction.atomic
def edit_role(
    role: Role,
    changes: dict[str, Any],
    *,
    actor: User | None,
    version: int,
    permissions: Iterable[str] | None = None,
) -> Role:
    """Change name, purpose or permissions of a role; the sessions of its holders end.

    Standard roles are refused with ``role_standard``: they follow the portal's own table.
    """
    role = _lock(role)
    if role.version != version:
        raise BusinessError(Refusal.STALE)
    before, after = apply(role, {k: v for k, v in changes.items() if k in ROLE_FIELDS})
    held = _names_of(role)
    wanted = _checked(role, held if permissions is None else permissions)
    if gone := sorted(held - set(wanted)):
        before["permissions"] = gone
    if new := sorted(set(wanted) - held):
        after["permissions"] = new
    if before or after:
        role.version += 1
        role.full_clean()
        role.save(update_fields=[*ROLE_FIELDS, "version", "updated_at"])
        role.permissions.set(wanted.values())
        record(PeopleVerb.EDIT_ROLE, role, actor=actor, before=before, after=after)
    if new or gone:
        end_sessions(*_holders(role))
    return role


@transaction.atomic
def archive_role(role: Role, *, actor: User | None, note: str = "") -> Role:
    """Put a role away that nobody holds any more; old postings keep its name."""
    role = _lock(role)
    if count := Posting.objects.not_over().filter(role=role).count():
        raise BusinessError(PeopleRefusal.ROLE_IN_USE, role=role, count=count)
    role.archived_at = clock.now()
    role.version += 1
    role.save(update_fields=["archived_at", "version", "updated_at"])
    record(PeopleVerb.ARCHIVE_ROLE, role, actor=actor, note=note)
    return role


def _free_code(name: str) -> str:
    stem = slugify(pinyin.sort_key(name))[:LONGEST_STEM].strip("-").replace("-", "_") or "role"
    taken = set(Role.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (f"{stem}_{number}" for number in itertools.count(2))
    return next(code for code in itertools.chain([stem], numbered) if code not in taken)


def _lock(role: Role) -> Role:
    role = Role.objects.select_for_update().get(pk=role.pk)
    if role.is_standard:
        raise BusinessError(PeopleRefusal.ROLE_STANDARD, role=role)
    if role.is_archived:
        raise BusinessError(PeopleRefusal.ROLE_ARCHIVED, role=role)
    return role


def _checked(role: Role, permissions: Iterable[str]) -> dict[str, Any]:
    known = _known_permissions()
    wanted = {name: known[name] for name in permissions if name in known}
    if strange := rules.strange_to(role.post, wanted):
        names = [gettext(known[name].name) for name in strange]
        raise BusinessError(PeopleRefusal.ROLE_MIXES_POSTS, permissions="、".join(names))
    return wanted


def _names_of(role: Role) -> set[str]:
    rows = role.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def _holders(role: Role) -> list[int]:
    """Return the ids of those who act under the role, deputies included."""
    held = Posting.objects.on().filter(role=role)
    ids = set(held.values_list("user_id", flat=True))
    delegations = apps.get_model("people.Delegation").objects.since(clock.today())
    return sorted(ids | set(delegations.filter(principal__in=ids).values_list("deputy", flat=True)))


def _known_permissions() -> dict[str, Any]:
    """Return every permission of the portal by its name."""
    rows = apps.get_model("auth.Permission").objects.select_related("content_type")
    return {f"{one.content_type.app_label}.{one.codename}": one for one in rows}
