"""Acceptance sheets and draws for re-inspection, for programs."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.parsers import MultiPartParser

from bureau.desk.api.fields import PlainDecimalField, ScopedRelatedField
from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.parsers import BoundedJSONParser
from bureau.desk.api.serializers import NounSerializer, StrictMixin
from bureau.desk.api.viewsets import CreateMixin, ReadViewSet, verb
from bureau.places.models import Division
from grants.api.claims import PositionSerializer
from grants.choices import AcceptanceSigner, RedrawResult
from grants.filters.review import DrawFilter, SheetFilter
from grants.models import Acceptance, AcceptanceSheet, Claim, Reinspection, ReinspectionDraw
from grants.services.acceptance import MAY_RECORD, accept_household, open_sheet
from grants.services.reinspection import MAY_DRAW, draw_village, record_reinspection


class AcceptanceLineSerializer(serializers.ModelSerializer):
    """One household's line on a sheet."""

    class Meta:
        model = Acceptance
        fields = [
            "id", "claim", "device_serial", "passed", "stove_removed", "signer", "signer_name",
            "note",
        ]  # fmt: skip
        read_only_fields = fields


class SheetSerializer(NounSerializer):
    """A sheet with its lines; a position is given and shown in degrees of its datum."""

    village = ScopedRelatedField(queryset=Division.objects.of_level(5), permission=MAY_RECORD)
    position = PositionSerializer(write_only=True, required=False)
    households = AcceptanceLineSerializer(many=True, read_only=True)

    class Meta:
        model = AcceptanceSheet
        fields = [
            "id", "village", "accepted_on", "engineer", "position", "latitude", "longitude",
            "datum", "accuracy", "households", "version",
        ]  # fmt: skip
        read_only_fields = ["latitude", "longitude", "datum", "accuracy"]


class AcceptHouseholdSerializer(StrictMixin, serializers.Serializer):
    """One household's line: the claim and how its device was found."""

    claim = ScopedRelatedField(queryset=Claim.objects.all(), permission="grants.view_claim")
    device_serial = serializers.CharField(max_length=60)
    passed = serializers.BooleanField(default=True)
    stove_removed = serializers.BooleanField(default=True)
    signer = serializers.ChoiceField(choices=AcceptanceSigner.choices, required=False)
    signer_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
    photo = serializers.FileField(required=False)
    mandate = serializers.FileField(required=False)


class SheetViewSet(HistoryMixin, CreateMixin, ReadViewSet):
    """Visits of the towns' teams to villages."""

    queryset = AcceptanceSheet.objects.select_related("village").prefetch_related("households")
    serializer_class = SheetSerializer
    filterset_class = SheetFilter
    ordering = "-pk"
    sortable = ("accepted_on",)

    def save_new(self, values: dict[str, Any]) -> AcceptanceSheet:
        """Open the sheet of a village and day, or return the one there is."""
        return open_sheet(actor=self.actor, **values)

    @verb(
        MAY_RECORD, AcceptHouseholdSerializer, parser_classes=[BoundedJSONParser, MultiPartParser]
    )
    def accept(self, obj: AcceptanceSheet, values: dict[str, Any]) -> AcceptanceSheet:
        """Write one household's line."""
        accept_household(obj, values.pop("claim"), actor=self.actor, **values)
        return obj


class DrawnSerializer(serializers.ModelSerializer):
    """One drawn household and how it was found."""

    class Meta:
        model = Reinspection
        fields = ["id", "position", "claim", "result", "inspected_on", "note"]
        read_only_fields = fields


class DrawSerializer(NounSerializer):
    """A draw with the claims it was drawn from and those that were drawn, in order."""

    village = ScopedRelatedField(queryset=Division.objects.of_level(5), permission=MAY_DRAW)
    percent = PlainDecimalField(
        max_digits=5, decimal_places=2, required=False, min_value=Decimal("0.01"), max_value=100
    )
    claim_ids = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    drawn = DrawnSerializer(many=True, read_only=True)

    class Meta:
        model = ReinspectionDraw
        fields = [
            "id", "village", "programme_year", "seed", "percent", "population", "claim_ids",
            "drawn_at", "drawn",
        ]  # fmt: skip
        read_only_fields = ["population", "drawn_at"]


class ResultSerializer(StrictMixin, serializers.Serializer):
    """How a drawn household of this draw was found."""

    claim = serializers.IntegerField(min_value=1, max_value=2**62)
    result = serializers.ChoiceField(choices=[RedrawResult.PASSED, RedrawResult.FAILED])
    inspected_on = serializers.DateField(required=False)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class DrawViewSet(HistoryMixin, CreateMixin, ReadViewSet):
    """Random draws for re-inspection."""

    queryset = ReinspectionDraw.objects.select_related("village").prefetch_related("drawn")
    serializer_class = DrawSerializer
    filterset_class = DrawFilter
    ordering = "-pk"

    def save_new(self, values: dict[str, Any]) -> ReinspectionDraw:
        """Draw a share of the claims of a village that wait for the county."""
        return draw_village(actor=self.actor, **values)

    @verb(MAY_DRAW, ResultSerializer)
    def record(self, obj: ReinspectionDraw, values: dict[str, Any]) -> ReinspectionDraw:
        """Record how one of the drawn households was found."""
        row = obj.drawn.filter(claim_id=values.pop("claim")).first()
        if row is None:
            sentence = ScopedRelatedField.default_error_messages["does_not_exist"]
            raise serializers.ValidationError({"claim": [sentence]})
        record_reinspection(row, actor=self.actor, **values)
        return obj
