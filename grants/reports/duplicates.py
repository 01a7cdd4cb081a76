"""The two sides of a duplicate case, as far as a reader may see them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from grants.models import Claim, DuplicateCase, DuplicateSide, Dwelling
from grants.models.areas import area_of


@dataclass(frozen=True, slots=True)
class Side:
    """One side: out of the reader's scope only its area, its state and the claim's number."""

    position: int
    is_seen: bool
    area: Any
    claim: Claim | None
    dwelling: Dwelling | None

    @property
    def state(self) -> str:
        """Where the claim stands; empty where the dwelling has none."""
        return self.claim.state if self.claim else ""

    @property
    def state_label(self) -> Any:
        """The state in the reader's language."""
        return self.claim.get_state_display() if self.claim else ""

    @property
    def number(self) -> int | None:
        """The number of the claim."""
        return self.claim.pk if self.claim else None


def with_sides(cases: QuerySet[DuplicateCase], user: Any) -> QuerySet[DuplicateCase]:
    """Read both sides of many cases with them, in one query more."""
    return cases.prefetch_related(Prefetch("sides", _sides(user), to_attr="seen_sides"))


def sides(case: DuplicateCase, user: Any) -> list[Side]:
    """Return both sides of a case in their order."""
    read = getattr(case, "seen_sides", None)
    rows = _sides(user).filter(case=case) if read is None else read
    return [_side(row) for row in rows]


def _sides(user: Any) -> QuerySet[DuplicateSide]:
    mine = Dwelling.objects.visible_to(user, "grants.view_claim").filter(pk=OuterRef("dwelling_id"))
    return (
        DuplicateSide.objects.order_by("case_id", "position")
        .annotate(is_seen=Exists(mine))
        .select_related(
            "claim__village__parent__parent", "claim__village__managing_area",
            "dwelling__village__parent__parent", "dwelling__village__managing_area",
        )
    )  # fmt: skip


def _side(row: Any) -> Side:
    place = row.claim if row.claim is not None else row.dwelling
    return Side(
        position=row.position,
        is_seen=row.is_seen,
        area=area_of(place.village),
        claim=row.claim,
        dwelling=row.dwelling if row.is_seen else None,
    )
