"""Pages of substations."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bureau.core import clock
from bureau.desk.bulk import BulkEdit, BulkVerb
from bureau.desk.parts import FileForm, ReasonForm
from bureau.desk.tables import (
    AreaColumn,
    Column,
    LinkColumn,
    NumberColumn,
    StatusColumn,
    WordColumn,
)
from bureau.desk.views import (
    Action,
    ArchiveAction,
    CreatePage,
    Dependent,
    DetailPage,
    EditPage,
    Group,
    ListPage,
    RestoreAction,
    subject,
)
from bureau.desk.views.rows import RowsPanel, panel, run_form
from bureau.records.models import Attachment
from heating.choices import ManagementMode
from heating.filters.registry import SubstationFilter
from heating.forms.registry import (
    EquipmentForm,
    ManagementForm,
    StationCreateForm,
    StationForm,
    ZoneForm,
)
from heating.models import Equipment, Estate, Handover, Substation, Zone
from heating.rules import figures
from heating.rules.handover import FINAL
from heating.services import management, stations
from heating.tables.registry import ChoiceColumn, SubstationTable, manager_of
from heating.views.handover_parts import register_action
from heating.views.parts import sheet_action
from heating.views.station_map import PicksPosition, map_action, of_stations

EVERY = Substation.objects.all()
PHOTO = "photo"
EQUIPMENT = RowsPanel(
    part=Equipment,
    of="station",
    name="equipment",
    title=_("Equipment"),
    columns=(
        WordColumn(_("Kind"), "kind"),
        Column(_("Specification"), "specification"),
        NumberColumn(_("Quantity"), "quantity"),
        Column(_("Note"), "note"),
    ),
    empty=_("No equipment is recorded yet."),
    form=EquipmentForm,
    label=_("Record equipment"),
    record=stations.record_equipment,
    recorded=_("The equipment was recorded."),
    remove=stations.remove_equipment,
    removed=_("The equipment was removed."),
)
ZONES = RowsPanel(
    part=Zone,
    of="station",
    name="zones",
    title=_("Zones"),
    columns=(
        WordColumn(_("Zone"), "level"),
        NumberColumn(_("Supply (°C)"), "supply_temperature", places=2),
        NumberColumn(_("Return (°C)"), "return_temperature", places=2),
        AreaColumn(_("Connected area"), "connected_area"),
        Column(_("Note"), "note"),
    ),
    empty=_("No zone is described yet; a station has one to three."),
    form=ZoneForm,
    label=_("Describe a zone"),
    record=stations.record_zone,
    recorded=_("The zone was recorded."),
    remove=stations.remove_zone,
    removed=_("The zone was removed."),
)


class StationList(ListPage):
    """All substations within scope as they are managed today."""

    queryset = EVERY
    filterset, table = SubstationFilter, SubstationTable
    title = _("Heat substations")
    first_step = _("Add the first one, or import the office's ledger.")
    icon = "building-factory"
    export_name = "substations"
    bulk = (
        BulkEdit(
            form=StationForm,
            fields=(
                "heating_company", "heat_source", "commissioned_year", "network_name",
                "design_supply_temperature", "design_return_temperature", "remarks",
            ),
            save=stations.edit_station,
        ),
        BulkVerb(
            "archive", _("Archive"), call=stations.archive_station, form=ReasonForm,
            kind="danger", icon="archive",
        ),
    )  # fmt: skip

    @classmethod
    def with_row_data(cls, rows: Any) -> QuerySet:
        return rows.with_row_data(clock.today())

    def actions(self) -> list[Action]:
        return [map_action(self.request)]


class StationPage(DetailPage):
    """One substation: who runs it, what it serves, what stands in it."""

    template = "heating/station_detail.html"
    status = ChoiceColumn(_("Management"), "mode", ManagementMode)
    icon = "building-factory"
    wanted = ("heating_company", "heat_source", "commissioned_year", "connected_area", "longitude")
    facts = (
        Group(
            _("Supply"),
            Column(_("Managing unit"), value=manager_of),
            LinkColumn(_("Heating company"), "heating_company"),
            LinkColumn(_("Heat source"), "heat_source"),
            Column(_("Primary network"), "network_name"),
            NumberColumn(
                _("Design supply temperature (°C)"), "design_supply_temperature", places=2
            ),
            NumberColumn(
                _("Design return temperature (°C)"), "design_return_temperature", places=2
            ),
        ),
        Group(
            _("Size"),
            Column(
                _("Commissioned in"),
                "commissioned_year",
                value=lambda row: str(row.commissioned_year) if row.commissioned_year else None,
            ),
            AreaColumn(_("Connected area (m²)"), "connected_area"),
            AreaColumn(_("Area heated (m²)"), "heated_area"),
            NumberColumn(_("Households connected"), "households"),
            NumberColumn(_("Households on direct supply"), "direct_households"),
        ),
        Group(
            _("Position"),
            LinkColumn(_("Community"), "community"),
            NumberColumn(_("Longitude"), "longitude", places=6),
            NumberColumn(_("Latitude"), "latitude", places=6),
            StatusColumn(_("Datum"), "datum"),
            Column(_("Remarks"), "remarks"),
        ),
    )

    @property
    def queryset(self) -> QuerySet:
        """The stations with everything the page shows of them."""
        return Substation.objects.with_row_data(clock.today())

    def actions(self) -> list[Action]:
        begin = register_action(self.request.user, self.object)
        sheet = sheet_action("heating:substation_sheet", self.object.pk)
        return [begin, sheet]

    def holder(self) -> str:
        seen = Handover.objects.visible_to(self.request.user).filter(station=self.object)
        waiting = seen.exclude(state__in=FINAL).first()
        if waiting is None:
            return ""
        return gettext("%(holder)s (handover %(number)s)") % {
            "holder": waiting.get_holder_display(),
            "number": waiting.number,
        }

    def subtitle(self) -> str:
        community = self.object.community
        town = community.parent
        return "".join(place.name for place in (town.parent, town, community))

    def extra(self) -> dict[str, Any]:
        return {
            "doubts": doubts(self.object),
            "map": of_stations(EVERY.filter(pk=self.object.pk), self.request.user),
        }


class SaysDoubts:
    """Mixed into a station's form: what is odd but allowed is said as soon as it is saved."""

    request: HttpRequest

    def done(self, saved: Substation) -> str:
        """Warn of odd temperatures beside saying that it is done."""
        for doubt in doubts(saved):
            messages.warning(self.request, doubt)
        return super().done(saved)  # type: ignore[misc]


