"""Pages of funds, and the fund ledger: what came, what was paid, what lies idle."""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bureau.desk import printing
from bureau.desk.forms import DeskForm
from bureau.desk.tables import Column, DateColumn, MoneyColumn, NumberColumn, WordColumn
from bureau.desk.views import Action, Group, ListPage, subject
from bureau.desk.views.kept import KeptPages
from bureau.desk.views.rows import panel, run_form
from bureau.exchange import exporting
from grants.filters.payments import FundFilter
from grants.forms.payments import AllotForm, FundForm
from grants.models import Allotment, Fund, PaymentBatch
from grants.reports.funds import FundLine, ledger_of
from grants.services import funds as services
from grants.tables.payments import FundTable, free_of
from grants.views.files import sheet_and_files

EVERY = Fund.objects.with_ledger()
VIEW = "grants.view_fund"


class FundList(ListPage):
    """Funds within scope."""

    def actions(self) -> list[Action]:
        url = reverse("grants:fund_ledger")
        return [Action("ledger", _("Fund ledger"), url, method="get", icon="report-money")]


class FundPages(KeptPages):
    """All pages of funds."""

    keeper = services.funds
    queryset = EVERY
    filterset, table, form = FundFilter, FundTable, FundForm
    list_page = FundList
    title, create_title = _("Funds"), _("Record money received")
    first_step = _("Record the first document by which money came.")
    icon, export_name = "report-money", "funds"
    bulk_fields = ("remarks",)
    facts = (
        Group(
            _("Fund"),
            Column(_("Document"), "document"),
            Column(_("Area"), "area"),
            WordColumn(_("Level"), "level"),
            Column(_("Fiscal year"), value=lambda row: str(row.fiscal_year)),
            DateColumn(_("Received on"), "received_on"),
            MoneyColumn(_("Received"), "amount"),
            MoneyColumn(_("Allotted"), "allotted"),
            MoneyColumn(_("Free"), value=free_of),
            Column(_("Remarks"), "remarks"),
        ),
    )


# --- The ledger --------------------------------------------------------------------------
COLUMNS = (
    Column(_("Document"), "fund.document"),
    Column(_("Area"), "fund.area"),
    WordColumn(_("Level"), "fund.level"),
    Column(_("Fiscal year"), value=lambda line: str(line.fund.fiscal_year)),
    DateColumn(_("Received on"), "fund.received_on"),
    NumberColumn(_("Age in days"), "days", places=0),
    MoneyColumn(_("Received"), "received"),
    MoneyColumn(_("Allotted"), "allotted"),
    MoneyColumn(_("Paid"), "paid"),
    MoneyColumn(_("Balance"), "balance"),
)


@require_safe
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Show the fund ledger of the reader's ground, with sums; ``format`` writes it as a file."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    funds = Fund.objects.visible_to(request.user).active().order_by("-received_on", "-pk")
    found = ledger_of(funds, PaymentBatch.objects.visible_to(request.user))
    wanted = request.GET.get("format")
    if wanted == printing.FORMAT:
        table = printing.table_of(COLUMNS, found.lines)
        return printing.sheet(request, _("Fund ledger"), tables=[table])
    if wanted:
        return _written(found.lines, wanted)
    here = reverse("grants:fund_ledger")
    context = {
        "title": _("Fund ledger"),
        "ledger": found,
        "actions": sheet_and_files(here),
    }
    return render(request, "grants/fund_ledger.html", context)


def _written(lines: list[FundLine], wanted: str) -> HttpResponseBase:
    if wanted not in exporting.FORMATS:
        raise BadRequest(_("Lists are exported as csv or xlsx only."))
    columns = [(str(column.label), column.exported, column.kind) for column in COLUMNS]
    return exporting.export("fund-ledger", columns, lines, wanted)


# --- Allotments --------------------------------------------------------------------------
@require_safe
def allotments(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Draw the batches for which parts of a fund are set aside."""

    def facts(fund: Fund) -> dict[str, Any]:
        live = fund.allotments.live().select_related("batch", "allotted_by")
        return {
            "allotments": [(one, services.unspent_of(one)) for one in live],
            "form": AllotForm(user=request.user, fund=fund),
            "address": reverse("grants:fund_allot", args=[fund.pk]),
            "label": _("Set a part aside"),
        }

    return panel(
        request, EVERY, pk, "grants/_allotments.html", facts, write=services.MAY_ALLOT, needs=VIEW
    )


@require_POST
def allot(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Set a part of a fund aside for a batch."""
    fund = subject(request, EVERY, pk, services.MAY_ALLOT)
    form = AllotForm(request.POST, user=request.user, fund=fund)
    call = lambda given: services.allot(fund, actor=request.user, **given)  # noqa: E731
    return run_form(request, fund, form, call, gettext("The money is set aside."))


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Free what was set aside for a batch that has not gone to the bank."""
    allotment = Allotment.objects.filter(pk=pk).first()
    if allotment is None:
        raise Http404
    fund = subject(request, EVERY, allotment.fund_id, services.MAY_ALLOT)

    def call(_given: dict[str, Any]) -> Allotment:
        return services.release(allotment, actor=request.user)

    done = gettext("The money is free again.")
    return run_form(request, fund, DeskForm(request.POST), call, done)


FUNDS = [
    path("funds/ledger/", ledger, name="fund_ledger"),
    *FundPages.routes("funds", "fund"),
    path("funds/<int:pk>/allotments/", allotments, name="fund_allotments"),
    path("funds/<int:pk>/allot/", allot, name="fund_allot"),
    path("allotments/<int:pk>/release/", release, name="allotment_release"),
]
