"""Use checks: which households used their device in a season, ticked by the village."""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.transitions import find
from bureau.people.holdings import Holding
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records.saving import refuse, require
from bureau.records.services import diff, record
from grants.choices import (
    ClaimState,
    HouseholdRefusal,
    UseCheckRefusal,
    UseCheckState,
    UseCheckVerb,
)
from grants.models import Claim, UseCheck, UseCheckLine
from grants.rules import seasons
from grants.rules import use_checks as rules
from grants.services.entitlements import SeasonBook, open_operating
from grants.services.personal import own_households

BATCH = 2000
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Tick:
    """What is said of one household: used or why not; ``reading`` in kWh or m³."""

    used: bool
    reason: str = ""
    reading: Decimal | None = None


@dataclass(slots=True)
class CheckMove:
    """A verb in progress: the locked list, how it was, who acts and under which posting."""

    row: UseCheck
    old: UseCheck
    verb: UseCheckVerb
    actor: User
    posting: Holding
    note: str


# --- open -----------------------------------------------------------------------------------
@transaction.atomic
def open_check(
    village: Division, season: int, *, actor: User, minimum: Decimal | None = None
) -> UseCheck:
    """Open a season's list of a village: every approved household that is paid for it, all ticked.

    Where the dwelling was demolished, the village is on the demolition list or central heating
    came, the household stands there unticked with the sentence why.
    Refuses ``guard:season``, ``exists``, ``guard:households`` and what the rates refuse.
    """
    posting = actor.posting_for(rules.MAY_OPEN, village)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=UseCheckVerb.OPEN.label)
    refuse(rules.season_begun(season, clock.today()))
    Division.objects.select_for_update(of=("self",)).get(pk=village.pk)
    words = {"village": village.name, "season": seasons.name(season)}
    if UseCheck.objects.filter(village=village, season=season).exists():
        raise BusinessError(UseCheckRefusal.EXISTS, **words)
    row = UseCheck(village=village, season=season, minimum=minimum)
    row.full_clean()
    row.save(force_insert=True)
    lines = _lines(row)
    if not lines:
        raise BusinessError(UseCheckRefusal.NOBODY, **words)
    UseCheckLine.objects.bulk_create(lines, batch_size=BATCH)
    facts = {"season": season, "lines": len(lines)}
    record(UseCheckVerb.OPEN, row, actor=actor, after=facts, posting=posting)
    return row


def _lines(check: UseCheck) -> list[UseCheckLine]:
    claims = Claim.objects.filter(village=check.village_id, state=ClaimState.APPROVED)
    book, lines = SeasonBook(), []
    for claim in claims.select_related("village", "dwelling").order_by("pk"):
        if book.worth(claim, check.season) is None:
            continue
        why = book.stop(claim, check.season)
        line = UseCheckLine(
            check_of=check, claim=claim, used=not why, stopped=bool(why), reason=why[:REASON_LENGTH]
        )
        lines.append(line)
    return lines


# --- tick -----------------------------------------------------------------------------------
@transaction.atomic
def tick_lines(
    check: UseCheck,
    ticks: Mapping[int, Tick],
    *,
    actor: User,
    minimum: Decimal | None = None,
    version: int | None = None,
) -> UseCheck:
    """Tick and untick households by the id of their claim; who is unticked has a reason.

    A meter under the list's ``minimum`` proposes “not used” where nobody says otherwise. Raises
    ValidationError on ``reason``; refuses ``conflict``, ``not_permitted``, ``not_on_list``,
    ``guard:stopped``, ``own_household``.
    """
    move = _lock(check, UseCheckVerb.TICK, actor, version=version)
    if move.row.state != UseCheckState.DRAFT:
        _refuse_state(move.row, UseCheckVerb.TICK)
    _permit(move, rules.MAY_TICK)
    changed: tuple[str, ...] = ()
    if minimum is not None and minimum != move.row.minimum:
        move.row.minimum, changed = minimum, ("minimum",)
    lines = {
        line.claim_id: line
        for line in move.row.lines.filter(claim__in=list(ticks)).select_related("claim")
    }
    if set(ticks) - set(lines):
        raise BusinessError(UseCheckRefusal.NOT_ON_LIST, name=min(set(ticks) - set(lines)))
    moved = [line for pk, line in lines.items() if _set(line, ticks[pk], move.row.minimum)]
    _refuse_own(moved, actor)
    UseCheckLine.objects.bulk_update(
        moved, ["used", "reason", "reading", "updated_at"], batch_size=BATCH
    )
    if not moved and not changed:
        return move.row
    told = {line.claim.name: line.reason or "✓" for line in moved}
    return _save(move, changed, lines=told)


def _set(line: UseCheckLine, tick: Tick, minimum: Decimal | None) -> bool:
    """Set what was said on a line; return whether it says something else now."""
    if line.stopped:
        if tick.used:
            raise BusinessError(UseCheckRefusal.STOPPED, name=line.claim.name)
        return False
    reason = "" if tick.used else tick.reason.strip()[:REASON_LENGTH]
    require(rules.unticked(line.claim.name, tick.used, reason))
    before = (line.used, line.reason, line.reading)
    line.used, line.reason = tick.used, reason
    if tick.reading is not None:
        line.reading = tick.reading
    line.updated_at = clock.now()
    return before != (line.used, line.reason, line.reading)


