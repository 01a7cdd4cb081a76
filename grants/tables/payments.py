"""Lists of entitlements, batches, lines, recoveries and funds."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.tables import (
    Column,
    DateColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    Table,
    WordColumn,
)
from grants.rules import payments as rules
from grants.rules import seasons


def season_of(row: Any) -> str:
    """Return a season as it is written; nothing for construction."""
    return seasons.name(row.season) if row.season else ""


def county_of(row: Any) -> Any:
    """Return the county or managing area that runs the village of a row."""
    village = getattr(row, "entitlement", row).village
    town = village.parent
    return village.managing_area or (town.parent if town else None)


class EntitlementTable(Table):
    """What dwellings are to be paid."""

    name = LinkColumn(_("Household"), "claim.name", to=lambda row: row.get_absolute_url())
    account = Column(_("Electricity account"), "dwelling", chosen=False)
    village = Column(_("Village"), "village")
    county = Column(_("County"), value=county_of)
    kind = WordColumn(_("Kind"))
    season = Column(_("Season"), value=season_of, needs=("season",))
    amount = MoneyColumn(_("Amount"))
    state = StatusColumn(_("State"))
    reason = Column(_("Reason"), chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)


class BatchTable(Table):
    """Payment batches with the step they wait for."""

    number = LinkColumn(_("Number"), "number")
    area = Column(_("Area"), value=lambda row: row.area, needs=("division", "managing_area"))
    kind = WordColumn(_("Kind"))
    fiscal_year = Column(
        _("Fiscal year"), value=lambda row: str(row.fiscal_year), needs=("fiscal_year",)
    )
    state = StatusColumn(_("State"))
    count = NumberColumn(_("Lines"))
    total = MoneyColumn(_("Total"))
    created_by = Column(_("Created by"), "created_by", chosen=False)
    exported = DateColumn(_("Sent on"), "exported_at", chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at")


class LineTable(Table):
    """Payments, each attempt a line."""

    reference = LinkColumn(
        _("Reference"), "reference", to=lambda row: row.entitlement.get_absolute_url()
    )
    batch = LinkColumn(_("Batch"), "batch")
    name = Column(_("Household"), "entitlement.claim.name")
    village = Column(_("Village"), "entitlement.village")
    payee = Column(_("Payee"), "payee_name")
    card = Column(_("Card"), value=lambda row: f"****{row.card_tail}", needs=("card_tail",))
    amount = MoneyColumn(_("Amount"))
    offset = MoneyColumn(_("Kept back"), chosen=False)
    state = StatusColumn(_("State"))
    attempt = NumberColumn(_("Attempt"))
    paid_on = DateColumn(_("Paid on"))
    returned_on = DateColumn(_("Returned on"), chosen=False)
    reason = Column(_("Reason"))


class RecoveryTable(Table):
    """Money to be given back."""

    name = LinkColumn(
        _("Household"), "entitlement.claim.name", to=lambda row: row.get_absolute_url()
    )
    village = Column(_("Village"), "entitlement.village")
    county = Column(_("County"), value=county_of)
    amount = MoneyColumn(_("Demanded"))
    repaid = MoneyColumn(_("Repaid"), value=lambda row: row.repaid or Decimal(0))
    state = StatusColumn(_("State"))
    reason = Column(_("Reason"))
    announced_on = DateColumn(_("Announced on"))
    decided_on = DateColumn(_("Decided on"), chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at", chosen=False)


def free_of(row: Any) -> Decimal:
    """Return what of a fund is not set aside, in yuan."""
    free: Decimal = row.amount - row.allotted
    return free


class FundTable(Table):
    """Money that came, what is set aside, and how long it has lain."""

    document = LinkColumn(_("Document"), "document")
    area = Column(_("Area"), value=lambda row: row.area)
    level = WordColumn(_("Level"))
    fiscal_year = Column(_("Fiscal year"), value=lambda row: str(row.fiscal_year))
    received_on = DateColumn(_("Received on"), sort="received_on")
    amount = MoneyColumn(_("Received"))
    allotted = MoneyColumn(_("Allotted"))
    free = MoneyColumn(_("Free"), value=free_of)
    days = NumberColumn(
        _("Age in days"), value=lambda row: rules.age_in_days(row.received_on, clock.today())
    )
    default_sort = "-received_on"
