"""A policy published late: what is not locked yet is computed anew, the difference shown first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Q, QuerySet

from bureau.core import clock
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records.services import record, record_batch, rows_from_ids
from grants.choices import (
    BatchState,
    ClaimState,
    EntitlementState,
    KeptWhy,
    LineState,
    PolicyVerb,
    SubsidyKind,
)
from grants.models import Claim, Entitlement, PaymentBatch, PaymentLine, Policy
from grants.rules import rates as rules
from grants.rules.policies import Difference
from grants.rules.rates import NoRateError, RateFacts, Wanted
from grants.services import batch_lines
from grants.services.rate_book import RateBook

UNPAID = (EntitlementState.OPEN, EntitlementState.SUSPENDED)
ON_NOTICE = (ClaimState.NOTICE, ClaimState.OBJECTION_HOLD)
ALIKE = ("technology", "heat_pump", "programme_year", "village")

_MOVE = """
    UPDATE grants_entitlement
    SET amount = %s, rate_id = %s, version = version + 1, updated_at = %s WHERE id = ANY(%s)
"""

_FOLLOW = """
    UPDATE grants_paymentline line SET amount = entitlement.amount, updated_at = %s
    FROM grants_entitlement entitlement
    WHERE entitlement.id = line.entitlement_id AND entitlement.id = ANY(%s)
      AND line.state = 'pending'
"""


@dataclass(slots=True)
class Outlook:
    """What a policy changes of unpaid entitlements, by its rates, and what it leaves as it is."""

    found: dict[Difference, tuple[int, list[int]]] = field(default_factory=dict)
    kept: dict[KeptWhy, int] = field(default_factory=dict)

    @property
    def differences(self) -> list[Difference]:
        """The kinds of entitlements that change, with count and amounts."""
        return list(self.found)

    @property
    def count(self) -> int:
        """How many entitlements change."""
        return sum(one.count for one in self.found)

    @property
    def total(self) -> Decimal:
        """What all of it costs more, in yuan."""
        return sum((one.difference for one in self.found), Decimal(0))

    def ids(self) -> list[int]:
        """The entitlements that change."""
        return sorted(pk for _rate, ids in self.found.values() for pk in ids)

    def keep(self, why: str, count: int) -> None:
        """Count what stays as it is."""
        self.kept[KeptWhy(why)] = self.kept.get(KeptWhy(why), 0) + count


def foresee(policy: Policy, book: RateBook) -> Outlook:
    """Return what the policy's own rates, as they stand in ``book``, change of what is unpaid.

    An entitlement keeps its season and its number; one that a rate of another policy answers is
    not touched.
    """
    asked = _Asked(policy, book)
    outlook = Outlook()
    merged: dict[Any, list[int]] = {}
    for row in _entitlements(policy):
        rate = asked.rate(row, row["kind"], row["index"], row["season"])
        if rate is None or rate.amount == row["amount"]:
            continue
        if row["hold"]:
            outlook.keep(row["hold"], len(row["ids"]))
            continue
        key = (*(row[f"claim__{name}"] for name in ALIKE[:-1]), row["kind"], row["index"],
               row["amount"], rate.pk, rate.amount)  # fmt: skip
        merged.setdefault(key, []).extend(row["ids"])
    for (technology, pump, year, kind, index, now, rate_id, then), ids in merged.items():
        one = Difference(technology, pump, year, len(ids), now, then, kind, index)
        outlook.found[one] = (rate_id, ids)
    for row in _posted(policy):
        rate = asked.rate(row, SubsidyKind.BUILD, None, None)
        if rate is not None and rate.amount != row["amount"]:
            outlook.keep(KeptWhy.ON_NOTICE, row["count"])
    return outlook


class _Asked:
    """The rates of one policy, asked once for all that are alike."""

    def __init__(self, policy: Policy, book: RateBook) -> None:
        self.book = book
        self.own = set(policy.rates.values_list("pk", flat=True))
        self.villages = dict[int, Division]()
        self.known: dict[Any, RateFacts | None] = {}

    def rate(
        self, row: dict[str, Any], kind: str, index: int | None, season: int | None
    ) -> RateFacts | None:
        """Return the policy's rate for a group of rows; None where it names none."""
        begun = "claim__" if "claim__village" in row else ""
        technology, pump, year, village_id = (row[f"{begun}{name}"] for name in ALIKE)
        if village_id not in self.villages:
            self.villages[village_id] = Division.objects.get(pk=village_id)
        wanted = Wanted(technology, pump, year, self.book.area_of(self.villages[village_id]))
        key = (wanted, kind, index, season)
        if key not in self.known:
            self.known[key] = self._find(wanted, kind, index, season)
        return self.known[key]

    def _find(
        self, wanted: Wanted, kind: str, index: int | None, season: int | None
    ) -> RateFacts | None:
        try:
            rate = rules.find(self.book.rates, wanted, kind, index=index, season=season)
        except NoRateError:
            return None
        return rate if rate.pk in self.own else None


