"""The households on a public notice: drawn up, compared with their claims, taken off."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.people.models import User
from bureau.records.services import record
from grants.choices import NoticeRefusal, NoticeVerb, Relation
from grants.models import Claim, Membership, NoticeItem, PublicNotice
from grants.querysets.notices import NoticeItemQuerySet
from grants.rules import notices as rules
from grants.rules.identity import mask_id
from grants.services import notice_moves
from grants.services.rate_book import RateBook

BATCH = 2000


# --- The sheet ------------------------------------------------------------------------------
def draw_up(notice: PublicNotice, claims: Sequence[Claim], book: RateBook) -> list[NoticeItem]:
    """Write the households as the sheet prints them: masked, with their amount in yuan."""
    masks = masks_of(claims)
    items = [
        NoticeItem(
            notice=notice,
            claim=claim,
            position=position,
            name=claim.name,
            id_mask=masks.get(claim.household_id, ""),
            technology=claim.technology,
            amount=book.build_of(claim).amount,
        )
        for position, claim in enumerate(claims, start=1)
    ]
    return NoticeItem.objects.bulk_create(items, batch_size=BATCH)


def masks_of(claims: Iterable[Claim]) -> dict[int, str]:
    """Return the masked identity numbers of the heads (3715************14), by household."""
    heads = Membership.objects.filter(
        household_id__in={claim.household_id for claim in claims},
        relation=Relation.HEAD,
        valid_to__isnull=True,
    ).values_list("household_id", "person__id_number_head", "person__id_number_tail")
    return {household: mask_id(head, tail) for household, head, tail in heads}


def refuse_changed(item: NoticeItem, claim: Claim, amount: Decimal) -> None:
    """Refuse to post a sheet that prints other than its claim and the rates say by now."""
    printed = (item.name, item.technology, item.amount)
    if printed != (claim.name, claim.technology, amount):
        raise BusinessError(NoticeRefusal.CHANGED, name=item.name)


def take_off(items: NoticeItemQuerySet) -> int:
    """Take items off their sheets; return how many were on."""
    return items.on_sheet().update(withdrawn_at=clock.now(), updated_at=clock.now())


def take_off_claims(ids: Iterable[int], *, actor: User | None, note: str = "") -> None:
    """Take claims that were withdrawn, returned or rejected off the notices on which they stand.

    A notice on which nobody is left to be decided is closed with them.
    """
    items = NoticeItem.objects.on_sheet().filter(claim_id__in=list(ids))
    by_notice: dict[int, list[str]] = {}
    for notice_id, position, name in items.values_list("notice_id", "position", "name"):
        by_notice.setdefault(notice_id, []).append(f"{position} {name}")
    if not by_notice:
        return
    take_off(items)
    for notice in PublicNotice.objects.filter(pk__in=by_notice).order_by("pk"):
        gone = {"items": by_notice[notice.pk]}
        record(NoticeVerb.TAKE_OFF_ITEM, notice, actor=actor, before=gone, note=note)
        notice_moves.close_if_free(notice, actor=actor)


# --- The guard of the table -----------------------------------------------------------------
def against_approval(claims: Sequence[Claim]) -> dict[int, Finding]:
    """Return why claims cannot be approved today, by claim: the guard of ``approve``."""
    today = clock.today()
    items = {item.claim_id: item for item in listed(claims)}
    papers = {
        pk: rules.missing_paper(notice_moves.papers_of(notice))
        for pk, notice in {item.notice_id: item.notice for item in items.values()}.items()
    }
    found: dict[int, Finding] = {}
    for claim in claims:
        item = items.get(claim.pk)
        if item is None:
            found[claim.pk] = Finding(NoticeRefusal.NO_NOTICE, (), {"name": claim.name})
            continue
        why = rules.against_approval(facts_of(item, claim.state), today) or papers[item.notice_id]
        if why is not None:
            found[claim.pk] = why
    return found


def listed(claims: Iterable[Claim]) -> Any:
    """Return the items on which claims stand now, with their last day and open objections."""
    return (
        NoticeItem.objects.on_sheet()
        .filter(claim__in=list(claims))
        .until()
        .with_open_objections()
        .select_related("notice", "claim")
    )


def facts_of(item: Any, state: str) -> rules.ItemFacts:
    """Return how a listed item stands, as the rules take it."""
    pending = item.notice.pending_year if item.starts_on is None else item.pending_year
    return rules.ItemFacts(item.name, state, item.last_day, pending, item.is_disputed)
