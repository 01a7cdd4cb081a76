"""Duplicate cases for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import ReadViewSet, verb
from grants.choices import ClaimState, DuplicateDecision
from grants.filters.duplicates import DuplicateFilter
from grants.models import DuplicateCase
from grants.reports import duplicates as reports
from grants.services.duplicates import MAY_DECIDE, MAY_SIGN, decide_case, sign_case


class SideSerializer(serializers.Serializer):
    """One side; out of scope only its area, state and the claim's number."""

    position = serializers.IntegerField()
    area = serializers.CharField()
    claim = serializers.IntegerField(source="number", allow_null=True)
    state = serializers.ChoiceField(choices=ClaimState.choices)
    seen = serializers.BooleanField(source="is_seen")
    dwelling = serializers.IntegerField(source="dwelling.pk", default=None, allow_null=True)


class DuplicateSerializer(NounSerializer):
    """A duplicate case with both sides."""

    name = serializers.CharField(source="__str__", read_only=True)
    decision = serializers.ChoiceField(
        choices=DuplicateDecision.choices, allow_blank=True, read_only=True
    )
    decided_by_name: Any = serializers.StringRelatedField(
        source="decided_by", read_only=True, allow_null=True
    )
    signed_by_name: Any = serializers.StringRelatedField(
        source="signed_by", read_only=True, allow_null=True
    )
    sides = serializers.SerializerMethodField()

    class Meta:
        model = DuplicateCase
        fields = [
            "id", "name", "ground", "state", "decision", "reason", "decided_by_name",
            "decided_at", "signed_by_name", "signed_at", "sides", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(SideSerializer(many=True))
    def get_sides(self, case: DuplicateCase) -> Any:
        """Return both sides as far as the caller may see them."""
        found = reports.sides(case, self.context["request"].user)
        return SideSerializer(found, many=True).data


class DecideCaseSerializer(StrictMixin, serializers.Serializer):
    """The decision and its reason."""

    decision = serializers.ChoiceField(choices=DuplicateDecision.choices)
    reason = serializers.CharField(max_length=500)
    version = serializers.IntegerField(required=False, min_value=1)


class SignCaseSerializer(VerbSerializer):
    """The second person's signature."""

    version = serializers.IntegerField(required=False, min_value=1)


class DuplicateViewSet(HistoryMixin, ReadViewSet):
    """What two dwellings share that only one of them should have."""

    queryset = DuplicateCase.objects.select_related("decided_by", "signed_by")
    serializer_class = DuplicateSerializer
    filterset_class = DuplicateFilter
    ordering = "-pk"
    sortable = ("updated_at",)

    def get_queryset(self) -> Any:
        """Return the cases with both sides as far as the caller may see them."""
        return reports.with_sides(super().get_queryset(), self.request.user)

    @verb(MAY_DECIDE, DecideCaseSerializer)
    def decide(self, obj: DuplicateCase, values: dict[str, Any]) -> DuplicateCase:
        """Say which dwelling stands; until the signature another decision may replace it."""
        return decide_case(obj, actor=self.request.user, **values)

    @verb(MAY_SIGN, SignCaseSerializer)
    def sign(self, obj: DuplicateCase, values: dict[str, Any]) -> DuplicateCase:
        """Sign another person's decision and close the case."""
        return sign_case(obj, actor=self.request.user, **values)
