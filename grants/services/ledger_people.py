"""What names a person in a register: sealed before it reaches the database (SEC-7).

A row brings its numbers in plain; it leaves with a blind index, the ends that may be shown, and
the sealed number under the key of the row that will hold it. Keys are taken beforehand.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from bureau.core import crypto, personal
from bureau.core.identifiers import Kind, blind
from grants.models import BankAccount, Person
from grants.rules.identity import Read

HEAD = 4
Staged = dict[str, Any]
_PEOPLE = (
    "SELECT id_number_index, id, phone_index FROM grants_person WHERE id_number_index = ANY(%s)"
)
_CARDS = (
    "SELECT d.village_id, d.account_number, a.card_index FROM grants_dwelling d "
    "JOIN grants_household h ON h.dwelling_id = d.id AND h.valid_to IS NULL "
    "JOIN grants_bankaccount a ON a.household_id = h.id AND a.valid_to IS NULL "
    "WHERE d.account_number = ANY(%s)"
)


def seal(rows: Sequence[Staged]) -> None:
    """Replace the plain numbers of the rows; only what is not on record yet is sealed.

    ``person_id`` is the recorded person with the identity number, or a key reserved for a new
    one (``person_known`` tells); ``account_id`` is reserved for a card that the dwelling's
    household does not have.
    """
    plains = [_index(row) for row in rows]
    _seal_people(rows, plains)
    _seal_cards(rows, plains)


def _index(row: Staged) -> dict[Kind, str]:
    """Take the plain numbers out of a row, and put index and ends in."""
    plains: dict[Kind, str] = {}
    kinds: tuple[Kind, ...] = ("id_number", "phone", "card")
    for kind in kinds:
        read: Read | None = row.pop(kind, None)
        if read is not None:
            plains[kind] = read.plain
            row[f"{kind}_index"] = blind(kind, read.plain)
            row[f"{kind}_tail"] = read.plain[-personal.SHOWN :]
    row["id_number_head"] = plains["id_number"][:HEAD]
    return plains


def _seal_people(rows: Sequence[Staged], plains: Sequence[dict[Kind, str]]) -> None:
    known = {index: (pk, phone) for index, pk, phone in _fetch(_PEOPLE, rows, "id_number_index")}
    strangers = sum(row["id_number_index"] not in known for row in rows)
    keys = iter(personal.reserve(Person, strangers))
    id_number, phone = _Sealer(Person, "id_number"), _Sealer(Person, "phone")
    for row, plain in zip(rows, plains, strict=True):
        found = known.get(row["id_number_index"])
        row["person_known"] = found is not None
        row["person_id"], recorded = found or (next(keys), None)
        if found is None:
            row["id_number_sealed"] = id_number.seal(plain["id_number"], row["person_id"])
        if "phone" in plain and row["phone_index"] != recorded:
            row["phone_sealed"] = phone.seal(plain["phone"], row["person_id"])


def _seal_cards(rows: Sequence[Staged], plains: Sequence[dict[Kind, str]]) -> None:
    known = {(village, account): card for village, account, card in _fetch(_CARDS, rows,
             "account_number")}  # fmt: skip
    fresh = [
        (row, plain["card"])
        for row, plain in zip(rows, plains, strict=True)
        if "card" in plain
        and known.get((row["village_id"], row["account_number"])) != row["card_index"]
    ]
    card = _Sealer(BankAccount, "card")
    for (row, plain_card), key in zip(
        fresh, personal.reserve(BankAccount, len(fresh)), strict=True
    ):
        row["account_id"] = key
        row["card_sealed"] = card.seal(plain_card, key)


class _Sealer:
    """Seals one column of a table, row after row."""

    def __init__(self, model: Any, name: str) -> None:
        self.table, self.name = model._meta.db_table, name

    def seal(self, plain: str, pk: int) -> bytes:
        return crypto.seal(plain.encode(), personal.context(self.table, self.name, pk))


def _fetch(query: str, rows: Sequence[Staged], column: str) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [[row[column] for row in rows]])
        return cursor.fetchall()
