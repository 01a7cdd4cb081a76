"""The list of use checks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import (
    Column,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    Table,
)
from grants.rules import seasons
from grants.tables.notices import area_of


def season_of(row: Any) -> str:
    """Return a list's season as it is written."""
    return seasons.name(row.season)


class UseCheckTable(Table):
    """Use checks with their households; rows come through ``with_row_data``."""

    village = LinkColumn(_("Village"), "village.name")
    area = Column(_("Area"), value=area_of)
    season = Column(_("Season"), value=season_of, sort="season")
    state = StatusColumn(_("State"), "state")
    households = NumberColumn(_("Households"), "households", places=0)
    unticked = NumberColumn(_("Not used"), "unticked", places=0)
    submitted = MomentColumn(_("Submitted at"), "submitted_at")
    confirmed = MomentColumn(_("Confirmed at"), "confirmed_at", chosen=False)
    default_sort = "-pk"
