"""Pages of estates."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bureau.core import clock
from bureau.desk.bulk import BulkEdit, BulkVerb
from bureau.desk.parts import ReasonForm
from bureau.desk.tables import (
    AreaColumn,
    Column,
    DateColumn,
    LinkColumn,
    NumberColumn,
    StatusColumn,
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
from heating.filters.registry import EstateFilter
from heating.forms.registry import BuildingForm, CountForm, EstateForm
from heating.models import Building, Estate, Substation
from heating.services import estates
from heating.tables.registry import EstateTable
from heating.views.parts import sheet_action
from heating.views.station_map import of_stations

EVERY = Estate.objects.all()
BUILDINGS = RowsPanel(
    part=Building,
    of="estate",
    name="buildings",
    title=_("Buildings"),
    columns=(
        Column(_("Building"), "name"),
        NumberColumn(_("Units"), "units"),
        NumberColumn(_("Floors"), "floors"),
        NumberColumn(_("Households"), "households"),
    ),
    empty=_("No building is recorded yet."),
    form=BuildingForm,
    label=_("Record a building"),
    record=estates.record_building,
    recorded=_("The building was recorded."),
    remove=estates.remove_building,
    removed=_("The building was removed."),
)


def _year(name: str) -> Any:
    return lambda row: str(getattr(row, name)) if getattr(row, name) else None


class EstateList(ListPage):
    """All estates within scope with their households as last counted."""

    queryset = EVERY
    filterset, table = EstateFilter, EstateTable
    title = _("Estates")
    first_step = _("Add the first one, or import the office's ledger.")
    icon = "buildings"
    export_name = "estates"
    bulk = (
        BulkEdit(
            form=EstateForm,
            fields=(
                "developer", "builder", "warranty_until", "year_built", "insulation",
                "indoor_system", "first_season", "remarks",
            ),
            save=estates.edit_estate,
        ),
        BulkVerb(
            "archive", _("Archive"), call=estates.archive_estate, form=ReasonForm,
            kind="danger", icon="archive",
        ),
    )  # fmt: skip

    @classmethod
    def with_row_data(cls, rows: Any) -> QuerySet:
        return rows.with_row_data(clock.today())


class EstatePage(DetailPage):
    """One estate: what it is built like and how it is heated."""

    template = "heating/estate_detail.html"
    icon = "buildings"
    wanted = ("year_built", "first_season", "connected_area")
    facts = (
        Group(
            _("Buildings"),
            LinkColumn(_("Community"), "community"),
            Column(_("Year built"), "year_built", value=_year("year_built")),
            StatusColumn(_("Insulation"), "insulation"),
            StatusColumn(_("Indoor system"), "indoor_system"),
            NumberColumn(_("Occupancy (%)"), "occupancy", places=2),
        ),
        Group(
            _("Heating"),
            Column(_("First heating season"), "first_season", value=_year("first_season")),
            AreaColumn(_("Connected area (m²)"), "connected_area"),
            AreaColumn(_("Area heated (m²)"), "heated_area"),
            NumberColumn(_("Households connected"), "households_connected"),
            NumberColumn(_("Households on direct supply"), "households_direct"),
            DateColumn(_("Counted on"), "counted_on"),
        ),
        Group(
            _("Built by"),
            Column(_("Developer"), "developer"),
            Column(_("Builder"), "builder"),
            DateColumn(_("Warranty until"), "warranty_until"),
            Column(_("Remarks"), "remarks"),
        ),
    )

    @property
    def queryset(self) -> QuerySet:
        """The estates with everything the page shows of them."""
        return Estate.objects.with_row_data(clock.today())

    def actions(self) -> list[Action]:
        sheet = sheet_action("heating:estate_sheet", self.object.pk)
        return [sheet]

    def subtitle(self) -> str:
        community = self.object.community
        town = community.parent
        return "".join(place.name for place in (town.parent, town, community))

    def extra(self) -> dict[str, Any]:
        """Show where the stations stand that heat the estate: it has no position of its own."""
        seen = Substation.objects.visible_to(self.request.user).active()
        serving = seen.filter(served_estates__estate=self.object)
        return {"map": of_stations(serving, self.request.user)}


class EstateCreate(CreatePage):
    """A new estate."""

    form, title = EstateForm, _("Add an estate")

    def save(self, form: Any) -> Estate:
        return estates.register_estate(actor=self.request.user, **form.values)


class EstateEdit(EditPage):
    """A change of an estate."""

    queryset, form = EVERY, EstateForm

    def save(self, form: Any) -> Estate:
        return estates.edit_estate(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
        )


class EstateArchive(ArchiveAction):
    """Putting an estate away."""

    queryset = EVERY

    def dependents(self) -> list[Dependent]:
        return [
            Dependent(_("Substations"), self.object.substations.active().count()),
            Dependent(_("Buildings"), self.object.buildings.count()),
            Dependent(_("Household counts"), self.object.household_counts.count()),
        ]

    def archive(self, note: str) -> Estate:
        return estates.archive_estate(self.object, actor=self.request.user, note=note)


class EstateRestore(RestoreAction):
    """Taking an estate back into the lists."""

    queryset = EVERY

    def restore(self) -> Estate:
        return estates.restore_estate(self.object, actor=self.request.user)


@require_safe
def counts_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the dated household counts."""
    return panel(
        request, EVERY, pk, "heating/_household_counts.html",
        lambda estate: {"counts": estate.household_counts.all()[:50], "form": CountForm()},
        write="heating.add_householdcount",
        needs="heating.view_householdcount",
    )  # fmt: skip


@require_POST
def record_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a household count."""
    estate = subject(request, EVERY, pk, "heating.add_householdcount")
    return run_form(
        request,
        estate,
        CountForm(request.POST),
        lambda given: estates.record_household_count(estate, actor=request.user, **given),
        _("The count was recorded."),
    )


@require_safe
def stations_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the stations that heat the estate, as far as the reader sees them."""
    return panel(
        request, EVERY, pk, "heating/_stations.html",
        lambda estate: {
            "stations": Substation.objects.visible_to(request.user)
            .with_row_data(clock.today())
            .filter(served_estates__estate=estate)
            .order_by("pinyin")
        },
        needs="heating.view_substation",
    )  # fmt: skip
