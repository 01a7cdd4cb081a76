"""The fund ledger: what came, what is set aside, what was paid, what lies idle; in yuan."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from bureau.core import clock
from grants.choices import EntitlementState, GovernmentLevel, LineState, SubsidyKind
from grants.models import Allotment, Fund, PaymentBatch, PaymentLine, Repayment
from grants.rules import payments as rules
from grants.rules import seasons

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class FundLine:
    """One fund in the ledger."""

    fund: Fund
    allotted: Decimal
    paid: Decimal
    days: int
    is_idle: bool

    @property
    def received(self) -> Decimal:
        """What came."""
        return self.fund.amount

    @property
    def balance(self) -> Decimal:
        """What has not been paid out of it."""
        return self.fund.amount - self.paid

    @property
    def free(self) -> Decimal:
        """What is not set aside for a batch."""
        return self.fund.amount - self.allotted


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums under the ledger; ``uncovered`` was paid without a fund set aside for it."""

    received: Decimal
    allotted: Decimal
    paid: Decimal
    recovered: Decimal
    uncovered: Decimal
    idle: Decimal

    @property
    def balance(self) -> Decimal:
        """What is left of what came."""
        return self.received - self.paid


@dataclass(frozen=True, slots=True)
class Ledger:
    """The funds that somebody may see, with their sums."""

    lines: list[FundLine]
    totals: Totals


def ledger_of(funds: Any, batches: Any) -> Ledger:
    """Return the ledger of the funds and batches that a reader may see.

    What a batch has paid fills its allotments in the order in which they were made, so that over
    all funds and what is uncovered the ledger comes to what the batches have paid.
    """
    today = clock.today()
    paid_by_batch = paid_of(batches)
    by_fund = _paid_by_fund(paid_by_batch)
    last = rules.idle_since(today)
    lines = [
        FundLine(
            fund=fund,
            allotted=fund.allotted,
            paid=by_fund.get(fund.pk, ZERO),
            days=rules.age_in_days(fund.received_on, today),
            is_idle=fund.received_on <= last and fund.allotted < fund.amount,
        )
        for fund in funds.with_ledger()
    ]
    return Ledger(lines, _totals(lines, batches, paid_by_batch))


def _totals(lines: list[FundLine], batches: Any, paid_by_batch: dict[int, Decimal]) -> Totals:
    paid, cash = sum(paid_by_batch.values(), ZERO), Repayment.objects.filter(kind="cash")
    lines_seen = PaymentLine.objects.filter(batch__in=batches).values("entitlement")
    found = cash.filter(recovery__entitlement__in=lines_seen).aggregate(total=Sum("amount"))
    recovered = found["total"]
    covered = sum((line.paid for line in lines), ZERO)
    return Totals(
        received=sum((line.received for line in lines), ZERO),
        allotted=sum((line.allotted for line in lines), ZERO),
        paid=paid,
        recovered=recovered or ZERO,
        uncovered=max(paid - covered, ZERO),
        idle=sum((line.free for line in lines if line.is_idle), ZERO),
    )


def paid_of(batches: Any) -> dict[int, Decimal]:
    """Return batch → yuan that reached the payees: paid lines less what was kept back."""
    paid = PaymentLine.objects.filter(batch__in=batches, state=LineState.PAID)
    sums = paid.order_by().values("batch").annotate(net=Sum(F("amount") - F("offset")))
    return {row["batch"]: row["net"] for row in sums}


def _paid_by_fund(paid_by_batch: dict[int, Decimal]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    allotments = Allotment.objects.live().filter(batch__in=paid_by_batch)
    by_batch: dict[int, list[Allotment]] = {}
    for one in allotments.order_by("batch", "pk"):
        by_batch.setdefault(one.batch_id, []).append(one)
    for batch, parts in by_batch.items():
        for one, share in zip(parts, _filled(paid_by_batch[batch], parts), strict=True):
            found[one.fund_id] = found.get(one.fund_id, ZERO) + share
    return found


def _filled(paid: Decimal, parts: Iterable[Allotment]) -> list[Decimal]:
    return rules.fill(paid, [one.kept for one in parts])


@dataclass(frozen=True, slots=True)
class StateLine:
    """Lines of a batch in one state: how many, their yuan, what of it is kept back."""

    state: str
    label: Any
    count: int
    total: Decimal
    kept: Decimal

    @property
    def net(self) -> Decimal:
        """What the bank pays, or paid, of them."""
        return self.total - self.kept


@dataclass(frozen=True, slots=True)
class LevelLine:
    """What one level of government bears of a batch: of all of it, and of what is paid."""

    level: Any
    total: Decimal
    paid: Decimal


def states_of(batch: PaymentBatch) -> list[StateLine]:
    """Return the lines of a batch by state, in the order of their way."""
    rows = batch.lines.order_by().values("state")
    found = {
        row["state"]: row
        for row in rows.annotate(total=Sum("amount"), kept=Sum("offset"), lines=Count("pk"))
    }
    return [
        StateLine(state, label, row["lines"], row["total"], row["kept"])
        for state, label in LineState.choices
        if (row := found.get(state))
    ]


def levels_of(batch: PaymentBatch) -> list[LevelLine]:
    """Return what each level bears; nothing where the rates publish no shares."""
    names = [level.value for level in GovernmentLevel]
    lines: Any = batch.lines.all()
    paid = Q(state=LineState.PAID)
    sums = {name: Sum(f"share_{name}") for name in names}
    sums |= {f"{name}_paid": Sum(f"share_{name}", filter=paid) for name in names}
    found = lines.standing().aggregate(**sums)
    if all(found[name] is None for name in names):
        return []
    return [
        LevelLine(level.label, found[level.value] or ZERO, found[f"{level.value}_paid"] or ZERO)
        for level in GovernmentLevel
    ]


@dataclass(frozen=True, slots=True)
class PaidLine:
    """The entitlements of one kind and season in a place, and how many of them are paid."""

    label: Any
    season: str
    number: int
    under_way: int
    paid_number: int
    paid_total: Decimal


def paid_in(entitlements: Any) -> list[PaidLine]:
    """Return how much of some entitlements is paid, by kind and season."""
    lines = PaymentLine.objects.filter(entitlement_id=OuterRef("pk"))
    waiting = (LineState.PENDING, LineState.SENT)
    rows = (
        entitlements.exclude(state=EntitlementState.VOID)
        .annotate(
            is_paid=Exists(lines.filter(state=LineState.PAID)),
            is_under_way=Exists(lines.filter(state__in=waiting)),
        )
        .order_by("kind", "season")
        .values("kind", "season")
        .annotate(
            number=Count("pk"),
            under_way=Count("pk", filter=Q(is_under_way=True)),
            paid_number=Count("pk", filter=Q(is_paid=True)),
            paid_total=Sum("amount", filter=Q(is_paid=True), default=ZERO),
        )
    )
    return [
        PaidLine(
            label=SubsidyKind(row["kind"]).label,
            season=seasons.name(row["season"]) if row["season"] else "",
            number=row["number"],
            under_way=row["under_way"],
            paid_number=row["paid_number"],
            paid_total=row["paid_total"],
        )
        for row in rows
    ]
