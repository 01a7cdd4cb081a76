"""Accounts: who signs in, posted where, with what state; opened, changed and closed here."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.querysets import Area
from bureau.desk import formats
from bureau.desk.filters import (
    BaseFilterSet,
    ChoiceFilter,
    PlaceFilter,
    QuickSearch,
    ScopedChoiceFilter,
    TickFilter,
)
from bureau.desk.forms import NounForm
from bureau.desk.registers.user_verbs import actions_of, one_time_password
from bureau.desk.tables import BooleanColumn, Column, LinkColumn, MomentColumn, StatusColumn, Table
from bureau.desk.views import Action, CreatePage, DetailPage, EditPage, Group, ListPage
from bureau.people import services
from bureau.people.choices import UserState
from bureau.people.models import Delegation, Posting, Role, SignIn, User, UserSession
from bureau.people.querysets import not_over
from bureau.places.querysets import on_ground

EVERY = User.objects.with_postings()
ALSO_HELD = 3
SHOWN = 10


class HeldColumn(Column):
    """The postings of a person in words; beyond three only their number."""

    css = "col-wide"

    def html(self, row: User) -> str:
        held = self.value(row)
        if not held:
            return formats.NOTHING
        lines = format_html_join("", "<div>{}</div>", ((str(one),) for one in held[:ALSO_HELD]))
        more = len(held) - ALSO_HELD
        return format_html("{}<small>+{}</small>", lines, more) if more > 0 else lines

    def exported(self, row: User) -> str:
        return "、".join(str(one) for one in self.value(row))


class UserTable(Table):
    """Accounts in the order of their names' sound."""

    name = LinkColumn(_("Name"), "display_name", sort="pinyin")
    username = Column(_("User name"), sort="username")
    held = HeldColumn(_("Postings"))
    state = StatusColumn(_("State"))
    last_login = MomentColumn(_("Last sign-in"))
    phone = Column(_("Phone"), "masked_phone", chosen=False)
    created_at = MomentColumn(_("Opened at"), chosen=False)
    default_sort = "name"


class PostedPlaceFilter(PlaceFilter):
    """People posted in a county, town or community."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return qs
        ground = Area(posting_id=0, division_path=value.scope_path, level=value.level)
        there = Posting.objects.not_over().filter(on_ground(ground, "division"))
        return qs.filter(pk__in=there.values("user_id"))


class UserFilter(BaseFilterSet):
    """By name, state, role and place."""

    q = QuickSearch(names="display_name")
    state = ChoiceFilter(choices=UserState.choices, method="with_state", label=_("State"))
    role = ScopedChoiceFilter(queryset=Role.objects.all(), method="with_role", label=_("Role"))
    place = PostedPlaceFilter(label=_("Posted in"))
    unposted = TickFilter(method="without_posting", label=_("Without any posting"))

    def with_state(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Return the accounts that stand so."""
        conditions = {
            UserState.ACTIVE: Q(is_active=True, last_login__isnull=False),
            UserState.WAITING: Q(is_active=True, last_login__isnull=True),
            UserState.CLOSED: Q(is_active=False),
        }
        return queryset.filter(conditions[UserState(value)])

    def with_role(self, queryset: QuerySet, _name: str, value: Role | None) -> QuerySet:
        """Return the people who hold a role now or are to."""
        if value is None:
            return queryset
        held = Posting.objects.not_over().filter(role=value)
        return queryset.filter(pk__in=held.values("user_id"))

    def without_posting(self, queryset: QuerySet, _name: str, value: bool) -> QuerySet:
        """Return the people who hold nothing."""
        held = Posting.objects.not_over().values("user_id")
        return queryset.exclude(pk__in=held) if value else queryset


class UserForm(NounForm):
    """A new account; its user name stays for good."""

    class Meta:
        model = User
        fields = ("display_name", "username", "phone")
        help_texts = {
            "username": _("Letters, digits and @ . + - _; it cannot be changed later."),
            "phone": _("A mobile or landline number; others see it masked."),
        }


