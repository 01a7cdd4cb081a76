"""The random draw of households for the county's re-inspection: anybody can repeat it.

Every claim of the population gets the SHA-256 of "seed:claim id"; the smallest hashes are drawn.
"""

import hashlib
from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal


def mark(seed: str, claim_id: int) -> str:
    """Return the hash that puts a claim in the order of a draw; 64 hex digits."""
    return hashlib.sha256(f"{seed}:{claim_id}".encode()).hexdigest()


def size(population: int, percent: Decimal) -> int:
    """Return how many are drawn of a population: the share in per cent, rounded up."""
    exact = Decimal(population) * percent / 100
    return int(exact.to_integral_value(rounding=ROUND_CEILING))


def draw(seed: str, claim_ids: Iterable[int], percent: Decimal) -> list[int]:
    """Return the drawn claims in the order of the draw; the order of ``claim_ids`` is no matter."""
    ordered = sorted(set(claim_ids), key=lambda pk: (mark(seed, pk), pk))
    return ordered[: size(len(ordered), percent)]
