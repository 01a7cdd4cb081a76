"""Roles: sets of permissions with a name; the delivered ones to read, one's own to vary."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import ArchivedFilter, BaseFilterSet
from bureau.desk.forms import NounForm
from bureau.desk.registers import permission_words
from bureau.desk.tables import Column, LinkColumn, NumberColumn, StatusColumn, Table
from bureau.desk.views import (
    Action,
    ArchiveAction,
    CreatePage,
    Dependent,
    DetailPage,
    EditPage,
    Group,
    ListPage,
)
from bureau.desk.views.base import NO_PERMISSION
from bureau.people import rules, services
from bureau.people.choices import PeopleRefusal
from bureau.people.models import Posting, Role

SHOWN = 50


def _holders() -> Coalesce:
    held = Posting.objects.on().filter(role=OuterRef("pk")).order_by().values("role")
    number = held.annotate(number=Count("user_id", distinct=True)).values("number")
    return Coalesce(Subquery(number), 0)


class RoleColumn(StatusColumn):
    """Whether a role came with the portal."""

    def html(self, row: Role) -> str:
        return self.text(self.value(row))

    def exported(self, row: Role) -> str:
        return self.text(self.value(row))

    def text(self, value: Any) -> str:
        return str(_("delivered") if value else _("own"))


class RoleTable(Table):
    """Roles by their codes."""

    name = LinkColumn(_("Role"), "__str__")
    kind = RoleColumn(_("Kind"), "is_standard")
    post = Column(_("Separate post"), value=lambda role: role.post.label if role.post else None)
    permissions = NumberColumn(_("Permissions"), "permissions_held")
    holders = NumberColumn(_("Held by today"), "holders")
    purpose = Column(_("What it is for"), chosen=False)
    code = Column(_("Code"), sort="code", chosen=False)
    default_sort = "code"


class RoleFilter(BaseFilterSet):
    """By name."""

    q = django_filters.CharFilter(method="named", max_length=60, label=_("Quick search"))
    archived = ArchivedFilter()

    def named(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Return the roles whose name or code holds the words."""
        return queryset.filter(Q(name__icontains=value) | Q(code__icontains=value))


