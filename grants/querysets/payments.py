"""Reads of entitlements, payment lines and recoveries."""

from typing import Self

from django.apps import apps
from django.db.models import Exists, OuterRef

from bureau.places.querysets import PlacedQuerySet
from grants.choices import EntitlementState, LineState
from grants.querysets.areas import OfAreaQuerySet
from grants.rules.payments import LIVE_LINES


class EntitlementQuerySet(PlacedQuerySet):
    """Entitlements, by the village of their claim."""

    place_field = "village"

    def payable(self) -> Self:
        """Return what may be paid and stands in no live payment line."""
        lines = apps.get_model("grants", "PaymentLine").objects
        live = lines.filter(entitlement_id=OuterRef("pk"), state__in=LIVE_LINES)
        return self.filter(state=EntitlementState.OPEN).exclude(Exists(live))


class PaymentBatchQuerySet(OfAreaQuerySet):
    """Payment batches of an area."""


class PaymentLineQuerySet(PlacedQuerySet):
    """Payment lines, by the village of their entitlement."""

    place_field = "entitlement__village"

    def paid(self) -> Self:
        """Return the lines whose money has reached the payee."""
        return self.filter(state=LineState.PAID)


class RecoveryQuerySet(PlacedQuerySet):
    """Recoveries, by the village of the entitlement that was paid."""

    place_field = "entitlement__village"
