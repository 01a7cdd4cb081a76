"""Saving a village register by set: the rows of the file wait in the stage, see ``imports``.

A row names a dwelling (village and electricity account) and the claim of one programme year.
It brings dwelling, household, head, bank account and claim with it, as far as they are not on
record; what is on record follows the row while the claim is a draft or was returned.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bureau.exchange.staging import Stage
from bureau.people.models import User
from grants.choices import ClaimState, ClaimVerb
from grants.models import Claim
from grants.rules import claims as rules
from grants.services import duplicates, ledger_files

#: Columns of the staging table, named as in the tables where they are fields of one.
STAGED = {
    "village_id": "bigint",
    "account_number": "text",
    "gas_account": "text",
    "door_number": "text",
    "register_number": "text",
    "name": "text",
    "id_number_sealed": "bytea",
    "id_number_index": "text",
    "id_number_head": "text",
    "id_number_tail": "text",
    "phone_sealed": "bytea",
    "phone_index": "text",
    "phone_tail": "text",
    "bank": "text",
    "card_sealed": "bytea",
    "card_index": "text",
    "card_tail": "text",
    "technology": "text",
    "heat_pump": "text",
    "device_brand": "text",
    "device_model": "text",
    "device_serial": "text",
    "completed_on": "date",
    "programme_year": "smallint",
    "remarks": "text",
    "dwelling_id": "bigint DEFAULT nextval('grants_dwelling_id_seq')",
    "dwelling_known": "boolean NOT NULL DEFAULT false",
    "household_id": "bigint DEFAULT nextval('grants_household_id_seq')",
    "household_known": "boolean NOT NULL DEFAULT false",
    "person_id": "bigint",
    "person_known": "boolean",
    "second": "boolean NOT NULL DEFAULT false",
    "head_id": "bigint",
    "account_id": "bigint",
    "old_account_id": "bigint",
    "same_card": "boolean NOT NULL DEFAULT false",
    "claim_state": "text",
    "live_year": "smallint",
    "live_state": "text",
}
SOURCES = {
    "village_id": "community",
    "heat_pump": "technology",
    "device_model": "device",
    "programme_year": "completed_on",
    **{f"{kind}_{end}": kind for kind in ("id_number", "phone", "card")
       for end in ("sealed", "index", "tail")},
    "id_number_head": "id_number",
}  # fmt: skip
FIELDS = (
    "technology", "heat_pump", "device_brand", "device_model", "device_serial", "completed_on",
    "remarks",
)  # fmt: skip
ROOM = "SET LOCAL work_mem = '64MB'"
"""Hash tables of a county's register stay in memory for the rest of the transaction."""
MANY = 5000
"""Rows that change what the planner knows of the tables."""
JOINED = ("village_id", "account_number", "person_id", "id_number_index", "action", "name")
"""Staged columns by which rows are joined; the planner needs to know no others."""
_DEAD = ", ".join(f"'{state}'" for state in rules.DEAD)
_EDITABLE = ", ".join(f"'{state}'" for state in rules.EDITABLE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who brings a register in: the villages that may be named to them, and what is their own.

    ``allowed`` None is every village; ``own`` are the blind indexes of their identity number.
    """

    allowed: frozenset[int] | None
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a staged row that only the records could tell.

    Kinds: ``moved_on``, ``live`` and ``own`` keep a row out; ``person`` says that its identity
    number stands in another dwelling.
    """

    row: int
    kind: str
    values: dict[str, str]


def match_claims(stage: Stage, reader: Reader) -> list[Notice]:
    """Find what is on record of each row, set its action, and return what is remarkable.

    Dwellings where ``reader`` sees nothing are not named in a notice.
    """
    stage.analyze(*JOINED)
    stage.execute(ROOM)
    _find_seconds(stage)
    _compare(stage)
    found = _moved_on(stage) + _live_elsewhere(stage) + _own(stage, reader)
    if found:
        stage.reject([notice.row for notice in found])
    return [*found, *_recorded_elsewhere(stage, reader), *_named_twice(stage)]


def write_claims(stage: Stage, *, actor: User) -> None:
    """Write the staged rows and all that they bring along; the import itself audits the claims."""
    if stage.fetch(f"SELECT FROM {stage.table} WHERE action <> 'unchanged' LIMIT 1"):
        stage.execute(ROOM)
        ledger_files.write_files(stage)
        _write(stage, actor)
        changed = stage.fetch(f"SELECT target_id FROM {stage.table} WHERE action <> 'unchanged'")
        if len(changed) >= MANY:
            ledger_files.learn(stage)
        duplicates.open_cases([pk for (pk,) in changed], actor=actor)


# --- What is on record ----------------------------------------------------------------------
def _find_seconds(stage: Stage) -> None:
    """Mark the rows whose person was recorded in another dwelling before."""
    stage.execute(
        f"UPDATE {stage.table} s SET second = true FROM ({_first_dwellings(stage)}) f "
        "WHERE f.person_id = s.person_id "
        "AND (f.village_id, f.account_number) IS DISTINCT FROM (s.village_id, s.account_number)"
    )


def _first_dwellings(stage: Stage) -> str:
    """Return the SELECT of the dwelling in which each person of the stage was recorded first."""
    return (
        "SELECT DISTINCT ON (m.person_id) m.person_id, d.village_id, d.account_number "
        f"FROM {stage.table} r JOIN grants_membership m ON m.person_id = r.person_id "
        "JOIN grants_household h ON h.id = m.household_id "
        "JOIN grants_dwelling d ON d.id = h.dwelling_id "
        "WHERE r.person_known AND m.valid_to IS NULL ORDER BY m.person_id, m.id"
    )


def _compare(stage: Stage) -> None:
    """Set action, target and the ids of everything on record; new rows stay as they came."""
    stage.execute(
        f"UPDATE {stage.table} s SET dwelling_id = x.dwelling, dwelling_known = true, "
        "household_id = coalesce(x.household, s.household_id), "
        "household_known = x.household IS NOT NULL, head_id = x.head, "
        "old_account_id = x.account, same_card = x.same_card, "
        "target_id = coalesce(x.claim, s.target_id), "
        "claim_state = x.state, live_year = x.live_year, live_state = x.live_state, "
        "action = CASE WHEN x.claim IS NULL THEN 'created' WHEN x.differs THEN 'updated' "
        f"ELSE 'unchanged' END FROM ({_compared(stage)}) x WHERE x.row_number = s.row_number"
    )


def _compared(stage: Stage) -> str:
    """Return the SELECT of every staged row of a known dwelling beside what is on record.

    The claim is the one of the row's programme year, a live one before one that has ended.
    """
    pairs = [(f"s.{name}", f"c.{name}") for name in FIELDS]
    pairs += [
        ("s.name", "c.name"), ("s.name", "h.name"), ("s.register_number", "h.register_number"),
        ("s.gas_account", "d.gas_account"), ("s.door_number", "d.door_number"),
        ("s.person_id", "m.person_id"), ("s.bank", "a.bank"), ("s.card_index", "a.card_index"),
    ]  # fmt: skip
    differs = [f"({new} IS NOT NULL AND {new} IS DISTINCT FROM {old})" for new, old in pairs]
    differs.append("(s.phone_sealed IS NOT NULL AND NOT s.second)")
    return (
        "SELECT s.row_number, s.dwelling, h.id AS household, m.person_id AS head, "
        "a.id AS account, coalesce(a.card_index = s.card_index, false) AS same_card, "
        "c.id AS claim, c.state, s.live_state, s.live_year, "
        f"{' OR '.join(differs)} AS differs FROM (SELECT r.row_number, r.name, "
        "r.register_number, r.gas_account, r.door_number, r.person_id, r.bank, r.card_index, "
        f"r.phone_sealed, r.second, {', '.join(f'r.{name}' for name in FIELDS)}, "
        "k.id AS dwelling, o.state AS live_state, "
        "CASE WHEN o.programme_year <> r.programme_year THEN o.programme_year END AS live_year, "
        "CASE WHEN o.programme_year = r.programme_year THEN o.id ELSE (SELECT max(e.id) "
        "  FROM grants_claim e WHERE e.dwelling_id = k.id "
        "  AND e.programme_year = r.programme_year) END AS claim_id "
        f"FROM {stage.table} r JOIN grants_dwelling k "
        "ON k.village_id = r.village_id AND k.account_number = r.account_number "
        f"LEFT JOIN grants_claim o ON o.dwelling_id = k.id AND o.state NOT IN ({_DEAD})) s "
        "JOIN grants_dwelling d ON d.id = s.dwelling "
        "LEFT JOIN grants_claim c ON c.id = s.claim_id "
        "LEFT JOIN grants_household h ON h.dwelling_id = s.dwelling AND h.valid_to IS NULL "
        "LEFT JOIN grants_membership m ON m.household_id = h.id AND m.relation = 'head' "
        "  AND m.valid_to IS NULL "
        "LEFT JOIN grants_bankaccount a ON a.household_id = h.id AND a.valid_to IS NULL"
    )


def _moved_on(stage: Stage) -> list[Notice]:
    rows = stage.fetch(
        f"SELECT row_number, account_number, claim_state FROM {stage.table} "
        f"WHERE action = 'updated' AND claim_state NOT IN ({_EDITABLE}) ORDER BY 1"
    )
    return [
        Notice(row, "moved_on", {"account": account, "state": str(ClaimState(state).label)})
        for row, account, state in rows
    ]


def _live_elsewhere(stage: Stage) -> list[Notice]:
    rows = stage.fetch(
        f"SELECT row_number, account_number, live_year, live_state FROM {stage.table} "
        "WHERE action = 'created' AND live_year IS NOT NULL ORDER BY 1"
    )
    return [
        Notice(
            row,
            "live",
            {"account": account, "year": str(year), "state": str(ClaimState(state).label)},
        )
        for row, account, year, state in rows
    ]


def _own(stage: Stage, reader: Reader) -> list[Notice]:
    """Find the rows about the reader's own household: a colleague brings them in."""
    if not reader.own:
        return []
    rows = stage.fetch(
        f"SELECT s.row_number FROM {stage.table} s WHERE s.action <> 'unchanged' "
        "AND (s.id_number_index = ANY(%s) OR (s.household_known AND EXISTS ("
        "SELECT FROM grants_membership m JOIN grants_person p ON p.id = m.person_id "
        "WHERE m.household_id = s.household_id AND m.valid_to IS NULL "
        "AND p.id_number_index = ANY(%s)))) ORDER BY 1",
        [list(reader.own), list(reader.own)],
    )
    return [Notice(row, "own", {}) for (row,) in rows]


# --- The same person twice ------------------------------------------------------------------
def _recorded_elsewhere(stage: Stage, reader: Reader) -> list[Notice]:
    seen = reader.allowed
    rows = stage.fetch(
        f"SELECT s.row_number, f.village_id, v.name, f.account_number FROM {stage.table} s "
        f"JOIN ({_first_dwellings(stage)}) f ON f.person_id = s.person_id "
        "JOIN places_division v ON v.id = f.village_id WHERE s.second ORDER BY 1"
    )
    return [
        _of_person(row, f"{name} {account}" if seen is None or village in seen else "")
        for row, village, name, account in rows
    ]


def _named_twice(stage: Stage) -> list[Notice]:
    """Let later rows of the file share the person of the first row with the same number."""
    twice = (
        "SELECT row_number, first_value(row_number) OVER w AS first, "
        f"first_value(person_id) OVER w AS person FROM {stage.table} "
        "WHERE NOT second AND id_number_index IN (SELECT id_number_index "
        f"FROM {stage.table} WHERE NOT second GROUP BY id_number_index HAVING count(*) > 1) "
        "WINDOW w AS (PARTITION BY id_number_index ORDER BY row_number)"
    )
    rows = stage.fetch(
        f"UPDATE {stage.table} s SET second = true, person_id = x.person FROM ({twice}) x "
        "WHERE x.row_number = s.row_number AND x.first < x.row_number "
        "RETURNING s.row_number, x.first"
    )
    return [_of_person(row, _("row %(row)s") % {"row": first}) for row, first in sorted(rows)]


def _of_person(row: int, where: str) -> Notice:
    return Notice(row, "person", {"where": where or "—"})


# --- Saving ---------------------------------------------------------------------------------
def _write(stage: Stage, actor: User) -> None:
    """File the new claims and change the ones that are still with the village.

    Whoever changes a claim signs the correction, and so counts among its authors (four eyes).
    """
    since = ledger_files.moment()
    stage.insert(
        Claim,
        ledger_files.KEYS | {"filed_by_id": str(int(actor.pk)), "step_from": since},
        joined=ledger_files.NAMED,
    )
    stage.execute(
        "UPDATE grants_claim t SET name = s.name, pinyin = k.pinyin, bigrams = k.bigrams "
        f"FROM {stage.table} s {ledger_files.NAMED} "
        "WHERE s.action = 'updated' AND t.id = s.target_id AND t.name <> s.name"
    )
    stage.update(Claim, FIELDS)
    stage.execute(
        "INSERT INTO grants_claimsignature (claim_id, verb, permission, user_id, at, revision, "
        "content_hash, created_at, updated_at) "
        f"SELECT t.id, '{ClaimVerb.CORRECT.value}', 'grants.change_claim', %s, {since}, "
        f"t.revision, t.content_hash, {since}, {since} FROM {stage.table} s "
        "JOIN grants_claim t ON t.id = s.target_id WHERE s.action = 'updated' "
        "ON CONFLICT DO NOTHING",
        [actor.pk],
    )