def proposal(reading: Decimal | None, minimum: Decimal | None) -> Tick | None:
    """Return what a meter under the minimum proposes: not used, with the figures as reason."""
    if not rules.is_under(reading, minimum):
        return None
    words = {"reading": reading, "minimum": minimum}
    return Tick(False, str(UseCheckRefusal.UNDER_MINIMUM.label) % words, reading)


def _refuse_own(lines: Iterable[UseCheckLine], actor: User) -> None:
    households = {line.claim.household_id for line in lines}
    if own_households(actor).filter(pk__in=households).exists():
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)


# --- submit, return, confirm ----------------------------------------------------------------
@transaction.atomic
def submit_check(
    check: UseCheck, *, actor: User, note: str = "", version: int | None = None
) -> UseCheck:
    """Hand a village's list in to the county; who is ticked is said to have used the device."""
    move = _begin(check, UseCheckVerb.SUBMIT, actor, note, version)
    row = move.row
    row.state, row.reason = UseCheckState.SUBMITTED, ""
    row.submitted_by, row.submitted_at = actor, clock.now()
    return _save(move, ("state", "reason", "submitted_by", "submitted_at"))


@transaction.atomic
def return_check(
    check: UseCheck, *, actor: User, note: str, version: int | None = None
) -> UseCheck:
    """Send a list back to its village to be corrected, with a reason."""
    move = _begin(check, UseCheckVerb.RETURN, actor, note, version)
    move.row.state, move.row.reason = UseCheckState.DRAFT, move.note[:500]
    return _save(move, ("state", "reason"))


@transaction.atomic
def confirm_check(
    check: UseCheck, *, actor: User, note: str = "", version: int | None = None
) -> UseCheck:
    """Confirm a list: the season's operating entitlements are opened by set.

    Who is unticked has a void one: the season is consumed, not shifted. Refuses what ``submit``
    refuses, ``four_eyes`` for whoever submitted it, ``own_household`` for whoever lives there.
    """
    move = _begin(check, UseCheckVerb.CONFIRM, actor, note, version)
    row = move.row
    _refuse_submitter(row, actor)
    lines = list(row.lines.filter(claim__state=ClaimState.APPROVED).select_related("claim"))
    _refuse_own(lines, actor)
    paid = [line for line in lines if not line.stopped]
    open_operating(
        [line.claim_id for line in paid if line.used],
        season=row.season,
        actor=actor,
        unused={line.claim_id: line.reason for line in paid if not line.used},
        subject=row,
    )
    row.state = UseCheckState.CONFIRMED
    row.confirmed_by, row.confirmed_at = actor, clock.now()
    return _save(move, ("state", "confirmed_by", "confirmed_at"))


def _refuse_submitter(row: UseCheck, actor: User) -> None:
    since = row.submitted_at.astimezone(clock.SHANGHAI).date() if row.submitted_at else None
    if row.submitted_by_id in actor.person_ids(since):
        raise BusinessError(UseCheckRefusal.OTHER_PERSON, person=str(row.submitted_by))


VERBS: dict[str, Callable[..., UseCheck]] = {
    UseCheckVerb.SUBMIT.value: submit_check,
    UseCheckVerb.RETURN.value: return_check,
    UseCheckVerb.CONFIRM.value: confirm_check,
}


# --- How every verb begins and ends ---------------------------------------------------------
def _lock(
    check: UseCheck, verb: UseCheckVerb, actor: User, note: str = "", version: int | None = None
) -> CheckMove:
    locked = UseCheck.objects.select_for_update(of=("self",)).select_related("village")
    row = locked.get(pk=check.pk)
    if row.version != (check.version if version is None else version):
        raise BusinessError(Refusal.CONFLICT)
    posting: Any = None
    return CheckMove(row, copy.copy(row), verb, actor, posting, note.strip())


def _begin(
    check: UseCheck, verb: UseCheckVerb, actor: User, note: str, version: int | None
) -> CheckMove:
    move = _lock(check, verb, actor, note, version)
    line = find(rules.WORKFLOW, verb.value)
    if move.row.state not in line.sources:
        _refuse_state(move.row, verb)
    _permit(move, line.signatures[0])
    if line.needs_note and not move.note:
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=verb.label)
    return move


def _refuse_state(row: UseCheck, verb: UseCheckVerb) -> None:
    state = UseCheckState(row.state).label
    raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb.label, state=state)


def _permit(move: CheckMove, permission: str) -> None:
    posting = move.actor.posting_for(permission, move.row)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=move.verb.label)
    move.posting = posting


def _save(move: CheckMove, changed: Iterable[str], **shown: Any) -> UseCheck:
    row, fields = move.row, tuple(changed)
    row.version += 1
    row.full_clean(exclude=["village"])
    row.save(update_fields=[*fields, "version", "updated_at"])
    before, after = diff(move.old, row, fields)
    record(
        move.verb, row, actor=move.actor, before=before, after=after | shown, note=move.note,
        posting=move.posting,
    )  # fmt: skip
    return row
