"""The list of claims."""

from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import Column, DateColumn, LinkColumn, MomentColumn, StatusColumn, Table
from grants.models.areas import area_of


class HolderColumn(Column):
    """Who has to act: a few long words, which stay on one line."""

    css = "col-holder"


class ClaimTable(Table):
    """Claims with what they wait for; rows come through ``with_row_data``."""

    name = LinkColumn(_("Household"), "name", sort="pinyin")
    account = Column(_("Account number"), "account")
    area = Column(
        _("Area"),
        value=lambda row: area_of(row.village),
        needs=("village.managing_area", "village.parent.parent"),
    )
    town = Column(_("Town"), "village.parent", chosen=False)
    village = Column(_("Village"), "village")
    technology = Column(_("Technology"), "get_technology_display", needs=("technology",))
    pump = Column(_("Heat pump"), "get_heat_pump_display", needs=("heat_pump",), chosen=False)
    year = Column(
        _("Programme year"), value=lambda row: str(row.programme_year), needs=("programme_year",)
    )
    state = StatusColumn(_("State"), "state")
    holder = HolderColumn(_("Waiting for"), "get_holder_display", needs=("holder",))
    reason = Column(_("Reason"), "reason", chosen=False)
    serial = Column(_("Device number"), "device_serial")
    brand = Column(_("Device brand"), "device_brand", chosen=False)
    completed = DateColumn(_("Completed on"), "completed_on", sort="completed_on")
    accepted = DateColumn(_("Accepted on"), "accepted_on", chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)
    default_sort = "-changed"
