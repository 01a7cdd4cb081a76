"""What is to be paid: opened at approval and after each use check, suspended, lifted, made void."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet, Sum

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records.saving import lock
from bureau.records.services import diff, record, record_batch, rows_from_ids
from grants.choices import (
    BatchState,
    ClaimState,
    EntitlementRefusal,
    EntitlementState,
    EntitlementVerb,
    HouseholdRefusal,
    LineState,
    SubsidyKind,
)
from grants.models import Claim, Entitlement, PaymentBatch, PaymentLine
from grants.rules import payments as rules
from grants.rules.rates import AreaKey, SeasonAmount
from grants.services import batch_lines
from grants.services.patience import patient
from grants.services.personal import handles_own_household
from grants.services.rate_book import RateBook, hold_rates

MAY_SUSPEND = "grants.suspend_entitlement"

_OPEN_BUILD = """
    INSERT INTO grants_entitlement (
        created_at, updated_at, version, claim_id, dwelling_id, village_id,
        kind, amount, rate_id, state, reason
    )
    SELECT %(now)s, %(now)s, 1, claim.id, claim.dwelling_id, claim.village_id,
           'build', claim.amount, claim.rate_id, 'open', ''
    FROM grants_claim claim
    WHERE claim.id = ANY(%(claims)s)
      AND NOT EXISTS (
          SELECT FROM grants_entitlement there
          WHERE there.dwelling_id = claim.dwelling_id
            AND there.kind = 'build' AND there.state <> 'void'
      )
    ORDER BY claim.id
    RETURNING id
