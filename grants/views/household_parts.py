"""What hangs on a household's page: members, accounts, papers, who lived there before."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bureau.core.errors import BusinessError
from bureau.desk.views.base import subject
from bureau.desk.views.rows import panel, run_form
from bureau.records.models import Attachment
from grants.choices import ClaimPaper, HouseholdPaper
from grants.forms.households import AccountForm, EndForm, HeadForm, MemberForm, SplitForm, others_of
from grants.models import Claim, Household
from grants.rules.identity import mask_id, mask_tail
from grants.services import accounts, households, members, personal

EVERY = Household.objects.select_related("dwelling__village")
CHANGE = "grants.change_household"


def say_doubts(request: HttpRequest, given: dict[str, Any]) -> None:
    """Warn of numbers that are taken but odd; a warning quotes two characters of them."""
    for doubt in personal.doubts_of(given.get("id_number", ""), given.get("card", "")):
        messages.warning(request, BusinessError(doubt.code, **doubt.values).sentence)


@require_safe
def members_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw who lives in the household, and who did."""

    def facts(household: Household) -> dict[str, Any]:
        rows = household.memberships.select_related("person").order_by("valid_to", "pk")
        is_here = household.valid_to is None
        return {
            "members": [
                (one, mask_id(one.person.id_number_head, one.person.id_number_tail),
                 mask_tail(one.person.phone_tail))
                for one in rows
            ],
            "may_write": is_here and request.user.can(CHANGE, household),
            "form": MemberForm(auto_id="member_%s"),
            "end_form": _end_form(),
            "others": others_of(household).exists(),
            "head_form": HeadForm(household=household, auto_id="head_%s"),
            "split_form": SplitForm(household=household, auto_id="split_%s"),
        }  # fmt: skip

    return panel(request, EVERY, pk, "grants/_members.html", facts)


@require_POST
def add_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person to the household."""
    found = subject(request, EVERY, pk, CHANGE)
    form = MemberForm(request.POST, user=request.user)
    return run_form(
        request, found, form,
        lambda given: members.add_member(found, actor=request.user, **given),
        _("The member was added."),
    )  # fmt: skip


@require_POST
def end_membership(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """End the time of a member in the household."""
    found = subject(request, EVERY, pk, CHANGE)
    member = get_object_or_404(found.memberships, pk=member_pk)
    form = EndForm(request.POST, user=request.user)
    return run_form(
        request, found, form,
        lambda given: members.end_membership(member, actor=request.user, **given),
        _("The membership was ended."),
    )  # fmt: skip


@require_POST
def change_head(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another member the head, by the paper that proves it."""
    found = subject(request, EVERY, pk, CHANGE)
    form = HeadForm(request.POST, request.FILES, household=found, user=request.user)

    def call(given: dict[str, Any]) -> Any:
        return members.change_head(given.pop("member"), actor=request.user, **given)

    return run_form(request, found, form, call, _("The head of the household was changed."))


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Give members a household of their own."""
    found = subject(request, EVERY, pk, CHANGE)
    form = SplitForm(request.POST, household=found, user=request.user)

    def call(given: dict[str, Any]) -> Any:
        return households.split(found, given.pop("members"), actor=request.user, **given)

    return run_form(request, found, form, call, _("The new household has its own file."))


@require_safe
def accounts_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw to which accounts is paid, and was before."""

    def facts(household: Household) -> dict[str, Any]:
        is_here = household.valid_to is None
        return {
            "accounts": [(one, mask_tail(one.card_tail)) for one in
                         household.accounts.order_by("-valid_from", "-pk")],
            "may_write": is_here and request.user.can(CHANGE, household),
            "form": AccountForm(household=household, auto_id="account_%s"),
        }  # fmt: skip

    return panel(request, EVERY, pk, "grants/_accounts.html", facts)


@require_POST
def change_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay to another account from a day on."""
    found = subject(request, EVERY, pk, CHANGE)
    form = AccountForm(request.POST, household=found, user=request.user)

    def call(_given: Any) -> Any:
        say_doubts(request, form.cleaned_data)
        return accounts.change_account(found, actor=request.user, **form.values)

    return run_form(request, found, form, call, _("The account was changed."))


@require_safe
def papers_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the papers of the file by kind, wherever they hang, and which kinds are missing."""

    def facts(household: Household) -> dict[str, Any]:
        claims = Claim.objects.visible_to(request.user).filter(household=household)
        kinds = [*ClaimPaper, *HouseholdPaper]
        held: dict[str, list[Attachment]] = {kind.value: [] for kind in kinds}
        for row in (household, *claims):
            for paper in Attachment.objects.of(row).filter(kind__in=held):
                held[paper.kind].append(paper)
        return {"papers": [(kind, held[kind.value]) for kind in kinds], "claims": claims}

    return panel(request, EVERY, pk, "grants/_file_papers.html", facts)


@require_safe
def residents_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw who lives and lived in the dwelling."""

    def facts(household: Household) -> dict[str, Any]:
        rows = Household.objects.visible_to(request.user).filter(dwelling=household.dwelling)
        return {"residents": rows.order_by("-valid_from", "-pk")}

    return panel(request, EVERY, pk, "grants/_residents.html", facts)


def _end_form() -> EndForm:
    """Return the form that stands in many rows: its fields name themselves, without an id."""
    form = EndForm(auto_id=False)
    for field in form.fields.values():
        field.widget.attrs["aria-label"] = field.label
    return form
