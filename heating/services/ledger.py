"""Saving a substation ledger by set: a handful of statements for any number of rows.

The stage is the staging table of one import (``bureau.exchange.staging``). ``match_stations``
says what saving would do, ``write_stations`` does it, in the transaction of the import.
"""

from dataclasses import dataclass
from datetime import date

from bureau.core import clock
from bureau.exchange.staging import Stage
from bureau.people.choices import OrganisationKind
from bureau.people.models import User
from heating.choices import EquipmentKind, ManagementMode, RegistryVerb
from heating.models import Estate, HeatSource, Substation
from heating.services import ledger_names, ledger_records
from heating.services.ledger_counts import keep_counts

#: Columns of the staging table, named as in the station's own table where they are its fields.
STAGED = {
    "community_id": "bigint",
    "name": "text",
    "pinyin": "text",
    "bigrams": "text[]",
    "estate": "text",
    "estate_id": "bigint",
    "estate_community_id": "bigint",
    "company": "text",
    "heating_company_id": "bigint",
    "source": "text",
    "heat_source_id": "bigint",
    "mode": "text",
    "owner_run": "boolean",
    "manager": "text",
    "manager_id": "bigint",
    "commissioned_year": "smallint",
    "connected_area": "numeric(14,2)",
    "heated_area": "numeric(14,2)",
    "households": "integer",
    "direct_households": "integer",
    **{kind.value: "integer" for kind in EquipmentKind},
    "network_name": "text",
    "longitude": "numeric(9,6)",
    "latitude": "numeric(9,6)",
    "datum": "text",
    "remarks": "text",
    "period_id": "bigint",
    "period_from": "date",
    "period_until": "date",
    "mode_changes": "boolean",
    "estate_changes": "boolean",
    "counts_change": "boolean",
}
FIELDS = (
    "heating_company_id", "heat_source_id", "commissioned_year", "connected_area", "heated_area",
    "households", "direct_households", "network_name", "longitude", "latitude", "datum", "remarks",
)  # fmt: skip
MANAGER_KINDS = (
    OrganisationKind.PROPERTY_COMPANY,
    OrganisationKind.WORK_UNIT,
    OrganisationKind.HEATING_COMPANY,
    OrganisationKind.OTHER,
)


