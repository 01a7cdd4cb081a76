"""What names a person in a register: sealed before it reaches the database (SEC-7).

A row brings its numbers in plain; it leaves with a blind index, the ends that may be shown, and
the sealed number under the key of the row that will hold it. Keys are taken beforehand.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from bureau.core import personal
from bureau.core.identifiers import Kind, blind_all
from grants.models import BankAccount, Person
from grants.rules.identity import Read

HEAD = 4
KINDS: tuple[Kind, ...] = ("id_number", "phone", "card")
Staged = dict[str, Any]
_PEOPLE = (
    "SELECT id_number_index, id, phone_index FROM grants_person "
    # The planner does not see in a long list that the partial index covers it.
    "WHERE id_number_index = ANY(%s) AND id_number_index <> ''"
)


def seal(rows: Sequence[Staged]) -> None:
    """Replace the plain numbers of the rows; of people, only what is not on record is sealed.

    ``person_id`` is the recorded person with the identity number, or a key reserved for a new
    one (``person_known`` tells). Each card is sealed for an account of its own, ``account_id``:
    to ask before for the cards on record costs more than to seal one in vain.
    """
    numbers = {kind: _index(rows, kind) for kind in KINDS}
    for row, number in zip(rows, numbers["id_number"], strict=True):
        row["id_number_head"] = str(number)[:HEAD]
    _seal_people(rows, numbers["id_number"], numbers["phone"])
    _seal_cards(rows, numbers["card"])


def _index(rows: Sequence[Staged], kind: Kind) -> list[str | None]:
    """Take the plain numbers of a kind out of the rows, and put index and ends in."""
    reads: list[Read | None] = [row.pop(kind, None) for row in rows]
    indexes = iter(blind_all(kind, (read.plain for read in reads if read is not None)))
    index, tail = f"{kind}_index", f"{kind}_tail"
    for row, read in zip(rows, reads, strict=True):
        if read is not None:
            row[index] = next(indexes)
            row[tail] = read.plain[-personal.SHOWN :]
    return [None if read is None else read.plain for read in reads]


def _seal_people(
    rows: Sequence[Staged], numbers: Sequence[str | None], phones: Sequence[str | None]
) -> None:
    known = _recorded([row["id_number_index"] for row in rows])
    strangers = sum(row["id_number_index"] not in known for row in rows)
    keys = iter(personal.reserve(Person, strangers))
    new, called = [], []
    for row, number, phone in zip(rows, numbers, phones, strict=True):
        found = known.get(row["id_number_index"])
        row["person_known"] = found is not None
        row["person_id"], recorded = found or (next(keys), None)
        if found is None and number is not None:
            new.append((row, row["person_id"], number))
        if phone is not None and row["phone_index"] != recorded:
            called.append((row, row["person_id"], phone))
    _put(Person, "id_number", new)
    _put(Person, "phone", called)


def _recorded(indexes: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return key and phone's index of the recorded people, by the index of their number."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [list(indexes)])
        return {index: (pk, phone) for index, pk, phone in cursor.fetchall()}


def _seal_cards(rows: Sequence[Staged], cards: Sequence[str | None]) -> None:
    held = [(row, card) for row, card in zip(rows, cards, strict=True) if card is not None]
    keys = personal.reserve(BankAccount, len(held))
    for (row, _card), key in zip(held, keys, strict=True):
        row["account_id"] = key
    _put(BankAccount, "card", [(row, row["account_id"], card) for row, card in held])


def _put(model: type[Model], name: str, numbers: Sequence[tuple[Staged, int, str]]) -> None:
    """Put the sealed numbers into their rows, given as (row, key, plain)."""
    sealed = personal.seal_all(model, name, [(key, plain) for _row, key, plain in numbers])
    for (row, _key, _plain), value in zip(numbers, sealed, strict=True):
        row[f"{name}_sealed"] = value
