"""Saving an estate ledger by set; see ``heating.services.ledger`` for the stage."""

from datetime import date

from bureau.core import clock
from bureau.exchange.staging import Stage
from heating.models import Estate
from heating.services import ledger_names
from heating.services.ledger import Notice
from heating.services.ledger_counts import keep_counts

STAGED = {
    "community_id": "bigint",
    "name": "text",
    "pinyin": "text",
    "bigrams": "text[]",
    "year_built": "smallint",
    "insulation": "text",
    "indoor_system": "text",
    "developer": "text",
    "builder": "text",
    "warranty_until": "date",
    "first_season": "smallint",
    "occupancy": "numeric(5,2)",
    "connected_area": "numeric(14,2)",
    "heated_area": "numeric(14,2)",
    "households": "integer",
    "direct_households": "integer",
    "remarks": "text",
}
FIELDS = tuple(
    name
    for name in STAGED
    if name not in ("community_id", "name", "pinyin", "bigrams", "households", "direct_households")
)

_LAST = (
    "LEFT JOIN LATERAL (SELECT connected, direct FROM heating_householdcount c "
    "WHERE c.estate_id = t.id AND c.as_of <= %s ORDER BY c.as_of DESC LIMIT 1) last ON true "
)


def match_estates(stage: Stage) -> list[Notice]:
    """Find each row's estate and set its action; return the rows that must stay out.

    Kinds: ``archived``, ``area``, ``households``.
    """
    stage.analyze()
    found = _archived(stage) + _contradictions(stage)
    if found:
        stage.reject([notice.row for notice in found])
    differs = " OR ".join(
        f"(s.{name} IS NOT NULL AND s.{name} IS DISTINCT FROM t.{name})" for name in FIELDS
    )
    counts = (
        "(s.households IS NOT NULL AND s.households IS DISTINCT FROM t.connected) "
        "OR (s.direct_households IS NOT NULL AND s.direct_households IS DISTINCT FROM t.direct)"
    )
    stage.execute(
        f"UPDATE {stage.table} s SET target_id = t.id, "
        f"action = CASE WHEN {differs} OR {counts} THEN 'updated' ELSE 'unchanged' END "
        f"FROM (SELECT t.*, last.connected, last.direct FROM heating_estate t {_LAST}) t "
        "WHERE t.community_id = s.community_id AND t.name = s.name",
        [clock.today()],
    )
    return found


def write_estates(stage: Stage) -> None:
    """Write the staged estates and their households as of today; the import itself audits."""
    ledger_names.fill_keys(stage)
    stage.insert(Estate)
    stage.update(Estate, FIELDS)
    _count_households(stage, clock.today())


def _archived(stage: Stage) -> list[Notice]:
    rows = stage.fetch(
        f"SELECT s.row_number, s.name FROM {stage.table} s JOIN heating_estate t "
        "ON t.community_id = s.community_id AND t.name = s.name WHERE t.archived_at IS NOT NULL"
    )
    return [Notice(row, "archived", {"name": name}) for row, name in rows]


def _contradictions(stage: Stage) -> list[Notice]:
    """Find rows that contradict what the registry holds where their own cell is blank."""
    rows = stage.fetch(
        "SELECT row_number, area, heated, households, direct FROM (SELECT s.row_number, "
        "coalesce(s.connected_area, t.connected_area, 0) AS area, "
        "coalesce(s.heated_area, t.heated_area, 0) AS heated, "
        "coalesce(s.households, last.connected, 0) AS households, "
        "coalesce(s.direct_households, last.direct, 0) AS direct "
        f"FROM {stage.table} s LEFT JOIN heating_estate t "
        "ON t.community_id = s.community_id AND t.name = s.name AND t.archived_at IS NULL "
        f"{_LAST}) merged WHERE heated > area OR direct > households",
        [clock.today()],
    )
    found = []
    for row, area, heated, households, direct in rows:
        if heated > area:
            found.append(Notice(row, "area", {"area": str(area), "heated": str(heated)}))
        else:
            values = {"households": str(households), "direct": str(direct)}
            found.append(Notice(row, "households", values))
    return found


def _count_households(stage: Stage, today: date) -> None:
    """Count households as of today where the row says other than the last count."""
    keep_counts(
        stage,
        "SELECT t.id AS estate_id, coalesce(s.households, last.connected, 0) AS connected, "
        "coalesce(s.direct_households, last.direct, 0) AS direct "
        f"FROM {stage.table} s JOIN heating_estate t ON t.id = s.target_id {_LAST}"
        "WHERE s.action <> 'unchanged' "
        "AND (s.households IS NOT NULL OR s.direct_households IS NOT NULL) "
        "AND (last.connected IS NULL "
        "  OR coalesce(s.households, last.connected) <> last.connected "
        "  OR coalesce(s.direct_households, last.direct) <> last.direct)",
        today,
    )
