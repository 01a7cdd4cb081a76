"""Pages of heat sources."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk.tables import Column, LinkColumn, NumberColumn, StatusColumn
from bureau.desk.views import CreatePage, Dependent, DetailPage, EditPage, Group
from bureau.desk.views.kept import KeptPages
from bureau.desk.views.rows import panel
from heating.filters.registry import HeatSourceFilter
from heating.forms.registry import HeatSourceForm
from heating.models import HeatSource, Substation
from heating.services.sources import sources
from heating.tables.registry import HeatSourceTable
from heating.views.station_map import PicksPosition

EVERY = HeatSource.objects.select_related("organisation")
SHOWN = 50


class SourcePage(DetailPage):
    """One heat source."""

    wanted = ("organisation", "capacity_mw", "longitude")


class SourceCreate(PicksPosition, CreatePage):
    """A new heat source."""


class SourceEdit(PicksPosition, EditPage):
    """A change of a heat source."""


class SourcePages(KeptPages):
    """All pages of heat sources."""

    keeper, queryset = sources, EVERY
    filterset, table, form = HeatSourceFilter, HeatSourceTable, HeatSourceForm
    title, create_title = _("Heat sources"), _("Add a heat source")
    first_step = _("Add the first one, or import the substations' ledger, which names them.")
    icon, export_name = "flame", "heat-sources"
    bulk_fields = ("kind", "organisation", "remarks")
    detail_page, create_page, edit_page = SourcePage, SourceCreate, SourceEdit
    status = StatusColumn(_("Kind"), "kind")
    facts = (
        Group(
            _("Heat source"),
            LinkColumn(_("Operator"), "organisation"),
            NumberColumn(_("Capacity (MW)"), "capacity_mw", places=2),
            Column(_("Remarks"), "remarks"),
        ),
        Group(
            _("Position"),
            NumberColumn(_("Longitude"), "longitude", places=6),
            NumberColumn(_("Latitude"), "latitude", places=6),
            StatusColumn(_("Datum"), "datum"),
        ),
    )

    @staticmethod
    def dependents(source: HeatSource) -> Sequence[Dependent]:
        """Return the stations that draw from a source."""
        return [Dependent(_("Substations"), source.substations.active().count())]


@require_safe
def stations_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the first stations that draw from the source, as far as the reader sees them."""
    return panel(
        request, EVERY, pk, "heating/_stations.html",
        lambda source: {
            "stations": Substation.objects.visible_to(request.user)
            .active()
            .with_row_data(clock.today())
            .filter(heat_source=source)
            .order_by("pinyin", "pk")[:SHOWN]
        },
        needs="heating.view_substation",
    )  # fmt: skip
