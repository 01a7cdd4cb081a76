"""The workflows of money: batch, line, recovery; one table each, and nothing outside them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bureau.core.transitions import Transition, Workflow
from grants.choices import (
    BatchState,
    BatchVerb,
    LineState,
    LineVerb,
    OperationStop,
    RecoveryState,
    RecoveryVerb,
)

MAY_CREATE = "grants.add_paymentbatch"
MAY_LOCK = "grants.lock_paymentbatch"
MAY_APPROVE_BUSINESS = "grants.approve_business_paymentbatch"
MAY_APPROVE_FINANCE = "grants.approve_finance_paymentbatch"
MAY_EXPORT = "grants.export_paymentbatch"
MAY_IMPORT_RECEIPT = "grants.import_receipt_paymentbatch"
MAY_CLOSE = "grants.close_paymentbatch"
MAY_ABORT = "grants.abort_paymentbatch"

MAY_ANNOUNCE = "grants.announce_recovery"
MAY_DECIDE = "grants.decide_recovery"
MAY_COLLECT = "grants.collect_recovery"


def _line(
    verb: StrEnum | str,
    sources: tuple[StrEnum | str, ...],
    target: StrEnum | str,
    *signatures: str,
    guard: str | None = None,
    needs_note: bool = False,
) -> Transition:
    names = tuple(str(source) for source in sources)
    return Transition(str(verb), names, str(target), signatures, needs_note, guard)


_B, _V = BatchState, BatchVerb
BATCH: Workflow = (
    _line(_V.CREATE, (), _B.DRAFT, MAY_CREATE),
    _line(_V.LOCK, (_B.DRAFT,), _B.LOCKED, MAY_LOCK, guard="eligible"),
    _line(_V.UNLOCK, (_B.LOCKED,), _B.DRAFT, MAY_LOCK),
    _line(
        _V.APPROVE_BUSINESS, (_B.LOCKED,), _B.BUSINESS_APPROVED, MAY_APPROVE_BUSINESS,
        guard="hash",
    ),
    _line(
        _V.APPROVE_FINANCE, (_B.BUSINESS_APPROVED,), _B.APPROVED, MAY_APPROVE_FINANCE,
        guard="hash",
    ),
    _line(_V.EXPORT, (_B.APPROVED, _B.EXPORTED), _B.EXPORTED, MAY_EXPORT),
    _line(
        _V.IMPORT_RECEIPT, (_B.EXPORTED, _B.RECONCILING), _B.RECONCILING, MAY_IMPORT_RECEIPT,
        guard="receipt",
    ),
    _line(_V.CLOSE, (_B.RECONCILING,), _B.CLOSED, MAY_CLOSE, guard="lines_answered"),
    _line(_V.IMPORT_RETURNS, (_B.CLOSED,), _B.CLOSED, MAY_IMPORT_RECEIPT, guard="receipt"),
    _line(
        _V.ABORT, (_B.DRAFT, _B.LOCKED, _B.BUSINESS_APPROVED), _B.ABORTED, MAY_ABORT,
        needs_note=True,
    ),
)  # fmt: skip

_L, _W = LineState, LineVerb
LINE: Workflow = (
    _line(_W.ADD, (), _L.PENDING),
    _line(_W.SEND, (_L.PENDING,), _L.SENT),
    _line(_W.PAY, (_L.SENT,), _L.PAID),
    _line(_W.FAIL, (_L.SENT,), _L.FAILED),
    _line(_W.BOUNCE, (_L.PAID,), _L.RETURNED),
    _line(_W.DROP, (_L.PENDING,), _L.DROPPED),
)

_R, _X = RecoveryState, RecoveryVerb
RECOVERY: Workflow = (
    _line(_X.ANNOUNCE, (), _R.ANNOUNCED, MAY_ANNOUNCE),
    _line(_X.HEAR, (_R.ANNOUNCED,), _R.HEARD, MAY_ANNOUNCE, guard="statement"),
    _line(_X.DECIDE, (_R.HEARD,), _R.DECIDED, MAY_DECIDE, guard="remedies"),
    _line(_X.SETTLE, (_R.DECIDED,), _R.SETTLED),
    _line(_X.CANCEL, (_R.ANNOUNCED, _R.HEARD), _R.CANCELLED, MAY_ANNOUNCE, needs_note=True),
)

LIVE_LINES = (LineState.PENDING.value, LineState.SENT.value, LineState.PAID.value)
"""States in which a payment line keeps its entitlement from another one."""

MADE = (LineState.PAID.value,)
"""States in which money has reached the payee."""

NEXT_BY_STATE = (
    (BatchState.DRAFT.value, MAY_LOCK),
    (BatchState.LOCKED.value, MAY_APPROVE_BUSINESS),
    (BatchState.BUSINESS_APPROVED.value, MAY_APPROVE_FINANCE),
    (BatchState.APPROVED.value, MAY_EXPORT),
    (BatchState.EXPORTED.value, MAY_IMPORT_RECEIPT),
    (BatchState.RECONCILING.value, MAY_IMPORT_RECEIPT),
)
"""Whose desk a batch lies on in each state that waits for somebody."""

RECOVERY_NEXT = (
    (RecoveryState.ANNOUNCED.value, MAY_ANNOUNCE),
    (RecoveryState.HEARD.value, MAY_DECIDE),
    (RecoveryState.DECIDED.value, MAY_COLLECT),
)
"""Whose desk a recovery lies on in each state that waits for somebody."""

SIGNERS_BEFORE = {
    BatchVerb.APPROVE_BUSINESS.value: ("created_by", "locked_by"),
    BatchVerb.APPROVE_FINANCE.value: ("created_by", "locked_by", "business_approved_by"),
}
"""Who must not be the person that takes an approving verb (four eyes)."""

SEASON_BEGINS = (11, 15)
"""Month and day on which a heating season begins in Liaocheng [seed; public end]."""


def what_stops(
    season: int,
    *,
    demolished_on: date | None = None,
    demolition_year: int | None = None,
    central_heating_on: date | None = None,
) -> OperationStop | None:
    """Return why operation is not paid for in a season (its first year) any more, or None.

    Demolition and central heating end it from the season on that begins on that day or later, a
    village's year on the demolition list from the season on that begins in it (domain §3).
    """
    begins = date(season, *SEASON_BEGINS)
    if demolished_on is not None and demolished_on <= begins:
        return OperationStop.DEMOLISHED
    if demolition_year is not None and demolition_year <= season:
        return OperationStop.DEMOLITION_LIST
    if central_heating_on is not None and central_heating_on <= begins:
        return OperationStop.CENTRAL_HEATING
    return None


def recoverable(paid: Decimal, demanded: Iterable[Decimal]) -> Decimal:
    """Return how much of what was paid (yuan) may still be demanded back.

    ``demanded`` are the amounts of all recoveries that were not dropped, repaid or not.
    """
    return max(paid - sum(demanded, Decimal(0)), Decimal(0))


def kept_back(amount: Decimal, carried: Decimal, wanted: Iterable[Decimal]) -> list[Decimal]:
    """Return what each recovery keeps back from a payment of ``amount`` yuan, in order.

    ``carried`` was kept back at an earlier attempt of the same payment already.
    """
    left = amount - carried
    parts = []
    for want in wanted:
        part = max(min(want, left), Decimal(0))
        parts.append(part)
        left -= part
    return parts


def fill(total: Decimal, parts: Iterable[Decimal]) -> list[Decimal]:
    """Divide ``total`` yuan over ``parts`` in order, none above its own size."""
    filled = []
    for part in parts:
        share = max(min(part, total), Decimal(0))
        filled.append(share)
        total -= share
    return filled


def idle_since(today: date) -> date:
    """Return the day up to which money must have come to be idle for a year today."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return date(today.year - 1, 2, 28)


def age_in_days(received_on: date, today: date) -> int:
    """Return for how many days money has lain since it came."""
    return (today - received_on).days
