"""Parsers of cells: each says what a filled cell means, or raises Slip with the reason.

A parser is bound once per file and column (``bind(factor)``), which returns the function that
runs per cell; ``factor`` is what the heading's unit multiplies by (10,000 for 万㎡).
Blank cells never reach a parser.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Protocol

from bureau.core import clock
from bureau.core.tidiness import tidy
from bureau.exchange.cells import Slip, shown, text_of
from bureau.exchange.choices import IssueCode
from bureau.exchange.readers import Cell

Parse = Callable[[Cell], Any]
ONE = Decimal(1)
WAN = Decimal(10_000)


class Parser(Protocol):
    """Whatever can be bound to a column of one file."""

    def bind(self, factor: Decimal) -> Parse:
        """Return the function that parses one filled cell."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Text of one line in one spelling, at most ``max_length`` characters.

    ``free`` keeps the punctuation and line breaks of a remark as they were typed.
    """

    max_length: int = 200
    free: bool = False

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; numbers become the text that people see."""
        limit, free = self.max_length, self.free

        def parse(cell: Cell) -> str:
            text = text_of(cell)
            if free and isinstance(cell, str):
                text = cell.strip()
            if len(text) > limit:
                raise Slip(IssueCode.TOO_LONG, length=len(text), limit=limit)
            return text

        return parse


@dataclass(frozen=True, slots=True)
class Identifier:
    """A code of digits or letters: ID number, account, division code.

    A number of more than 15 digits has already lost digits in the spreadsheet program and is
    refused (``id_is_number``), also where its text looks like 3.7E+17. ``strict`` refuses every
    number, because leading zeros may be gone. ``pattern`` is what the clean text must match.
    """

    pattern: str = r"[0-9A-Za-z\-]+"
    strict: bool = False

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; letters come out upper-case, without any space."""
        matches = re.compile(self.pattern).fullmatch
        lost = re.compile(r"\d(\.\d+)?E\+?\d+").fullmatch
        strict = self.strict

        def parse(cell: Cell) -> str:
            if not isinstance(cell, str) and isinstance(cell, (int, float)):
                whole = not isinstance(cell, bool) and float(cell).is_integer()
                if strict or not whole or abs(cell) >= 1e15:
                    raise Slip(IssueCode.ID_IS_NUMBER, value=repr(cell))
                cell = str(int(cell))
            text = text_of(cell).replace(" ", "").upper()
            if "E" in text and lost(text):
                raise Slip(IssueCode.ID_IS_NUMBER, value=text)
            if not matches(text):
                raise Slip(IssueCode.BAD_IDENTIFIER, value=shown(text))
            return text

        return parse


UNITS = r"(?:m2|m²|平方米|平米|平方|户|台|具|个|套|座|处|栋|人|元|米|年|kw|mw|千瓦|兆瓦|℃|%)"
NUMBER = re.compile(
    rf"(?P<digits>[+\-]?(?:\d+|\d{{1,3}}(?:,\d{{3}})+)(?:\.\d+)?)\s*(?P<wan>万?)\s*{UNITS}?", re.I
)


def _number(cell: Cell, factor: Decimal) -> Decimal:
    """Return the number that a cell means; 万 in the cell wins over the heading's unit."""
    if type(cell) is float or type(cell) is int:
        number = Decimal(str(cell))
        if not number.is_finite():
            raise Slip(IssueCode.BAD_NUMBER, value=str(cell))
        return number * factor
    if isinstance(cell, list):
        raise Slip(IssueCode.NUMBER_IS_DATE, value=cell[0])
    if isinstance(cell, bool):
        raise Slip(IssueCode.BAD_NUMBER, value=str(cell).upper())
    text = text_of(cell)
    match = NUMBER.fullmatch(text)
    if match is None:
        raise Slip(IssueCode.BAD_NUMBER, value=shown(text))
    number = Decimal(match["digits"].replace(",", ""))
    return number * (WAN if match["wan"] else factor)


def _check_range(number: Decimal | int, low: Any, high: Any, cell: Cell) -> None:
    if low is not None and low >= 0 > number:
        raise Slip(IssueCode.NEGATIVE_NUMBER, value=shown(cell))
    if (low is not None and number < low) or (high is not None and number > high):
        raise Slip(IssueCode.OUT_OF_RANGE, value=shown(cell), low=low, high=high)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with decimals (Decimal, half-up to ``places``): areas, temperatures, money."""

    places: int = 2
    low: Decimal | int | None = 0
    high: Decimal | int | None = 10**10

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; reads 3.2万, 5,000, full-width digits and units behind."""
        step = ONE.scaleb(-self.places)
        low, high = self.low, self.high

        def parse(cell: Cell) -> Decimal:
            number = _number(cell, factor)
            _check_range(number, low, high, cell)
            try:
                return number.quantize(step, ROUND_HALF_UP)
            except InvalidOperation as error:
                raise Slip(IssueCode.BAD_NUMBER, value=shown(cell)) from error

        return parse


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number: households, pieces."""

    low: int | None = 0
    high: int | None = 2**31 - 1

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; raises not_whole_number for a fraction."""
        low, high = self.low, self.high
        plain = factor == 1

        def parse(cell: Cell) -> int:
            if plain and type(cell) is float and cell.is_integer():
                number = int(cell)
            else:
                exact = _number(cell, factor)
                number = int(exact)
                if number != exact:
                    raise Slip(IssueCode.NOT_WHOLE_NUMBER, value=shown(cell))
            _check_range(number, low, high, cell)
            return number

        return parse


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year from ``first`` to this one; a later one is ``future_year``."""

    first: int = 1949
    future: bool = False

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; reads 2015, 2015年 and a date's year."""
        first, future, this_year = self.first, self.future, clock.today().year

        def parse(cell: Cell) -> int:
            year = _year(cell)
            if year is None or year < first or year > 9999:
                raise Slip(IssueCode.BAD_YEAR, value=shown(cell))
            if year > this_year and not future:
                raise Slip(IssueCode.FUTURE_YEAR, value=year)
            return year

        return parse


