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


@dataclass(frozen=True, slots=True)
class _Key:
    """The objects' table, and the two columns by which table and stage know one of them."""

    table: str
    place: str
    name: str


def settle(
    stage: Stage, model: type[Model], place: str = "community_id", name: str = "name"
) -> list[Stray]:
    """Put rows whose object stands under a merged village there; return and drop those that stray.

    ``place`` and ``name`` are the columns by which both stage and model know an object.
    A row strays where its village has ended and the register holds no such object
    (``alias_or_wrong_county``), or where several merged villages hold one (``ambiguous_place``).
    """
    if not stage.fetch(ANY)[0][0]:
        return []
    key = _Key(quote(model._meta.db_table), quote(place), quote(name))
    elsewhere = _elsewhere(stage, key)
    stage.execute(
        f"UPDATE {stage.table} s SET {key.place} = x.place FROM ("
        f"SELECT row_number, min(place) AS place FROM ({elsewhere}) found "
        "GROUP BY row_number HAVING count(*) = 1) x WHERE x.row_number = s.row_number"
    )
    found = _ambiguous(stage, elsewhere) + _ended(stage, key)
    stage.reject([stray.row for stray in found])
    return found


def _elsewhere(stage: Stage, key: _Key) -> str:
    """Return the SELECT of objects that rows without one of their own may mean.

    Where two rows of the file write the same name in kindred villages, each means its own.
    """
    return (
        f"WITH kin AS ({KIN}) SELECT s.row_number, s.{key.name} AS name, t.{key.place} AS place "
        f"FROM {stage.table} s JOIN kin a ON a.id = s.{key.place} "
        "JOIN kin b ON b.scope_path = a.scope_path AND b.id <> a.id "
        f"JOIN {key.table} t ON t.{key.place} = b.id AND t.{key.name} = s.{key.name} "
        f"WHERE NOT EXISTS (SELECT FROM {key.table} o "
        f"WHERE o.{key.place} = s.{key.place} AND o.{key.name} = s.{key.name}) "
        f"AND NOT EXISTS (SELECT FROM {stage.table} r JOIN kin c ON c.id = r.{key.place} "
        f"WHERE c.scope_path = a.scope_path AND r.{key.name} = s.{key.name} "
        "AND r.row_number <> s.row_number)"
    )


def _ambiguous(stage: Stage, elsewhere: str) -> list[Stray]:
    rows = stage.fetch(
        "SELECT f.row_number, f.name, min(town.name), string_agg(d.name, '、' ORDER BY d.code) "
        f"FROM ({elsewhere}) f JOIN places_division d ON d.id = f.place "
        "JOIN places_division town ON town.id = d.parent_id "
        "GROUP BY f.row_number, f.name HAVING count(*) > 1 ORDER BY 1"
    )
    code = UnknownPlaceCode.AMBIGUOUS_PLACE
    return [
        Stray(row, code, {"value": name, "within": within, "near": near})
        for row, name, within, near in rows
    ]


def _ended(stage: Stage, key: _Key) -> list[Stray]:
    rows = stage.fetch(
        f"WITH kin AS ({KIN}) SELECT s.row_number, a.name, town.name, heir.name "
        f"FROM {stage.table} s JOIN kin a ON a.id = s.{key.place} AND a.valid_to IS NOT NULL "
        "JOIN places_division town ON town.id = a.parent_id "
        "JOIN kin heir ON heir.scope_path = a.scope_path AND heir.valid_to IS NULL "
        f"WHERE NOT EXISTS (SELECT FROM {key.table} o "
        f"WHERE o.{key.place} = s.{key.place} AND o.{key.name} = s.{key.name}) ORDER BY 1"
    )
    code = UnknownPlaceCode.ALIAS_OR_WRONG_COUNTY
    return [
        Stray(row, code, {"value": name, "within": within, "near": near})
        for row, name, within, near in rows
    ]
