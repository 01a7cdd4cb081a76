"""The sign-in log: who came in, who was not let in, from where and with what."""

from typing import Any

import django_filters
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from bureau.desk.filters import BaseFilterSet, StateFilter
from bureau.desk.registers.periods import SinceFilter, UntilFilter
from bureau.desk.registers.postings import PersonSearch
from bureau.desk.tables import Column, MomentColumn, StatusColumn, Table
from bureau.desk.views import ListPage
from bureau.people.choices import SignInKind
from bureau.people.models import SignIn

_ = gettext_lazy


class KnownColumn(Column):
    """The person, or that no account has the name: what was typed may be a password."""

    def html(self, row: SignIn) -> str:
        if row.user is None:
            return format_html('<span class="meta">{}</span>', gettext("unknown user name"))
        return format_html("{} <small>{}</small>", row.user, row.user.username)

    def exported(self, row: SignIn) -> str:
        return row.user.username if row.user else ""


class SignInTable(Table):
    """What happened at the door, the newest first."""

    at = MomentColumn(_("When"))
    user = KnownColumn(_("Who"))
    kind = StatusColumn(_("What happened"), alike={"locked": "failure"})
    address = Column(_("Address"))
    browser = Column(_("Browser"))
    default_sort = "-pk"


class SignInFilter(BaseFilterSet):
    """By person, by what happened, by address and period."""

    q = PersonSearch("user", max_length=60, label=_("Quick search"))
    username = django_filters.CharFilter(
        "user__username", "exact", max_length=60, label=_("User name")
    )
    kind = StateFilter(choices=SignInKind.choices, label=_("What happened"))
    address = django_filters.CharFilter(method="from_address", max_length=45, label=_("Address"))
    since = SinceFilter("at", label=_("From"))
    until = UntilFilter("at", label=_("Until"))

    def from_address(self, queryset: Any, _name: str, value: str) -> Any:
        """Return what came from an address; half an address finds nothing."""
        try:
            wanted = forms.GenericIPAddressField().clean(value.strip())
        except forms.ValidationError:
            return queryset.none()
        return queryset.filter(address=wanted)


class SignInList(ListPage):
    """The sign-in log."""

    namespace = "desk"
    queryset = SignIn.objects.select_related("user")
    filterset, table = SignInFilter, SignInTable
    title = _("Sign-in log")
    description = _(
        "Kept for a year. Names that no account has are not kept: they may be passwords."
    )
    icon = "login"
    export_name = "sign-ins"
