"""Rows of a ledger that name a village which was merged: they still find what was recorded there.

Objects keep the village they name when it is merged away, while ledgers go on writing the old
name or begin to write the new one. Both lead to the same object; nothing new begins in a village
that exists no longer, and where two objects fit a person decides.
"""

from dataclasses import dataclass

from django.db.models import Model

from bureau.exchange.staging import Stage, quote
from bureau.places.choices import UnknownPlaceCode

#: Villages that mergers made one, each with the scope path that they share.
KIN = (
    "SELECT id, name, parent_id, merged_into_id, valid_to, scope_path FROM places_division "
    "WHERE scope_path IN "
    "(SELECT scope_path FROM places_division WHERE merged_into_id IS NOT NULL)"
)
ANY = "SELECT EXISTS (SELECT FROM places_division WHERE merged_into_id IS NOT NULL AND level = 5)"


@dataclass(frozen=True, slots=True)
class Stray:
    """A staged row whose village does not tell which object is meant."""

    row: int
    code: UnknownPlaceCode
    values: dict[str, str]


def settle(stage: Stage, model: type[Model]) -> list[Stray]:
    """Put rows whose object stands under a merged village there; return and drop those that stray.

    A row strays where its village has ended and the register holds no such object
    (``alias_or_wrong_county``), or where several merged villages hold one (``ambiguous_place``).
    """
    if not stage.fetch(ANY)[0][0]:
        return []
    table = quote(model._meta.db_table)
    elsewhere = _elsewhere(stage, table)
    stage.execute(
        f"UPDATE {stage.table} s SET community_id = x.community_id FROM ("
        f"SELECT row_number, min(community_id) AS community_id FROM ({elsewhere}) found "
        "GROUP BY row_number HAVING count(*) = 1) x WHERE x.row_number = s.row_number"
    )
    found = _ambiguous(stage, elsewhere) + _ended(stage, table)
    stage.reject([stray.row for stray in found])
    return found


def _elsewhere(stage: Stage, table: str) -> str:
    """Return the SELECT of objects that rows without one of their own may mean.

    Where two rows of the file write the same name in kindred villages, each means its own.
    """
    return (
        f"WITH kin AS ({KIN}) SELECT s.row_number, s.name, t.community_id "
        f"FROM {stage.table} s JOIN kin a ON a.id = s.community_id "
        "JOIN kin b ON b.scope_path = a.scope_path AND b.id <> a.id "
        f"JOIN {table} t ON t.community_id = b.id AND t.name = s.name "
        f"WHERE NOT EXISTS (SELECT FROM {table} o "
        "WHERE o.community_id = s.community_id AND o.name = s.name) "
        f"AND NOT EXISTS (SELECT FROM {stage.table} r JOIN kin c ON c.id = r.community_id "
        "WHERE c.scope_path = a.scope_path AND r.name = s.name AND r.row_number <> s.row_number)"
    )


def _ambiguous(stage: Stage, elsewhere: str) -> list[Stray]:
    rows = stage.fetch(
        "SELECT f.row_number, f.name, min(town.name), string_agg(d.name, '、' ORDER BY d.code) "
        f"FROM ({elsewhere}) f JOIN places_division d ON d.id = f.community_id "
        "JOIN places_division town ON town.id = d.parent_id "
        "GROUP BY f.row_number, f.name HAVING count(*) > 1 ORDER BY 1"
    )
    code = UnknownPlaceCode.AMBIGUOUS_PLACE
    return [
        Stray(row, code, {"value": name, "within": within, "near": near})
        for row, name, within, near in rows
    ]


def _ended(stage: Stage, table: str) -> list[Stray]:
    rows = stage.fetch(
        f"WITH kin AS ({KIN}) SELECT s.row_number, a.name, town.name, heir.name "
        f"FROM {stage.table} s JOIN kin a ON a.id = s.community_id AND a.valid_to IS NOT NULL "
        "JOIN places_division town ON town.id = a.parent_id "
        "JOIN kin heir ON heir.scope_path = a.scope_path AND heir.valid_to IS NULL "
        f"WHERE NOT EXISTS (SELECT FROM {table} o "
        "WHERE o.community_id = s.community_id AND o.name = s.name) ORDER BY 1"
    )
    code = UnknownPlaceCode.ALIAS_OR_WRONG_COUNTY
    return [
        Stray(row, code, {"value": name, "within": within, "near": near})
        for row, name, within, near in rows
    ]
