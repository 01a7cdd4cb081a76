"""Pages of household files (一户一档); personal numbers are shown by their ends."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.desk.tables import Column, DateColumn, LinkColumn
from bureau.desk.views import (
    Action,
    CreatePage,
    DetailPage,
    EditPage,
    Group,
    ListPage,
    noun,
    subject,
)
from bureau.desk.views.base import NO_PERMISSION
from bureau.desk.views.rows import run_form
from grants.filters.households import HouseholdFilter
from grants.forms.households import (
    HouseholdForm,
    MoveInForm,
    MoveOutForm,
    NewHouseholdForm,
    RevealForm,
)
from grants.models import Claim, Dwelling, Entitlement, Household, PaymentLine
from grants.rules.identity import mask_tail
from grants.services import households, personal
from grants.tables.households import HouseholdTable, id_of
from grants.views import household_parts as parts

EVERY = Household.objects.all()
ROWS = EVERY.with_row_data()
REVEAL, CHANGE = "grants.reveal_household", "grants.change_household"
MOVED_OUT = _("The household moved out; its file stays as it is.")


class HouseholdList(ListPage):
    """All households within scope."""

    queryset = ROWS
    filterset, table = HouseholdFilter, HouseholdTable
    title = _("Household files")
    description = _(
        "Identity numbers, cards and phones are shown by their ends, in exports too. To find one "
        "of them whole, use the search on top of the page."
    )
    first_step = _("Open the first file, or import the village register.")
    icon = "home"
    export_name = "households"


class HouseholdPage(DetailPage):
    """One household: its dwelling, its people, its account, and what it was paid."""

    queryset = ROWS
    template = "grants/household_detail.html"
    list_title, icon = _("Household files"), "home"
    facts = (
        Group(
            _("Dwelling"),
            LinkColumn(_("Village"), "dwelling.village"),
            Column(_("Electricity account"), "dwelling.account_number"),
            Column(_("Pending application"), "dwelling.pending_number"),
            Column(_("Gas account"), "dwelling.gas_account"),
            Column(_("Door number"), "dwelling.door_number"),
            DateColumn(_("Demolished on"), "dwelling.demolished_on"),
        ),
        Group(
            _("Household"),
            Column(_("Identity number of the head"), value=id_of),
            Column(_("Phone"), value=lambda row: mask_tail(row.phone_tail or "") or None),
            Column(_("Household-register number"), "register_number"),
            DateColumn(_("Lives here from"), "valid_from"),
            DateColumn(_("Moved out on"), "valid_to"),
            Column(_("Remarks"), "remarks"),
        ),
    )

    def whose_story_too(self) -> list[Any]:
        """Tell of the household's claims, what they entitle to, and each payment of it."""
        user, mine = self.request.user, {"claim__household": self.object}
        claims: Any = Claim.objects.visible_to(user).filter(household=self.object)
        rights: Any = Entitlement.objects.visible_to(user).filter(**mine)
        lines: Any = PaymentLine.objects.visible_to(user).filter(
            entitlement__claim__household=self.object
        )
        return [one for rows in (claims, rights, lines) for one in rows.order_by("pk")]

    def subtitle(self) -> str:
        village = self.object.dwelling.village
        town = village.parent
        return "".join(place.name for place in (town.parent, town, village) if place)

    def may_write(self) -> bool:
        return self.object.valid_to is None and super().may_write()

    def missing(self) -> list[tuple[str, str]]:
        """Name what no payment can do without."""
        row, edit = self.object, self.url("edit", self.object.pk)
        may = self.may_write()
        wanted = (
            (row.id_number_tail, _("identity number"), f"{edit}#id_id_number"),
            (row.dwelling.account_number, _("electricity account"), f"{edit}#id_account_number"),
            (row.card_tail, _("bank card"), "#panel-accounts"),
        )
        return [(str(label), url if may else "") for held, label, url in wanted if not held]

    def actions(self) -> list[Action]:
        return [self.reveal_action(), *self.moves()]

    def reveal_action(self) -> Action:
        """Return the button that shows a whole number, for a reason."""
        may = self.request.user.can(REVEAL, self.object)
        return Action(
            "reveal", _("Show a whole number"), self.url("reveal", self.object.pk), may,
            "" if may else NO_PERMISSION, icon="eye",
            form=RevealForm(household=self.object, auto_id="reveal_%s") if may else None,
            hint=_("It is shown on the next page only and kept nowhere."),
        )  # fmt: skip

    def moves(self) -> list[Action]:
        """Return the verb for a household that leaves, or for the next one that comes."""
        home, may = self.object.dwelling, self.request.user.can(CHANGE, self.object)
        if self.object.valid_to is None:
            return [
                Action(
                    "move-out", _("Record move"), self.url("move_out", self.object.pk), may,
                    "" if may else NO_PERMISSION, icon="logout",
                    form=MoveOutForm(auto_id="move_%s"),
                )
            ]  # fmt: skip
        if home.households.present().exists():
            return []
        return [
            Action(
                "move-in", _("Record who moved in"),
                reverse("grants:household_move_in", args=[home.pk]), may,
                "" if may else NO_PERMISSION, method="get", icon="user-plus",
            )
        ]  # fmt: skip

    def standard_actions(self) -> list[Action]:
        """Return edit; a household that moved out stays as it is."""
        found = super().standard_actions()
        if self.object.valid_to is None:
            return found
        return [
            Action(one.verb, one.label, one.url, False, MOVED_OUT, method="get", icon=one.icon)
            for one in found
        ]


