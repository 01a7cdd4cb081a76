"""Acceptance sheets: a village's visit, its households line by line, signed by two people."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bureau.desk.attempts import attempt
from bureau.desk.routes import noun
from bureau.desk.tables import Column, DateColumn, LinkColumn
from bureau.desk.views import Action, CreatePage, DetailPage, Group, ListPage, subject
from grants.choices import ClaimState, ClaimVerb
from grants.filters.review import SheetFilter
from grants.forms.review import LineForm, SheetForm
from grants.models import AcceptanceSheet, Claim
from grants.rules import claims as rules
from grants.services.acceptance import MAY_RECORD, accept_household, open_sheet
from grants.tables.review import SheetTable

EVERY = AcceptanceSheet.objects.select_related("village__parent__parent", "recorded_by")
ROWS = 30
"""Households whose lines are offered at once; the next ones follow when these are written."""


class SheetList(ListPage):
    """Visits of the towns' teams to villages."""

    queryset = EVERY
    filterset, table = SheetFilter, SheetTable
    title = gettext_lazy("Acceptance sheets")
    first_step = gettext_lazy("Open the sheet of a village on the day of the visit.")
    icon = "clipboard-check"
    export_name = "acceptance-sheets"


class SheetCreate(CreatePage):
    """The sheet of a village and day."""

    template = "grants/sheet_create.html"
    form: ClassVar[Any] = SheetForm
    title = gettext_lazy("Open an acceptance sheet")
    keeps_drafts = False

    def save(self, form: Any) -> AcceptanceSheet:
        return open_sheet(actor=self.request.user, **form.values)


class SheetPage(DetailPage):
    """One sheet: its lines, and those still to be written."""

    template = "grants/sheet_detail.html"
    queryset = EVERY
    icon = "clipboard-check"
    list_title = gettext_lazy("Acceptance sheets")
    has_files = has_notes = False
    facts: ClassVar[tuple[Group, ...]] = (
        Group(
            gettext_lazy("Visit"),
            LinkColumn(gettext_lazy("Village"), "village"),
            DateColumn(gettext_lazy("Accepted on"), "accepted_on"),
            Column(gettext_lazy("Supervising engineer"), "engineer"),
            Column(gettext_lazy("Recorded by"), "recorded_by"),
            Column(gettext_lazy("Longitude"), "longitude"),
            Column(gettext_lazy("Latitude"), "latitude"),
            Column(gettext_lazy("Datum"), "datum"),
            Column(gettext_lazy("Accuracy (m)"), "accuracy"),
        ),
    )

    #: Rows that came back with errors, by claim.
    bound: dict[int, Any]

    def standard_actions(self) -> list[Action]:
        return []

    def actions(self) -> list[Action]:
        """Offer the signature under everything that the sheet passed."""
        village, user = self.object.village, self.request.user
        if not user.can(rules.MAY_PASS_INSPECTION, self.object):
            return []
        query = f"?all=1&state={ClaimState.INSPECTION}&place={village.code}"
        url = reverse("grants:claim_bulk", args=["pass-inspection"]) + query
        label = ClaimVerb.PASS_INSPECTION.label
        return [Action("sign", label, url, method="get", kind="primary", icon="signature")]

    def extra(self) -> dict[str, Any]:
        sheet = self.object
        may_write = self.request.user.can(MAY_RECORD, sheet)
        lines = sheet.households.select_related("claim__dwelling").order_by("pk")
        bound = getattr(self, "bound", {})
        waiting = waiting_on(sheet)
        return {
            "lines": lines,
            "rows": [(claim, bound.get(claim.pk) or line_form(claim)) for claim in waiting]
            if may_write
            else [],
        }

    def answer(self, request: HttpRequest, pk: int, bound: dict[int, Any]) -> HttpResponse:
        """Draw the page anew with the rows that could not be written."""
        self.setup(request, pk=pk)
        self.bound, self.object = bound, self.find()
        return render(request, self.template, self.context(), status=422)


def waiting_on(sheet: AcceptanceSheet) -> list[Claim]:
    """Return the next households of the village that wait for their line."""
    waiting = Claim.objects.filter(village=sheet.village, state=ClaimState.INSPECTION)
    left = waiting.exclude(acceptances__sheet=sheet).select_related("dwelling")
    return list(left.order_by("pinyin", "pk")[:ROWS])


def line_form(claim: Claim, *data: Any) -> LineForm:
    """Return the form of one household's line."""
    return LineForm(*data, prefix=f"c{claim.pk}", auto_id=f"id_c{claim.pk}_%s")


@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the lines that were filled in; one that cannot be written comes back."""
    sheet = subject(request, EVERY, pk, MAY_RECORD)
    bound, written = {}, 0
    for claim in waiting_on(sheet):
        form = line_form(claim, request.POST, request.FILES)
        if not form.is_filled:
            continue
        if _write(request, sheet, claim, form):
            written += 1
        else:
            bound[claim.pk] = form
    if written:
        done = _("%(count)s households were written down.") % {"count": written}
        messages.success(request, done)
    if bound:
        return SheetPage().answer(request, sheet.pk, bound)
    return redirect(sheet.get_absolute_url())


def _write(request: HttpRequest, sheet: AcceptanceSheet, claim: Claim, form: LineForm) -> bool:
    def call() -> Any:
        return accept_household(sheet, claim, actor=request.user, **form.cleaned_data)

    return attempt(form, call).is_done


SHEETS = [
    *noun(
        "acceptance-sheets", "acceptancesheet", list=SheetList, detail=SheetPage,
        create=SheetCreate,
    ),
    path("acceptance-sheets/<int:pk>/record/", record, name="acceptancesheet_record"),
]  # fmt: skip