YEAR_TEXT = re.compile(r"(\d{4})(?:\.0+)?年?")


def _year(cell: Cell) -> int | None:
    if type(cell) is float:
        return int(cell) if cell.is_integer() else None
    if isinstance(cell, int):
        return None if isinstance(cell, bool) else cell
    if isinstance(cell, list):
        day = _day_of_text(cell[0][:10])
        return day.year if day else None
    match = YEAR_TEXT.fullmatch(text_of(cell))
    return int(match[1]) if match else None


BETWEEN = r"(?:\s*(?:[年月./\-。、]|[—–]{1,2})\s*|\s+)"
DAY_TEXT = re.compile(
    rf"(\d{{4}}){BETWEEN}(\d{{1,2}}){BETWEEN}(\d{{1,2}})\s*(?:[日号]|[./\-。])?"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)
EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL_START = date(1899, 12, 30)
HAN_DIGITS = dict(zip("〇一二三四五六七八九", "0123456789", strict=True)) | {"零": "0", "○": "0"}
HAN_NUMBER = re.compile(f"[{''.join(HAN_DIGITS)}十]+")


def _arabic(number: re.Match[str]) -> str:
    """Return a number in Chinese characters, below a hundred or digit by digit, in digits."""
    tens, ten, ones = number[0].rpartition("十")
    if not ten:
        return "".join(HAN_DIGITS[sign] for sign in ones)
    return HAN_DIGITS.get(tens, "1") + HAN_DIGITS.get(ones, "0")


def _day_of_text(text: str) -> date | None:
    if "年" in text:
        text = HAN_NUMBER.sub(_arabic, text)
    match = DAY_TEXT.fullmatch(text) or EIGHT_DIGITS.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day, by default not in the future."""

    first: date = date(1949, 10, 1)
    future: bool = False

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; reads dates, serials, 2018年5月16日, 2018.5.16 and 20180516.

        What leaves open which number is the month, or which century is meant, is no date.
        """
        first, future, today = self.first, self.future, clock.today()

        def parse(cell: Cell) -> date:
            day = _day(cell)
            if day is None or day < first:
                raise Slip(IssueCode.BAD_DATE, value=shown(cell))
            if day > today and not future:
                raise Slip(IssueCode.FUTURE_DATE, value=day.isoformat())
            return day

        return parse


def _day(cell: Cell) -> date | None:
    if isinstance(cell, list):
        try:
            return datetime.fromisoformat(cell[0]).date()
        except ValueError:
            return None
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        if 10_000 <= cell < 100_000:
            return SERIAL_START + timedelta(days=int(cell))
        return _day_of_text(str(int(cell))) if float(cell).is_integer() else None
    text = text_of(cell)
    if len(text) == 5 and text.isdecimal():
        return _day(int(text))
    return _day_of_text(text)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words; ``words`` maps every accepted spelling to the stored value."""

    words: Mapping[str, str]
    offered: tuple[str, ...] = ()
    _index: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        words = self.words.items()
        self._index.update({tidy(word).lower(): str(value) for word, value in words})

    @property
    def offers(self) -> tuple[str, ...]:
        """The words to offer in a drop-down: one per value unless said otherwise."""
        first: dict[str, str] = {}
        for word, value in self.words.items():
            first.setdefault(value, word)
        return self.offered or tuple(first.values())

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; case, width and spaces do not matter."""
        index, choices = self._index, "、".join(self.offers)

        def parse(cell: Cell) -> str:
            text = text_of(cell)
            try:
                return index[text.lower()]
            except KeyError:
                raise Slip(IssueCode.UNKNOWN_CHOICE, value=shown(text), choices=choices) from None

        return parse


DEGREES = re.compile(
    r"(?:东经|北纬|[ENen])?\s*(\d{1,3})[°度](?:(\d{1,2})['′分])?(?:([\d.]+)[\"″秒])?[ENen]?"
)


@dataclass(frozen=True, slots=True)
class Degrees:
    """A longitude or latitude in decimal degrees, six places; degrees and minutes are read too."""

    def bind(self, factor: Decimal) -> Parse:
        """Return the parser; ``check_position`` judges the pair."""
        step = Decimal("0.000001")

        def parse(cell: Cell) -> Decimal:
            if isinstance(cell, str) and (match := DEGREES.fullmatch(tidy(cell).replace(" ", ""))):
                whole, minutes, seconds = (Decimal(part or 0) for part in match.groups())
                number = whole + minutes / 60 + seconds / 3600
            else:
                number = _number(cell, ONE)
            if abs(number) > 180:
                raise Slip(IssueCode.OUT_OF_RANGE, value=shown(cell), low=-180, high=180)
            return number.quantize(step, ROUND_HALF_UP)

        return parse
