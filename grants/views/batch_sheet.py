"""A payment batch on paper: what is paid to whom, the sums, the signatures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.desk import printing
from bureau.desk.tables import (
    Column,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    WordColumn,
)
from bureau.desk.views import Group, subject
from grants.models import PaymentBatch
from grants.reports import funds as reports

PAGE = PaymentBatch.objects.with_page_data()
GROUPS = (
    Group(
        _("Batch"),
        Column(_("Area"), "area"),
        WordColumn(_("Kind"), "kind"),
        Column(_("Fiscal year"), value=lambda row: str(row.fiscal_year)),
        NumberColumn(_("Lines"), "count"),
        MoneyColumn(_("Total"), "total"),
        Column(_("SHA-256 of the lines"), "sha256"),
        Column(_("Reason"), "reason"),
    ),
    Group(
        _("Signatures"),
        Column(_("Created by"), "created_by"),
        MomentColumn(_("Created at"), "created_at"),
        Column(_("Locked by"), "locked_by"),
        MomentColumn(_("Locked at"), "locked_at"),
        Column(_("Approved (business) by"), "business_approved_by"),
        MomentColumn(_("Approved (business) at"), "business_approved_at"),
        Column(_("Approved (finance) by"), "finance_approved_by"),
        MomentColumn(_("Approved (finance) at"), "finance_approved_at"),
        Column(_("Sent by"), "exported_by"),
        MomentColumn(_("Sent at"), "exported_at"),
        MomentColumn(_("Closed at"), "closed_at"),
    ),
)
STATES = (
    Column(_("State"), "label"),
    NumberColumn(_("Lines"), "count"),
    MoneyColumn(_("Amount"), "total"),
    MoneyColumn(_("Kept back"), "kept"),
    MoneyColumn(_("For the bank"), "net"),
)
LEVELS = (
    Column(_("Level"), "level"),
    MoneyColumn(_("Share"), "total"),
    MoneyColumn(_("Paid"), "paid"),
)
LINES = (
    Column(_("Reference"), "reference"),
    Column(_("Payee"), "payee_name"),
    Column(_("Village"), "entitlement.village"),
    Column(_("Card"), value=lambda line: f"****{line.card_tail}" if line.card_tail else ""),
    MoneyColumn(_("Amount"), "amount"),
    MoneyColumn(_("Kept back"), "offset"),
    StatusColumn(_("State"), "state"),
)


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the sheet of a batch; without its lines for who may not see them."""
    batch = subject(request, PAGE, pk)
    tables = [printing.table_of(STATES, reports.states_of(batch), _("Sums"))]
    if levels := reports.levels_of(batch):
        tables.append(printing.table_of(LEVELS, levels, _("Shares by level of government")))
    note = ""
    if request.user.has_perm("grants.view_paymentline"):
        lines: Any = batch.lines.standing().visible_to(request.user).with_row_data()
        found = list(lines.order_by("pk")[: printing.MOST_ROWS + 1])
        tables.append(printing.table_of(LINES, found[: printing.MOST_ROWS], _("Payment lines")))
        if len(found) > printing.MOST_ROWS:
            note = gettext("Only the first %(number)s lines are printed; the bank's file has all.")
            note %= {"number": f"{printing.MOST_ROWS:,}"}
    return printing.sheet(
        request,
        gettext("Payment batch %(number)s") % {"number": batch.number},
        facts=printing.facts_of(GROUPS, batch),
        tables=tables,
        conditions=[f"{batch.area} · {batch.get_kind_display()} · {batch.fiscal_year}"],
        note=note,
    )
