"""How a bank's receipt is read: headings, results, amounts, days and the closing line."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from grants.choices import LineState

HEADINGS = {
    "reference": ("付款编号", "编号", "流水号", "业务编号", "reference"),
    "amount": (
        "金额", "付款金额", "实付金额", "实发金额", "发放金额", "交易金额", "amount",
    ),
    "tail": ("卡号后四位", "账号后四位", "卡号", "账号", "尾号", "cardtail", "card"),
    "result": ("结果", "付款结果", "处理结果", "状态", "result", "state"),
    "reason": ("原因", "失败原因", "备注", "reason"),
    "day": ("日期", "付款日期", "处理日期", "交易日期", "date"),
}  # fmt: skip
NEEDED = ("reference", "amount", "tail", "result")
TRAILERS = ("合计", "总计", "汇总", "total", "trailer")
RESULTS = {
    LineState.PAID.value: (
        "成功", "已付", "付款成功", "支付成功", "交易成功", "处理成功", "发放成功", "代发成功",
        "入账成功", "已入账", "paid", "success",
    ),
    LineState.FAILED.value: (
        "失败", "付款失败", "支付失败", "交易失败", "处理失败", "发放失败", "代发失败", "入账失败",
        "未成功", "failed", "failure",
    ),
    LineState.RETURNED.value: ("退汇", "退回", "已退汇", "已退回", "退票", "returned"),
}  # fmt: skip
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
MOST = 10**12
COUNT = re.compile(r"\d{1,7}", re.ASCII)
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?", re.ASCII)
EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+", re.ASCII)
FIRST_DAY = date(2000, 1, 1)
SERIAL_DAYS = (FIRST_DAY, date(2100, 1, 1))
SERIAL_START = date(1899, 12, 30)
TAIL = 4
FEN = Decimal("0.01")
EXACT = 10**15
"""From here on a number cell has lost digits."""


def plain(cell: Any) -> str:
    """Return a cell as text, in half width and without blanks around it."""
    if isinstance(cell, list):
        return str(cell[0])
    if isinstance(cell, dict):
        return str(cell.get("e", ""))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", "" if cell is None else str(cell)).strip()


def headings_in(row: Sequence[Any]) -> dict[str, int]:
    """Return column name → place of what a row heads of a receipt, the best word first."""
    words = _words(row)
    places = {}
    for name, known in HEADINGS.items():
        found = next((words.index(word) for word in known if word in words), None)
        if found is not None:
            places[name] = found
    return places


def match_headings(row: Sequence[Any]) -> dict[str, int] | None:
    """Return column name → place if the row heads a receipt; None otherwise."""
    places = headings_in(row)
    return places if all(name in places for name in NEEDED) else None


def amounts_in(row: Sequence[Any]) -> list[str]:
    """Return the headings of a row that name an amount; of two nobody knows which was paid."""
    words = _words(row)
    return [
        plain(cell) for cell, word in zip(row, words, strict=True) if word in HEADINGS["amount"]
    ]


def _words(row: Sequence[Any]) -> list[str]:
    return [re.sub(r"[\s_\-]|\(元\)$", "", plain(cell)).lower() for cell in row]


def read_amount(cell: Any) -> Decimal | None:
    """Return an amount in yuan with at most two places; None for anything else.

    Text is taken as it stands: no blanks, no thousands separators, no exponent, no NaN; only the
    tab with which banks keep Excel from touching a cell is no part of it. A number counts with
    the 15 digits that Excel shows, so that a sum by formula is what it looks like.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        if not math.isfinite(cell) or cell < 0:
            return None
        exact = Decimal(f"{cell:.15g}")
        fen = exact.quantize(FEN) if exact < MOST else None
        return fen if fen == exact else None
    text = cell.strip("\t") if isinstance(cell, str) else ""
    return Decimal(text).quantize(FEN) if AMOUNT.fullmatch(text) else None


def read_count(cell: Any) -> int | None:
    """Return a number of rows; None for anything else."""
    text = plain(cell)
    return int(text) if COUNT.fullmatch(text) else None


def read_result(cell: Any) -> str | None:
    """Return the line state that a word of the bank means; None for an unknown one."""
    word = plain(cell).lower()
    return next((state for state, words in RESULTS.items() if word in words), None)


def read_tail(cell: Any) -> str | None:
    """Return the last four digits of a card; a number that lost its zeros gets them back.

    None for a whole card that Excel turned into a number: its last digits are gone.
    """
    text = plain(cell)
    if isinstance(cell, int | float) and cell >= EXACT or SCIENTIFIC.fullmatch(text):
        return None
    return text.zfill(TAIL)[-TAIL:] if text.isascii() and text.isdecimal() else text[-TAIL:]


def read_day(cell: Any, today: date) -> date | None:
    """Return a day of this century up to ``today`` (an empty cell), None for no such day."""
    text = plain(cell)
    if not text:
        return today
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        first, last = ((day - SERIAL_START).days for day in SERIAL_DAYS)
        if first <= cell <= last:
            text = (SERIAL_START + timedelta(days=int(cell))).isoformat()
    found = DAY.fullmatch(text) or EIGHT.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and FIRST_DAY <= day <= today else None


def is_trailer(row: Sequence[Any]) -> bool:
    """Whether a row is the closing line with count and total."""
    first = next((plain(cell) for cell in row if plain(cell)), "")
    return first.rstrip(":：").lower() in TRAILERS


def read_trailer(row: Sequence[Any], rows: int) -> tuple[int | None, Decimal | None]:
    """Return count and total of a closing line: count first, or total first if only so it fits."""
    cells = [cell for cell in row if plain(cell)][1:]
    if len(cells) != 2:  # noqa: PLR2004 - count and total
        return None, None
    first, second = cells
    if read_count(first) != rows and read_count(second) == rows:
        first, second = second, first
    return read_count(first), read_amount(second)
