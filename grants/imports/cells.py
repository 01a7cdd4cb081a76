"""How the cells of a village's register are read (花名册)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db.models import TextChoices

from bureau.core import clock
from bureau.exchange.cells import Slip, shown, text_of
from bureau.exchange.choices import IssueCode
from bureau.exchange.parsers import Choice, Identifier, Parse, Text
from bureau.exchange.readers import Cell
from grants.choices import (
    ClaimSlip,
    HouseholdRefusal,
)
from grants.rules import identity, registers
from grants.rules.identity import Read

_DASHES = re.compile(r"[\-‐-―]|\.0+$")
EXACT = 10**15
"""Whole numbers below it pass through a spreadsheet unharmed; those above have lost digits."""


def id_of_today() -> Callable[[str], Read]:
    return partial(identity.read_id, today=clock.today())


def phones() -> Callable[[str], Read]:
    return identity.read_phone


def cards() -> Callable[[str], Read]:
    return identity.read_card


@dataclass(frozen=True, slots=True)
class PersonalNumber(Identifier):
    """A number that names a person, read by the rules of its kind into ``Read``.

    ``reader`` gives the rule once for a file.
    """

    reader: Callable[[], Callable[[str], Read]] = cards
    eaten: TextChoices = IssueCode.ID_IS_NUMBER

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; raises the rule's own word for what is wrong."""
        read, eaten = self.reader(), self.eaten

        def parse(cell: Cell) -> Read:
            if not isinstance(cell, str) and isinstance(cell, (int, float)):
                if abs(cell) >= EXACT or not float(cell).is_integer():
                    raise Slip(eaten, value=shown(cell))
                cell = str(int(cell))
            found = read(text_of(cell))
            if found.fault:
                raise Slip(found.fault, value=found.plain, count=len(found.plain))
            return found

        return parse


@dataclass(frozen=True, slots=True)
class PersonName(Text):
    """The name of a person; one that holds an identity, card or phone number is not kept."""

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser."""
        read = Text.bind(self, factor)

        def parse(cell: Cell) -> str:
            name = read(cell)
            fault = identity.number_in_name(name)
            if fault is not None:
                raise Slip(HouseholdRefusal.NAME_HOLDS_NUMBER, **fault.values)
            return registers.read_name(name)

        return parse


@dataclass(frozen=True, slots=True)
class Account(Identifier):
    """An electricity account: digits, with or without dashes; zeros alone are none."""

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser."""
        read = Identifier.bind(self, factor)

        def parse(cell: Cell) -> str:
            number = read(_DASHES.sub("", text_of(cell)) if isinstance(cell, str) else cell)
            if not number.strip("0"):
                raise Slip(ClaimSlip.MISSING_ACCOUNT)
            return number

        return parse


@dataclass(frozen=True, slots=True)
class Conversion(Choice):
    """A technology by its word, or by words that agree: 煤改电（空气源热泵）."""

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser."""
        known = Choice.bind(self, factor)

        def parse(cell: Cell) -> str:
            try:
                return known(cell)
            except Slip:
                word = registers.technology_of(text_of(cell))
                if word is None:
                    raise
                return word

        return parse
