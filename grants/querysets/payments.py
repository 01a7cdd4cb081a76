"""Reads of entitlements, payment lines and recoveries."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Sum

from bureau.places.querysets import PlacedQuerySet
from grants.choices import (
    BatchState,
    ClaimState,
    DuplicateState,
    EntitlementState,
    LineState,
    RecoveryState,
)
from grants.querysets.areas import OfAreaQuerySet
from grants.rules import payments as rules
from grants.rules.payments import LIVE_LINES


class EntitlementQuerySet(PlacedQuerySet):
    """Entitlements, by the village of their claim."""

    place_field = "village"

    def payable(self) -> Self:
        """Return what may be paid and stands in no live payment line."""
        lines = apps.get_model("grants", "PaymentLine").objects
        live = lines.filter(entitlement_id=OuterRef("pk"), state__in=LIVE_LINES)
        return self.filter(state=EntitlementState.OPEN).exclude(Exists(live))

    def unhindered(self) -> Self:
        """Return those whose claim is approved and that no undecided duplicate case freezes."""
        frozen = _frozen(OuterRef("dwelling_id"))
        return self.filter(claim__state=ClaimState.APPROVED).exclude(frozen)

    def of_area(self, row: Any) -> Self:
        """Return those of the county or managing area to which ``row`` belongs."""
        if row.managing_area_id is not None:
            return self.filter(village__managing_area_id=row.managing_area_id)
        return self.filter(
            village__scope_path__startswith=row.division.scope_path,
            village__managing_area__isnull=True,
        )

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        return self.select_related("village__parent__parent", "claim", "dwelling")


class PaymentBatchQuerySet(OfAreaQuerySet):
    """Payment batches of an area."""

    def waiting_for(self, user: Any) -> Self:
        """Return the batches whose next step ``user`` may take, by permission and ground."""
        condition = Q(pk__in=[])
        for state, permission in rules.NEXT_BY_STATE:
            for area in user.areas(permission):
                condition |= Q(state=state) & self.within(area)
        same = user.person_ids()
        own = Q(state=BatchState.LOCKED) & (Q(created_by__in=same) | Q(locked_by__in=same))
        own |= Q(state=BatchState.BUSINESS_APPROVED) & (
            Q(created_by__in=same) | Q(locked_by__in=same) | Q(business_approved_by__in=same)
        )
        return self.filter(condition).exclude(own)

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        return self.select_related("division", "managing_area", "created_by")


class PaymentLineQuerySet(PlacedQuerySet):
    """Payment lines, by the village of their entitlement."""

    place_field = "entitlement__village"

    def paid(self) -> Self:
        """Return the lines whose money has reached the payee."""
        return self.filter(state=LineState.PAID)

    def standing(self) -> Self:
        """Return the lines that were not taken out again."""
        return self.exclude(state=LineState.DROPPED)

    def for_the_bank(self) -> Self:
        """Return the lines of which something is left to be sent."""
        return self.standing().filter(amount__gt=F("offset"))

    def ineligible(self) -> Self:
        """Return the lines that may not be paid as things stand."""
        return self.filter(
            ~Q(entitlement__state=EntitlementState.OPEN)
            | ~Q(entitlement__claim__state=ClaimState.APPROVED)
            | Q(account__isnull=True)
            | Q(_frozen(OuterRef("entitlement__dwelling_id")))
        )

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        return self.select_related(
            "batch", "entitlement__claim", "entitlement__village__parent__parent"
        )


def _frozen(dwelling: OuterRef) -> Exists:
    sides = apps.get_model("grants", "DuplicateSide").objects
    return Exists(sides.filter(dwelling_id=dwelling).exclude(case__state=DuplicateState.CLOSED))


class RecoveryQuerySet(PlacedQuerySet):
    """Recoveries, by the village of the entitlement that was paid."""

    place_field = "entitlement__village"

    def demanded(self) -> Self:
        """Return the recoveries that are open or were repaid: all that were not dropped."""
        return self.exclude(state=RecoveryState.CANCELLED)

    def with_repaid(self) -> Self:
        """Add ``repaid``, what came back so far in yuan (None for nothing)."""
        return self.annotate(repaid=Sum("repayments__amount"))

    def waiting_for(self, user: Any) -> Self:
        """Return the recoveries whose next step ``user`` may take."""
        condition = Q(pk__in=[])
        for state, permission in rules.RECOVERY_NEXT:
            for area in user.areas(permission):
                condition |= Q(state=state) & self.within(area)
        return self.filter(condition)

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        return self.select_related(
            "entitlement__claim", "entitlement__village__parent__parent"
        ).with_repaid()