class UserEditForm(NounForm):
    """What may be changed of an account."""

    class Meta:
        model = User
        fields = ("display_name", "phone")


class UserView:
    """Where the pages of accounts stand."""

    namespace = "desk"
    icon = "users"


class UserList(UserView, ListPage):
    """The accounts posted on one's ground."""

    queryset, filterset, table = EVERY, UserFilter, UserTable
    title = _("Users")
    description = _("Accounts of everybody who signs in. What they may do follows from postings.")
    first_step = _("Open the first account; the security administrator then grants a posting.")
    export_name = "users"


class UserPage(UserView, DetailPage):
    """One account: postings, deputies, sessions, and what happened."""

    queryset = EVERY
    template = "people/user_detail.html"
    status = StatusColumn("", "state")
    has_notes = has_files = False
    facts = (
        Group(
            _("Account"),
            Column(_("User name"), "username"),
            Column(_("Phone"), "shown_phone"),
            Column(
                _("Identity number"),
                value=lambda user: gettext("recorded") if user.id_number_index else None,
            ),
            MomentColumn(_("Last sign-in"), "last_login"),
            BooleanColumn(_("Must change the password"), "must_change_password"),
            MomentColumn(_("Opened at"), "created_at"),
        ),
    )

    def find(self, needs: str = "") -> User:
        """Return the account with its phone as this reader may see it."""
        found = super().find(needs)
        whole = self.request.user.can("people.view_phone_user", found)
        found.shown_phone = found.phone if whole else found.masked_phone
        return found

    def subtitle(self) -> str:
        """Name the postings."""
        return "、".join(str(one) for one in self.object.held[:ALSO_HELD])

    def actions(self) -> list[Action]:
        """Return what can be done to the account."""
        return actions_of(self.object, self.request.user)

    def extra(self) -> dict[str, Any]:
        """Add what hangs on the person, each part for whoever may see it."""
        reader, person = self.request.user, self.object
        own = Q(principal=person) | Q(deputy=person)
        running = Delegation.objects.filter(own).filter(not_over(clock.today()))
        found: dict[str, Any] = {
            "postings_url": f"{reverse('desk:posting_list')}?username={person.username}",
            "grant_url": "",
            "delegations": running.select_related("principal", "deputy"),
            "locked": services.is_locked(person),
        }
        if reader.has_perm("people.add_posting") and person.is_active:
            found["grant_url"] = f"{reverse('desk:posting_create')}?user={person.pk}"
        if not reader.has_perm("people.view_posting"):
            found["postings_url"] = ""
        if reader.can("people.close_user", person) or reader.can("people.view_signin", person):
            found["sessions"] = UserSession.objects.live().filter(user=person)[:SHOWN]
        if reader.can("people.view_signin", person):
            found["sign_ins"] = SignIn.objects.of(person)[:SHOWN]
            found["sign_ins_url"] = f"{reverse('desk:signin_list')}?username={person.username}"
        return found


class UserCreate(UserView, CreatePage):
    """A new account with a one-time password that this answer shows and nothing keeps."""

    form, title = UserForm, _("Open an account")

    def save(self, form: Any) -> User:
        user, self.password = services.open_account(actor=self.request.user, **form.values)
        return user

    def attempt(self, form: Any) -> HttpResponse:
        """Answer with the password instead of leading on: it must be read here and now."""
        self.password = ""
        answer = super().attempt(form)
        if not self.password:
            return answer
        user = User.objects.get(username=form.cleaned_data["username"])
        return one_time_password(self.request, user, self.password, created=True)


class UserEdit(UserView, EditPage):
    """A change of an account."""

    queryset, form = User.objects.all(), UserEditForm

    def save(self, form: Any) -> User:
        return services.edit_user(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
        )
