"""The workflow and the period of a public notice (公示)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bureau.core.findings import Finding
from bureau.core.transitions import Transition, Workflow
from bureau.core.workdays import (
    ONE_DAY,
    Calendar,
    YearNotPublished,
    add_working_days,
    end_of_notice,
)
from grants.choices import ClaimState, NoticePaper
from grants.choices import NoticeRefusal as Refusal
from grants.choices import NoticeState as State
from grants.choices import NoticeVerb as Verb

MAY_KEEP = "grants.add_publicnotice"
MAY_CHANGE = "grants.change_publicnotice"
MAY_PUBLISH = "grants.publish_claim"
MAY_CONFIRM = "grants.approve_claim"
MAY_HOLD = "grants.hold_claim"
MAY_CORRECT = "grants.correct_item_claim"

SHORTEST = 7
"""Days that a notice runs at least; the rule of the city's schemes, never shortened."""


def _line(verb: Verb, sources: tuple[State, ...], target: State, permission: str) -> Transition:
    names = tuple(source.value for source in sources)
    note = verb is Verb.CANCEL
    return Transition(verb.value, names, target.value, (permission,), needs_note=note)


WORKFLOW: Workflow = (
    _line(Verb.CREATE, (), State.DRAFT, MAY_KEEP),
    _line(Verb.PUBLISH, (State.DRAFT,), State.PUBLISHED, MAY_PUBLISH),
    _line(Verb.CONFIRM, (State.PUBLISHED,), State.CLOSED, MAY_CONFIRM),
    _line(Verb.CANCEL, (State.DRAFT,), State.CANCELLED, MAY_KEEP),
)
"""A confirmed notice closes with its last household; until then it can be confirmed again."""

ON_SHEET = (ClaimState.NOTICE.value, ClaimState.OBJECTION_HOLD.value)
"""States of a claim whose household stands in a posted notice and is not decided yet."""

OFF_SHEET = (
    ClaimState.RETURNED.value, ClaimState.WITHDRAWN.value, ClaimState.REJECTED.value,
)  # fmt: skip
"""States of a claim in which its household is taken off its notice."""

PAPERS_AT_END = (
    (NoticePaper.END_PHOTO.value, Refusal.NO_END_PHOTO),
    (NoticePaper.NO_OBJECTION.value, Refusal.NO_STATEMENT),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Day 1 and the last day, both included; the last one is open until its year is published."""

    starts_on: date
    ends_on: date | None
    pending_year: int | None = None


def period(published_on: date, days: int, calendar: Calendar, *, working: bool = False) -> Period:
    """Return when a notice posted on ``published_on`` runs.

    The first full day after posting is day 1. Of natural days, a last one on a public holiday
    moves to the next working day; with ``working`` only working days are counted.
    """
    try:
        if working:
            last = add_working_days(published_on, days, calendar)
        else:
            last = end_of_notice(published_on, days, calendar)
    except YearNotPublished as missing:
        return Period(published_on + ONE_DAY, None, missing.year)
    return Period(published_on + ONE_DAY, last)


def is_over(ends_on: date | None, today: date) -> bool:
    """Whether the last day has passed; on the last day itself it has not."""
    return ends_on is not None and today > ends_on


def days(number: int) -> Finding | None:
    """Refuse a period under the shortest."""
    if number < SHORTEST:
        return Finding(Refusal.TOO_SHORT, ("days",), {"days": SHORTEST})
    return None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """How one household stands in its notice; ``ends_on`` is the last day that counts for it."""

    name: str
    state: str
    ends_on: date | None
    pending_year: int | None = None
    has_open_objection: bool = False


def against_approval(item: ItemFacts, today: date) -> Finding | None:
    """Return why a household in a notice cannot be approved today; the table's guard."""
    if item.has_open_objection or item.state == ClaimState.OBJECTION_HOLD:
        return Finding(Refusal.OPEN_OBJECTION, (), {"name": item.name})
    if item.ends_on is None:
        return Finding(Refusal.CALENDAR_PENDING, (), {"year": item.pending_year or ""})
    if not is_over(item.ends_on, today):
        return Finding(Refusal.RUNNING, (), {"day": item.ends_on.isoformat()})
    return None


def missing_paper(kinds: Iterable[str]) -> Finding | None:
    """Return which of the papers at the end a notice still lacks."""
    held = frozenset(kinds)
    for kind, refusal in PAPERS_AT_END:
        if kind not in held:
            return Finding(refusal, (), {})
    return None


def correction(amount: Decimal | None, highest: Decimal, year: int) -> Finding | None:
    """Refuse a corrected amount (yuan) that no published rate of the programme year reaches."""
    if amount is None:
        return None
    if amount <= 0:
        return Finding(Refusal.AMOUNT_NOT_POSITIVE, ("amount",))
    if amount > highest:
        return Finding(Refusal.AMOUNT_TOO_HIGH, ("amount",), {"year": year, "limit": highest})
    return None
