"""Who may be paid for a household, and in which order its days stand."""

import re
from datetime import date

from bureau.core.findings import Finding
from grants.choices import HouseholdRefusal as Refusal
from grants.choices import PayeeKind

SOME_NUMBER = re.compile("[1-9]")
# Paid by their name alone; the other two are people of the household.
OUTSIDE = (PayeeKind.SUPPLIER, PayeeKind.UTILITY)


def check_payee(payee: str, holder_name: str, relation: str) -> Finding | None:
    """Refuse an account of somebody else that does not say whose it is; a member's needs a tie."""
    if payee == PayeeKind.HEAD:
        return None
    if not holder_name or (payee == PayeeKind.MEMBER and not relation):
        field = "relation" if holder_name else "holder_name"
        return Finding(Refusal.MISSING_HOLDER, (field,), {"payee": PayeeKind(payee).label})
    return None


def check_day(day: date, *, since: date | None, today: date, field: str = "on") -> Finding | None:
    """Refuse a day in the future, or one before what it ends began."""
    if day > today:
        return Finding(Refusal.FUTURE_DAY, (field,), {"day": day.isoformat()})
    if since is not None and day < since:
        facts = {"day": day.isoformat(), "since": since.isoformat()}
        return Finding(Refusal.DAY_TOO_EARLY, (field,), facts)
    return None


def check_keys(account_number: str, pending_number: str) -> Finding | None:
    """Refuse a dwelling that nothing identifies: it has an account, or has applied for one.

    "无" or zeros typed for an account would stand for one dwelling after the other.
    """
    if account_number and not SOME_NUMBER.search(account_number):
        return Finding(Refusal.BAD_ACCOUNT, ("account_number",), {"value": account_number})
    if account_number or pending_number:
        return None
    return Finding(Refusal.MISSING_ACCOUNT, ("account_number",))
