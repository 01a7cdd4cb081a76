"""Households counted by a ledger: the counts of its estates as of one day."""

from datetime import date

from bureau.exchange.staging import Stage
from heating.choices import CountSource

_KEEP = """
    INSERT INTO heating_householdcount
        (estate_id, as_of, connected, direct, source, created_at, updated_at)
    SELECT estate_id, %s, connected, direct, %s, now(), now() FROM heating_ledger_counts
    ON CONFLICT (estate_id, as_of) DO UPDATE SET connected = excluded.connected,
        direct = excluded.direct, source = excluded.source, updated_at = now()
"""


def keep_counts(stage: Stage, counted: str, today: date) -> None:
    """Keep what the SELECT ``counted`` yields (estate_id, connected, direct) as counts of today.

    ``counted`` asks for the last counts before ``%s``, which is today.

    It is read to its end before the first count is written: compared with the last counts row by
    row in a table that grows meanwhile, 200,000 stations took forty times as long.
    """
    stage.execute("DROP TABLE IF EXISTS heating_ledger_counts")
    stage.execute(f"CREATE TEMP TABLE heating_ledger_counts ON COMMIT DROP AS {counted}", [today])
    stage.execute(_KEEP, [today, CountSource.LEDGER.value])
