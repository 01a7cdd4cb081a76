"""What a register brings along for each claim: the household file, written by set."""

from datetime import date

from django.db import connection
from django.db.models import Model

from bureau.core import bigrams, clock
from bureau.core.pinyin import sort_key
from bureau.exchange.staging import Stage, copy_texts, sequence_of
from grants.choices import PayeeKind, Relation
from grants.models import BankAccount, Claim, Dwelling, Household, Membership, Person

KEYS = {"pinyin": "k.pinyin", "bigrams": "k.bigrams"}
NAMED = "JOIN grants_ledger_names k ON k.name = s.name"
CHANGED = "s.action <> 'unchanged'"
LEARNT: dict[type[Model], tuple[str, ...]] = {
    Dwelling: ("id", "gas_account"),
    Household: ("id", "dwelling_id", "register_number", "valid_to"),
    Person: ("id", "id_number_index"),
    Membership: ("household_id", "person_id", "valid_to"),
    BankAccount: ("household_id", "card_index", "payee", "valid_to"),
    Claim: ("id", "dwelling_id", "household_id", "state"),
}
_NEW_HEAD = f"{CHANGED} AND s.head_id IS DISTINCT FROM s.person_id"
_HEAD = f"relation = '{Relation.HEAD.value}' AND m.valid_to IS NULL"


def moment() -> str:
    """Return the present moment as SQL writes it."""
    return f"'{clock.now().isoformat()}'::timestamptz"


def write_files(stage: Stage) -> None:
    """Write dwellings, households, people, memberships and bank accounts of the changed rows.

    Blank cells leave what stands there. The name of a recorded person follows the row only in
    the dwelling where the person was recorded first.
    """
    today = clock.today()
    _keep_names(stage)
    _write_dwellings(stage)
    _write_households(stage)
    _write_people(stage)
    _write_heads(stage, today)
    _write_accounts(stage, today)


def learn(stage: Stage) -> None:
    """Tell the planner of what was written, so that what is asked next is not asked row by row.

    Only of the columns that are joined: autovacuum learns the others later.
    """
    for model, columns in LEARNT.items():
        stage.execute(f"ANALYZE {model._meta.db_table} ({', '.join(columns)})")


def _keep_names(stage: Stage) -> None:
    """Put the keys that sort and find the names of the changed rows into a table beside them."""
    found = stage.fetch(f"SELECT DISTINCT s.name FROM {stage.table} s WHERE {CHANGED}")
    names = [name for (name,) in found]
    columns = (
        copy_texts(names),
        copy_texts([sort_key(name) for name in names]),
        copy_texts([bigrams.of(name) for name in names]),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS grants_ledger_names "
            "(name text PRIMARY KEY, pinyin text, bigrams text[]) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE grants_ledger_names")
        with cursor.copy("COPY grants_ledger_names FROM STDIN") as copy:
            copy.write("".join(f"{line}\n" for line in map("\t".join, zip(*columns, strict=True))))
        cursor.execute("ANALYZE grants_ledger_names")


def _write_dwellings(stage: Stage) -> None:
    stage.insert(Dwelling, {"id": "s.dwelling_id"}, only=f"{CHANGED} AND NOT s.dwelling_known")
    _follow(stage, "grants_dwelling", "dwelling_id", ("gas_account", "door_number"))


def _write_households(stage: Stage) -> None:
    stage.insert(
        Household,
        KEYS | {"id": "s.household_id", "remarks": "''"},
        joined=NAMED,
        only=f"{CHANGED} AND NOT s.household_known",
    )
    _follow(stage, "grants_household", "household_id", ("register_number",))
    stage.execute(
        "UPDATE grants_household t SET name = s.name, pinyin = k.pinyin, bigrams = k.bigrams, "
        f"version = t.version + 1, updated_at = {moment()} FROM {stage.table} s {NAMED} "
        f"WHERE {CHANGED} AND s.household_known AND t.id = s.household_id AND t.name <> s.name"
    )


def _follow(stage: Stage, table: str, key: str, names: tuple[str, ...]) -> None:
    """Let the recorded rows of a table take over the filled cells that say something else."""
    sets = ", ".join(f"{name} = coalesce(s.{name}, t.{name})" for name in names)
    differs = " OR ".join(f"s.{name} <> t.{name}" for name in names)
    stage.execute(
        f"UPDATE {table} t SET {sets}, version = t.version + 1, updated_at = {moment()} "
        f"FROM {stage.table} s WHERE {CHANGED} AND s.dwelling_known AND t.id = s.{key} "
        f"AND ({differs})"
    )


