"""Lists of substations, estates and heat sources."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import (
    AreaColumn,
    Column,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    Table,
)
from heating.choices import ManagementMode

#: What the county of a row follows from.
COUNTY = ("community.managing_area", "community.parent.parent")


def county_of(row: Any) -> Any:
    """Return the county of a row's community, or the managing area that runs it."""
    town = row.community.parent
    return row.community.managing_area or (town.parent if town else None)


def manager_of(station: Any) -> str | None:
    """Return the managing unit's name; owners who run their station themselves are named so."""
    if station.manager_name:
        return station.manager_name
    return str(_("the owners")) if station.owner_run else None


class ChoiceColumn(StatusColumn):
    """An annotated word of a TextChoices as a badge."""

    def __init__(self, label: Any, source: str, choices: type[TextChoices], **more: Any) -> None:
        super().__init__(label, source, **more)
        self.choices = choices

    def _label(self, row: Any, value: Any) -> str:
        return str(self.choices(value).label)


class SubstationTable(Table):
    """Heat substations as they are managed today; rows come through ``with_row_data``."""

    name = LinkColumn(_("Substation"), sort="pinyin")
    estate = Column(_("Estate"), "main_estate")
    county = Column(_("County"), value=county_of, needs=COUNTY)
    town = Column(_("Town"), "community.parent")
    community = Column(_("Community"), "community")
    mode = ChoiceColumn(_("Management"), "mode", ManagementMode)
    manager = Column(_("Managing unit"), value=manager_of, needs=("manager_name", "owner_run"))
    company = Column(_("Heating company"), "heating_company")
    source = Column(_("Heat source"), "heat_source", chosen=False)
    year = Column(
        _("Commissioned in"),
        value=lambda row: str(row.commissioned_year) if row.commissioned_year else None,
        needs=("commissioned_year",),
        chosen=False,
    )
    area = AreaColumn(_("Connected area (m²)"), "connected_area", sort="connected_area")
    heated = AreaColumn(_("Area heated (m²)"), "heated_area", chosen=False)
    households = NumberColumn(_("Households"), "households", sort="households")
    direct = NumberColumn(_("On direct supply"), "direct_households", chosen=False)
    longitude = NumberColumn(_("Longitude"), "longitude", places=6, chosen=False)
    latitude = NumberColumn(_("Latitude"), "latitude", places=6, chosen=False)
    remarks = Column(_("Remarks"), "remarks", chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)
    default_sort = "name"


class EstateTable(Table):
    """Estates with their households as last counted; rows come through ``with_row_data``."""

    name = LinkColumn(_("Estate"), sort="pinyin")
    county = Column(_("County"), value=county_of, needs=COUNTY)
    town = Column(_("Town"), "community.parent")
    community = Column(_("Community"), "community")
    year = Column(
        _("Year built"),
        value=lambda row: str(row.year_built) if row.year_built else None,
        needs=("year_built",),
    )
    area = AreaColumn(_("Connected area (m²)"), "connected_area", sort="connected_area")
    heated = AreaColumn(_("Area heated (m²)"), "heated_area", chosen=False)
    connected = NumberColumn(_("Households"), "households_connected")
    direct = NumberColumn(_("On direct supply"), "households_direct")
    insulation = StatusColumn(_("Insulation"), "insulation", chosen=False)
    indoor = StatusColumn(_("Indoor system"), "indoor_system", chosen=False)
    developer = Column(_("Developer"), "developer", chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)
    default_sort = "name"


class HeatSourceTable(Table):
    """Heat sources."""

    name = LinkColumn(_("Heat source"), sort="pinyin")
    kind = StatusColumn(_("Kind"), "kind")
    operator = Column(_("Operator"), "organisation")
    capacity = NumberColumn(_("Capacity (MW)"), "capacity_mw", places=2)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)
    default_sort = "name"
