"""How a village stands: every household with its claim, and which villages have filed nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from bureau.core import clock
from bureau.core.querysets import VILLAGE_LEVEL
from bureau.places.models import Division
from grants.choices import ClaimState
from grants.models import Claim, Household, PaymentLine, ProjectVillage, VillageProject
from grants.reports import notices
from grants.rules import claims as rules

NOTHING_FILED = "none"
PAID = "paid"


@dataclass(frozen=True, slots=True)
class Row:
    """One household of a village: its claim, what it waits for, why it came back, when paid.

    ``holder`` is who has to act now, or the day until which a notice runs; empty for neither.
    """

    household: Household
    claim: Claim | None
    paid_on: date | None = None
    paid: Decimal | None = None
    holder: Any = ""

    @property
    def status(self) -> str:
        """The word by which the row is coloured."""
        if self.claim is None:
            return NOTHING_FILED
        return PAID if self.paid_on else self.claim.state

    @property
    def why(self) -> str:
        """Why the claim came back, in the reviewer's own sentence."""
        return self.claim.reason if self.claim else ""


def households(village: Division, user: Any) -> list[Row]:
    """Return every household that lives in a village, by name, with its newest claim."""
    present = (
        Household.objects.visible_to(user)
        .present()
        .filter(dwelling__village=village)
        .select_related("dwelling")
        .order_by("pinyin", "pk")
    )
    claims: dict[int, Claim] = {}
    for claim in Claim.objects.visible_to(user).filter(village=village).order_by("pk"):
        kept = claims.get(claim.dwelling_id)
        if kept is None or kept.state in rules.DEAD or claim.state not in rules.DEAD:
            claims[claim.dwelling_id] = claim
    paid = _paid(claims.values())
    runs = notices.last_days(claims.values(), clock.today())
    rows = []
    for household in present:
        found = claims.get(household.dwelling_id)
        day, total = paid.get(found.pk, (None, None)) if found else (None, None)
        holder = notices.waits_for(found, runs) if found else ""
        rows.append(Row(household, found, day, total, holder))
    return rows


def _paid(claims: Iterable[Claim]) -> dict[int, tuple[date | None, Decimal | None]]:
    """Return the last day and the sum (yuan) that each claim was paid."""
    lines = PaymentLine.objects.paid().filter(
        entitlement__claim_id__in=[claim.pk for claim in claims]
    )
    summed = (
        lines.order_by()
        .values_list("entitlement__claim_id")
        .annotate(day=Max("paid_on"), total=Sum("amount"))
    )
    return {pk: (day, total) for pk, day, total in summed}


def legend(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """Return each status that occurs with its number, in the order of the path."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    order = (NOTHING_FILED, *ClaimState.values, PAID)
    return [(status, counts[status]) for status in order if status in counts]


def overview(user: Any, year: int) -> Any:
    """Count a programme year's claims village by village within a reader's scope."""
    states = {
        "drafts": ("draft",),
        "returned": ("returned",),
        "review": ("township_review", "inspection", "county_review"),
        "notice": ("awaiting_notice", "notice", "objection_hold"),
        "approved": ("approved",),
    }
    return (
        Claim.objects.visible_to(user)
        .filter(programme_year=year)
        .exclude(state__in=rules.DEAD)
        .order_by()
        .values("village_id", "village__name", "village__parent__name")
        .annotate(
            number=Count("pk"),
            **{name: Count("pk", filter=Q(state__in=found)) for name, found in states.items()},
        )
        .order_by("village__code")
    )


def silent(user: Any, year: int, *, everywhere: bool = False) -> QuerySet[Division]:
    """Return the villages within scope that have filed nothing for a programme year.

    Normally those that a village project of the year converts; ``everywhere``: all of them.
    """
    villages = Division.objects.visible_to(user, "grants.view_claim").current()
    filed = Claim.objects.filter(village=OuterRef("pk"), programme_year=year)
    found = villages.of_level(VILLAGE_LEVEL).exclude(Exists(filed.exclude(state__in=rules.DEAD)))
    if not everywhere:
        projects = VillageProject.objects.active().filter(programme_year=year)
        further = ProjectVillage.objects.filter(project__in=projects)
        found = found.filter(
            Q(pk__in=projects.values("village")) | Q(pk__in=further.values("village"))
        )
    return found.select_related("parent__parent", "managing_area").order_by("code")
