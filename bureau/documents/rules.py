"""Arithmetic of numbers on papers: patterns, what a number says, which one comes next.

Sources: the office's own numbering (domain.md §6) and GB/T 9704 for the brackets and the year.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bureau.core.numbering import squeeze
from bureau.core.transitions import Transition, Workflow
from bureau.documents.choices import NumberState

YEAR, COUNT = "{year}", "{n}"
LARGEST = 999_999
YEAR_SHAPE, COUNT_SHAPE = r"(?P<year>(?:19|20)\d\d)", r"(?P<n>[1-9]\d{0,5})"

MAY_RESERVE = "documents.add_documentnumber"
MAY_VOID = "documents.change_documentnumber"

#: A number is never given back: void is the end of it.
WORKFLOW: Workflow = (
    Transition("reserve", (), NumberState.RESERVED.value, (MAY_RESERVE,)),
    Transition("take", (), NumberState.ISSUED.value, (MAY_RESERVE,)),
    Transition("register_void", (), NumberState.VOID.value, (MAY_VOID,)),
    Transition("issue", (NumberState.RESERVED.value,), NumberState.ISSUED.value, (MAY_RESERVE,)),
    Transition(
        "void",
        (NumberState.RESERVED.value, NumberState.ISSUED.value),
        NumberState.VOID.value,
        (MAY_VOID,),
        needs_note=True,
    ),
)

#: Numerals of articles as laws print them, 第二百七十八条之一; also 第278条 or a last 278 alone.
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = r"(\d{1,4}|[零〇一二两三四五六七八九十百千]{1,9})"
ARTICLE = re.compile(
    rf"(?:第\s*{NUMERAL}(?:\s*条|\s|$)|{NUMERAL}\s*条(?!例))(?:\s*之\s*{NUMERAL})?"
)
BARE = re.compile(r"(?:^|\s)(\d{1,4})\s*$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands in its series."""

    year: int
    n: int


def is_pattern(pattern: str) -> bool:
    """Whether a pattern names the year and the running number once each and no other field."""
    if pattern.count(YEAR) != 1 or pattern.count(COUNT) != 1:
        return False
    rest = pattern.replace(YEAR, "").replace(COUNT, "")
    return "{" not in rest and "}" not in rest and rest == "".join(rest.split())


def write(pattern: str, year: int, n: int) -> str:
    """Return the number as printed: 聊城管字〔2026〕3号."""
    return pattern.replace(YEAR, str(year)).replace(COUNT, str(n))


def read(pattern: str, text: str) -> Place | None:
    """Return where ``text`` stands in the series of ``pattern``, or None if it is not of it."""
    words = re.escape(squeeze(pattern.replace(YEAR, "\x01").replace(COUNT, "\x02")))
    shape = words.replace("\x01", r"(?P<year>(?:19|20)\d\d)").replace(
        "\x02", r"(?P<n>[1-9]\d{0,5})"
    )
    found = re.fullmatch(shape, squeeze(text))
    return Place(int(found["year"]), int(found["n"])) if found else None


def read_article(text: str) -> tuple[tuple[int, int] | None, str]:
    """Return the (number, suffix) of the article that a text names, or None, and what is left."""
    found = ARTICLE.search(text) or BARE.search(text)
    if found is None:
        return None, text
    signs = [sign for sign in found.groups()[:2] if sign]
    behind = found[3] if found.re is ARTICLE else None
    place = numeral(signs[0]), numeral(behind) if behind else 0
    return place, f"{text[: found.start()]} {text[found.end() :]}".strip()


def numeral(text: str) -> int:
    """Return the value of 278 or 二百七十八."""
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for sign in text:
        if sign in TENS:
            total, digit = total + (digit or 1) * TENS[sign], 0
        else:
            digit = DIGITS[sign]
    return total + digit


def next_free(counter: int, taken: Collection[int]) -> int:
    """Return the first number from ``counter`` on that nobody has typed in before."""
    n = counter
    while n in taken:
        n += 1
    return n


def holes(start: int, taken: Collection[int]) -> list[tuple[int, int]]:
    """Return the runs (first, last) of numbers below the highest one that nobody has entered."""
    found: list[tuple[int, int]] = []
    expected = start
    for n in sorted(one for one in taken if one >= start):
        if n > expected:
            found.append((expected, n - 1))
        expected = n + 1
    return found
