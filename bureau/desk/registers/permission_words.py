"""Permissions in words that a security administrator understands, grouped by app."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext

from bureau.people.roles import STANDARD_ROLES
from bureau.records import verbs

_ = gettext_lazy

#: Everything that any delivered role may do; what stands in none of them opens nothing.
OFFERED = frozenset[str]().union(*(role.permissions for role in STANDARD_ROLES))

APPS: dict[str, str | Promise] = {
    "people": _("People and organisations"),
    "places": _("Places and calendar"),
    "documents": _("Documents and numbers"),
    "records": _("Audit"),
    "jobs": _("Tasks"),
    "exchange": _("Imports and exports"),
    "desk": _("Lists and views"),
    "heating": _("District heating"),
    "grants": _("Grants"),
    "complaints": _("Complaints"),
}
PLAIN = {
    "view": _("see %(noun)s"),
    "add": _("add %(noun)s"),
    "change": _("change %(noun)s"),
    "archive": _("archive %(noun)s"),
    "audit": _("see everybody's %(noun)s"),
}
PECULIAR = {
    "people.close_user": _("close and reopen accounts, end their sessions"),
    "people.reset_password_user": _("give one-time passwords and unlock, from above"),
    "people.view_phone_user": _("see whole phone numbers of users"),
    "people.search_identifier": _("search by identity number, card or phone"),
    "desk.share_savedview": _("share saved views"),
    "desk.set_default_savedview": _("set the saved view of a role"),
    "heating.accept_handover_company": _("accept a handover for the heating company"),
    "heating.accept_handover_bureau": _("accept a handover for the bureau"),
    "heating.connect_in_season_handover": _("connect a station inside the heating season"),
    "grants.publish_policy": _("publish subsidy policies"),
    "grants.collect_recovery": _("record repayments of recoveries"),
}


def name_of(permission: Permission) -> str:
    """Return "app.codename"."""
    return f"{permission.content_type.app_label}.{permission.codename}"


def words(permission: Permission) -> str:
    """Return what a permission allows, in the reader's language."""
    name, kind = name_of(permission), permission.content_type
    if name in PECULIAR:
        return gettext(PECULIAR[name])
    model = kind.model_class()
    noun = str(model._meta.verbose_name_plural if model else kind.model)
    verb = permission.codename.removesuffix(f"_{kind.model}")
    if verb in PLAIN:
        return str(PLAIN[verb]) % {"noun": noun}
    done = verbs.label(verb, f"{kind.app_label}.{kind.model}")
    colon = pgettext("between a noun and what is done to it", ": ")
    return f"{noun}{colon}{done}" if done != verb else gettext(permission.name)


def app_name(label: str) -> str:
    """Return an app's name in the reader's language."""
    known = APPS.get(label)
    return str(known) if known else str(apps.get_app_config(label).verbose_name)


def grouped(permissions: Iterable[Permission]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (app, [("app.codename", words)]) in the order of the apps' table."""
    found: dict[str, list[tuple[str, str]]] = {}
    for permission in permissions:
        found.setdefault(permission.content_type.app_label, []).append(
            (name_of(permission), words(permission))
        )
    order = {label: at for at, label in enumerate(APPS)}
    labels = sorted(found, key=lambda label: (order.get(label, len(order)), label))
    return [(app_name(label), sorted(found[label], key=lambda line: line[1])) for label in labels]


def every() -> list[Permission]:
    """Return the permissions that a role can be given, in the order of their nouns."""
    rows = Permission.objects.select_related("content_type").order_by("content_type", "codename")
    return [permission for permission in rows if name_of(permission) in OFFERED]
