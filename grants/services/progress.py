"""Summing up how far the conversions are, and proving that the sums are right (PERF-6)."""

import logging

from django.db import connection, transaction

from bureau.core import clock

logger = logging.getLogger(__name__)

COLUMNS = (
    "division_id, managing_area_id, programme_year, technology, month, "
    "filed, accepted, approved, paid, amount"
)
# A village belongs to its managing area, else to its county; mergers are followed by scope path.
LIVE = """
    SELECT county.id AS division_id, village.managing_area_id, claim.programme_year,
           claim.technology,
           date_trunc('month', coalesce(claim.accepted_on, claim.completed_on))::date AS month,
           count(*) AS filed,
           count(*) FILTER (WHERE claim.accepted_on IS NOT NULL) AS accepted,
           count(*) FILTER (WHERE claim.state = 'approved') AS approved,
           count(line.id) AS paid,
           coalesce(sum(line.amount), 0)::numeric(16, 2) AS amount
    FROM grants_claim claim
    JOIN places_division village ON village.id = claim.village_id
    LEFT JOIN places_division county ON village.managing_area_id IS NULL
         AND county.level = 3 AND county.valid_to IS NULL
         AND county.scope_path = substring(village.scope_path from '^[^/]*/[^/]*/')
    LEFT JOIN grants_entitlement entitlement ON entitlement.claim_id = claim.id
         AND entitlement.kind = 'build' AND entitlement.state <> 'void'
    LEFT JOIN grants_paymentline line ON line.entitlement_id = entitlement.id
         AND line.state = 'paid'
    WHERE claim.state NOT IN ('draft', 'rejected', 'withdrawn', 'revoked')
    GROUP BY 1, 2, 3, 4, 5
"""


@transaction.atomic
def refresh_progress() -> int:
    """Write the sums anew and return how many rows they are; a second caller waits its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('grants.progress'))")
        cursor.execute("DELETE FROM grants_progress")
        cursor.execute(
            f"INSERT INTO grants_progress ({COLUMNS}, as_of) SELECT live.*, %s FROM ({LIVE}) live",
            [clock.now()],
        )
        return cursor.rowcount


def prove_progress() -> int:
    """Return how many of the kept sums differ from the claims; anything but 0 is logged.

    What changed since the sums were written is no difference, so a night without work tells most.
    """
    refresh_progress()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ((({LIVE}) EXCEPT SELECT {COLUMNS} FROM grants_progress) "
            f"UNION ALL (SELECT {COLUMNS} FROM grants_progress EXCEPT ({LIVE}))) differing "
            "WHERE NOT EXISTS (SELECT FROM grants_claim claim, grants_progress stand "
            "WHERE claim.updated_at >= stand.as_of)"
        )
        differing = int(cursor.fetchone()[0])
    if differing:
        logger.error("progress: %s sums differ from the claims", differing)
    return differing
