"""Draws for the county's re-inspection: made by a published seed, recorded one by one."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.desk.routes import noun
from bureau.desk.tables import Column, LinkColumn, MomentColumn, NumberColumn
from bureau.desk.views import Action, CreatePage, DetailPage, Group, ListPage, subject
from bureau.desk.views.rows import run_form
from grants.filters.review import DrawFilter
from grants.forms.review import DrawForm, ResultForm
from grants.models import ReinspectionDraw
from grants.rules.draw import mark
from grants.services.reinspection import MAY_DRAW, draw_village, record_reinspection
from grants.tables.review import DrawTable

EVERY = ReinspectionDraw.objects.select_related("village__parent__parent", "drawn_by")


class DrawList(ListPage):
    """Draws for re-inspection."""

    queryset = EVERY
    filterset, table = DrawFilter, DrawTable
    title = _("Draws for re-inspection")
    first_step = _("Draw a share of a village's households once they wait for the county.")
    icon = "dice"
    export_name = "reinspection-draws"


class DrawCreate(CreatePage):
    """A draw of a village."""

    form: ClassVar[Any] = DrawForm
    title = _("Draw for re-inspection")
    keeps_drafts = False

    def save(self, form: Any) -> ReinspectionDraw:
        return draw_village(actor=self.request.user, **form.values)


class DrawPage(DetailPage):
    """One draw: its seed, who was drawn, and how each household was found."""

    template = "grants/draw_detail.html"
    queryset = EVERY
    icon = "dice"
    list_title = _("Draws for re-inspection")
    has_files = has_notes = False
    facts: ClassVar[tuple[Group, ...]] = (
        Group(
            _("Draw"),
            LinkColumn(_("Village"), "village"),
            Column(_("Programme year"), value=lambda row: str(row.programme_year)),
            Column(_("Seed"), "seed"),
            Column(_("Share drawn (%)"), "percent"),
            NumberColumn(_("Households drawn from"), "population"),
            MomentColumn(_("Drawn at"), "drawn_at"),
            Column(_("Drawn by"), "drawn_by"),
        ),
    )

    def standard_actions(self) -> list[Action]:
        return []

    def extra(self) -> dict[str, Any]:
        draw = self.object
        rows = draw.drawn.select_related("claim__dwelling", "inspected_by").order_by("position")
        may_record = self.request.user.can(MAY_DRAW, draw)
        return {
            "rows": [(row, mark(draw.seed, row.claim_id), self._form(row)) for row in rows],
            "may_record": may_record,
            "population_ids": draw.claim_ids,
        }

    def _form(self, row: Any) -> ResultForm:
        return ResultForm(auto_id=f"id_r{row.pk}_%s")


@require_POST
def record(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """Record how a drawn household was found."""
    draw = subject(request, EVERY, pk, MAY_DRAW)
    row = draw.drawn.filter(pk=row_pk).first()
    if row is None:
        raise Http404
    form = ResultForm(request.POST, user=request.user)
    call = lambda given: record_reinspection(row, actor=request.user, **given)  # noqa: E731
    return run_form(request, draw, form, call, _("The re-inspection was recorded."))


DRAWS = [
    *noun(
        "reinspection-draws", "reinspectiondraw", list=DrawList, detail=DrawPage,
        create=DrawCreate,
    ),
    path(
        "reinspection-draws/<int:pk>/rows/<int:row_pk>/", record, name="reinspectiondraw_record"
    ),
]  # fmt: skip
