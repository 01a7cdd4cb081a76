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
from grants.models import Claim, Household, PaymentBatch
from grants.querysets.claims import like
from grants.rules.identity import from_old

SHOWN = 20


def find_claims(user: Any, text: str, limit: int) -> list[Hit]:
    """Find claims by the name under which was claimed, by account, or by village and account."""
    rows = best(
        Claim.objects.visible_to(user).select_related("dwelling", "village__parent__parent"),
        exact=Q(name=text) | Q(dwelling__account_number=text),
        named=like(text),
        order="pinyin",
        limit=limit,
    )
    return [_claim(row, row.is_exact) for row in rows]


def _claim(row: Claim, matched: bool) -> Hit:
    where = " · ".join([row.get_state_display(), _where(row.village), str(row.dwelling)])
    return Hit(f"{row.name} {row.programme_year}", where, row.get_absolute_url(), matched)


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


def find_batches(user: Any, text: str, limit: int) -> list[Hit]:
    """Find payment batches by their number."""
    wanted = text.upper()
    rows = best(
        PaymentBatch.objects.visible_to(user).select_related("division", "managing_area"),
        exact=Q(number=wanted),
        named=Q(number__startswith=wanted),
        order="number",
        limit=limit,
    )
    return [
        Hit(
            row.number,
            " · ".join(map(str, (row.area, row.get_kind_display(), row.get_state_display()))),
            row.get_absolute_url(),
            row.is_exact,
        )
        for row in rows
    ]


def _rows(user: Any) -> Any:
    return Household.objects.visible_to(user).select_related("dwelling__village__parent__parent")


def _household(row: Household, matched: bool = False) -> Hit:
    where = f"{_where(row.dwelling.village)} · {row.dwelling}"
    return Hit(row.name, where, row.get_absolute_url(), matched)


def _where(village: Any) -> str:
    town = village.parent
    names = [town.parent.name if town and town.parent else "", town.name if town else ""]
    return " · ".join(name for name in (*names, village.name) if name)


register(
    Source(
        "households", _("Household files"), "home", "grants.view_household",
        find_households, "grants:household_list", 25,
    ),
    Source(
        "claims", _("Subsidy claims"), "file-text", "grants.view_claim",
        find_claims, "grants:claim_list", 26,
    ),
    Source(
        "batches", _("Payment batches"), "cash", "grants.view_paymentbatch",
        find_batches, "grants:paymentbatch_list", 27,
    ),
)  # fmt: skip
for _kind in ("id_number", "phone", "card"):
    register_exact(_kind, find_households_exactly)
