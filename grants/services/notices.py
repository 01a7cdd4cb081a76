"""A public notice from its draft to its confirmation."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.places.models import Division
from bureau.places.workdays import calendar
from bureau.records.saving import refuse, require
from bureau.records.services import record, values
from grants.choices import (
    ClaimState,
    ClaimVerb,
    NoticePaper,
    NoticeRefusal,
    NoticeState,
    NoticeVerb,
)
from grants.models import Claim, NoticeItem, PublicNotice
from grants.rules import notices as rules
from grants.services import claim_moves, entitlements, notice_moves
from grants.services.notice_items import against_approval, draw_up, refuse_changed, take_off
from grants.services.notice_moves import begin, close_if_done, posting_for, save
from grants.services.rate_book import RateBook, hold_rates

SHOWN = ("number", "village", "programme_year", "days", "working_days", "state")
PERIOD = ("published_on", "published_by", "starts_on", "ends_on", "pending_year")


# --- create and cancel ----------------------------------------------------------------------
@transaction.atomic
def create_notice(
    village: Division,
    claims: Iterable[Claim | int],
    *,
    actor: User,
    number: str = "",
    days: int = rules.SHORTEST,
    working_days: bool = False,
) -> PublicNotice:
    """Draw up the sheet of a village's claims that wait for it; its items stay as printed.

    Raises ValidationError on ``days``; refuses ``guard:items``, ``guard:village``,
    ``guard:awaiting``, ``guard:in_notice`` and what the rates refuse.
    """
    posting = posting_for(village, rules.MAY_KEEP, NoticeVerb.CREATE, actor)
    require(rules.days(days))
    found = _chosen(village, claims)
    row = PublicNotice(
        village=village,
        number=number.strip(),
        programme_year=max(claim.programme_year for claim in found),
        days=days,
        working_days=working_days,
        created_by=actor,
    )
    row.full_clean()
    row.save(force_insert=True)
    items = draw_up(row, found, RateBook.load())
    facts = values(row, SHOWN) | _sums(items)
    record(NoticeVerb.CREATE, row, actor=actor, after=facts, posting=posting)
    return row


def _chosen(village: Division, claims: Iterable[Claim | int]) -> list[Claim]:
    """Lock the claims in the order of the sheet and refuse those that do not belong on it."""
    ids = _ids(claims)
    if not ids:
        raise BusinessError(NoticeRefusal.EMPTY)
    found = claim_moves.lock_many(ids)
    for claim in found:
        if claim.village_id != village.pk:
            raise BusinessError(NoticeRefusal.OTHER_VILLAGE, name=claim.name)
        if claim.state != ClaimState.AWAITING_NOTICE:
            raise BusinessError(NoticeRefusal.NOT_AWAITING, name=claim.name)
    listed = NoticeItem.objects.on_sheet().filter(claim__in=ids).select_related("notice").first()
    if listed is not None:
        raise BusinessError(NoticeRefusal.IN_NOTICE, name=listed.name, notice=str(listed.notice))
    return found


def _ids(claims: Iterable[Claim | int]) -> set[int]:
    return {one if isinstance(one, int) else one.pk for one in claims}


def _sums(items: Sequence[NoticeItem]) -> dict[str, Any]:
    """Return how many households they are, and what they are to get (yuan)."""
    return {"items": f"{len(items)} · ¥{sum(item.amount for item in items):,.2f}"}


@transaction.atomic
def cancel_notice(
    notice: PublicNotice, *, actor: User, note: str = "", version: int | None = None
) -> PublicNotice:
    """Give up a notice that was not posted yet, with a reason; its claims wait for another one."""
    move = begin(notice, NoticeVerb.CANCEL, actor=actor, note=note, version=version)
    take_off(NoticeItem.objects.of_notice(move.row))
    move.row.state = NoticeState.CANCELLED
    return save(move, ("state",))


# --- publish --------------------------------------------------------------------------------
@transaction.atomic
def publish_notice(
    notice: PublicNotice,
    *,
    actor: User,
    photo: Any = None,
    note: str = "",
    version: int | None = None,
) -> PublicNotice:
    """Record that the sheet hangs in the village: its period begins, its claims are in notice.

    Needs the photo of the posted sheet, now or in the file already. Refuses what ``begin``
    refuses, ``guard:start_photo``, ``guard:items``, ``guard:as_printed``, and all of it where one
    claim cannot be published by this person.
    """
    move = begin(notice, NoticeVerb.PUBLISH, actor=actor, note=note, version=version)
    row = move.row
    notice_moves.file(row, photo, NoticePaper.START_PHOTO, actor=actor)
    if NoticePaper.START_PHOTO.value not in notice_moves.papers_of(row):
        raise BusinessError(NoticeRefusal.NO_START_PHOTO)
    items = list(NoticeItem.objects.on_sheet().of_notice(row))
    if not items:
        raise BusinessError(NoticeRefusal.EMPTY)
    by_claim = {item.claim_id: item for item in items}
    hold_rates()
    book = RateBook.load()

    def settle(claims: Sequence[Claim]) -> tuple[str, ...]:
        return _settle_amounts(claims, by_claim, book)

    _move_all(by_claim, ClaimVerb.PUBLISH, actor, row, move.note, prepare=settle)
    row.state = NoticeState.PUBLISHED
    row.published_on, row.published_by = clock.today(), actor
    found = rules.period(row.published_on, row.days, calendar(), working=row.working_days)
    row.starts_on, row.ends_on = found.starts_on, found.ends_on
    row.pending_year = found.pending_year
    return save(move, ("state", *PERIOD), **_sums(items))


def _settle_amounts(
    claims: Sequence[Claim], items: dict[int, NoticeItem], book: RateBook
) -> tuple[str, ...]:
    """Put on the claims the amount (yuan) that the sheet prints, and the rate it comes from."""
    for claim in claims:
        rate = book.build_of(claim)
        refuse_changed(items[claim.pk], claim, rate.amount)
        claim.amount, claim.rate_id = items[claim.pk].amount, rate.pk
    return "amount", "rate"


def _move_all(
    ids: Iterable[int], verb: ClaimVerb, actor: User, notice: PublicNotice, note: str, **how: Any
) -> None:
    """Move all the claims or none: the first refusal is that of the whole."""
    outcome = claim_moves.move_many(ids, verb, actor=actor, about=notice, note=note, **how)
    for finding in outcome.refused.values():
        refuse(finding)


# --- confirm --------------------------------------------------------------------------------
@transaction.atomic
def confirm_notice(
    notice: PublicNotice,
    *,
    actor: User,
    end_photo: Any = None,
    statement: Any = None,
    note: str = "",
    version: int | None = None,
) -> PublicNotice:
    """Approve every household of a notice that is over and not held; the others stay behind.

    Needs the end photo and the “no objection” statement. The notice closes with its last
    household; one that this person may not approve stays for a colleague. Refuses what
    ``begin`` refuses, ``guard:end_photo``, ``guard:no_objection``, ``guard:notice_over``,
    ``guard:calendar``, ``guard:ripe``.
    """
    move = begin(notice, NoticeVerb.CONFIRM, actor=actor, note=note, version=version)
    row, today = move.row, clock.today()
    notice_moves.file(row, end_photo, NoticePaper.END_PHOTO, actor=actor)
    notice_moves.file(row, statement, NoticePaper.NO_OBJECTION, actor=actor)
    on_sheet = NoticeItem.objects.of_notice(row)
    if not on_sheet.undecided().exists():
        return save(move, _close(row, actor))
    ripe = {item.claim_id: item for item in on_sheet.ripe(today)}
    if not ripe:
        common = rules.ItemFacts(str(row), "", row.ends_on, row.pending_year)
        refuse(rules.against_approval(common, today))
        raise BusinessError(NoticeRefusal.NOTHING_RIPE)
    refuse(rules.missing_paper(notice_moves.papers_of(row)))
    moved = _approve(ripe, row, actor, move.note)
    left = on_sheet.undecided().count()
    fields = _close(row, actor) if not left else ()
    return save(move, fields, **_sums([ripe[pk] for pk in moved]))


def _approve(ids: Iterable[int], notice: PublicNotice, actor: User, note: str) -> list[int]:
    """Approve those that this person may, by set; where there are none, say why."""
    outcome = claim_moves.move_many(
        ids, ClaimVerb.APPROVE, actor=actor, about=notice, note=note,
        guard=against_approval, prepare=_approved_now,
    )  # fmt: skip
    if not outcome.moved:
        for finding in outcome.refused.values():
            refuse(finding)
    entitlements.open_build(outcome.moved, actor=actor, subject=notice)
    return outcome.moved


def _approved_now(claims: Sequence[Claim]) -> tuple[str, ...]:
    for claim in claims:
        claim.approved_at = clock.now()
    return ("approved_at",)


def _close(row: PublicNotice, actor: User) -> tuple[str, ...]:
    row.state, row.closed_by = NoticeState.CLOSED, actor
    return "state", "closed_by"


@transaction.atomic
def approve_claims(
    claims: Iterable[Claim | int], *, actor: User, note: str = ""
) -> list[PublicNotice]:
    """Approve single claims whose notice is over; one that cannot be approved refuses all.

    Returns the notices in which they stood. The guards are those of ``confirm_notice``.
    """
    ids = _ids(claims)
    items = NoticeItem.objects.on_sheet().filter(claim__in=ids)
    by_notice: dict[int, list[int]] = {}
    for notice_id, claim_id in items.values_list("notice_id", "claim_id").order_by("notice_id"):
        by_notice.setdefault(notice_id, []).append(claim_id)
    strays = claim_moves.lock_many(ids - {one for many in by_notice.values() for one in many})
    _yes, no = claim_moves.check(strays, ClaimVerb.APPROVE, actor=actor, note=note)
    for finding in (no | against_approval(strays) | no).values():
        refuse(finding)
    done = []
    for notice_id, chosen in by_notice.items():
        row = notice_moves.lock_by_id(notice_id)
        _move_all(
            chosen, ClaimVerb.APPROVE, actor, row, note,
            guard=against_approval, prepare=_approved_now,
        )  # fmt: skip
        entitlements.open_build(chosen, actor=actor, subject=row)
        close_if_done(row, actor=actor)
        done.append(row)
    return done
