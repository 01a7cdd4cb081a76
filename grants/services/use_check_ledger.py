"""Saving a use check's workbook by set: which lines its rows tick or untick."""

from dataclasses import dataclass

from bureau.core import clock
from bureau.exchange.staging import Stage
from bureau.people.models import User
from bureau.records.services import record
from grants.choices import UseCheckRefusal, UseCheckState, UseCheckVerb
from grants.models import UseCheck
from grants.services.personal import own_households

STAGED = {
    "village_id": "bigint",
    "account_number": "text",
    "season": "smallint",
    "used": "boolean",
    "reason": "text",
    "reading": "numeric(12,2)",
    "will_use": "boolean",
    "will_say": "text",
    "check_id": "bigint",
}

_FIND = """
    SELECT DISTINCT ON (s.row_number) s.row_number, line.id, line.used, line.reason, line.reading,
           line.stopped, claim.household_id, list.id AS check_id,
           coalesce(s.used, line.used AND NOT coalesce(s.reading < list.minimum, false))
               AS will_use,
           CASE WHEN s.used THEN ''
                WHEN NOT s.used THEN coalesce(s.reason, line.reason)
                WHEN line.used AND s.reading < list.minimum
                    THEN replace(replace(%s, '%%(reading)s', s.reading::text),
                                 '%%(minimum)s', list.minimum::text)
                ELSE line.reason END AS will_say
    FROM {stage} s
    JOIN grants_dwelling home
      ON home.village_id = s.village_id AND home.account_number = s.account_number
    JOIN grants_claim claim ON claim.dwelling_id = home.id
    JOIN grants_usecheckline line ON line.claim_id = claim.id
    JOIN grants_usecheck list ON list.id = line.check_of_id
    WHERE list.state = %s AND (s.season IS NULL OR list.season = s.season)
    ORDER BY s.row_number, list.season DESC
"""

_MATCH = """
    UPDATE {stage} s
    SET target_id = t.id, check_id = t.check_id, will_use = t.will_use, will_say = t.will_say,
        action = CASE
            WHEN t.stopped THEN 'unchanged'
            WHEN (t.will_use, t.will_say::text) IS DISTINCT FROM (t.used, t.reason::text)
              OR (s.reading IS NOT NULL AND s.reading IS DISTINCT FROM t.reading) THEN 'updated'
            ELSE 'unchanged' END
    FROM ({find}) t
    WHERE t.row_number = s.row_number
"""


@dataclass(frozen=True, slots=True)
class Stray:
    """A row that must stay out: ``nowhere``, ``stopped`` or ``own``."""

    row: int
    kind: str
    account: str


def match_lines(stage: Stage, own: tuple[int, ...]) -> list[Stray]:
    """Find each row's line on a list that is being ticked; return the rows that must stay out.

    Without a season the latest open list holds. A meter under the list's minimum unticks where
    the row says nothing else.
    """
    stage.analyze()
    find = _FIND.format(stage=stage.table)
    given = [str(UseCheckRefusal.UNDER_MINIMUM.label), UseCheckState.DRAFT.value]
    stage.execute(_MATCH.format(stage=stage.table, find=find), given)
    strays = [
        Stray(row, kind, account)
        for row, account, kind in stage.fetch(
            f"SELECT s.row_number, s.account_number, CASE WHEN t.id IS NULL THEN 'nowhere' "
            f"WHEN t.stopped AND s.used THEN 'stopped' ELSE 'own' END "
            f"FROM {stage.table} s LEFT JOIN ({find}) t USING (row_number) "
            "WHERE t.id IS NULL OR (t.stopped AND s.used) OR t.household_id = ANY(%s) "
            "ORDER BY s.row_number",
            [*given, list(own)],
        )
    ]
    if strays:
        stage.reject([one.row for one in strays])
    return strays


def own_ids(actor: User) -> tuple[int, ...]:
    """Return the households that are the actor's own; nobody ticks those."""
    return tuple(own_households(actor).values_list("pk", flat=True))


def write_lines(stage: Stage, *, actor: User) -> None:
    """Tick the lines of lists that are still open, and write it down on each list."""
    changed = stage.fetch(
        f"SELECT check_id, count(*) FROM {stage.table} WHERE action = 'updated' GROUP BY check_id"
    )
    checks = UseCheck.objects.select_for_update(of=("self",)).select_related("village")
    rows = dict(changed)
    for check in checks.filter(pk__in=rows, state=UseCheckState.DRAFT).order_by("pk"):
        stage.execute(
            "UPDATE grants_usecheckline line SET used = s.will_use, reason = s.will_say, "
            "reading = coalesce(s.reading, line.reading), updated_at = %s "
            f"FROM {stage.table} s WHERE s.action = 'updated' AND line.id = s.target_id "
            "AND s.check_id = %s",
            [clock.now(), check.pk],
        )
        check.version += 1
        check.save(update_fields=["version", "updated_at"])
        record(UseCheckVerb.TICK, check, actor=actor, after={"lines": rows[check.pk]})
