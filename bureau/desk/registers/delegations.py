"""Deputies: who acts for whom and until when; everybody names the own ones."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk.filters import BaseFilterSet
from bureau.desk.forms import DayField, DeskForm
from bureau.desk.pickers import PEOPLE, Picker, PickerField, register
from bureau.desk.registers.postings import DatedStateColumn, EndedFilter, PersonSearch
from bureau.desk.tables import Column, DateColumn, LinkColumn, Table
from bureau.desk.views import Action, CreatePage, DetailPage, Group, ListPage, answer, subject
from bureau.desk.views.verbs import note_of
from bureau.people import services
from bureau.people.choices import PeopleRefusal
from bureau.people.models import Delegation, User

EVERY = Delegation.objects.select_related("principal", "deputy")
FOR_OTHERS = "people.add_delegation"


class DeputyPicker(Picker):
    """Whom one may name: colleagues of the own ground; who looks after people, all of these."""

    def rows(self, user: Any) -> QuerySet:
        """Return whom ``user`` may name."""
        if user.has_perm(FOR_OTHERS):
            return User.objects.active().visible_to(user)
        return User.objects.colleagues_of(user)

    def opens_for(self, user: Any) -> bool:
        """Everybody may name the own deputy."""
        return True


DEPUTIES = register(
    DeputyPicker("deputy", User.objects.active(), lambda row: row.username, name="display_name")
)


class DelegationTable(Table):
    """Delegations, the newest first."""

    principal = LinkColumn(_("Principal"), "principal.display_name")
    deputy = Column(_("Deputy"))
    valid_from = DateColumn(_("First day"), sort="valid_from")
    valid_until = DateColumn(_("Last day"))
    reason = Column(_("Reason"))
    state = DatedStateColumn(_("State"))
    default_sort = "-valid_from"


class DelegationFilter(BaseFilterSet):
    """By either person."""

    q = PersonSearch("principal,deputy", max_length=60, label=_("Quick search"))
    ended = EndedFilter()


class DelegationForm(DeskForm):
    """Who acts for whom; the principal is oneself unless one looks after others."""

    principal = PickerField(
        PEOPLE, label=_("Principal"), required=False, help_text=_("Empty: yourself.")
    )
    deputy = PickerField(DEPUTIES, label=_("Deputy"))
    valid_from = DayField(label=_("First day"), initial=clock.today)
    valid_until = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.user.has_perm(FOR_OTHERS):
            del self.fields["principal"]


class DelegationView:
    """Where the pages of delegations stand."""

    namespace = "desk"
    icon = "user-share"


class DelegationList(DelegationView, ListPage):
    """One's own delegations, and everybody's for who looks after them."""

    queryset, filterset, table = EVERY, DelegationFilter, DelegationTable
    title = _("Delegations")
    description = _(
        "A deputy acts under the principal's own postings; for four eyes both count as one person."
    )
    first_step = _("Name a deputy before you are away.")
    export_name = "delegations"

    def require(self, needs: str) -> None:
        """Refuse nobody: the rows are one's own unless a posting shows more."""

    def create_action(self) -> Action:
        """Return the button for a new one; everybody may name the own deputy."""
        url = self.url("create")
        return Action("create", _("New"), url, method="get", kind="primary", icon="plus")


class DelegationPage(DelegationView, DetailPage):
    """One delegation."""

    queryset = EVERY
    status = DatedStateColumn("")
    has_notes = has_files = False
    facts = (
        Group(
            _("Delegation"),
            LinkColumn(_("Principal"), "principal"),
            LinkColumn(_("Deputy"), "deputy"),
            DateColumn(_("First day"), "valid_from"),
            DateColumn(_("Last day"), "valid_until"),
            Column(_("Reason"), "reason"),
        ),
    )

    def actions(self) -> list[Action]:
        """Return ending."""
        row = self.object
        values = {"day": row.valid_until}
        over = BusinessError(PeopleRefusal.DELEGATION_ENDED, **values).sentence
        return [
            Action(
                "end", _("End the delegation"), reverse("desk:delegation_end", args=[row.pk]),
                enabled=not row.is_over, reason=over if row.is_over else "", needs_note=True,
                kind="danger", icon="user-off",
            )
        ]  # fmt: skip


class DelegationCreate(DelegationView, CreatePage):
    """A new delegation."""

    form: ClassVar[Any] = DelegationForm
    model, title = Delegation, _("Name a deputy")

    def require(self, needs: str) -> None:
        """Refuse nobody: everybody may name the own deputy."""

    def save(self, form: Any) -> Delegation:
        values = form.cleaned_data
        return services.delegate(
            values.get("principal") or self.request.user,
            values["deputy"],
            actor=self.request.user,
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            reason=values["reason"],
        )


@require_POST
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation at once; either of the two may, and who looks after both."""
    delegation = subject(request, EVERY, pk, "people.change_delegation")
    note = note_of(request)

    def call() -> None:
        services.end_delegation(delegation, actor=request.user, note=note)

    return answer(request, delegation, call, done=_("The delegation was ended."))
