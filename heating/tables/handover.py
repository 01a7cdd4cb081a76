"""The list of handovers."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.tables import Column, DateColumn, LinkColumn, MomentColumn, StatusColumn, Table
from bureau.places.models import Division, ManagingArea
from heating.models import Handover

#: What the county of a row follows from.
COUNTY = ("station.community.managing_area", "station.community.parent.parent")


def county_of(row: Handover) -> Division | ManagingArea | None:
    """Return the county of the station's community, or the managing area that runs it."""
    community = row.station.community
    town = community.parent
    return community.managing_area or (town.parent if town else None)


class DueColumn(DateColumn):
    """The day on which the step is due; a late one is marked with a word, not with colour alone."""

    def html(self, row: Any) -> str:
        text = super().html(row)
        if not row.is_overdue(clock.today()):
            return text
        return format_html(
            '{} <span class="badge-status" data-status="overdue">{}</span>', text, _("overdue")
        )


class HandoverTable(Table):
    """Handovers with the step they wait for; rows come through ``with_row_data``."""

    number = LinkColumn(_("Number"), "number", sort="number")
    station = LinkColumn(_("Substation"), "station")
    county = Column(_("County"), value=county_of, needs=COUNTY)
    state = StatusColumn(_("State"), "state")
    holder = Column(_("Waiting for"), "get_holder_display", needs=("holder",))
    due = DueColumn(_("Step due"), "step_due_on", sort="due_key")
    company = Column(_("Heating company"), "station.heating_company")
    manager = Column(_("Manager at registration"), "manager_at_register", chosen=False)
    notice = Column(_("Document number"), "notice_number", chosen=False)
    registered = DateColumn(_("Registered on"), "registered_on", sort="registered_on")
    connected = DateColumn(_("Connected on"), "connected_on", chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)
    default_sort = "-number"