def _write_people(stage: Stage) -> None:
    stage.insert(
        Person,
        KEYS | {"id": "s.person_id"},
        joined=NAMED,
        only=f"{CHANGED} AND NOT s.person_known AND NOT s.second",
    )
    ends = ", ".join(
        f"phone_{end} = CASE WHEN s.phone_sealed IS NULL THEN t.phone_{end} ELSE s.phone_{end} END"
        for end in ("sealed", "index", "tail")
    )
    stage.execute(
        "UPDATE grants_person t SET name = s.name, pinyin = k.pinyin, bigrams = k.bigrams, "
        f"{ends}, updated_at = {moment()} FROM {stage.table} s {NAMED} "
        f"WHERE {CHANGED} AND s.person_known AND NOT s.second AND t.id = s.person_id "
        "AND (s.phone_sealed IS NOT NULL OR t.name <> s.name)"
    )


def _write_heads(stage: Stage, today: date) -> None:
    """Make each row's person the head of its household.

    A head of the same name was the same person with a mistyped number; any other one ends.
    """
    now = moment()
    current = f"m.household_id = s.household_id AND m.{_HEAD}"
    if stage.fetch(f"SELECT FROM {stage.table} s WHERE s.household_known AND {_NEW_HEAD} LIMIT 1"):
        stage.execute(
            f"UPDATE grants_membership m SET person_id = s.person_id, updated_at = {now} "
            f"FROM {stage.table} s JOIN grants_person p ON p.id = s.head_id AND p.name = s.name "
            f"WHERE {_NEW_HEAD} AND {current} AND NOT EXISTS (SELECT FROM grants_membership o "
            "WHERE o.household_id = s.household_id AND o.person_id = s.person_id "
            "AND o.valid_to IS NULL)"
        )
        stage.execute(
            f"UPDATE grants_membership m SET valid_to = %s, updated_at = {now} "
            f"FROM {stage.table} s WHERE {_NEW_HEAD} AND {current} "
            "AND m.person_id <> s.person_id",
            [today],
        )
        stage.execute(
            f"UPDATE grants_membership m SET relation = 'head', updated_at = {now} "
            f"FROM {stage.table} s WHERE {_NEW_HEAD} AND m.household_id = s.household_id "
            "AND m.person_id = s.person_id AND m.valid_to IS NULL"
        )
    key = f"nextval('{sequence_of(Membership)}')"
    stage.insert(
        Membership,
        {"id": key, "relation": f"'{Relation.HEAD.value}'"},
        only=f"{_NEW_HEAD} AND NOT EXISTS (SELECT FROM grants_membership m WHERE {current})",
    )


def _write_accounts(stage: Stage, today: date) -> None:
    """Begin the accounts of new cards where the ones before end; correct what else is said."""
    now, fresh = moment(), "s.card_sealed IS NOT NULL AND NOT s.same_card"
    stage.execute(
        f"UPDATE grants_bankaccount t SET valid_to = %s, updated_at = {now} "
        f"FROM {stage.table} s WHERE {CHANGED} AND {fresh} AND t.id = s.old_account_id",
        [today],
    )
    stage.insert(
        BankAccount,
        {
            "id": f"coalesce(s.account_id, nextval('{sequence_of(BankAccount)}'))",
            "payee": f"'{PayeeKind.HEAD.value}'",
            "holder_id": "s.person_id",
            "holder_name": "s.name",
            "bank": "coalesce(s.bank, o.bank, '')",
            "valid_from": f"CASE WHEN o.id IS NOT NULL THEN '{today.isoformat()}'::date END",
        },
        joined="LEFT JOIN grants_bankaccount o ON o.id = s.old_account_id",
        only=f"{CHANGED} AND ({fresh} OR (s.bank IS NOT NULL AND s.old_account_id IS NULL))",
    )
    stage.execute(
        "UPDATE grants_bankaccount t SET bank = coalesce(s.bank, t.bank), "
        f"holder_id = s.person_id, holder_name = s.name, updated_at = {now} "
        f"FROM {stage.table} s WHERE {CHANGED} AND NOT ({fresh}) AND t.id = s.old_account_id "
        f"AND t.payee = '{PayeeKind.HEAD.value}' "
        "AND (s.bank <> t.bank OR t.holder_name <> s.name OR t.holder_id <> s.person_id)"
    )
