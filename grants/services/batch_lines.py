"""What a batch does to all its lines at once: one statement each, however many they are."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from bureau.core import clock
from grants.choices import BatchFlaw, ClaimState, EntitlementState, LineState
from grants.models import Entitlement, PaymentBatch, PaymentLine, Rate
from grants.querysets.payments import PaymentLineQuerySet
from grants.rules.rates import by_level
from grants.services.rate_book import facts_of

_ACCOUNTS = """
    SELECT entitlement.id AS entitlement_id, account.id AS account_id,
           coalesce(account.holder_name, '') AS payee_name,
           coalesce(account.card_tail, '') AS card_tail
    FROM grants_entitlement entitlement
    JOIN grants_claim claim ON claim.id = entitlement.claim_id
    LEFT JOIN grants_household present
      ON present.dwelling_id = entitlement.dwelling_id AND present.valid_to IS NULL
    LEFT JOIN grants_bankaccount account
      ON account.valid_to IS NULL AND account.card_index <> ''
     AND account.household_id = CASE entitlement.kind
         WHEN 'build' THEN claim.household_id
         ELSE coalesce(present.id, claim.household_id) END
"""
"""Who is paid now: construction the household that built, operation the one that lives there."""

_HOLD = """
    SELECT count(*) FROM (
        SELECT id FROM grants_entitlement WHERE id IN ({payable}) ORDER BY id FOR NO KEY UPDATE
    ) AS held
"""

_ADD = """
    INSERT INTO grants_paymentline (
        created_at, updated_at, batch_id, entitlement_id, reference, amount, "offset",
        account_id, payee_name, card_tail, state, attempt, previous_id, reason
    )
    SELECT %(now)s, %(now)s, %(batch)s, entitlement.id,
           %(number)s || '-' || lpad((row_number() OVER (ORDER BY entitlement.id))::text, 6, '0'),
           entitlement.amount, coalesce(carried.amount, 0), payee.account_id,
           coalesce(payee.payee_name, ''), coalesce(payee.card_tail, ''), 'pending',
           coalesce(before.attempt, 0) + 1, before.id, ''
    FROM grants_entitlement entitlement
    JOIN ({accounts}) payee ON payee.entitlement_id = entitlement.id
    LEFT JOIN LATERAL (
        SELECT line.id, line.attempt FROM grants_paymentline line
        WHERE line.entitlement_id = entitlement.id AND line.state IN ('failed', 'returned')
        ORDER BY line.attempt DESC, line.id DESC LIMIT 1
    ) before ON true
    LEFT JOIN (
        SELECT line.entitlement_id, sum(repayment.amount) AS amount
        FROM grants_repayment repayment JOIN grants_paymentline line ON line.id = repayment.line_id
        GROUP BY line.entitlement_id
    ) carried ON carried.entitlement_id = entitlement.id
    WHERE entitlement.id IN ({payable})
    ORDER BY entitlement.id
"""

_REFRESH = """
    UPDATE grants_paymentline line
    SET account_id = payee.account_id, payee_name = payee.payee_name,
        card_tail = payee.card_tail, updated_at = %(now)s
    FROM ({accounts}) payee
    WHERE payee.entitlement_id = line.entitlement_id
      AND line.batch_id = %(batch)s AND line.state = 'pending'
      AND (line.account_id, line.payee_name, line.card_tail)
          IS DISTINCT FROM (payee.account_id, payee.payee_name, payee.card_tail)
"""

_SHARES = """
    UPDATE grants_paymentline line
    SET share_province = share.province, share_city = share.city, share_county = share.county,
        updated_at = %(now)s
    FROM grants_entitlement entitlement,
         unnest(%(rates)s::bigint[], %(amounts)s::numeric[], %(province)s::numeric[],
                %(city)s::numeric[], %(county)s::numeric[])
             AS share (rate, amount, province, city, county)
    WHERE entitlement.id = line.entitlement_id
      AND line.batch_id = %(batch)s AND line.state = 'pending'
      AND entitlement.rate_id = share.rate AND line.amount = share.amount
      AND (line.share_province, line.share_city, line.share_county)
          IS DISTINCT FROM (share.province, share.city, share.county)
