"""Duplicate cases: the list, and both sides beside each other with the decision."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.desk.routes import noun
from bureau.desk.tables import Column, MomentColumn, StatusColumn
from bureau.desk.views import Action, DetailPage, Group, ListPage, subject
from bureau.desk.views.base import NO_PERMISSION
from bureau.desk.views.rows import run_form
from grants.choices import DuplicateState, DuplicateVerb
from grants.filters.duplicates import DuplicateFilter
from grants.forms.duplicates import DecideForm, SignForm
from grants.models import DuplicateCase
from grants.reports import duplicates as reports
from grants.services.duplicates import MAY_DECIDE, MAY_SIGN, decide_case, sign_case
from grants.tables.duplicates import DuplicateTable

EVERY = DuplicateCase.objects.select_related("decided_by", "signed_by")


class DuplicateList(ListPage):
    """Duplicate cases with a side within scope."""

    queryset = EVERY
    filterset, table = DuplicateFilter, DuplicateTable
    title = _("Duplicate cases")
    first_step = _("A case opens by itself when two dwellings share what only one should have.")
    icon = "copy"
    export_name = "duplicate-cases"


class DuplicatePage(DetailPage):
    """One case: both sides, who decided, who signed."""

    template = "grants/duplicate_detail.html"
    queryset = EVERY
    status = StatusColumn(_("State"), "state")
    icon = "copy"
    list_title = _("Duplicate cases")
    has_files = has_notes = False
    facts: ClassVar[tuple[Group, ...]] = (
        Group(
            _("Case"),
            Column(_("In common"), "get_ground_display"),
            Column(_("Decision"), "get_decision_display"),
            Column(_("Reason"), "reason"),
            Column(_("Decided by"), "decided_by"),
            MomentColumn(_("Decided at"), "decided_at"),
            Column(_("Signed by"), "signed_by"),
            MomentColumn(_("Signed at"), "signed_at"),
        ),
    )

    def actions(self) -> list[Action]:
        case = self.object
        if case.state == DuplicateState.CLOSED:
            return []
        found = [self._action(DuplicateVerb.DECIDE, MAY_DECIDE, DecideForm)]
        if case.state == DuplicateState.DECIDED:
            found.insert(0, self._action(DuplicateVerb.SIGN, MAY_SIGN, SignForm))
        return found

    def _action(self, verb: DuplicateVerb, permission: str, form: Any) -> Action:
        case, user = self.object, self.request.user
        reason: Any = "" if user.can(permission, case) else NO_PERMISSION
        if not reason and verb == DuplicateVerb.SIGN and case.decided_by_id in user.person_ids():
            reason = _("You decided this case; another person signs.")
        return Action(
            verb.value, verb.label,
            reverse(f"grants:duplicatecase_{verb.value}", args=[case.pk]),
            enabled=not reason, reason=reason, kind="primary",
            form=form(initial={"version": case.version}, auto_id=f"id_{verb.value}_%s"),
        )  # fmt: skip

    def standard_actions(self) -> list[Action]:
        return []

    def extra(self) -> dict[str, Any]:
        return {"sides": reports.sides(self.object, self.request.user)}


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which dwelling stands."""
    case = subject(request, EVERY, pk, MAY_DECIDE)
    form = DecideForm(request.POST, user=request.user)
    call = lambda given: decide_case(case, actor=request.user, **given)  # noqa: E731
    return run_form(request, case, form, call, _("Decided; another person signs it."))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign another person's decision."""
    case = subject(request, EVERY, pk, MAY_SIGN)
    form = SignForm(request.POST, user=request.user)
    call = lambda given: sign_case(case, actor=request.user, **given)  # noqa: E731
    return run_form(request, case, form, call, _("The case is closed."))


DUPLICATES = [
    *noun("duplicate-cases", "duplicatecase", list=DuplicateList, detail=DuplicatePage),
    path("duplicate-cases/<int:pk>/decide/", decide, name="duplicatecase_decide"),
    path("duplicate-cases/<int:pk>/sign/", sign, name="duplicatecase_sign"),
]