class HouseholdReveal(HouseholdPage):
    """The household's page with one whole number on it: this answer only, nothing keeps it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.find(REVEAL)
        form = RevealForm(request.POST, household=self.object)
        if not form.is_valid():
            return run_form(request, self.object, form, lambda _given: None, "")
        wanted = form.wanted
        shown: dict[str, str] = {}

        def reveal(_given: Any) -> None:
            shown["value"] = personal.reveal(self.object, actor=request.user, **wanted)

        answer = run_form(request, self.object, form, reveal, "")
        if "value" not in shown:
            return answer
        shown["label"] = dict(form.fields["number"].choices)[form.cleaned_data["number"]]
        return render(request, self.template, self.context(revealed=shown))


class HouseholdCreate(CreatePage):
    """A new household file."""

    form, title = NewHouseholdForm, _("Open a household file")
    list_title = _("Household files")

    def save(self, form: Any) -> Household:
        given = form.values
        parts.say_doubts(self.request, given)
        return households.record_household(given.pop("village"), actor=self.request.user, **given)


class HouseholdEdit(EditPage):
    """A change of a household, its dwelling and its head."""

    queryset, form = EVERY.select_related("dwelling__village"), HouseholdForm
    list_title = _("Household files")

    def save(self, form: Any) -> Household:
        parts.say_doubts(self.request, form.values)
        return households.edit_household(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
        )


class HouseholdMoveIn(CreatePage):
    """Who lives in a dwelling after a household moved out."""

    form, title, noun = MoveInForm, _("Record who moved in"), "household"
    list_title = _("Household files")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        self.home = subject(request, Dwelling.objects.all(), kwargs["pk"], self.permission("add"))
        return super().dispatch(request, *args, **kwargs)

    def save(self, form: Any) -> Household:
        parts.say_doubts(self.request, form.values)
        return households.move_in(self.home, actor=self.request.user, **form.values)


@require_POST
def move_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a household left its dwelling."""
    found = subject(request, EVERY, pk, CHANGE)
    return run_form(
        request,
        found,
        MoveOutForm(request.POST, user=request.user),
        lambda given: households.move_out(found, actor=request.user, **given),
        _("The move was recorded."),
    )


ONE = "households/<int:pk>/"
HOUSEHOLDS = [
    *noun(
        "households", "household", list=HouseholdList, detail=HouseholdPage,
        create=HouseholdCreate, edit=HouseholdEdit,
    ),
    path("dwellings/<int:pk>/move-in/", HouseholdMoveIn.as_view(), name="household_move_in"),
    path(f"{ONE}reveal/", HouseholdReveal.as_view(), name="household_reveal"),
    path(f"{ONE}move-out/", move_out, name="household_move_out"),
    path(f"{ONE}members/", parts.members_panel, name="household_members"),
    path(f"{ONE}add-member/", parts.add_member, name="household_add_member"),
    path(
        f"{ONE}members/<int:member_pk>/end/", parts.end_membership, name="household_end_membership"
    ),
    path(f"{ONE}change-head/", parts.change_head, name="household_change_head"),
    path(f"{ONE}split/", parts.split, name="household_split"),
    path(f"{ONE}accounts/", parts.accounts_panel, name="household_accounts"),
    path(f"{ONE}change-account/", parts.change_account, name="household_change_account"),
    path(f"{ONE}papers/", parts.papers_panel, name="household_papers"),
    path(f"{ONE}residents/", parts.residents_panel, name="household_residents"),
]  # fmt: skip