class StationCreate(SaysDoubts, PicksPosition, CreatePage):
    """A new substation."""

    form, title = StationCreateForm, _("Add a heat substation")

    def save(self, form: Any) -> Substation:
        return stations.register_station(actor=self.request.user, **form.values)


class StationEdit(SaysDoubts, PicksPosition, EditPage):
    """A change of a substation's own fields."""

    queryset, form = EVERY, StationForm

    def save(self, form: Any) -> Substation:
        return stations.edit_station(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
        )


class StationArchive(ArchiveAction):
    """Putting a substation away."""

    queryset = EVERY

    def dependents(self) -> list[Dependent]:
        return [
            Dependent(_("Estates served"), self.object.served_estates.count()),
            Dependent(_("Equipment"), self.object.equipment.count()),
            Dependent(_("Management periods"), self.object.management_periods.count()),
        ]

    def archive(self, note: str) -> Substation:
        return stations.archive_station(self.object, actor=self.request.user, note=note)


class StationRestore(RestoreAction):
    """Taking a substation back into the lists."""

    queryset = EVERY

    def restore(self) -> Substation:
        return stations.restore_station(self.object, actor=self.request.user)


def doubts(station: Substation) -> list[str]:
    """Return in words what is odd about a station's design temperatures."""
    words = {
        "temperature_range": gettext("A temperature lies outside 0 to 150 °C."),
        "return_not_below_supply": gettext("The return is not colder than the supply."),
    }
    found = figures.doubt_temperatures(
        station.design_supply_temperature,
        station.design_return_temperature,
        allowed=figures.PRIMARY_RANGE,
        fields=("design_supply_temperature", "design_return_temperature"),
    )
    return [words[doubt.code] for doubt in found]


@require_safe
def management_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw who ran the station when."""
    return panel(
        request, EVERY, pk, "heating/_management.html",
        lambda station: {
            "periods": station.management_periods.select_related("manager"),
            "form": ManagementForm(user=request.user),
        },
        write="heating.add_managementperiod",
        needs="heating.view_managementperiod",
    )  # fmt: skip


@require_POST
def change_management(request: HttpRequest, pk: int) -> HttpResponse:
    """End the management in force and begin another."""
    station = subject(request, EVERY, pk, "heating.add_managementperiod")
    return run_form(
        request,
        station,
        ManagementForm(request.POST, user=request.user),
        lambda given: management.change_management(station, actor=request.user, **given),
        _("The management was changed."),
    )


@require_safe
def estates_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the estates that the station serves, as far as the reader sees them."""
    return panel(
        request, EVERY, pk, "heating/_served_estates.html",
        lambda station: {
            "links": station.served_estates.filter(
                estate__in=Estate.objects.visible_to(request.user)
            )
            .select_related("estate__community")
            .order_by("-is_main", "estate__pinyin")
        },
    )  # fmt: skip


@require_safe
def photos_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the photos of the station."""
    return panel(
        request, EVERY, pk, "heating/_photos.html",
        lambda station: {
            "photos": Attachment.objects.of(station, kind=PHOTO),
            "form": FileForm(auto_id="photo_%s"),
        },
        write="heating.change_substation",
    )  # fmt: skip