NAMED = {
    "heating_company_id": "company",
    "manager_id": "manager",
    "heat_source_id": "source",
    "estate_id": "estate",
}
_COMPANIES = ledger_names.organisations_by_name((OrganisationKind.HEATING_COMPANY,))
_MANAGERS = ledger_names.organisations_by_name(MANAGER_KINDS)
_NAMED_IDS = "c.id AS company, m.id AS manager, h.id AS source, e.id AS estate"
_NAMES = (
    f"LEFT JOIN ({_COMPANIES}) c ON c.name = s.company "
    f"LEFT JOIN ({_MANAGERS}) m ON m.name = s.manager "
    "LEFT JOIN heating_heatsource h ON h.name = s.source "
    f"LEFT JOIN heating_estate e ON e.community_id = {ledger_names.ESTATE_COMMUNITY} "
    "AND e.name = s.estate "
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a staged row that only the registry could tell."""

    row: int
    kind: str
    values: dict[str, str]


def match_stations(stage: Stage) -> list[Notice]:
    """Resolve names, find each row's station and set its action; return what is remarkable.

    Kinds: ``archived``, ``area`` and ``households`` keep a row out; ``company``, ``manager``,
    ``estate`` and ``source`` name the first row of something new; ``management`` a change.
    """
    stage.analyze()
    ledger_names.settle_estates(stage)
    found = _archived(stage) + _contradictions(stage)
    if found:
        stage.reject([notice.row for notice in found])
    _compare(stage)
    return [*found, *_new_things(stage), *_changed_managements(stage)]


def write_stations(stage: Stage, *, actor: User | None) -> None:
    """Write the staged rows with everything they name; the import itself audits the stations.

    Stations new to the registry are managed so since 1 January of the year they were
    commissioned, or of this year without one; a changed management begins on the day of the
    import. Blank cells leave what stands there. The households of an estate are counted anew,
    as of today, from all stations whose main estate it is.
    """
    if not stage.fetch(f"SELECT FROM {stage.table} WHERE action <> 'unchanged' LIMIT 1"):
        return
    today = clock.today()
    organisations = ledger_names.create_organisations(stage)
    sources = ledger_names.create_sources(stage)
    estates = ledger_names.create_estates(stage)
    _resolve(stage)
    stage.insert(Substation)
    stage.update(Substation, FIELDS)
    _serve(stage)
    _manage(stage, today)
    _equip(stage)
    _count_households(stage, today)
    for model, ids in ((HeatSource, sources), (Estate, estates)):
        ledger_records.note(stage, model, ids, actor=actor, verb=RegistryVerb.NAMED_IN_LEDGER)
    ledger_records.note_organisations(stage, organisations, actor=actor)


def _resolve(stage: Stage) -> None:
    """Fill the ids of everything just added, and the keys of the new stations' names."""
    ledger_names.keep_keys(stage)
    ids = ", ".join(f"{name} = coalesce(s.{name}, x.{alias})" for name, alias in NAMED.items())
    stage.execute(
        f"UPDATE {stage.table} s SET {ids}, pinyin = x.pinyin, bigrams = x.bigrams FROM ("
        f"SELECT s.row_number, k.pinyin, k.bigrams, {_NAMED_IDS} FROM {stage.table} s {_NAMES} "
        "LEFT JOIN heating_ledger_keys k ON k.row_number = s.row_number "
        "WHERE s.action <> 'unchanged') x WHERE x.row_number = s.row_number"
    )


def _archived(stage: Stage) -> list[Notice]:
    rows = stage.fetch(
        f"SELECT s.row_number, s.name FROM {stage.table} s JOIN heating_substation t "
        "ON t.community_id = s.community_id AND t.name = s.name WHERE t.archived_at IS NOT NULL"
    )
    return [Notice(row, "archived", {"name": name}) for row, name in rows]


def _contradictions(stage: Stage) -> list[Notice]:
    """Find rows that contradict what the registry holds where their own cell is blank."""
    rows = stage.fetch(
        "SELECT row_number, area, heated, households, direct FROM (SELECT s.row_number, "
        "coalesce(s.connected_area, t.connected_area, 0) AS area, "
        "coalesce(s.heated_area, t.heated_area, 0) AS heated, "
        "coalesce(s.households, t.households, 0) AS households, "
        "coalesce(s.direct_households, t.direct_households, 0) AS direct "
        f"FROM {stage.table} s LEFT JOIN heating_substation t "
        "ON t.community_id = s.community_id AND t.name = s.name "
        "AND t.archived_at IS NULL) merged WHERE heated > area OR direct > households"
    )
    found = []
    for row, area, heated, households, direct in rows:
        if heated > area:
            found.append(Notice(row, "area", {"area": str(area), "heated": str(heated)}))
        else:
            values = {"households": str(households), "direct": str(direct)}
            found.append(Notice(row, "households", values))
    return found


def _compare(stage: Stage) -> None:
    """Set action and target of every row known, the ids behind its names, and what changes.

    One pass: a row that names nothing known stays as it was staged.
    """
    today = clock.today()
    ids = ", ".join(f"{column} = x.{alias}" for column, alias in NAMED.items())
    stage.execute(
        f"UPDATE {stage.table} s SET {ids}, target_id = coalesce(x.station, s.target_id), "
        "period_id = x.period_id, period_from = x.period_from, period_until = x.period_until, "
        "mode_changes = x.mode_changes, estate_changes = x.estate_changes, "
        "counts_change = x.counts_change, action = CASE WHEN x.station IS NULL THEN 'created' "
        "WHEN x.differs OR x.mode_changes OR x.estate_changes THEN 'updated' "
        "ELSE 'unchanged' END "
        f"FROM ({_compared(stage)}) x WHERE x.row_number = s.row_number "
        "AND num_nonnulls(x.station, x.company, x.manager, x.source, x.estate) > 0",
        [today, today],
    )


def _compared(stage: Stage) -> str:
    """Return the SELECT of every staged row beside its station, as far as there is one."""
    differs = [
        f"(s.{name} IS NOT NULL AND s.{name} IS DISTINCT FROM t.{name})"
        for name in FIELDS
        if name in stage.present and name not in NAMED
    ]
    differs += [
        "(s.company IS NOT NULL AND (c.id IS NULL OR c.id IS DISTINCT FROM t.heating_company_id))",
        "(s.source IS NOT NULL AND (h.id IS NULL OR h.id IS DISTINCT FROM t.heat_source_id))",
    ]
    differs += [
        f"(s.{kind} IS NOT NULL AND s.{kind} IS DISTINCT FROM (SELECT e.quantity "
        "FROM heating_equipment e WHERE e.station_id = t.id "
        f"AND e.kind = '{kind}' AND e.specification = ''))"
        for kind in EquipmentKind.values
        if kind in stage.present
    ]
    return (
        f"SELECT s.row_number, {_NAMED_IDS}, t.id AS station, p.id AS period_id, "
        "p.valid_from AS period_from, p.valid_to AS period_until, "
        "t.id IS NOT NULL AND (p.id IS NULL OR p.mode <> s.mode OR p.owner_run <> s.owner_run "
        "  OR (s.manager IS NOT NULL AND (m.id IS NULL OR m.id IS DISTINCT FROM p.manager_id))) "
        "  AS mode_changes, "
        "t.id IS NOT NULL AND s.estate IS NOT NULL "
        "  AND (e.id IS NULL OR e.id IS DISTINCT FROM l.estate_id) AS estate_changes, "
        "coalesce(s.households <> t.households, false) "
        "  OR coalesce(s.direct_households <> t.direct_households, false) AS counts_change, "
        f"{' OR '.join(differs)} AS differs "
        f"FROM {stage.table} s {_NAMES} "
        "LEFT JOIN heating_substation t ON t.community_id = s.community_id AND t.name = s.name "
        "LEFT JOIN heating_managementperiod p ON p.station_id = t.id AND p.valid_from <= %s "
        "  AND (p.valid_to IS NULL OR p.valid_to > %s) "
        "LEFT JOIN heating_servedestate l ON l.station_id = t.id AND l.is_main"
    )


def _new_things(stage: Stage) -> list[Notice]:
    found = []
    for kind, resolved in (
        ("company", "heating_company_id"),
        ("manager", "manager_id"),
        ("source", "heat_source_id"),
    ):
        rows = stage.fetch(
            f"SELECT min(row_number), {kind} FROM {stage.table} "
            f"WHERE {kind} IS NOT NULL AND {resolved} IS NULL GROUP BY {kind} ORDER BY 1"
        )
        found += [Notice(row, kind, {"name": name}) for row, name in rows]
    rows = stage.fetch(
        f"SELECT min(row_number), estate FROM {stage.table} s WHERE estate IS NOT NULL "
        f"AND estate_id IS NULL GROUP BY {ledger_names.ESTATE_COMMUNITY}, estate ORDER BY 1"
    )
    return found + [Notice(row, "estate", {"name": name}) for row, name in rows]


def _changed_managements(stage: Stage) -> list[Notice]:
    rows = stage.fetch(
        f"SELECT row_number, period_from FROM {stage.table} "
        "WHERE mode_changes AND period_id IS NOT NULL ORDER BY 1"
    )
    return [Notice(row, "management", {"since": since.isoformat()}) for row, since in rows]


def _serve(stage: Stage) -> None:
    """Link the stations to their main estates; a former main estate stays as a further one."""
    stage.execute(
        "UPDATE heating_servedestate l SET is_main = false, updated_at = now() "
        f"FROM {stage.table} s WHERE s.estate_changes AND l.station_id = s.target_id AND l.is_main"
    )
    stage.execute(
        "INSERT INTO heating_servedestate (station_id, estate_id, is_main, created_at, updated_at) "
        f"SELECT target_id, estate_id, true, now(), now() FROM {stage.table} "
        "WHERE estate_id IS NOT NULL AND (action = 'created' OR estate_changes) "
        "ON CONFLICT (station_id, estate_id) DO UPDATE SET is_main = true, updated_at = now()"
    )


def _manage(stage: Stage, today: date) -> None:
    """Begin the management of new stations; end and begin where an existing one changes."""
    kept = f"CASE WHEN s.mode = '{ManagementMode.COMPANY_RUN}' THEN NULL ELSE s.manager_id END"
    columns = (
        "(station_id, mode, manager_id, owner_run, valid_from, valid_to, created_at, updated_at)"
    )
    stage.execute(
        f"INSERT INTO heating_managementperiod {columns} "
        f"SELECT target_id, mode, {kept}, owner_run, "
        "make_date(coalesce(commissioned_year, %s), 1, 1), NULL, now(), now() "
        f"FROM {stage.table} s WHERE action = 'created'",
        [today.year],
    )
    stage.execute(
        "UPDATE heating_managementperiod p SET mode = s.mode, owner_run = s.owner_run, "
        f"manager_id = {kept}, updated_at = now() FROM {stage.table} s "
        "WHERE s.mode_changes AND p.id = s.period_id AND s.period_from = %s",
        [today],
    )
    stage.execute(
        f"UPDATE heating_managementperiod p SET valid_to = %s, updated_at = now() "
        f"FROM {stage.table} s WHERE s.mode_changes AND p.id = s.period_id AND s.period_from < %s",
        [today, today],
    )
    stage.execute(
        f"INSERT INTO heating_managementperiod {columns} "
        f"SELECT target_id, mode, {kept}, owner_run, %s, coalesce(period_until, "
        "(SELECT min(n.valid_from) FROM heating_managementperiod n "
        " WHERE n.station_id = s.target_id AND n.valid_from > %s)), now(), now() "
        f"FROM {stage.table} s WHERE mode_changes AND action = 'updated' "
        "AND (period_id IS NULL OR period_from < %s)",
        [today, today, today],
    )


def _equip(stage: Stage) -> None:
    for kind in EquipmentKind.values:
        stage.execute(
            "INSERT INTO heating_equipment AS e "
            "(station_id, kind, specification, quantity, note, created_at, updated_at) "
            f"SELECT target_id, %s, '', {kind}, '', now(), now() FROM {stage.table} "
            f"WHERE {kind} IS NOT NULL AND action IN ('created', 'updated') "
            "ON CONFLICT (station_id, kind, specification) DO UPDATE "
            "SET quantity = excluded.quantity, updated_at = now() "
            "WHERE e.quantity <> excluded.quantity",
            [kind],
        )


def _count_households(stage: Stage, today: date) -> None:
    """Count the households of the estates touched, as of today, where the numbers moved."""
    keep_counts(
        stage,
        "SELECT sums.estate_id, sums.connected, sums.direct FROM ("
        "  SELECT m.estate_id, sum(t.households) AS connected, sum(t.direct_households) AS direct"
        "  FROM heating_servedestate m JOIN heating_substation t ON t.id = m.station_id"
        "  WHERE m.is_main AND t.archived_at IS NULL AND m.estate_id IN ("
        f"    SELECT o.estate_id FROM heating_servedestate o JOIN {stage.table} s"
        "    ON s.target_id = o.station_id"
        "    WHERE s.action = 'created' OR s.counts_change OR s.estate_changes)"
        "  GROUP BY m.estate_id) sums "
        "LEFT JOIN LATERAL (SELECT connected, direct FROM heating_householdcount l"
        "  WHERE l.estate_id = sums.estate_id AND l.as_of <= %s ORDER BY l.as_of DESC LIMIT 1)"
        "  last ON true "
        "WHERE last.connected IS DISTINCT FROM sums.connected"
        " OR last.direct IS DISTINCT FROM sums.direct",
        today,
    )