"""


# --- open --------------------------------------------------------------------------------
@patient()
def open_build(
    claim_ids: Sequence[int], *, actor: User | None, subject: Model | None = None
) -> int:
    """Open the construction entitlement of approved claims; return how many are new.

    Amount (yuan) and rate are those that the public notice showed. A claim that has its
    entitlement keeps it. Refuses ``guard:approved`` and ``exists``. The one audit entry lies on
    ``subject``, by default the first claim.
    """
    claims = Claim.objects.filter(pk__in=claim_ids)
    _refuse_unready(claims)
    others = Entitlement.objects.filter(
        kind=SubsidyKind.BUILD, dwelling__claims__in=claims
    ).exclude(state=EntitlementState.VOID)
    taken = others.exclude(claim__in=claims).select_related("claim").first()
    if taken is not None:
        raise BusinessError(EntitlementRefusal.EXISTS, name=taken.claim.name)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_BUILD, {"claims": list(claim_ids), "now": clock.now()})
        made = [pk for (pk,) in cursor.fetchall()]
    return _record_made(EntitlementVerb.OPEN, made, actor, subject)


def _refuse_unready(claims: QuerySet[Claim]) -> None:
    unready = claims.exclude(
        state=ClaimState.APPROVED, amount__isnull=False, rate__isnull=False
    ).first()
    if unready is not None:
        raise BusinessError(EntitlementRefusal.NOT_APPROVED, name=unready.name)


def _record_made(
    verb: EntitlementVerb, ids: list[int], actor: User | None, subject: Model | None
) -> int:
    """Write the one audit entry of new entitlements; return how many they are."""
    made = Entitlement.objects.filter(pk__in=ids)
    first = made.order_by("pk").select_related("claim").first()
    if first is None:
        return 0
    total = made.aggregate(total=Sum("amount"))["total"]
    rows = rows_from_ids(Entitlement, ids)
    record_batch(verb, subject or first.claim, actor=actor, rows=rows, total=str(total))
    return rows.count


@patient()
def open_operating(
    claim_ids: Iterable[int],
    *,
    season: int,
    actor: User | None,
    unused: Mapping[int, str] | None = None,
    subject: Model | None = None,
) -> int:
    """Open the operating entitlement of one season (its first year); return how many are new.

    ``unused`` names the claims, with the reason, whose device stood still: their season is
    consumed, a void entitlement tells it. A claim that is not paid for this season, or whose
    dwelling already has it, is passed over: demolished before it began, reached by central
    heating, or outside the published seasons. Refuses ``guard:approved`` and the rates' refusals.
    """
    hold_rates()
    missed = dict(unused or {})
    rows = _season_rows(season, set(claim_ids), missed)
    made = Entitlement.objects.bulk_create(rows, batch_size=5000)
    missed_ids = [row.pk for row in made if row.state == EntitlementState.VOID]
    open_ids = [row.pk for row in made if row.state == EntitlementState.OPEN]
    _record_made(EntitlementVerb.MISS, missed_ids, actor, subject)
    return _record_made(EntitlementVerb.OPEN, open_ids, actor, subject)


def _season_rows(season: int, used: set[int], missed: dict[int, str]) -> list[Entitlement]:
    found = Claim.objects.filter(pk__in=used.union(missed))
    unready = found.exclude(state=ClaimState.APPROVED).first()
    if unready is not None:
        raise BusinessError(EntitlementRefusal.NOT_APPROVED, name=unready.name)
    there = Entitlement.objects.filter(kind=SubsidyKind.OPERATE, season=season)
    had = set(there.filter(dwelling__claims__in=found).values_list("dwelling_id", flat=True))
    book, rows = SeasonBook(), []
    for claim in found.select_related("village", "dwelling").order_by("pk"):
        worth = book.of(claim, season)
        if worth is not None and claim.dwelling_id not in had:
            rows.append(_season_row(claim, worth, missed.get(claim.pk)))
    return rows


def _season_row(claim: Claim, worth: SeasonAmount, missed: str | None) -> Entitlement:
    return Entitlement(
        claim=claim,
        dwelling_id=claim.dwelling_id,
        village_id=claim.village_id,
        kind=SubsidyKind.OPERATE,
        season=worth.season,
        index=worth.index,
        amount=worth.amount,
        rate_id=worth.rate.pk,
        state=EntitlementState.OPEN if missed is None else EntitlementState.VOID,
        reason=missed or "",
    )


class SeasonBook:
    """The seasons that claims are paid for, asked once for all that are alike."""

    def __init__(self) -> None:
        self.book = RateBook.load()
        self.known: dict[tuple[Any, ...], tuple[SeasonAmount, ...]] = {}

    def of(self, claim: Claim, season: int) -> SeasonAmount | None:
        """Return what a season is worth to a claim; None where nothing is paid for it."""
        return None if self.stop(claim, season) else self.worth(claim, season)

    @staticmethod
    def stop(claim: Claim, season: int) -> str:
        """Return why a season is not paid to a claim any more, as a sentence; empty where it is."""
        home = claim.dwelling
        why = rules.what_stops(season, demolished_on=home.demolished_on)
        if why is not None:
            return str(why.label) % {"day": home.demolished_on}
        return stop_of_village(claim.village, season)

    def worth(self, claim: Claim, season: int) -> SeasonAmount | None:
        """Return the amount that the rates name for a season, whatever has come since."""
        return next((one for one in self.all(claim) if one.season == season), None)

    def all(self, claim: Claim) -> tuple[SeasonAmount, ...]:
        """Return every season for which the rates pay a claim; refuses as the rates do."""
        area: AreaKey = self.book.area_of(claim.village)
        alike = (
            claim.technology, claim.heat_pump, claim.programme_year, area,
            claim.accepted_on or claim.completed_on,
        )  # fmt: skip
        if alike not in self.known:
            self.known[alike] = self.book.operation_of(claim)
        return self.known[alike]


def stop_of_village(village: Division, season: int) -> str:
    """Return why nobody of a village is paid for a season any more; empty where they are."""
    why = rules.what_stops(
        season,
        demolition_year=village.demolition_year,
        central_heating_on=village.central_heating_on,
    )
    if why is None:
        return ""
    words = {
        "village": village.name,
        "year": village.demolition_year,
        "day": village.central_heating_on,
    }
    return str(why.label) % words


# --- suspend and lift --------------------------------------------------------------------
@patient()
def suspend(
    entitlement: Entitlement, *, actor: User, note: str, version: int | None = None
) -> Entitlement:
    """Keep an open entitlement from being paid; its season stays consumed, none takes its place.

    Refuses ``not_open``, ``in_batch``, ``already_paid``, ``guard:reason``.
    """
    row = _begin(entitlement, EntitlementVerb.SUSPEND, actor, note, version)
    _refuse_state(row, EntitlementState.OPEN)
    _refuse_live(row)
    return _change(
        row, EntitlementVerb.SUSPEND, actor, note, state=EntitlementState.SUSPENDED,
        reason=note.strip(), suspended_by=actor, suspended_at=clock.now(),
    )  # fmt: skip


@patient()
def lift(
    entitlement: Entitlement, *, actor: User, note: str, version: int | None = None
) -> Entitlement:
    """Make a suspended entitlement payable again: somebody else than who suspended it."""
    row = _begin(entitlement, EntitlementVerb.LIFT, actor, note, version)
    _refuse_state(row, EntitlementState.SUSPENDED)
    since = row.suspended_at.astimezone(clock.SHANGHAI).date() if row.suspended_at else None
    if row.suspended_by_id in actor.person_ids(since):
        raise BusinessError(EntitlementRefusal.SAME_PERSON, person=str(row.suspended_by))
    return _change(row, EntitlementVerb.LIFT, actor, note, state=EntitlementState.OPEN, reason="")


VERBS = {"suspend": suspend, "lift": lift}


def _begin(
    entitlement: Entitlement, verb: EntitlementVerb, actor: User, note: str, version: int | None
) -> Entitlement:
    row: Entitlement = lock(entitlement, version)
    if actor.posting_for(MAY_SUSPEND, row) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=verb.label)
    if not note.strip():
        raise BusinessError(EntitlementRefusal.REASON_NEEDED)
    if handles_own_household(actor, row.claim):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)
    return row


def _refuse_state(row: Entitlement, wanted: EntitlementState) -> None:
    if row.state != wanted:
        raise BusinessError(EntitlementRefusal.NOT_OPEN, state=row.get_state_display())


def _refuse_live(row: Entitlement) -> None:
    live = row.lines.filter(state__in=rules.LIVE_LINES).select_related("batch").first()
    if live is not None and live.state == LineState.PAID:
        raise BusinessError(EntitlementRefusal.ALREADY_PAID)
    if live is not None:
        raise BusinessError(EntitlementRefusal.IN_BATCH, batch=live.batch.number)


def _change(
    row: Entitlement, verb: EntitlementVerb, actor: User | None, note: str, **values: Any
) -> Entitlement:
    old = Entitlement.objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*values, "version", "updated_at"])
    before, after = diff(old, row, ("state", "reason"))
    record(verb, row, actor=actor, before=before, after=after, note=note.strip())
    return row


# --- void --------------------------------------------------------------------------------
@patient()
def void_unpaid(claim: Claim, *, actor: User | None, reason: str) -> list[Entitlement]:
    """Make void what a claim was not paid yet; return what was paid, for a recovery.

    A line in a draft batch is taken out of it; what stands in a locked batch or is on its way
    to the bank is refused (``in_batch``).
    """
    mine = PaymentLine.objects.filter(entitlement__claim=claim)
    waiting = mine.filter(state=LineState.PENDING).values("batch_id")
    list(PaymentBatch.objects.select_for_update().filter(pk__in=waiting).order_by("pk"))
    rows = list(
        Entitlement.objects.select_for_update()
        .filter(claim=claim)
        .exclude(state=EntitlementState.VOID)
        .order_by("pk")
    )
    live = {
        line.entitlement_id: line
        for line in mine.filter(state__in=rules.LIVE_LINES).select_related("batch")
    }
    paid = []
    for row in rows:
        line = live.get(row.pk)
        if line is not None and line.state == LineState.PAID:
            paid.append(row)
            continue
        _take_out(line)
        _change(
            row, EntitlementVerb.VOID, actor, reason, state=EntitlementState.VOID,
            reason=reason.strip(),
        )  # fmt: skip
    return paid


def _take_out(line: PaymentLine | None) -> None:
    if line is None:
        return
    if line.state != LineState.PENDING or line.batch.state != BatchState.DRAFT:
        raise BusinessError(EntitlementRefusal.IN_BATCH, batch=line.batch.number)
    line.state = LineState.DROPPED
    line.save(update_fields=["state", "updated_at"])
    batch_lines.recount(line.batch)
