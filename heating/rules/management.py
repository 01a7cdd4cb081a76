"""Who may be said to run a station, and from which day."""

from dataclasses import dataclass
from datetime import date

from bureau.core.findings import Finding
from heating.choices import ManagementMode, RegistryRefusal


@dataclass(frozen=True, slots=True)
class Management:
    """How a station is run: the mode, the managing unit's id, and whether its owners run it."""

    mode: ManagementMode
    manager_id: int | None = None
    owner_run: bool = False


def check_management(mode: str, *, has_manager: bool, owner_run: bool) -> Finding | None:
    """Refuse a mode without the manager it needs, or with one it cannot have.

    Third-party-run by the owners themselves (自管) needs none; custody always needs one.
    """
    if mode == ManagementMode.COMPANY_RUN:
        if has_manager or owner_run:
            return Finding(RegistryRefusal.MANAGER_NOT_EXPECTED, ("manager",))
        return None
    if has_manager or (owner_run and mode == ManagementMode.THIRD_PARTY_RUN):
        return None
    return Finding(
        RegistryRefusal.MANAGER_MISSING, ("manager",), {"mode": ManagementMode(mode).label}
    )


def check_change(current_from: date | None, on: date) -> Finding | None:
    """Refuse a change on or before the first day of the period it would end."""
    if current_from is not None and on <= current_from:
        return Finding(
            RegistryRefusal.MANAGEMENT_TOO_EARLY, ("on",), {"since": current_from.isoformat()}
        )
    return None


def first_day(commissioned_year: int | None, today: date) -> date:
    """Return the day from which a ledger's management holds for a station new to the registry.

    A ledger tells how a station is run and since when it stands, not since when it is run so:
    the period begins on 1 January of the year of commissioning; without one, of this year,
    for which the ledger speaks.
    """
    if commissioned_year is None or commissioned_year > today.year:
        return date(today.year, 1, 1)
    return date(commissioned_year, 1, 1)
