"""Pages of heat sources."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bureau.core import clock
from bureau.desk.bulk import BulkEdit, BulkVerb
from bureau.desk.parts import ReasonForm
from bureau.desk.tables import Column, LinkColumn, NumberColumn, StatusColumn
from bureau.desk.views import (
    Action,
    ArchiveAction,
    CreatePage,
    Dependent,
    DetailPage,
    EditPage,
    Group,
    ListPage,
    answer,
    subject,
)
from heating.filters.registry import HeatSourceFilter
from heating.forms.registry import HeatSourceForm
from heating.models import HeatSource, Substation
from heating.services import sources
from heating.tables.registry import HeatSourceTable
from heating.views.parts import panel, restore_action
from heating.views.station_map import PicksPosition

EVERY = HeatSource.objects.all()
SHOWN = 50


class SourceList(ListPage):
    """All heat sources."""

    queryset = HeatSource.objects.select_related("organisation")
    noun = "source"
    filterset, table = HeatSourceFilter, HeatSourceTable
    title = _("Heat sources")
    first_step = _("Add the first one, or import the substations' ledger, which names them.")
    icon = "flame"
    export_name = "heat-sources"
    bulk = (
        BulkEdit(
            form=HeatSourceForm,
            fields=("kind", "organisation", "remarks"),
            save=sources.edit_source,
        ),
        BulkVerb(
            "archive", _("Archive"), call=sources.archive_source, form=ReasonForm,
            kind="danger", icon="archive",
        ),
    )  # fmt: skip


class SourcePage(DetailPage):
    """One heat source."""

    queryset = HeatSource.objects.select_related("organisation")
    noun = "source"
    icon = "flame"
    wanted = ("organisation", "capacity_mw", "longitude")
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

    def actions(self) -> list[Action]:
        return restore_action(self, "heating:source_restore")


class SourceCreate(PicksPosition, CreatePage):
    """A new heat source."""

    noun = "source"
    form, title = HeatSourceForm, _("Add a heat source")

    def save(self, form: Any) -> HeatSource:
        return sources.register_source(actor=self.request.user, **form.values)


class SourceEdit(PicksPosition, EditPage):
    """A change of a heat source."""

    noun = "source"
    queryset, form = EVERY, HeatSourceForm

    def save(self, form: Any) -> HeatSource:
        return sources.edit_source(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
        )


class SourceArchive(ArchiveAction):
    """Putting a heat source away."""

    noun = "source"
    queryset = EVERY

    def dependents(self) -> list[Dependent]:
        return [Dependent(_("Substations"), self.object.substations.active().count())]

    def archive(self, note: str) -> HeatSource:
        return sources.archive_source(self.object, actor=self.request.user, note=note)


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


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an archived source back into the lists."""
    found = subject(request, EVERY, pk, "heating.archive_heatsource")
    return answer(
        request,
        found,
        lambda: sources.restore_source(found, actor=request.user),
        done=_("The heat source was restored."),
    )
