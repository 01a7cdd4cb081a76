"""Pages of recoveries."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bureau.desk.routes import noun
from bureau.desk.tables import Column, DateColumn, LinkColumn, MoneyColumn, StatusColumn
from bureau.desk.views import DetailPage, Group, ListPage, subject
from bureau.desk.views.rows import panel, run_form
from grants.choices import RecoveryVerb
from grants.filters.payments import RecoveryFilter
from grants.models import Entitlement, Recovery
from grants.rules import payments as rules
from grants.services.recoveries import SERVICES, do
from grants.tables.payments import RecoveryTable
from grants.views.payment_steps import RECOVERY_FORMS, by_kebab, recovery_actions

EVERY = Recovery.objects.with_row_data()
VERBS = by_kebab(SERVICES)
PERMISSIONS = {
    "hear": rules.MAY_ANNOUNCE,
    "cancel": rules.MAY_ANNOUNCE,
    "decide": rules.MAY_DECIDE,
    "record_cash": rules.MAY_COLLECT,
    "offset": rules.MAY_COLLECT,
}


class RecoveryList(ListPage):
    """Recoveries within scope with what came back."""

    queryset = EVERY
    filterset, table = RecoveryFilter, RecoveryTable
    title = _("Recoveries")
    first_step = _("Announce one from the page of a paid entitlement.")
    icon = "arrow-back-up"
    export_name = "recoveries"


class RecoveryPage(DetailPage):
    """One recovery: demanded, heard, decided, repaid."""

    queryset = EVERY.select_related("announced_by", "decided_by", "offset_line")
    template = "grants/recovery_detail.html"
    status = StatusColumn(_("State"), "state")
    icon = "arrow-back-up"
    list_title = _("Recoveries")
    write = rules.MAY_ANNOUNCE
    facts: ClassVar = (
        Group(
            _("Demand"),
            MoneyColumn(_("Demanded"), "amount"),
            MoneyColumn(_("Repaid"), value=lambda row: row.repaid or 0),
            MoneyColumn(_("Still open"), value=lambda row: row.amount - (row.repaid or 0)),
            Column(_("Reason"), "reason"),
            LinkColumn(_("Entitlement"), "entitlement"),
            DateColumn(_("Announced on"), "announced_on"),
            Column(_("Announced by"), "announced_by"),
        ),
        Group(
            _("Hearing and decision"),
            DateColumn(_("Statement heard on"), "heard_on"),
            Column(_("Statement"), "statement"),
            DateColumn(_("Decided on"), "decided_on"),
            Column(_("Decided by"), "decided_by"),
            Column(_("Remedies"), "remedies"),
            Column(_("To be kept back from"), "offset_line"),
        ),
    )

    def title(self) -> str:
        name = self.object.entitlement.claim.name
        return gettext("Recovery from %(name)s") % {"name": name}

    def actions(self) -> list[Any]:
        return recovery_actions(self.object, self.request.user)

    def extra(self) -> dict[str, Any]:
        return {"repayments": self.object.repayments.select_related("line", "recorded_by")}


@require_POST
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Carry out a verb of a recovery; any other word is no address."""
    if verb not in VERBS:
        raise Http404
    name = VERBS[verb]
    row = subject(request, EVERY, pk, PERMISSIONS[name])
    form = RECOVERY_FORMS[name](request.POST, user=request.user, subject=row)
    done = gettext("Done: %(verb)s.") % {"verb": RecoveryVerb(name).label}
    call = lambda _given: do(name, row, actor=request.user, **form.given)  # noqa: E731
    return run_form(request, row, form, call, done)


@require_safe
def entitlement_recoveries(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the recoveries of an entitlement."""

    def facts(row: Entitlement) -> dict[str, Any]:
        seen = row.recoveries.visible_to(request.user)
        return {"recoveries": seen.with_repaid().order_by("pk")}

    return panel(
        request, Entitlement.objects.all(), pk, "grants/_recoveries.html", facts,
        needs="grants.view_recovery",
    )  # fmt: skip


RECOVERIES = [
    *noun("recoveries", "recovery", list=RecoveryList, detail=RecoveryPage),
    path("recoveries/<int:pk>/<slug:verb>/", verb, name="recovery_verb"),
    path(
        "entitlements/<int:pk>/recoveries/",
        entitlement_recoveries,
        name="entitlement_recoveries",
    ),
]
