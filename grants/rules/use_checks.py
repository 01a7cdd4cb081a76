"""The workflow of a village's use check, and what a meter proposes."""

from datetime import date
from decimal import Decimal

from bureau.core.findings import Finding
from bureau.core.transitions import Transition, Workflow
from grants.choices import UseCheckRefusal as Refusal
from grants.choices import UseCheckState as State
from grants.choices import UseCheckVerb as Verb
from grants.rules import seasons
from grants.rules.payments import SEASON_BEGINS

MAY_OPEN = "grants.add_usecheck"
MAY_TICK = "grants.change_usecheck"
MAY_CONFIRM = "grants.confirm_usecheck"


def _line(
    verb: Verb, sources: tuple[State, ...], target: State, permission: str, *, note: bool = False
) -> Transition:
    names = tuple(source.value for source in sources)
    return Transition(verb.value, names, target.value, (permission,), needs_note=note)


WORKFLOW: Workflow = (
    _line(Verb.OPEN, (), State.DRAFT, MAY_OPEN),
    _line(Verb.SUBMIT, (State.DRAFT,), State.SUBMITTED, MAY_TICK),
    _line(Verb.RETURN, (State.SUBMITTED,), State.DRAFT, MAY_CONFIRM, note=True),
    _line(Verb.CONFIRM, (State.SUBMITTED,), State.CONFIRMED, MAY_CONFIRM),
)


def season_begun(season: int, today: date) -> Finding | None:
    """Refuse a season (its first year) that begins after today."""
    if today < date(season, *SEASON_BEGINS):
        return Finding(Refusal.SEASON_NOT_BEGUN, ("season",), {"season": seasons.name(season)})
    return None


def last_begun(today: date) -> int:
    """Return the first year of the latest season that has begun."""
    begun = today >= date(today.year, *SEASON_BEGINS)
    return today.year if begun else today.year - 1


def is_under(reading: Decimal | None, minimum: Decimal | None) -> bool:
    """Whether a meter says that the device stood still; without both figures it says nothing."""
    return reading is not None and minimum is not None and reading < minimum


def unticked(name: str, used: bool, reason: str) -> Finding | None:
    """Refuse a household that is unticked without a reason."""
    if used or reason.strip():
        return None
    return Finding(Refusal.UNTICKED_REASON, ("reason",), {"name": name})
