"""Recoveries and funds for programs."""

from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.fields import PartField, PlainDecimalField, ScopedRelatedField
from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.kept import KeptViewSet
from bureau.desk.api.once import PARAMETER, once
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import ReadViewSet, verb
from bureau.places.models import Division, ManagingArea
from grants.api.areas import AreaField
from grants.api.payments import MoneyStepSerializer
from grants.choices import RecoveryVerb
from grants.filters.payments import FundFilter, RecoveryFilter
from grants.models import Allotment, Entitlement, Fund, PaymentBatch, PaymentLine, Recovery
from grants.rules import payments as rules
from grants.services import funds as fund_services
from grants.services.recoveries import announce_recovery, do

FEN = Decimal("0.01")


# --- Recoveries --------------------------------------------------------------------------
class RecoverySerializer(NounSerializer):
    """A demand in yuan; ``repaid`` came back so far, the rest is open."""

    name = serializers.CharField(source="entitlement.claim.name", read_only=True)
    repaid = serializers.SerializerMethodField()

    class Meta:
        model = Recovery
        fields = [
            "id", "name", "entitlement", "state", "amount", "repaid", "reason", "announced_on",
            "heard_on", "statement", "decided_on", "remedies", "offset_line", "offset_amount",
            "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_repaid(self, recovery: Any) -> str:
        """Return what came back, in yuan."""
        return str((recovery.repaid or Decimal(0)).quantize(FEN))


class AnnounceSerializer(StrictMixin, serializers.Serializer):
    """Of which entitlement how much is to be given back, and why."""

    entitlement = ScopedRelatedField(
        queryset=Entitlement.objects.all(), permission=rules.MAY_ANNOUNCE
    )
    amount = PlainDecimalField(max_digits=10, decimal_places=2, min_value=FEN)
    reason = serializers.CharField(max_length=500)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class HearSerializer(MoneyStepSerializer):
    """What the household said, or that it said nothing."""

    statement = serializers.CharField(max_length=4000)


class DecideRecoverySerializer(MoneyStepSerializer):
    """The remedies that the decision tells."""

    remedies = serializers.CharField(max_length=2000)


class CashSerializer(MoneyStepSerializer):
    """What came back, in yuan, and on which day (default: today)."""

    amount = PlainDecimalField(max_digits=10, decimal_places=2, min_value=FEN)
    on = serializers.DateField(required=False)


class OffsetSerializer(MoneyStepSerializer):
    """The payment line from which the rest is to be kept back."""

    line = ScopedRelatedField(queryset=PaymentLine.objects.all())


class RecoveryViewSet(HistoryMixin, ReadViewSet):
    """Recoveries of subsidies and every verb of their workflow."""

    queryset = Recovery.objects.with_row_data().select_related("offset_line")
    serializer_class = RecoverySerializer
    filterset_class = RecoveryFilter
    ordering = "-pk"
    sortable: ClassVar = ("updated_at",)

    @extend_schema(
        request=AnnounceSerializer, responses={201: RecoverySerializer}, parameters=[PARAMETER]
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Announce to the household that money is to be given back."""
        self.require(rules.MAY_ANNOUNCE)
        return self._create(request)

    @once
    def _create(self, request: Request) -> Response:
        entries = AnnounceSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        made = announce_recovery(actor=self.actor, **entries.validated_data)
        return self.shown(made, status=201)

    @verb(rules.MAY_ANNOUNCE, HearSerializer, sent_once=True)
    def hear(self, obj: Recovery, values: dict[str, Any]) -> Recovery:
        """Record the household's statement."""
        return do(RecoveryVerb.HEAR.value, obj, actor=self.actor, **values)

    @verb(rules.MAY_DECIDE, DecideRecoverySerializer, sent_once=True)
    def decide(self, obj: Recovery, values: dict[str, Any]) -> Recovery:
        """Decide that the money is to be given back."""
        return do(RecoveryVerb.DECIDE.value, obj, actor=self.actor, **values)

    @verb(rules.MAY_COLLECT, CashSerializer, sent_once=True)
    def record_cash(self, obj: Recovery, values: dict[str, Any]) -> Recovery:
        """Record money that came back."""
        return do(RecoveryVerb.RECORD_CASH.value, obj, actor=self.actor, **values)

    @verb(rules.MAY_COLLECT, OffsetSerializer, sent_once=True)
    def offset(self, obj: Recovery, values: dict[str, Any]) -> Recovery:
        """Name the payment from which the rest is to be kept back."""
        return do(RecoveryVerb.OFFSET.value, obj, actor=self.actor, **values)

    @verb(rules.MAY_ANNOUNCE, MoneyStepSerializer, sent_once=True)
    def cancel(self, obj: Recovery, values: dict[str, Any]) -> Recovery:
        """Drop the demand before it is decided, with a reason in ``note``."""
        return do(RecoveryVerb.CANCEL.value, obj, actor=self.actor, **values)


# --- Funds -------------------------------------------------------------------------------
class AllotmentSerializer(serializers.ModelSerializer):
    """A part of a fund set aside for a batch."""

    class Meta:
        model = Allotment
        fields = ["id", "batch", "amount", "freed", "allotted_on", "released_at"]
        read_only_fields = fields


class FundSerializer(NounSerializer):
    """Money that came, in yuan, and what of it is set aside."""

    name = serializers.CharField(source="document", read_only=True)
    division = AreaField(
        permission="grants.add_fund",
        kinds=(Division,),
        with_city=True,
        required=False,
        allow_null=True,
    )
    managing_area = AreaField(
        permission="grants.add_fund", kinds=(ManagingArea,), required=False, allow_null=True
    )
    allotments = AllotmentSerializer(many=True, read_only=True)

    class Meta:
        model = Fund
        fields = [
            "id", "name", "document", "level", "fiscal_year", "received_on", "amount", "division",
            "managing_area", "remarks", "allotments", "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at"]
        validators: ClassVar[list[Any]] = []


class AllotSerializer(VerbSerializer):
    """For which batch how much is set aside."""

    batch = ScopedRelatedField(queryset=PaymentBatch.objects.all())
    amount = PlainDecimalField(max_digits=14, decimal_places=2, min_value=FEN)


class ReleaseSerializer(VerbSerializer):
    """Which allotment of the fund is freed."""

    allotment = PartField(queryset=Allotment.objects.all(), of="fund")


class FundViewSet(KeptViewSet):
    """The fund ledger: documents, money received, allotments to batches."""

    keeper, filterset_class = fund_services.funds, FundFilter
    queryset = Fund.objects.with_ledger().prefetch_related("allotments")
    serializer_class = FundSerializer
    ordering = "-received_on"
    sortable = ("received_on",)

    @extend_schema(request=FundSerializer, responses={201: FundSerializer}, parameters=[PARAMETER])
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record money received."""
        return self._create(request)

    @once
    def _create(self, request: Request) -> Response:
        return super().create(request)

    @verb("change", AllotSerializer, sent_once=True)
    def allot(self, obj: Fund, values: dict[str, Any]) -> Fund:
        """Set a part of the fund aside for a locked batch."""
        fund_services.allot(obj, actor=self.actor, **values)
        return obj

    @verb("change", ReleaseSerializer, sent_once=True)
    def release(self, obj: Fund, values: dict[str, Any]) -> Fund:
        """Free an allotment of the fund, or what its closed batch did not pay of it."""
        fund_services.release(values.pop("allotment"), actor=self.actor, **values)
        return obj