"""

_SEAL = """
    SELECT count(*), coalesce(sum(line.amount), 0),
           encode(sha256(convert_to(coalesce(string_agg(
               concat_ws('|', line.reference, line.amount, line."offset", line.account_id,
                         account.card_index, line.payee_name, line.card_tail,
                         line.share_province, line.share_city, line.share_county),
               E'\\n' ORDER BY line.id), ''), 'UTF8')), 'hex')
    FROM grants_paymentline line
    LEFT JOIN grants_bankaccount account ON account.id = line.account_id
    WHERE line.batch_id = %s AND line.state <> 'dropped'
"""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a batch comes to: lines, yuan, and SHA-256 of every reference, amount and payee."""

    count: int
    total: Decimal
    sha256: str


def payable(batch: PaymentBatch) -> QuerySet[Entitlement]:
    """Return what of the batch's area and kind may be paid and stands in no batch."""
    rows: Any = Entitlement.objects.filter(kind=batch.kind)
    return rows.payable().unhindered().of_area(batch)


def add(batch: PaymentBatch) -> int:
    """Put every payable entitlement of the area into the batch; return how many.

    Entitlements are held in sorted order before they are looked at again, so that of two batches
    begun at once the second finds nothing. A failed or returned line is tried again, once.
    """
    source, params = payable(batch).order_by().values("pk").query.sql_with_params()
    wanted: dict[str, Any] = {"now": clock.now(), "batch": batch.pk, "number": batch.number}
    named = source
    for place, value in enumerate(params):
        wanted[f"p{place}"] = value
        named = named.replace("%s", f"%(p{place})s", 1)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD.format(payable=source), params)
        cursor.execute(_ADD.format(accounts=_ACCOUNTS, payable=named), wanted)
        return cursor.rowcount


def recount(batch: PaymentBatch) -> None:
    """Keep count and total (yuan) of a draft; what is locked is sealed instead."""
    lines = lines_of(batch)
    batch.count = lines.count()
    batch.total = lines.aggregate(total=Sum("amount"))["total"] or 0
    batch.save(update_fields=["count", "total", "updated_at"])


def lines_of(batch: PaymentBatch) -> PaymentLineQuerySet:
    """Return the lines of a batch that were not taken out."""
    return PaymentLine.objects.filter(batch=batch).standing()


def flaw_of(line: PaymentLine) -> BatchFlaw:
    """Return why a line may not be paid; asked of lines that may not."""
    if line.entitlement.state != EntitlementState.OPEN:
        return BatchFlaw.ENTITLEMENT
    if line.entitlement.claim.state != ClaimState.APPROVED:
        return BatchFlaw.CLAIM
    return BatchFlaw.ACCOUNT if line.account_id is None else BatchFlaw.DUPLICATE


def refresh_payees(batch: PaymentBatch) -> None:
    """Take over the accounts as they are today."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH.format(accounts=_ACCOUNTS), {"batch": batch.pk, "now": clock.now()})


def drop(lines: QuerySet[PaymentLine]) -> int:
    """Take pending lines out of their batch; their entitlements may stand in another."""
    return lines.filter(state=LineState.PENDING).update(
        state=LineState.DROPPED, updated_at=clock.now()
    )


def share_out(batch: PaymentBatch) -> None:
    """Divide every line among the levels of government that bear it, where rates say so."""
    kinds = lines_of(batch).order_by().values_list("entitlement__rate", "amount").distinct()
    found = list(kinds)
    rates = Rate.objects.in_bulk({rate for rate, _amount in found})
    rows = []
    for rate, amount in found:
        parts = by_level(amount, facts_of(rates[rate]))
        if parts is not None:
            rows.append((rate, amount, *parts))
    if not rows:
        return
    names = ("rates", "amounts", "province", "city", "county")
    given: dict[str, Any] = {"batch": batch.pk, "now": clock.now()}
    given |= dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, given)


def seal(batch: PaymentBatch) -> Seal:
    """Count, add up and hash the lines as they are in the database now."""
    with connection.cursor() as cursor:
        cursor.execute(_SEAL, [batch.pk])
        return Seal(*cursor.fetchone())
