"""Pages of entitlements, and when a household, a claim, a village is paid."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bureau.desk.routes import noun
from bureau.desk.tables import (
    Column,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    StatusColumn,
    WordColumn,
)
from bureau.desk.views import DetailPage, Group, ListPage, answer, subject
from bureau.desk.views.rows import panel, run_form
from bureau.places.models import Division
from grants.choices import EntitlementVerb
from grants.filters.payments import EntitlementFilter
from grants.forms.payments import AnnounceForm, ReasonedForm
from grants.models import Claim, Entitlement, Household, PaymentLine
from grants.reports import funds as reports
from grants.rules import payments as rules
from grants.services.entitlements import MAY_SUSPEND, VERBS
from grants.services.recoveries import announce_recovery
from grants.tables.payments import EntitlementTable, season_of
from grants.views.payment_steps import entitlement_actions

EVERY = Entitlement.objects.with_row_data()
NEEDS = "grants.view_paymentline"


class EntitlementList(ListPage):
    """What dwellings are to be paid, within scope."""

    queryset = EVERY
    filterset, table = EntitlementFilter, EntitlementTable
    title = _("Entitlements")
    first_step = _("They open when claims are approved and when use checks are confirmed.")
    icon = "coin"
    export_name = "entitlements"


class EntitlementPage(DetailPage):
    """One entitlement with its payments and recoveries."""

    queryset = EVERY.select_related("rate", "suspended_by")
    status = StatusColumn(_("State"), "state")
    icon = "coin"
    list_title = _("Entitlements")
    has_files = False
    write = MAY_SUSPEND
    facts: ClassVar = (
        Group(
            _("Entitlement"),
            WordColumn(_("Kind"), "kind"),
            Column(_("Season"), value=season_of),
            Column(_("Year of operation"), "index"),
            MoneyColumn(_("Amount"), "amount"),
            Column(_("Rate"), "rate"),
            Column(_("Reason"), "reason"),
            Column(_("Suspended by"), "suspended_by"),
            MomentColumn(_("Suspended at"), "suspended_at"),
        ),
        Group(
            _("Household"),
            LinkColumn(_("Claim"), "claim"),
            Column(_("Electricity account"), "dwelling"),
            LinkColumn(_("Village"), "village"),
        ),
    )

    def title(self) -> str:
        return f"{self.object.claim.name} · {self.object}"

    def actions(self) -> list[Any]:
        return entitlement_actions(self.object, self.request.user)


@require_POST
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Suspend an entitlement, or lift the suspension."""
    if verb not in VERBS:
        raise Http404
    row = subject(request, EVERY, pk, MAY_SUSPEND)
    form = ReasonedForm(request.POST, user=request.user)
    done = gettext("Done: %(verb)s.") % {"verb": EntitlementVerb(verb).label}
    call = lambda given: VERBS[verb](row, actor=request.user, **given)  # noqa: E731
    return run_form(request, row, form, call, done)


@require_POST
def recover(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce that a part of what was paid is to be given back; go to the recovery."""
    row = subject(request, EVERY, pk, rules.MAY_ANNOUNCE)
    form = AnnounceForm(request.POST, user=request.user)
    if not form.is_valid():
        return run_form(request, row, form, lambda _given: None, "")
    made: list[Any] = []

    def call() -> None:
        made.append(announce_recovery(row, actor=request.user, **form.given))

    response = answer(request, row, call, done=gettext("The recovery was announced."))
    if made and response.status_code == 302:  # noqa: PLR2004
        response["Location"] = made[0].get_absolute_url()
    return response


# --- Paid when ---------------------------------------------------------------------------
def _payments(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """Return entitlements, each with its payments, the latest attempt first."""
    found = list(rows.visible_to(request.user).order_by("season", "pk"))
    lines: Any = PaymentLine.objects.filter(entitlement__in=found)
    by_row: dict[int, list[PaymentLine]] = {}
    for line in lines.standing().select_related("batch").order_by("-attempt", "-pk"):
        by_row.setdefault(line.entitlement_id, []).append(line)
    may_open = request.user.has_perm("grants.view_paymentbatch")
    return {
        "payments": [(row, season_of(row), by_row.get(row.pk, [])) for row in found],
        "may_open": may_open,
    }


@require_safe
def entitlement_payments(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw every attempt to pay one entitlement."""

    def facts(row: Entitlement) -> dict[str, Any]:
        return _payments(request, Entitlement.objects.filter(pk=row.pk))

    return panel(request, EVERY, pk, "grants/_payments.html", facts, needs=NEEDS)


@require_safe
def claim_payments(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw what a claim was paid, and when."""

    def facts(claim: Claim) -> dict[str, Any]:
        return _payments(request, claim.entitlements.all())

    return panel(request, Claim.objects.all(), pk, "grants/_payments.html", facts, needs=NEEDS)


@require_safe
def household_payments(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw what a household's dwelling was paid, and when: all its claims, season by season."""

    def facts(household: Household) -> dict[str, Any]:
        return _payments(request, Entitlement.objects.filter(dwelling=household.dwelling_id))

    return panel(request, Household.objects.all(), pk, "grants/_payments.html", facts, needs=NEEDS)


@require_safe
def place_payments(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw how much of a place's subsidies was paid, by kind and season."""

    def facts(place: Division) -> dict[str, Any]:
        there = Entitlement.objects.visible_to(request.user).under(place.scope_path)
        words = urlencode({"place": place.code})
        every = f"{reverse('grants:entitlement_list')}?{words}"
        return {"rows": reports.paid_in(there), "every": every}

    return panel(
        request, Division.objects.all(), pk, "grants/_place_payments.html", facts, needs=NEEDS
    )


ENTITLEMENTS = [
    *noun("entitlements", "entitlement", list=EntitlementList, detail=EntitlementPage),
    path("entitlements/<int:pk>/payments/", entitlement_payments, name="entitlement_payments"),
    path("entitlements/<int:pk>/recover/", recover, name="entitlement_recover"),
    path("entitlements/<int:pk>/<slug:verb>/", verb, name="entitlement_verb"),
    path("claims/<int:pk>/payments/", claim_payments, name="claim_payments"),
    path("households/<int:pk>/payments/", household_payments, name="household_payments"),
    path("places/<int:pk>/payments/", place_payments, name="place_payments"),
]
