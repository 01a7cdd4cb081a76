"""How the owners of a quarter vote: quorum and majority (Civil Code, article 278)."""

from dataclasses import dataclass
from decimal import Decimal

Figure = Decimal | int
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Count:
    """All, taking part and agreeing: owners by heads, or their area in m²."""

    total: Figure | None = None
    took_part: Figure | None = None
    agreed: Figure | None = None

    @property
    def plausible(self) -> bool:
        """Whether 0 ≤ agreeing ≤ taking part ≤ all, with somebody to ask."""
        if self.total is None or self.took_part is None or self.agreed is None:
            return False
        return 0 <= self.agreed <= self.took_part <= self.total and self.total > 0

    @property
    def has_quorum(self) -> bool:
        """Whether at least two thirds take part; exactly two thirds is enough."""
        return self.plausible and 3 * self.took_part >= 2 * self.total  # type: ignore[operator]

    @property
    def has_majority(self) -> bool:
        """Whether more than half of those taking part agree; exactly half is not enough."""
        return self.plausible and 2 * self.agreed > self.took_part  # type: ignore[operator]

    @property
    def turnout(self) -> Decimal | None:
        """Share taking part, in per cent rounded down to two decimals."""
        return _percent(self.took_part, self.total)

    @property
    def approval(self) -> Decimal | None:
        """Share of those taking part who agree, in per cent rounded down to two decimals."""
        return _percent(self.agreed, self.took_part)


def _percent(part: Figure | None, whole: Figure | None) -> Decimal | None:
    """Round down, so that 66.666 % is never shown as a reached 66.67 %."""
    if part is None or not whole:
        return None
    return (Decimal(int(part * 10000 / whole)) / 100).quantize(CENT)
