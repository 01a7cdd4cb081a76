"""Objections to single households of a public notice: hold, decide, release, correct."""

import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.people.holdings import Holding
from bureau.people.models import User
from bureau.places.workdays import calendar
from bureau.records.models import Attachment
from bureau.records.saving import require, tidy_name
from bureau.records.services import diff, record
from grants.choices import (
    ClaimRefusal,
    ClaimState,
    ClaimVerb,
    NoticePaper,
    NoticeRefusal,
    NoticeVerb,
    ObjectionState,
)
from grants.models import Claim, NoticeItem, Objection, PublicNotice
from grants.rules import notices as rules
from grants.services import claim_moves, notice_moves
from grants.services.notice_moves import posting_for
from grants.services.rate_book import RateBook

CORRECTABLE = ("name", "amount", "starts_on", "ends_on", "pending_year", "corrected_at")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said against one household, and on which day (default: today)."""

    text: str
    objector: str = ""
    received_on: date | None = None
    paper: Any = None


def lock_sheet(claim: Claim) -> None:
    """Lock the notice before its claim, as its own verbs do; nothing where it stands on none."""
    found = NoticeItem.objects.on_sheet().filter(claim=claim).first()
    if found is not None:
        notice_moves.lock_by_id(found.notice_id)


def item_of(claim: Claim) -> NoticeItem:
    """Return the item on which a claim stands now, locked with its notice; or ``guard:notice``."""
    found = NoticeItem.objects.on_sheet().filter(claim=claim).first()
    if found is None:
        raise BusinessError(NoticeRefusal.NO_NOTICE, name=claim.name)
    found.notice = notice_moves.lock_by_id(found.notice_id)
    return found


# --- object and hold ------------------------------------------------------------------------
@transaction.atomic
def record_objection(
    item: NoticeItem,
    *,
    actor: User,
    text: str,
    objector: str = "",
    received_on: date | None = None,
    paper: Any = None,
) -> Objection:
    """Record an objection to one household; its claim is held, every other one goes on.

    A held household may be objected to again. Refuses ``guard:off_sheet``, what ``hold``
    refuses, and a day before the notice was posted or after today.
    """
    if item.withdrawn_at is not None:
        raise BusinessError(NoticeRefusal.OFF_SHEET, name=item.name)
    said = Said(text, objector, received_on, paper)
    if item.claim.state == ClaimState.OBJECTION_HOLD:
        posting = posting_for(item.claim, rules.MAY_HOLD, NoticeVerb.OBJECT, actor)
        return _write_down(item_of(item.claim), said, actor, posting)
    lock_sheet(item.claim)
    move = claim_moves.begin(item.claim, ClaimVerb.HOLD, actor=actor, note=text)
    made = _write_down(item_of(item.claim), said, actor, move.posting)
    claim_moves.arrive(move, ())
    return made


@transaction.atomic
def hold(
    claim: Claim,
    *,
    actor: User,
    note: str = "",
    objector: str = "",
    received_on: date | None = None,
    paper: Any = None,
    version: int | None = None,
) -> Claim:
    """Hold a claim for an objection, which ``note`` tells unless an undecided one is recorded.

    Refuses what ``claim_moves.begin`` refuses, ``guard:objection`` and ``guard:notice``.
    """
    lock_sheet(claim)
    move = claim_moves.begin(claim, ClaimVerb.HOLD, actor=actor, note=note, version=version)
    item = item_of(move.row)
    if move.note:
        said = Said(move.note, objector, received_on, paper)
        _write_down(item, said, actor, move.posting)
    elif not item.objections.filter(state=ObjectionState.OPEN).exists():
        raise BusinessError(ClaimRefusal.NO_OBJECTION, name=move.row.name)
    return claim_moves.arrive(move, ())


def _write_down(item: NoticeItem, said: Said, actor: User, posting: Holding | None) -> Objection:
    day = said.received_on or clock.today()
    _refuse_day(day, item.notice, "received_on")
    made = Objection(
        item=item,
        received_on=day,
        text=said.text.strip(),
        objector=said.objector.strip(),
        recorded_by=actor,
    )
    made.full_clean()
    made.save(force_insert=True)
    notice_moves.file(item.notice, said.paper, NoticePaper.OBJECTION, actor=actor)
    facts = {"items": [numbered(item)]}
    record(
        NoticeVerb.OBJECT, item.notice, actor=actor, after=facts, note=made.text,
        posting=posting, also=item.claim,
    )  # fmt: skip
    return made


def _refuse_day(day: date, notice: PublicNotice, field: str) -> None:
    if day > clock.today():
        require(Finding(NoticeRefusal.FUTURE_DAY, (field,)))
    if notice.published_on is not None and day < notice.published_on:
        require(Finding(NoticeRefusal.EARLY_DAY, (field,)))


# --- decide and release ---------------------------------------------------------------------
@transaction.atomic
def decide_objection(
    objection: Objection,
    *,
    actor: User,
    upheld: bool,
    decision: str,
    decided_on: date | None = None,
    paper: Any = None,
) -> Objection:
    """Decide an objection with its signed paper, given now or filed before and not used yet.

    The claim stays held until it is released, corrected or rejected. Refuses
    ``guard:objection_open``, ``guard:decision``, ``guard:decision_paper``.
    """
    item = item_of(objection.item.claim)
    posting = posting_for(item.claim, rules.MAY_HOLD, NoticeVerb.DECIDE_OBJECTION, actor)
    refuse_own(item.claim, actor)
    row = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if row.state != ObjectionState.OPEN:
        raise BusinessError(NoticeRefusal.OBJECTION_DECIDED)
    if not decision.strip():
        raise BusinessError(NoticeRefusal.DECISION_NEEDED)
    day = decided_on or clock.today()
    _refuse_day(day, item.notice, "decided_on")
    kind = NoticePaper.OBJECTION_DECISION
    found = notice_moves.file(item.notice, paper, kind, actor=actor) or _unused(item.notice, row)
    if found is None:
        raise BusinessError(NoticeRefusal.DECISION_PAPER, name=item.name)
    state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    _settle(row, state, decision, day, actor, found)
    facts = {"items": [f"{numbered(item)}: {state.label}"]}
    record(
        NoticeVerb.DECIDE_OBJECTION, item.notice, actor=actor, after=facts,
        note=row.decision, posting=posting, also=item.claim,
    )  # fmt: skip
    return row


def refuse_own(claim: Claim, actor: User) -> None:
    """Refuse whoever filed the claim or lives there (four eyes)."""
    locked = claim_moves.lock_many([claim.pk])
    _yes, no = claim_moves.check(locked, ClaimVerb.RELEASE, actor=actor)
    for finding in no.values():
        raise BusinessError(finding.code, **finding.values)


def _unused(notice: PublicNotice, objection: Objection) -> Attachment | None:
    """Return a decision that was filed after the objection and belongs to no other one."""
    kind = NoticePaper.OBJECTION_DECISION.value
    filed = Attachment.objects.of(notice).filter(kind=kind, at__date__gte=objection.received_on)
    used = Objection.objects.filter(paper__isnull=False).values("paper_id")
    return filed.exclude(pk__in=used).order_by("pk").first()


def _settle(
    row: Objection,
    state: ObjectionState,
    decision: str,
    day: date,
    actor: User,
    paper: Attachment | None,
) -> None:
    row.state, row.decision, row.decided_on = state, decision.strip(), day
    row.decided_by, row.paper = actor, paper
    row.full_clean(exclude=["item", "paper"])
    row.save(update_fields=["state", "decision", "decided_on", "decided_by", "paper", "updated_at"])


@transaction.atomic
def release(claim: Claim, *, actor: User, note: str = "", version: int | None = None) -> Claim:
    """Let a held claim go on after its objections were decided; its period was not stopped.

    Refuses what ``claim_moves.begin`` refuses, ``guard:objection_open`` and, where an objection
    was found right, ``guard:upheld``.
    """
    lock_sheet(claim)
    move = claim_moves.begin(claim, ClaimVerb.RELEASE, actor=actor, note=note, version=version)
    item = item_of(move.row)
    states = set(item.objections.values_list("state", flat=True))
    if ObjectionState.OPEN in states or not states:
        raise BusinessError(ClaimRefusal.OBJECTION_OPEN, name=item.name)
    last = item.objections.order_by("-decided_on", "-pk").first()
    if last is not None and last.state == ObjectionState.UPHELD:
        raise BusinessError(NoticeRefusal.UPHELD, name=item.name)
    return claim_moves.arrive(move, ())


# --- correct --------------------------------------------------------------------------------
@transaction.atomic
def correct_item(
    claim: Claim,
    *,
    actor: User,
    note: str,
    name: str = "",
    amount: Decimal | None = None,
    version: int | None = None,
) -> Claim:
    """Correct spelling or amount (yuan) of one household; its own period starts anew today.

    The correction answers the objections to it that are open. Refuses what
    ``claim_moves.begin`` refuses and ``guard:correction``; raises ValidationError on ``amount``.
    """
    lock_sheet(claim)
    move = claim_moves.begin(claim, ClaimVerb.CORRECT_ITEM, actor=actor, note=note, version=version)
    item = item_of(move.row)
    old = copy.copy(item)
    spelled = tidy_name(name) or item.name
    worth = item.amount if amount is None else amount
    if (spelled, worth) == (item.name, item.amount):
        raise BusinessError(NoticeRefusal.NOTHING_CORRECTED)
    year = move.row.programme_year
    require(rules.correction(amount, RateBook.load().highest_build(year), year))
    item.name, item.amount = spelled, worth
    _begin_anew(item)
    _save_item(item)
    _answer_open(item, actor, move.note)
    changed = _onto_claim(move.row, item)
    before, after = diff(old, item, CORRECTABLE)
    record(
        NoticeVerb.CORRECT_ITEM, item.notice, actor=actor,
        before={"items": [_told(item, before)]}, after={"items": [_told(item, after)]},
        note=move.note,
        posting=move.posting,
    )  # fmt: skip
    return claim_moves.arrive(move, changed)


def numbered(item: NoticeItem) -> str:
    """Return a household as the history of its notice names it."""
    return f"{item.position} {item.name}"


def _told(item: NoticeItem, values: dict[str, Any]) -> str:
    """Return what the sheet printed, or prints now, of a household in one line."""
    name, amount = values.get("name", item.name), values.get("amount", item.amount)
    until = values.get("ends_on") or ""
    return f"{item.position} {name} ¥{amount} {until}".strip()


def _begin_anew(item: NoticeItem) -> None:
    notice = item.notice
    found = rules.period(clock.today(), notice.days, calendar(), working=notice.working_days)
    item.starts_on, item.ends_on, item.pending_year = (
        found.starts_on, found.ends_on, found.pending_year,
    )  # fmt: skip
    item.corrected_at = clock.now()


def _save_item(item: NoticeItem) -> None:
    item.full_clean(exclude=["notice", "claim"])
    item.save(update_fields=[*CORRECTABLE, "updated_at"])


def _answer_open(item: NoticeItem, actor: User, note: str) -> None:
    for row in item.objections.filter(state=ObjectionState.OPEN).order_by("pk"):
        _settle(row, ObjectionState.UPHELD, note, clock.today(), actor, row.paper)


def _onto_claim(claim: Claim, item: NoticeItem) -> tuple[str, ...]:
    """Let the claim say what its notice prints now; return the changed fields."""
    if claim.name == item.name:
        return claim_moves.change(claim, amount=item.amount)
    claim.call(item.name)
    return ("name", "pinyin", "bigrams", *claim_moves.change(claim, amount=item.amount))