class RoleForm(NounForm):
    """Name, purpose and what holders may do; ``copy_of`` is the role that it starts from."""

    sections = {_("Role"): ("name", "purpose")}
    copy_of = forms.ModelChoiceField(
        Role.objects.current(), required=False, widget=forms.HiddenInput
    )
    permissions = forms.MultipleChoiceField(
        label=_("Permissions"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Role
        fields = ("name", "purpose")

    def __init__(self, *args: Any, origin: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = origin or (self.instance if self.instance.pk else None)
        post = source.post if source else None
        offered = [
            one
            for one in permission_words.every()
            if not rules.strange_to(post, [permission_words.name_of(one)])
        ]
        self.choices = permission_words.grouped(offered)
        self.fields["permissions"].choices = [
            line for _app, lines in self.choices for line in lines
        ]
        if source is not None and "permissions" not in self.initial:
            held = source.permissions.select_related("content_type")
            self.initial["permissions"] = [permission_words.name_of(one) for one in held]
        if origin is not None:
            self.initial["copy_of"] = origin.pk
        if self.instance.pk:
            del self.fields["copy_of"]

    @property
    def ticks(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Return (app, [(permission, words, whether it is ticked)])."""
        ticked = set(self["permissions"].value() or ())
        return [
            (app, [(name, words, name in ticked) for name, words in lines])
            for app, lines in self.choices
        ]


class RoleView:
    """Where the pages of roles stand."""

    namespace = "desk"
    icon = "shield"


EVERY = Role.objects.all()


class RoleList(RoleView, ListPage):
    """All roles."""

    filterset, table = RoleFilter, RoleTable
    queryset = EVERY
    title = _("Roles")
    description = _("A role is a set of permissions; a posting gives it to a person on a ground.")
    export_name = "roles"

    def scoped(self) -> QuerySet:
        """Add how much each role allows and how many people hold it today."""
        return super().scoped().annotate(permissions_held=Count("permissions"), holders=_holders())


class RolePage(RoleView, DetailPage):
    """One role: what it allows, and who holds it."""

    queryset = EVERY
    template = "people/role_detail.html"
    has_notes = has_files = False
    facts = (
        Group(
            _("Role"),
            RoleColumn(_("Kind"), "is_standard"),
            Column(_("Copy of"), value=lambda role: EVERY.filter(code=role.base).first()),
            Column(_("Separate post"), value=lambda role: role.post.label if role.post else None),
            Column(_("What it is for"), "purpose"),
            Column(_("Code"), "code"),
        ),
    )

    def actions(self) -> list[Action]:
        """Return copying."""
        allowed = self.request.user.has_perm("people.add_role")
        url = f"{reverse('desk:role_create')}?copy_of={self.object.pk}"
        reason = "" if allowed else NO_PERMISSION
        return [Action("copy", _("Copy"), url, allowed, reason, method="get", icon="copy")]

    def page_action(self, page: str, verb: str, label: Any, **look: str) -> Action:
        """Return edit and archive; a delivered role says why it stays as it is."""
        action = super().page_action(page, verb, label, **look)
        if not self.object.is_standard or not action.enabled:
            return action
        reason = _("Delivered with the portal: copy it and vary the copy.")
        return Action(page, label, action.url, False, reason, method="get", **look)

    def extra(self) -> dict[str, Any]:
        """Add the permissions in words and the postings in force."""
        held = self.object.permissions.select_related("content_type")
        postings = Posting.objects.visible_to(self.request.user).on().filter(role=self.object)
        grounds = postings.select_related("user", "division", "managing_area", "organisation")
        number = postings.count()
        return {
            "permission_groups": permission_words.grouped(held),
            "holders": grounds.order_by("user__pinyin", "pk")[:SHOWN],
            "more_holders": max(0, number - SHOWN),
            "postings_url": f"{reverse('desk:posting_list')}?role={self.object.pk}",
        }


class RoleCreate(RoleView, CreatePage):
    """A new role, empty or a copy."""

    form, title = RoleForm, _("Add a role")
    template = "people/role_form.html"

    def make_form(self, *args: Any, **kwargs: Any) -> RoleForm:
        """Start from the role that the address or the form names."""
        words = self.request.POST if self.request.method == "POST" else self.request.GET
        wanted = words.get("copy_of", "")
        known = wanted.isdecimal() and len(wanted) < 19  # noqa: PLR2004 - as long as an id
        origin = EVERY.filter(pk=wanted).first() if known else None
        return super().make_form(*args, origin=origin, **kwargs)

    def save(self, form: Any) -> Role:
        values = form.values
        return services.create_role(
            values["name"],
            values["permissions"],
            actor=self.request.user,
            purpose=values["purpose"],
            copy_of=values["copy_of"],
        )


class RoleEdit(RoleView, EditPage):
    """A change of one's own role."""

    queryset, form = EVERY, RoleForm
    template = "people/role_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method.lower() in self.http_method_names:
            found = self.find(self.permission("change"))
            if found.is_standard:
                raise PermissionDenied(PeopleRefusal.ROLE_STANDARD.label % {"role": found})
        return super().dispatch(request, *args, **kwargs)

    def save(self, form: Any) -> Role:
        return services.edit_role(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
            permissions=form.values["permissions"],
        )


class RoleArchive(RoleView, ArchiveAction):
    """Putting a role away that nobody holds any more."""

    queryset = EVERY

    def dependents(self) -> list[Dependent]:
        """Return the postings that hold it up."""
        held = Posting.objects.not_over().filter(role=self.object)
        url = f"{reverse('desk:posting_list')}?role={self.object.pk}"
        return [Dependent(_("Postings"), held.count(), url)]

    def archive(self, note: str) -> Role:
        return services.archive_role(self.object, actor=self.request.user, note=note)
