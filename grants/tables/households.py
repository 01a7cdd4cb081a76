"""The list of households; personal numbers are shown by their ends only."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import Column, DateColumn, LinkColumn, MomentColumn, Table
from grants.rules.identity import mask_id, mask_tail


def county_of(row: Any) -> Any:
    """Return the county of a household's village, or the managing area that runs it."""
    village = row.dwelling.village
    return village.managing_area or (village.parent.parent if village.parent else None)


def id_of(row: Any) -> str | None:
    """Return the head's identity number as lists show it."""
    return mask_id(row.id_number_head or "", row.id_number_tail or "") or None


class HouseholdTable(Table):
    """Households; rows come through ``with_row_data``."""

    name = LinkColumn(_("Head of household"), sort="pinyin")
    account = Column(_("Electricity account"), "dwelling.account_number")
    pending = Column(_("Pending application"), "dwelling.pending_number", chosen=False)
    county = Column(_("County"), value=county_of, chosen=False)
    town = Column(_("Town"), "dwelling.village.parent")
    village = Column(_("Village"), "dwelling.village")
    door = Column(_("Door number"), "dwelling.door_number", chosen=False)
    gas = Column(_("Gas account"), "dwelling.gas_account", chosen=False)
    id_number = Column(_("Identity number"), value=id_of)
    phone = Column(_("Phone"), value=lambda row: mask_tail(row.phone_tail or "") or None)
    card = Column(_("Bank card"), value=lambda row: mask_tail(row.card_tail or "") or None)
    holder = Column(_("Account holder"), "account_holder", chosen=False)
    register = Column(_("Household-register number"), "register_number", chosen=False)
    since = DateColumn(_("Lives here from"), "valid_from", chosen=False)
    until = DateColumn(_("Moved out on"), "valid_to", chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)
    default_sort = "name"