def _years(policy: Policy, place: str) -> Q:
    """Return the condition that a programme year is one of those of the policy's rates."""
    condition = Q(pk__in=[])
    for rate in policy.rates.all():
        part = Q(**{f"{place}__gte": rate.programme_year_from})
        if rate.programme_year_to is not None:
            part &= Q(**{f"{place}__lte": rate.programme_year_to})
        condition |= part
    return condition


def _unpaid(policy: Policy) -> QuerySet[Entitlement]:
    kinds = set(policy.rates.values_list("kind", flat=True))
    years = _years(policy, "claim__programme_year")
    return Entitlement.objects.filter(years, state__in=UNPAID, kind__in=kinds)


def _entitlements(policy: Policy) -> Iterator[dict[str, Any]]:
    found: Any = _unpaid(policy)
    names = ("kind", "index", "season", "amount", "hold", *(f"claim__{name}" for name in ALIKE))
    grouped = found.with_hold().order_by(*names).values(*names).annotate(ids=ArrayAgg("pk"))
    yield from grouped.iterator()


def _posted(policy: Policy) -> Iterator[dict[str, Any]]:
    if not policy.rates.filter(kind=SubsidyKind.BUILD).exists():
        return
    found = Claim.objects.filter(_years(policy, "programme_year"), state__in=ON_NOTICE)
    names = ("amount", *ALIKE)
    yield from found.order_by(*names).values(*names).annotate(count=Count("pk")).iterator()


# --- write -------------------------------------------------------------------------------
def recompute(policy: Policy, *, actor: User | None) -> Outlook:
    """Let unpaid entitlements follow a policy that was just published; one audit entry tells all.

    Draft batches follow with their lines, count and total. To be called in the transaction that
    publishes; whoever makes or locks a batch meanwhile waits.
    """
    _lock(policy)
    outlook = foresee(policy, RateBook.load())
    ids = outlook.ids()
    if not ids:
        return outlook
    now = clock.now()
    with connection.cursor() as cursor:
        for one, (rate, mine) in outlook.found.items():
            cursor.execute(_MOVE, [one.then, rate, now, mine])
        cursor.execute(_FOLLOW, [now, ids])
    _recount(policy, ids, actor)
    record_batch(
        PolicyVerb.RECOMPUTE,
        policy,
        actor=actor,
        rows=rows_from_ids(Entitlement, ids),
        total=str(outlook.total),
        after={"items": [str(one) for one in outlook.differences]},
    )
    return outlook


def _lock(policy: Policy) -> None:
    """Lock draft batches, then the entitlements, as every step on money does."""
    drafts = PaymentBatch.objects.filter(state=BatchState.DRAFT)
    list(drafts.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    unpaid = _unpaid(policy).select_for_update(of=("self",)).order_by("pk")
    list(unpaid.values_list("pk"))
    list(drafts.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _recount(policy: Policy, ids: Iterable[int], actor: User | None) -> None:
    lines = PaymentLine.objects.filter(entitlement__in=list(ids), state=LineState.PENDING)
    for batch in PaymentBatch.objects.filter(pk__in=lines.values("batch")).order_by("pk"):
        before = {"total": str(batch.total)}
        batch.version += 1
        batch.save(update_fields=["version", "updated_at"])
        batch_lines.recount(batch)
        after = {"total": str(batch.total), "policy": policy.name}
        record(PolicyVerb.RECOMPUTE, batch, actor=actor, before=before, after=after)
