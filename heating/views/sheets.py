"""Printed sheets of one station or estate: its facts and what belongs to it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import printing
from bureau.desk.printing import PrintedTable, table_of
from bureau.desk.tables import Column, DateColumn, NumberColumn, StatusColumn
from bureau.desk.views import subject
from heating.models import Estate, Substation
from heating.tables.registry import EstateTable, SubstationTable
from heating.views.estates import EstatePage
from heating.views.stations import StationPage

PERIODS = (
    StatusColumn(_("Management"), "mode"),
    Column(_("Managing unit"), "manager"),
    DateColumn(_("From"), "valid_from"),
    DateColumn(_("Until"), "valid_to"),
)
EQUIPMENT = (
    StatusColumn(_("Kind"), "kind"),
    Column(_("Specification"), "specification"),
    NumberColumn(_("Quantity"), "quantity", places=0),
    Column(_("Note"), "note"),
)
ZONES = (
    StatusColumn(_("Zone"), "level"),
    NumberColumn(_("Supply temperature (°C)"), "supply_temperature", places=2),
    NumberColumn(_("Return temperature (°C)"), "return_temperature", places=2),
    Column(_("Note"), "note"),
)
COUNTS = (
    DateColumn(_("As of"), "as_of"),
    NumberColumn(_("Households connected"), "connected", places=0),
    NumberColumn(_("On direct supply"), "direct", places=0),
    NumberColumn(_("Rate (%)"), "rate", places=2),
)
BUILDINGS = (
    Column(_("Building"), "name"),
    NumberColumn(_("Units"), "units"),
    NumberColumn(_("Floors"), "floors", places=0),
    NumberColumn(_("Households"), "households"),
)
SERVED = tuple(EstateTable.columns[key] for key in ("name", "community", "area", "connected"))
SERVING = tuple(SubstationTable.columns[key] for key in ("name", "mode", "manager", "area"))


@require_safe
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the sheet of a station."""
    found = subject(request, Substation.objects.with_row_data(clock.today()), pk)
    estates = Estate.objects.visible_to(request.user).filter(served_by__station=found)
    tables = _allowed(
        request,
        ("heating.view_managementperiod", _("Management history"), PERIODS,
         found.management_periods.select_related("manager")),
        ("heating.view_estate", _("Estates served"), SERVED,
         estates.with_row_data(clock.today()).order_by("pinyin")),
        ("heating.view_zone", _("Zones"), ZONES, found.zones.all()),
        ("heating.view_equipment", _("Equipment"), EQUIPMENT, found.equipment.all()),
    )  # fmt: skip
    return _sheet(request, found, StationPage.facts, tables)


@require_safe
def estate(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the sheet of an estate."""
    found = subject(request, Estate.objects.with_row_data(clock.today()), pk)
    stations = Substation.objects.visible_to(request.user).filter(served_estates__estate=found)
    tables = _allowed(
        request,
        ("heating.view_householdcount", _("Households"), COUNTS, found.household_counts.all()[:50]),
        ("heating.view_substation", _("Substations"), SERVING,
         stations.with_row_data(clock.today()).order_by("pinyin")),
        ("heating.view_building", _("Buildings"), BUILDINGS, found.buildings.all()),
    )  # fmt: skip
    return _sheet(request, found, EstatePage.facts, tables)


def _allowed(request: HttpRequest, *parts: tuple[str, Any, Any, QuerySet]) -> list[PrintedTable]:
    return [
        table_of(columns, rows, heading)
        for permission, heading, columns, rows in parts
        if request.user.has_perm(permission)
    ]


def _sheet(
    request: HttpRequest, found: Any, facts: Any, tables: list[PrintedTable]
) -> HttpResponse:
    town = found.community.parent
    place = "".join(one.name for one in (town.parent, town, found.community) if one)
    return printing.sheet(
        request,
        str(found),
        facts=printing.facts_of(facts, found),
        tables=tables,
        conditions=[place],
    )
