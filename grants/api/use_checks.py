"""Use checks for programs: the list, one village's list with its households, every verb."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core.querysets import VILLAGE_LEVEL
from bureau.desk.api.fields import PlainDecimalField, ScopedRelatedField
from bureau.desk.api.hanging import PartsMixin
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import ReadViewSet, verb
from bureau.places.models import Division
from grants.filters.use_checks import UseCheckFilter
from grants.models import UseCheck, UseCheckLine
from grants.rules import seasons
from grants.rules import use_checks as rules
from grants.services.use_checks import (
    Tick,
    confirm_check,
    open_check,
    return_check,
    submit_check,
    tick_lines,
)


class UseCheckLineSerializer(serializers.ModelSerializer):
    """A household and whether it used its device; ``reading`` in kWh or m³."""

    name = serializers.CharField(source="claim.name", read_only=True)
    account_number: Any = serializers.CharField(
        source="claim.dwelling.account_number", read_only=True
    )
    reading = serializers.DecimalField(12, 2, read_only=True, allow_null=True)

    class Meta:
        model = UseCheckLine
        fields = ["claim", "name", "account_number", "used", "stopped", "reason", "reading"]
        read_only_fields = fields


class UseCheckSerializer(NounSerializer):
    """A village's list of a season, which is named by its first year."""

    season_name = serializers.SerializerMethodField()
    households = serializers.IntegerField(read_only=True, allow_null=True)
    unticked = serializers.IntegerField(read_only=True, allow_null=True)
    minimum = serializers.DecimalField(12, 2, read_only=True, allow_null=True)

    class Meta:
        model = UseCheck
        fields = [
            "id", "village", "season", "season_name", "state", "minimum", "reason", "households",
            "unticked", "submitted_at", "confirmed_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_season_name(self, check: UseCheck) -> str:
        """Return the season as it is written."""
        return seasons.name(check.season)


class OneUseCheckSerializer(UseCheckSerializer):
    """A list with every household on it."""

    lines = serializers.SerializerMethodField()

    class Meta(UseCheckSerializer.Meta):
        fields = [*UseCheckSerializer.Meta.fields, "lines"]
        read_only_fields = fields

    @extend_schema_field(UseCheckLineSerializer(many=True))
    def get_lines(self, check: UseCheck) -> Any:
        """Return the households in the order of the list."""
        return UseCheckLineSerializer(check.lines.with_row_data(), many=True).data


class OpenCheckSerializer(StrictMixin, serializers.Serializer):
    """The village, the season's first year, and what a used device consumes at least."""

    village = ScopedRelatedField(
        queryset=Division.objects.filter(level=VILLAGE_LEVEL), permission=rules.MAY_OPEN
    )
    season = serializers.IntegerField(min_value=2000, max_value=2200)
    minimum = PlainDecimalField(12, 2, required=False, min_value=0)


class CheckStepSerializer(VerbSerializer):
    """A verb; with ``version`` it is a conflict when somebody changed the list since."""

    version = serializers.IntegerField(required=False, min_value=1)


class TickSerializer(StrictMixin, serializers.Serializer):
    """One household, by its claim."""

    claim = serializers.IntegerField(min_value=1, max_value=2**62)
    used = serializers.BooleanField()
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    reading = PlainDecimalField(12, 2, required=False, min_value=0)


class TickLinesSerializer(StrictMixin, serializers.Serializer):
    """What is said of some of the households; the others stay as they are."""

    lines = TickSerializer(many=True, allow_empty=False)
    minimum = PlainDecimalField(12, 2, required=False, min_value=0)
    version = serializers.IntegerField(required=False, min_value=1)


class UseCheckViewSet(PartsMixin, ReadViewSet):
    """Which households of a village used their device in a season."""

    queryset = UseCheck.objects.with_row_data()
    serializer_class = UseCheckSerializer
    filterset_class = UseCheckFilter
    ordering = "-pk"
    sortable = ("season",)

    def get_serializer_class(self) -> Any:
        """Show one list with its households, many without."""
        return UseCheckSerializer if self.action == "list" else OneUseCheckSerializer

    @extend_schema(request=OpenCheckSerializer, responses={201: OneUseCheckSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Open a season's list of a village, everybody ticked."""
        self.require(rules.MAY_OPEN)
        entries = OpenCheckSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        made = open_check(actor=request.user, **entries.validated_data)
        return self.shown(made, status=201)

    @verb(rules.MAY_TICK, TickLinesSerializer)
    def tick(self, obj: UseCheck, values: dict[str, Any]) -> UseCheck:
        """Tick and untick households; who is unticked has a reason."""
        ticks = {
            one["claim"]: Tick(one["used"], one["reason"], one.get("reading"))
            for one in values.pop("lines")
        }
        return tick_lines(obj, ticks, actor=self.request.user, **values)

    @verb(rules.MAY_TICK, CheckStepSerializer)
    def submit(self, obj: UseCheck, values: dict[str, Any]) -> UseCheck:
        """Hand the list in to the county."""
        return submit_check(obj, actor=self.request.user, **values)

    @verb(rules.MAY_CONFIRM, CheckStepSerializer)
    def return_(self, obj: UseCheck, values: dict[str, Any]) -> UseCheck:
        """Send the list back to its village, with a reason."""
        return return_check(obj, actor=self.request.user, **values)

    @verb(rules.MAY_CONFIRM, CheckStepSerializer)
    def confirm(self, obj: UseCheck, values: dict[str, Any]) -> UseCheck:
        """Confirm the list; the season's operating entitlements are opened."""
        return confirm_check(obj, actor=self.request.user, **values)
