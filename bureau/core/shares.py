"""Dividing money so that the printed parts add up to the printed whole."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

HUNDRED = Decimal(100)
FEN = Decimal("0.01")


def to_fen(amount: Decimal) -> Decimal:
    """Round an amount in yuan half-up to 0.01 yuan (分)."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def split(total: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """Divide ``total`` yuan by ``percents`` into whole 分 by the largest remainder.

    The parts add up to ``total`` (rounded half-up to 分); at equal remainders the earlier share
    gets the 分. ValueError when a share is negative or the shares do not add up to exactly 100.
    """
    if any(percent < 0 for percent in percents) or total < 0:
        raise ValueError("neither the total nor a share may be negative")
    if sum(percents, Decimal(0)) != HUNDRED:
        raise ValueError("the shares do not add up to 100 %")
    whole = int(to_fen(total) * 100)
    exact = [Fraction(percent) * whole / 100 for percent in percents]
    parts = [int(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for position in by_remainder[: whole - sum(parts)]:
        parts[position] += 1
    return [(Decimal(part) / 100).quantize(FEN) for part in parts]
