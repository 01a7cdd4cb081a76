"""Pages of payment batches and of their lines."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from bureau.core.errors import BusinessError
from bureau.core.transitions import find
from bureau.desk.routes import noun
from bureau.desk.tables import StatusColumn
from bureau.desk.views import Action, CreatePage, DetailPage, ListPage, subject
from bureau.desk.views.rows import panel, run_form
from bureau.desk.views.verbs import refusal
from bureau.exchange.exporting import kept_file
from bureau.exchange.uploads import MemoryOnly
from grants.choices import BatchVerb, LineState
from grants.filters.payments import BatchFilter, LineFilter
from grants.forms.payments import BatchForm
from grants.models import PaymentBatch, PaymentLine
from grants.reports import funds as reports
from grants.rules import payments as rules
from grants.services.bank_files import FORMATS, download_bank_file
from grants.services.batch_lines import seal
from grants.services.batch_verbs import SERVICES, do
from grants.services.batches import create_batch
from grants.tables.payments import BatchTable, LineTable
from grants.views import batch_sheet
from grants.views.batch_sheet import GROUPS
from grants.views.payment_steps import BATCH_FORMS, bank_files, batch_actions, by_kebab

PAGE = batch_sheet.PAGE
SHOWN = 50
VERBS = by_kebab(SERVICES)


class BatchList(ListPage):
    """Payment batches within scope with the step they wait for."""

    queryset = PaymentBatch.objects.with_row_data()
    filterset, table = BatchFilter, BatchTable
    title = _("Payment batches")
    first_step = _("Create the first one: it takes everything that may be paid in an area.")
    icon = "cash"
    export_name = "payment-batches"


class BatchCreate(CreatePage):
    """A new batch of one area, kind and fiscal year."""

    form, title = BatchForm, _("Create batch")

    def save(self, form: Any) -> PaymentBatch:
        values = form.values
        return create_batch(values.pop("area"), actor=self.request.user, **values)


class BatchPage(DetailPage):
    """One batch: where it stands, who signed, its sums, what the bank has answered."""

    queryset = PAGE
    template = "grants/paymentbatch_detail.html"
    status = StatusColumn(_("State"), "state")
    icon = "cash"
    list_title = _("Payment batches")
    has_files = False
    write = rules.MAY_LOCK
    facts = GROUPS

    def subtitle(self) -> str:
        batch = self.object
        return f"{batch.area} · {batch.get_kind_display()} · {batch.fiscal_year}"

    def actions(self) -> list[Any]:
        batch, user = self.object, self.request.user
        address = reverse("grants:paymentbatch_sheet", args=[batch.pk])
        paper = Action("sheet", gettext("Print"), address, method="get", icon="printer")
        return [*batch_actions(batch, user), *bank_files(batch, user), paper]

    def extra(self) -> dict[str, Any]:
        batch = self.object
        return {
            "states": reports.states_of(batch),
            "levels": reports.levels_of(batch),
            "differences": self._differences(),
            "receipts": batch.receipts.select_related("imported_by"),
            "allotments": batch.allotments.live().select_related("fund"),
        }

    def _differences(self) -> list[tuple[Any, Any, Any]]:
        """Return what is not as it was locked: what, then, now; asked while it may be approved."""
        batch = self.object
        if batch.state not in ("locked", "business_approved"):
            return []
        now = seal(batch)
        pairs = (
            (_("Lines"), batch.count, now.count),
            (_("Total (yuan)"), batch.total, now.total),
            (_("SHA-256 of the lines"), batch.sha256, now.sha256),
        )
        return [pair for pair in pairs if pair[1] != pair[2]]


@csrf_exempt
def verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Carry out a verb; a receipt stays in memory, which must be said before the token is read."""
    request.upload_handlers = [MemoryOnly(request)]
    return _verb(request, pk, verb)


@csrf_protect
@require_POST
def _verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    name = VERBS[verb]
    batch = subject(request, PAGE, pk, find(rules.BATCH, name).signatures)
    form = BATCH_FORMS[name](request.POST, request.FILES, user=request.user)

    def done(after: PaymentBatch) -> str:
        if after.version == batch.version:
            return gettext("This file was taken in before; nothing was changed.")
        return gettext("Done: %(verb)s.") % {"verb": BatchVerb(name).label}

    def call(_given: dict[str, Any]) -> PaymentBatch:
        return do(name, batch, actor=request.user, **form.given)

    return run_form(request, batch, form, call, done)


@require_POST
def bank_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Fetch the exported file with whole card numbers; the audit keeps who did."""
    if kind not in FORMATS:
        raise Http404
    batch = subject(request, PAGE, pk, rules.MAY_EXPORT)
    try:
        data = download_bank_file(batch, kind, actor=request.user)
    except BusinessError as error:
        return refusal(request, error.sentences, batch, 409, str(error.code))
    return kept_file(data, f"{batch.number}.{kind}")


@require_safe
def lines_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the first lines of a batch, of one state where the address names it."""

    def facts(batch: PaymentBatch) -> dict[str, Any]:
        wanted = request.GET.get("state", "")
        lines = batch.lines.visible_to(request.user).with_row_data().order_by("pk")
        if wanted in LineState.values:
            lines = lines.filter(state=wanted)
        counts = dict(batch.lines.order_by().values_list("state").annotate(Count("pk")))
        words = {"batch": batch.pk} | ({"state": wanted} if wanted in LineState.values else {})
        return {
            "lines": lines[:SHOWN],
            "states": [(one, label, counts[one]) for one, label in LineState.choices
                       if one in counts],
            "wanted": wanted,
            "here": reverse("grants:paymentbatch_lines", args=[batch.pk]),
            "every": f"{reverse('grants:paymentline_list')}?{urlencode(words)}",
        }  # fmt: skip

    return panel(
        request, PAGE, pk, "grants/_batch_lines.html", facts, needs="grants.view_paymentline"
    )


class LineList(ListPage):
    """Payment lines within scope."""

    queryset = PaymentLine.objects.with_row_data()
    filterset, table = LineFilter, LineTable
    title = _("Payment lines")
    first_step = _("Lines come into being when a batch is created.")
    icon = "list-details"
    export_name = "payment-lines"


BATCHES = [
    *noun("payment-batches", "paymentbatch", list=BatchList, detail=BatchPage, create=BatchCreate),
    path("payment-batches/<int:pk>/sheet/", batch_sheet.sheet, name="paymentbatch_sheet"),
    path("payment-batches/<int:pk>/lines/", lines_panel, name="paymentbatch_lines"),
    path(
        "payment-batches/<int:pk>/bank-file/<slug:kind>/",
        bank_file,
        name="paymentbatch_bank_file",
    ),
    path("payment-batches/<int:pk>/<slug:verb>/", verb, name="paymentbatch_verb"),
    *noun("payment-lines", "paymentline", list=LineList),
]
