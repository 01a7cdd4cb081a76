"""Entitlements, payment batches and their lines for programs."""

from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.once import PARAMETER, once
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import ReadViewSet, verb
from bureau.exchange.exporting import kept_file
from bureau.exchange.uploads import MemoryOnly
from bureau.places.models import Division, ManagingArea
from grants.api.areas import AreaField
from grants.choices import BatchVerb, SubsidyKind
from grants.filters.payments import BatchFilter, EntitlementFilter, LineFilter
from grants.models import Entitlement, PaymentBatch, PaymentLine
from grants.rules import payments as rules
from grants.services import entitlements
from grants.services.bank_files import FORMATS, download_bank_file
from grants.services.batch_verbs import do
from grants.services.batches import create_batch
from grants.services.entitlements import MAY_SUSPEND

FIRST_YEAR, LAST_YEAR = 2000, 2200
#: Of the exported file; in the query words, since a list's ``format`` means something else.
KIND = OpenApiParameter("kind", OpenApiTypes.STR, enum=FORMATS, description="xlsx or csv")


class MoneyStepSerializer(VerbSerializer):
    """A verb; with ``version`` it is a conflict when somebody changed the object since."""

    version = serializers.IntegerField(required=False, min_value=1)


# --- Entitlements ------------------------------------------------------------------------
class EntitlementSerializer(NounSerializer):
    """What a dwelling is to be paid, in yuan; whether it was, its payment lines tell."""

    name = serializers.CharField(source="claim.name", read_only=True)

    class Meta:
        model = Entitlement
        fields = [
            "id", "name", "claim", "dwelling", "village", "kind", "season", "index", "amount",
            "rate", "state", "reason", "suspended_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class EntitlementViewSet(HistoryMixin, ReadViewSet):
    """Entitlements to construction and operating subsidies."""

    queryset = Entitlement.objects.with_row_data().select_related("rate")
    serializer_class = EntitlementSerializer
    filterset_class = EntitlementFilter
    ordering = "-pk"
    sortable = ("updated_at",)

    @verb(MAY_SUSPEND, MoneyStepSerializer, sent_once=True)
    def suspend(self, obj: Entitlement, values: dict[str, Any]) -> Entitlement:
        """Keep the entitlement from being paid, with a reason in ``note``."""
        return entitlements.suspend(obj, actor=self.actor, **values)

    @verb(MAY_SUSPEND, MoneyStepSerializer, sent_once=True)
    def lift(self, obj: Entitlement, values: dict[str, Any]) -> Entitlement:
        """Make it payable again; somebody else than who suspended it."""
        return entitlements.lift(obj, actor=self.actor, **values)


# --- Batches -----------------------------------------------------------------------------
class BatchSerializer(NounSerializer):
    """A batch with what was locked, who signed, and the verbs that lead on from here."""

    name = serializers.CharField(source="number", read_only=True)
    verbs = serializers.SerializerMethodField()

    class Meta:
        model = PaymentBatch
        fields = [
            "id", "name", "number", "division", "managing_area", "kind", "fiscal_year", "state",
            "count", "total", "sha256", "verbs", "created_by", "locked_by", "locked_at",
            "business_approved_by", "business_approved_at", "finance_approved_by",
            "finance_approved_at", "exported_by", "exported_at", "closed_at", "reason", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_verbs(self, batch: PaymentBatch) -> list[str]:
        """Return every verb that the table lists from this state."""
        lines = rules.BATCH
        return [line.verb.replace("_", "-") for line in lines if batch.state in line.sources]


class NewBatchSerializer(StrictMixin, serializers.Serializer):
    """Of which area, kind and year; name the area once, as any of the three."""

    division = AreaField(permission=rules.MAY_CREATE, kinds=(Division,), required=False)
    managing_area = AreaField(permission=rules.MAY_CREATE, kinds=(ManagingArea,), required=False)
    area = AreaField(permission=rules.MAY_CREATE, kinds=(Division, ManagingArea), required=False)
    kind = serializers.ChoiceField(choices=SubsidyKind.choices)
    fiscal_year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)

    one_area = _("Name one area: “division”, “managing_area” or “area”.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take the one area that was named."""
        named = [attrs.pop(name) for name in ("division", "managing_area", "area") if name in attrs]
        if len(named) != 1:
            raise serializers.ValidationError({"area": [self.one_area]})
        return attrs | {"area": named[0]}


class LockSerializer(MoneyStepSerializer):
    """Whether lines that may not be paid any more are dropped, or the lock refused."""

    drop_ineligible = serializers.BooleanField(required=False, default=False)


class ReceiptSerializer(MoneyStepSerializer):
    """The bank's file, csv or workbook."""

    file = serializers.FileField()


class BatchViewSet(HistoryMixin, ReadViewSet):
    """Payment batches and every verb of their workflow; each heeds an ``Idempotency-Key``."""

    queryset = PaymentBatch.objects.with_page_data()
    serializer_class = BatchSerializer
    filterset_class = BatchFilter
    ordering = "-pk"
    sortable: ClassVar = ("updated_at",)

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Keep a receipt in memory, so that nothing of it touches the disk in plain (SEC-7)."""
        if request.method == "POST":
            request.upload_handlers = [MemoryOnly(request)]
        return super().initialize_request(request, *args, **kwargs)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Give the bank's file whatever the caller accepts: it is of the kind it is."""
        force = force or self.action == "bank_file"
        return super().perform_content_negotiation(request, force=force)

    @extend_schema(
        request=NewBatchSerializer, responses={201: BatchSerializer}, parameters=[PARAMETER]
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put everything that may be paid in an area into a new batch."""
        self.require(rules.MAY_CREATE)
        return self._create(request)

    @once
    def _create(self, request: Request) -> Response:
        entries = NewBatchSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        given = dict(entries.validated_data)
        made = create_batch(given.pop("area"), actor=self.actor, **given)
        return self.shown(made, status=201)

    @verb(rules.MAY_LOCK, LockSerializer, sent_once=True)
    def lock(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Fix what is paid to whom, after a second look at every line."""
        return self._do(BatchVerb.LOCK, obj, values)

    @verb(rules.MAY_LOCK, MoneyStepSerializer, sent_once=True)
    def unlock(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Open a locked batch again; what was signed falls."""
        return self._do(BatchVerb.UNLOCK, obj, values)

    @verb(rules.MAY_APPROVE_BUSINESS, MoneyStepSerializer, sent_once=True)
    def approve_business(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Approve for the business side."""
        return self._do(BatchVerb.APPROVE_BUSINESS, obj, values)

    @verb(rules.MAY_APPROVE_FINANCE, MoneyStepSerializer, sent_once=True)
    def approve_finance(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Approve for finance."""
        return self._do(BatchVerb.APPROVE_FINANCE, obj, values)

    @verb(rules.MAY_EXPORT, MoneyStepSerializer, sent_once=True)
    def export(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Write the file for the bank, once; ``bank-file/`` gives its bytes."""
        return self._do(BatchVerb.EXPORT, obj, values)

    @verb(
        rules.MAY_IMPORT_RECEIPT, ReceiptSerializer, sent_once=True,
        parser_classes=[MultiPartParser],
    )  # fmt: skip
    def import_receipt(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Take in a part of the bank's answer (multipart: ``file``): the whole of it or nothing."""
        upload = values.pop("file")
        given = values | {"name": upload.name, "data": upload.read()}
        return self._do(BatchVerb.IMPORT_RECEIPT, obj, given)

    @verb(
        rules.MAY_IMPORT_RECEIPT, ReceiptSerializer, sent_once=True,
        parser_classes=[MultiPartParser],
    )  # fmt: skip
    def import_returns(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Take in what came back after closing (multipart: ``file``); the batch stays closed."""
        upload = values.pop("file")
        given = values | {"name": upload.name, "data": upload.read()}
        return self._do(BatchVerb.IMPORT_RETURNS, obj, given)

    @verb(rules.MAY_CLOSE, MoneyStepSerializer, sent_once=True)
    def close(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Close a batch of which the bank has answered every line."""
        return self._do(BatchVerb.CLOSE, obj, values)

    @verb(rules.MAY_ABORT, MoneyStepSerializer, sent_once=True)
    def abort(self, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        """Give the batch up, with a reason in ``note``."""
        return self._do(BatchVerb.ABORT, obj, values)

    def _do(self, name: BatchVerb, obj: PaymentBatch, values: dict[str, Any]) -> PaymentBatch:
        return do(name.value, obj, actor=self.actor, **values)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY}, parameters=[KIND], filters=False)
    @action(detail=True, methods=["get"], url_path="bank-file", pagination_class=None)
    def bank_file(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the exported file with whole card numbers; the audit keeps who fetched it."""
        batch = self.get_object()
        self.require(rules.MAY_EXPORT, batch)
        kind = request.query_params.get("kind", FORMATS[0])
        if kind not in FORMATS:
            sentence = _("Name one of: %(words)s.") % {"words": ", ".join(FORMATS)}
            raise serializers.ValidationError({"kind": [sentence]})
        data = download_bank_file(batch, kind, actor=self.actor)
        return kept_file(data, f"{batch.number}.{kind}")


# --- Lines -------------------------------------------------------------------------------
class PaymentLineSerializer(NounSerializer):
    """One payment; ``offset`` is what a recovery keeps back of ``amount``, in yuan."""

    class Meta:
        model = PaymentLine
        fields = [
            "id", "reference", "batch", "entitlement", "amount", "offset", "state", "attempt",
            "previous", "payee_name", "card_tail", "sent_at", "paid_on", "returned_on", "reason",
            "share_province", "share_city", "share_county",
        ]  # fmt: skip
        read_only_fields = fields


class LineViewSet(ReadViewSet):
    """Payment lines: each attempt to pay an entitlement."""

    queryset = PaymentLine.objects.with_row_data().select_related("previous")
    serializer_class = PaymentLineSerializer
    filterset_class = LineFilter
    ordering = "-pk"
