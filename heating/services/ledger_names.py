"""Names in a ledger: found in the registry, or added to it, always by set."""

from collections.abc import Sequence

from django.db import connection

from bureau.core import bigrams
from bureau.core.pinyin import sort_key
from bureau.exchange import mergers
from bureau.exchange.staging import Stage, copy_texts
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from heating.choices import IndoorSystem, Insulation, SourceKind
from heating.models import HeatSource

#: How a name tells what kind of source it is; anything else is not stated.
SOURCE_WORDS = (
    ("热电", SourceKind.COGENERATION),
    ("电厂", SourceKind.COGENERATION),
    ("锅炉", SourceKind.BOILER_HOUSE),
    ("余热", SourceKind.INDUSTRIAL_WASTE_HEAT),
    ("地热", SourceKind.GEOTHERMAL),
    ("热泵", SourceKind.HEAT_PUMP),
)

#: Where the estate that a staged row ``s`` names lies, after ``settle_estates``.
ESTATE_COMMUNITY = "coalesce(s.estate_community_id, s.community_id)"


def organisations_by_name(kinds: Sequence[OrganisationKind]) -> str:
    """Return the SELECT of (name, id) by which a ledger's names are organisations.

    The full name counts before the short one, and the kinds in their order; a short name that
    several organisations share is no name.
    """
    ranks = " ".join(f"WHEN '{kind.value}' THEN {rank}" for rank, kind in enumerate(kinds))
    listed = ", ".join(f"'{kind.value}'" for kind in kinds)
    return (
        "SELECT DISTINCT ON (name) name, id FROM ("
        f"SELECT name, id, CASE kind {ranks} END AS rank FROM people_organisation "
        f"WHERE kind IN ({listed}) "
        "UNION ALL "
        f"SELECT short_name, min(id), {len(kinds)} FROM people_organisation "
        f"WHERE kind IN ({listed}) AND short_name <> '' AND archived_at IS NULL "
        "GROUP BY short_name HAVING count(*) = 1) known ORDER BY name, rank, id"
    )


def create_organisations(stage: Stage) -> list[int]:
    """Add heating companies and property companies that nobody registered; return their ids."""
    made = []
    for column, resolved, kind in (
        ("company", "heating_company_id", OrganisationKind.HEATING_COMPANY),
        ("manager", "manager_id", OrganisationKind.PROPERTY_COMPANY),
    ):
        made += _create_kind(stage, column, resolved, kind)
    return made


def _create_kind(stage: Stage, column: str, resolved: str, kind: OrganisationKind) -> list[int]:
    rows = []
    for name in _unresolved(stage, column, resolved):
        company = Organisation(kind=kind)
        company.call(name)
        rows.append(company)
    return [row.pk for row in Organisation.objects.bulk_create(rows, batch_size=1000)]


def create_sources(stage: Stage) -> list[int]:
    """Add heat sources that nobody registered; return their ids."""
    rows = []
    for name in _unresolved(stage, "source", "heat_source_id"):
        source = HeatSource(kind=_source_kind(name))
        source.call(name)
        rows.append(source)
    return [row.pk for row in HeatSource.objects.bulk_create(rows, batch_size=1000)]


def settle_estates(stage: Stage) -> None:
    """Let stations in merged villages find their estates there; new ones begin in the heir.

    An estate of the very village counts first, then the only one of that name among those that
    were merged with it.
    """
    if not stage.fetch(mergers.ANY)[0][0]:
        return
    stage.execute(
        f"WITH kin AS ({mergers.KIN}) "
        f"UPDATE {stage.table} s SET estate_community_id = x.community_id FROM ("
        "SELECT r.row_number, CASE WHEN count(e.id) = 1 THEN min(e.community_id) "
        "ELSE min(b.id) FILTER (WHERE b.valid_to IS NULL) END AS community_id "
        f"FROM {stage.table} r JOIN kin a ON a.id = r.community_id "
        "JOIN kin b ON b.scope_path = a.scope_path "
        "LEFT JOIN heating_estate e ON e.community_id = b.id AND e.name = r.estate "
        "WHERE r.estate IS NOT NULL AND NOT EXISTS (SELECT FROM heating_estate o "
        "WHERE o.community_id = r.community_id AND o.name = r.estate) "
        "GROUP BY r.row_number) x WHERE x.row_number = s.row_number"
    )


def create_estates(stage: Stage) -> list[int]:
    """Add estates that nobody registered, as large as their stations in the file together."""
    rows = stage.fetch(
        f"SELECT min(row_number), estate FROM {stage.table} s "
        f"WHERE estate IS NOT NULL AND estate_id IS NULL GROUP BY {ESTATE_COMMUNITY}, estate"
    )
    if not rows:
        return []
    _copy_keys(rows)
    unstated = [Insulation.NOT_STATED.value, IndoorSystem.NOT_STATED.value]
    made = stage.fetch(
        "INSERT INTO heating_estate (community_id, name, pinyin, bigrams, insulation, "
        "indoor_system, developer, builder, connected_area, heated_area, remarks, version, "
        "created_at, updated_at) "
        "SELECT n.community_id, n.estate, k.pinyin, k.bigrams, %s, %s, '', '', n.connected, "
        "n.heated, '', 1, now(), now() FROM (SELECT min(row_number) AS row_number, "
        f"{ESTATE_COMMUNITY} AS community_id, estate, "
        "coalesce(sum(connected_area), 0) AS connected, "
        f"coalesce(sum(heated_area), 0) AS heated FROM {stage.table} s "
        f"WHERE estate IS NOT NULL AND estate_id IS NULL GROUP BY {ESTATE_COMMUNITY}, estate) n "
        "JOIN heating_ledger_keys k USING (row_number) ORDER BY n.row_number RETURNING id",
        unstated,
    )
    return [pk for (pk,) in made]


def fill_keys(stage: Stage) -> None:
    """Fill ``pinyin`` and ``bigrams`` of the new rows from their names."""
    keep_keys(stage)
    stage.execute(
        f"UPDATE {stage.table} s SET pinyin = k.pinyin, bigrams = k.bigrams "
        "FROM heating_ledger_keys k WHERE k.row_number = s.row_number"
    )


def keep_keys(stage: Stage) -> None:
    """Put the sort keys and character pairs of the new rows' names into the table of keys."""
    rows = stage.fetch(f"SELECT row_number, name FROM {stage.table} WHERE action = 'created'")
    _copy_keys(rows)


def _copy_keys(rows: Sequence[tuple[int, str]]) -> None:
    """Put the keys of (row, name) into the temporary table of keys, which they replace."""
    names = [name for _row, name in rows]
    columns = (
        copy_texts([row for row, _name in rows]),
        copy_texts([sort_key(name) for name in names]),
        copy_texts([bigrams.of(name) for name in names]),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS heating_ledger_keys "
            "(row_number integer, pinyin text, bigrams text[]) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE heating_ledger_keys")
        with cursor.copy("COPY heating_ledger_keys FROM STDIN") as copy:
            copy.write("".join(f"{line}\n" for line in map("\t".join, zip(*columns, strict=True))))
        cursor.execute("ANALYZE heating_ledger_keys")


def _unresolved(stage: Stage, column: str, resolved: str) -> list[str]:
    rows = stage.fetch(
        f"SELECT {column} FROM {stage.table} WHERE {column} IS NOT NULL "
        f"AND {resolved} IS NULL GROUP BY {column} ORDER BY min(row_number)"
    )
    return [name for (name,) in rows]


def _source_kind(name: str) -> SourceKind:
    return next((kind for word, kind in SOURCE_WORDS if word in name), SourceKind.NOT_STATED)
