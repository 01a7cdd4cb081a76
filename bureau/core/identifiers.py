"""Numbers that name a person: identity number, bank card, phone; found exactly or not at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bureau.core import bigrams, crypto

Kind = Literal["id_number", "phone", "card"]

_SEPARATORS = re.compile(r"[\s\-‐-―·.()]+")
# Eleven digits and more within a text; fewer name nobody.
_RUNS = re.compile(r"\+?\d{11,}x?")
_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("id_number", re.compile(r"[1-9]\d{16}[\dx]|[1-9]\d{14}")),
    ("phone", re.compile(r"(?:\+?86)?(1[3-9]\d{9})|0\d{9,11}")),
    ("card", re.compile(r"[1-9]\d{15,18}")),
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number as it is compared: without spaces, dashes and the country's prefix."""

    kind: Kind
    plain: str

    @property
    def index(self) -> str:
        """The blind index under which models keep such a number; the only form for logs."""
        return blind(self.kind, self.plain)

    @property
    def readings(self) -> tuple["Identifier", ...]:
        """What the digits can be read as: 18 of them may name a person or a card."""
        if self.kind == "id_number" and self.plain.isdecimal() and len(self.plain) == 18:
            return self, Identifier("card", self.plain)
        return (self,)


def plain(text: str) -> str:
    """Return a number as it is compared and indexed: half-width, lower case, only its signs."""
    if text.isascii() and text.isalnum():
        return text.lower()
    return _SEPARATORS.sub("", bigrams.normalise(text))


def read(text: str) -> Identifier | None:
    """Return the identifier that ``text`` is or holds among other words, or None without one."""
    signs = plain(text)
    for part in (signs, *_RUNS.findall(signs)):
        for kind, form in _FORMS:
            if found := form.fullmatch(part):
                return Identifier(kind, (found[1] or part) if kind == "phone" else part)
    return None


def blind(kind: Kind, text: str) -> str:
    """Return the blind index of a number of ``kind``; the same for columns and for searches."""
    return blind_all(kind, (text,))[0]


def blind_all(kind: Kind, texts: Iterable[str]) -> list[str]:
    """Return the blind index of each number of ``kind``."""
    return crypto.blind_indexes(map(plain, texts), f"identifier.{kind}")
