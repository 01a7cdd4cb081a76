"""How far an area is against its target: ratio, rank, milestone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def ratio(done: int, wanted: int | None) -> Decimal | None:
    """Return households converted by those wanted, 1.00 for as many; None without a target.

    95,707 of a task of 54,020 are 1.77.
    """
    if not wanted:
        return None
    return (Decimal(done) / wanted).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def ranks(done: Sequence[int], wanted: Sequence[int | None]) -> list[int | None]:
    """Return each area's rank by its exact ratio, equal ones alike; None without a target."""
    exact = [Decimal(n) / of if of else None for n, of in zip(done, wanted, strict=True)]
    return [
        None if own is None else 1 + sum(other is not None and other > own for other in exact)
        for own in exact
    ]


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """What a target wants by a day, in households."""

    by: date
    households: int


def due(milestones: Sequence[MilestoneFacts], today: date) -> MilestoneFacts | None:
    """Return the milestone that should be met today: the last one whose day is over."""
    over = [one for one in milestones if one.by <= today]
    return max(over, key=lambda one: one.by, default=None)
