"""What the search of all apps finds in subsidies."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.core.identifiers import Identifier
from bureau.desk.search import (
    PERMISSION,
    Hit,
    Source,
    best,
    by_name,
    register,
    register_exact,
)
from grants.models import Household
from grants.rules.identity import from_old

SHOWN = 20


def find_households(user: Any, text: str, limit: int) -> list[Hit]:
    """Find households by two characters of their head's name, or by an account number."""
    named = by_name(text)
    if text.isdecimal():
        named = Q(dwelling__account_number__startswith=text)
    rows = best(
        _rows(user),
        exact=Q(name=text) | Q(dwelling__account_number=text),
        named=named,
        order="pinyin",
        limit=limit,
    )
    return [_household(row, row.is_exact) for row in rows]


def find_households_exactly(user: Any, wanted: Identifier) -> list[Hit]:
    """Find households by the identity number or phone of a person in them, or by their card."""
    if wanted.kind == "id_number":
        wanted = Identifier("id_number", from_old(wanted.plain))
    rows = _rows(user).visible_to(user, PERMISSION).of_identifier(wanted)
    return [_household(row) for row in rows.order_by("pinyin", "pk")[:SHOWN]]


def _rows(user: Any) -> Any:
    return Household.objects.visible_to(user).select_related("dwelling__village__parent__parent")


def _household(row: Household, matched: bool = False) -> Hit:
    village = row.dwelling.village
    town = village.parent
    names = [town.parent.name if town and town.parent else "", town.name if town else ""]
    where = " · ".join(one for one in (*names, village.name, str(row.dwelling)) if one)
    return Hit(row.name, where, row.get_absolute_url(), matched)


register(
    Source(
        "households", _("Household files"), "home", "grants.view_household",
        find_households, "grants:household_list", 25,
    ),
)  # fmt: skip
for _kind in ("id_number", "phone", "card"):
    register_exact(_kind, find_households_exactly)
