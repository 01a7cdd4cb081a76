"""Identity numbers, bank cards and phones: how they are written, checked and shown masked."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from bureau.core.findings import Finding
from bureau.core.id_numbers import LENGTH, check_sign, is_sound
from grants.choices import HouseholdRefusal as Refusal

OLD_LENGTH = 15
CARD_LENGTHS = range(12, 20)
UTILITY_LENGTHS = range(6, 21)
SHORTEST_QUOTED = 8
LUHN_MODULUS = 10
DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
"""Twice a digit, its own digits added."""
HOME_REGION = "3715"
MOBILE = re.compile(r"1[3-9][0-9]{9}")
LONG_NUMBER = re.compile(r"[0-9]{7,}[0-9Xx]*")
PREFIX = re.compile(r"^(?:\+|00)?86(?=[0-9]{11}$)")
EATEN = re.compile(r"^\d+(\.\d+)?[eE]\+?\d+$")
_WRITTEN = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{15,19}|[0-9]{17}[Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z])"
)
_NOISE = re.compile(r"[\s\-‐-―.·']+")


class Read(NamedTuple):
    """A number as it is kept, with what is wrong (``fault``) or doubtful (``doubt``) about it."""

    plain: str
    fault: Refusal | None = None
    doubt: Refusal | None = None


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def squeeze(text: str) -> str:
    """Return a typed number in half-width characters without blanks and dashes, x as X."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def from_old(plain: str) -> str:
    """Return an old number of 15 digits as the 18 of today; any other text as it is."""
    if len(plain) != OLD_LENGTH or not _are_digits(plain):
        return plain
    body = f"{plain[:6]}19{plain[6:]}"
    return body + check_sign(body)


def read_id(text: str, today: date) -> Read:
    """Read an identity number: 18 digits by GB 11643, or an old one of 15, which is converted.

    Birthdays after ``today`` and impossible ones are faults; another region than Liaocheng's is
    only a doubt. A number that a spreadsheet turned into 3.7E+17 is said to be that.
    """
    typed = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if EATEN.match(typed.strip()):
        return Read(typed.strip(), Refusal.ID_IS_NUMBER)
    plain = from_old(squeeze(text))
    if len(plain) != LENGTH:
        return Read(plain, Refusal.ID_LENGTH)
    if not is_sound(plain):
        return Read(plain, Refusal.ID_CHECKSUM)
    if _birthday(plain, today) is None:
        return Read(plain, Refusal.ID_BIRTH)
    return Read(plain, doubt=None if plain.startswith(HOME_REGION) else Refusal.WARN_REGION)


def _birthday(plain: str, today: date) -> date | None:
    try:
        born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None
    return born if date(1900, 1, 1) <= born <= today else None


def read_card(text: str) -> Read:
    """Read a card or account number of 12 to 19 digits; a wrong check digit is only a doubt."""
    typed = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if EATEN.match(typed.strip()):
        return Read(typed.strip(), Refusal.CARD_IS_NUMBER)
    plain = squeeze(text)
    if not _are_digits(plain):
        return Read(plain, Refusal.CARD_SIGNS)
    if len(plain) not in CARD_LENGTHS:
        return Read(plain, Refusal.CARD_LENGTH)
    return Read(plain, doubt=None if passes_luhn(plain) else Refusal.WARN_LUHN)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit of a card number fits the others (ISO/IEC 7812)."""
    signs = digits.encode()
    total = sum(signs[-1::-2]) + sum(signs[-2::-2].translate(DOUBLED)) - ord("0") * len(signs)
    return total % LUHN_MODULUS == 0


def read_phone(text: str) -> Read:
    """Read a mobile number, with or without the country's prefix."""
    plain = PREFIX.sub("", squeeze(text))
    return Read(plain, None if MOBILE.fullmatch(plain) else Refusal.BAD_PHONE)


def read_utility(text: str) -> Read:
    """Read the customer number of a gas or power account (6 to 20 digits), to which is paid."""
    plain = squeeze(text)
    known = _are_digits(plain) and len(plain) in UTILITY_LENGTHS
    return Read(plain, None if known else Refusal.UTILITY_LENGTH)


def fault_of(read: Read, field: str) -> Finding | None:
    """Return what is wrong with a number beside its field; the number is quoted masked."""
    return _said(read, read.fault, field)


def doubt_of(read: Read, field: str) -> Finding | None:
    """Return what is odd about a number that is taken nevertheless."""
    return _said(read, read.doubt, field)


def _said(read: Read, code: Refusal | None, field: str) -> Finding | None:
    if code is None:
        return None
    return Finding(code, (field,), {"value": quoted(read.plain), "count": len(read.plain)})


def number_in_name(name: str) -> Finding | None:
    """Refuse a name that holds an identity, card or phone number: names are read by everybody."""
    if not LONG_NUMBER.search(name):
        return None
    shown = LONG_NUMBER.sub(lambda it: quoted(it[0]), name)
    return Finding(Refusal.NAME_HOLDS_NUMBER, ("name",), {"value": shown})


def veiled(text: str) -> str:
    """Return free text in which identity, card and mobile numbers show their last four only."""
    return _WRITTEN.sub(lambda it: mask_tail(it[0][-4:]), text)


def quoted(plain: str) -> str:
    """Return a number as a message may quote it, right or wrong: its last two characters."""
    shown = plain[-2:] if len(plain) > SHORTEST_QUOTED else ""
    return f"{'*' * (min(len(plain), LENGTH) - len(shown))}{shown}"


def mask_id(head: str, tail: str) -> str:
    """Return an identity number as notices and lists show it: 3715************14."""
    return f"{head}{'*' * (LENGTH - len(head) - 2)}{tail[-2:]}" if tail else ""


def mask_tail(tail: str) -> str:
    """Return a card or phone by its last four digits."""
    return f"****{tail}" if tail else ""
