"""Writes about roles."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import translation

from bureau.people.models import Role
from bureau.people.roles import STANDARD_ROLES


def sync_roles(**_signal: Any) -> None:
    """Bring the standard roles in step with their table, as far as the permissions exist."""
    tables = connection.introspection.table_names()
    if Role.permissions.through._meta.db_table not in tables:
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth.Permission").objects.select_related("content_type")
    }
    for standard in STANDARD_ROLES:
        with translation.override(settings.LANGUAGE_CODE):
            name = str(standard.name)
        role, _created = Role.objects.update_or_create(code=standard.code, defaults={"name": name})
        role.permissions.set(known[name] for name in standard.permissions if name in known)
