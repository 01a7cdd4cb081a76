"""Reads of entitlements, payment lines and recoveries."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from bureau.core import bigrams
from bureau.core.querysets import BaseQuerySet
from bureau.places.querysets import PlacedQuerySet
from grants.choices import (
    BatchState,
    ClaimState,
    DuplicateState,
    EntitlementState,
    KeptWhy,
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

    def with_hold(self) -> Self:
        """Add ``hold``: why an amount may not be computed anew (KeptWhy), empty where it may."""
        lines = apps.get_model("grants", "PaymentLine").objects
        mine = lines.filter(entitlement_id=OuterRef("pk"), state__in=LIVE_LINES)
        waiting = Q(state=LineState.PENDING, batch__state=BatchState.DRAFT)
        repaid = apps.get_model("grants", "Repayment").objects.filter(
            line__entitlement_id=OuterRef("pk")
        )
        return self.annotate(
            hold=Case(
                When(Exists(mine.exclude(waiting)), then=Value(KeptWhy.LOCKED.value)),
                When(
                    Exists(repaid) | Exists(mine.filter(offset__gt=0)),
                    then=Value(KeptWhy.KEPT_BACK.value),
                ),
                When(~Q(amount=F("rate__amount")), then=Value(KeptWhy.BY_HAND.value)),
                default=Value(""),
            )
        )

    def named_like(self, text: str) -> Self:
        """Return those of a household's name, or of the beginning of an account number."""
        return self.filter(claim__in=_claims_like(text))

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        return self.select_related(
            "village__parent__parent", "village__managing_area", "claim", "dwelling"
        )


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
        open_lines = self._sent_lines()
        own |= Q(state=BatchState.RECONCILING) & ~Q(open_lines)
        return self.filter(condition).exclude(own)

    def answered(self) -> Self:
        """Return the batches being reconciled of which the bank has answered every line."""
        return self.filter(state=BatchState.RECONCILING).exclude(self._sent_lines())

    @staticmethod
    def _sent_lines() -> Exists:
        lines = apps.get_model("grants", "PaymentLine").objects
        return Exists(lines.filter(batch_id=OuterRef("pk"), state=LineState.SENT))

    def named_like(self, text: str) -> Self:
        """Return the batches whose number begins so."""
        return self.filter(number__istartswith=bigrams.normalise(text))

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        return self.select_related("division", "managing_area", "created_by")

    def with_page_data(self) -> Self:
        """Fetch who signed, and when, in one query."""
        return self.select_related(
            "division", "managing_area", "created_by", "locked_by", "business_approved_by",
            "finance_approved_by", "exported_by",
        )  # fmt: skip


class PaymentLineQuerySet(PlacedQuerySet):
    """Payment lines, by the village of their entitlement."""

    place_field = "entitlement__village"

    def named_like(self, text: str) -> Self:
        """Return the lines whose reference begins so, or of a household's name."""
        plain = bigrams.normalise(text)
        if plain[:2].isascii():
            return self.filter(reference__istartswith=plain)
        return self.filter(entitlement__claim__in=_claims_like(text))

    def paid(self) -> Self:
        """Return the lines whose money has reached the payee."""
        return self.filter(state=LineState.PAID)

    def to_be_tried_again(self) -> Self:
        """Return the failed and returned lines whose entitlement waits for another attempt."""
        entitlements: Any = apps.get_model("grants", "Entitlement").objects
        back = self.filter(
            state__in=(LineState.FAILED, LineState.RETURNED),
            entitlement__in=entitlements.payable().order_by().values("pk"),
        )
        later = self.model._default_manager.filter(previous_id=OuterRef("pk"))
        return back.exclude(Exists(later.exclude(state=LineState.DROPPED)))

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


def _claims_like(text: str) -> Any:
    claims: Any = apps.get_model("grants", "Claim").objects
    return claims.named_like(text).order_by().values("pk")


def _frozen(dwelling: OuterRef) -> Exists:
    sides = apps.get_model("grants", "DuplicateSide").objects
    return Exists(sides.filter(dwelling_id=dwelling).exclude(case__state=DuplicateState.CLOSED))


class RecoveryQuerySet(PlacedQuerySet):
    """Recoveries, by the village of the entitlement that was paid."""

    place_field = "entitlement__village"

    def named_like(self, text: str) -> Self:
        """Return the recoveries of a household's name."""
        return self.filter(entitlement__claim__in=_claims_like(text))

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
            "entitlement__claim",
            "entitlement__village__parent__parent",
            "entitlement__village__managing_area",
        ).with_repaid()


class AllotmentQuerySet(BaseQuerySet):
    """Parts of funds that are set aside for batches."""

    def live(self) -> Self:
        """Return those that were not released."""
        return self.filter(released_at__isnull=True)

    def total(self) -> Decimal:
        """Return what stays set aside, in yuan."""
        found = self.live().aggregate(total=Sum(F("amount") - F("freed")))
        return found["total"] or Decimal(0)


class FundQuerySet(OfAreaQuerySet):
    """Funds of an area."""

    def with_ledger(self) -> Self:
        """Add ``allotted``, what is set aside for batches, in yuan."""
        allotments: Any = apps.get_model("grants", "Allotment").objects
        live = allotments.live().filter(fund_id=OuterRef("pk")).order_by().values("fund_id")
        sums = live.annotate(total=Sum(F("amount") - F("freed"))).values("total")
        none = Value(Decimal(0), output_field=DecimalField())
        return self.select_related("division", "managing_area").annotate(
            allotted=Coalesce(Subquery(sums), none)
        )

    def idle(self, today: date) -> Self:
        """Return the funds that came a year ago or earlier and are not allotted in full."""
        last = rules.idle_since(today)
        return self.with_ledger().filter(received_on__lte=last, allotted__lt=F("amount"))
