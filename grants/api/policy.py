"""Policies, targets and the calculator for programs."""

from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core.errors import BusinessError
from bureau.core.querysets import CITY_LEVEL, COUNTY_LEVEL, VILLAGE_LEVEL
from bureau.desk.api.fields import PlainDecimalField, ScopedRelatedField
from bureau.desk.api.kept import KeptViewSet
from bureau.desk.api.problems import document, invalid
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import ReportView, verb
from bureau.places.models import Division, ManagingArea
from grants.api.areas import by_code
from grants.choices import (
    HeatPump,
    QuoteRefusal,
    RateHeatPump,
    SubsidyKind,
    Technology,
)
from grants.filters.policy import PolicyFilter, ProjectFilter, TargetFilter
from grants.models import Policy, Rate, Target, VillageProject
from grants.rules.rates import Wanted
from grants.services.policies import policies, publish_policy, record_rate
from grants.services.rate_book import RateBook, area_key
from grants.services.targets import projects, targets

FIRST_YEAR, LAST_YEAR = 2000, 2200


# --- Policies ----------------------------------------------------------------------------
class RateSerializer(serializers.ModelSerializer):
    """A rate: its question, its area if it has one, and its amount in yuan."""

    amount = PlainDecimalField(max_digits=10, decimal_places=2)

    class Meta:
        model = Rate
        fields = [
            "id", "kind", "technology", "heat_pump", "division", "managing_area",
            "programme_year_from", "programme_year_to", "year_index", "season", "amount",
            "seasons", "cut_off_month", "cut_off_day", "share_province", "share_city",
            "share_county", "published", "retired_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewRateSerializer(StrictMixin, serializers.Serializer):
    """A rate of a draft policy."""

    kind = serializers.ChoiceField(choices=SubsidyKind.choices)
    technology = serializers.ChoiceField(choices=Technology.choices)
    heat_pump = serializers.ChoiceField(choices=RateHeatPump.choices, default=RateHeatPump.ANY)
    division = serializers.PrimaryKeyRelatedField(
        queryset=Division.objects.filter(level=COUNTY_LEVEL), required=False, allow_null=True
    )
    managing_area = serializers.PrimaryKeyRelatedField(
        queryset=ManagingArea.objects.all(), required=False, allow_null=True
    )
    programme_year_from = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    programme_year_to = serializers.IntegerField(
        min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, allow_null=True
    )
    year_index = serializers.IntegerField(
        min_value=1, max_value=20, required=False, allow_null=True
    )
    season = serializers.IntegerField(
        min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, allow_null=True
    )
    amount = PlainDecimalField(max_digits=10, decimal_places=2, min_value=0)
    seasons = serializers.IntegerField(min_value=1, max_value=20, required=False, allow_null=True)
    cut_off_month = serializers.IntegerField(min_value=1, max_value=12, default=12)
    cut_off_day = serializers.IntegerField(min_value=1, max_value=31, default=31)
    share_province = PlainDecimalField(5, 2, required=False, allow_null=True)
    share_city = PlainDecimalField(5, 2, required=False, allow_null=True)
    share_county = PlainDecimalField(5, 2, required=False, allow_null=True)


class PolicySerializer(NounSerializer):
    """A policy with its rates."""

    rates = RateSerializer(many=True, read_only=True)

    class Meta:
        model = Policy
        fields = [
            "id", "name", "document", "state", "remarks", "published_at", "rates", "archived_at",
            "version",
        ]  # fmt: skip
        read_only_fields = ["state", "published_at", "archived_at"]


class PublishPolicySerializer(VerbSerializer):
    """With ``version`` it is a conflict when somebody changed the policy since."""

    version = serializers.IntegerField(required=False, min_value=1)


class PolicyViewSet(KeptViewSet):
    """Subsidy policies: drafts and what was published."""

    keeper, filterset_class = policies, PolicyFilter
    queryset = Policy.objects.select_related("document").prefetch_related("rates")
    serializer_class = PolicySerializer

    @verb("change", NewRateSerializer, sent_once=True)
    def add_rate(self, obj: Policy, values: dict[str, Any]) -> Policy:
        """Add a rate to a draft."""
        return record_rate(obj, actor=self.actor, **values).policy

    @verb("publish", PublishPolicySerializer, sent_once=True)
    def publish(self, obj: Policy, values: dict[str, Any]) -> Policy:
        """Put the policy into force for good; unpaid amounts that no locked batch holds follow."""
        return publish_policy(obj, actor=self.actor, **values)


# --- Targets and projects ----------------------------------------------------------------
class TargetSerializer(NounSerializer):
    """A target in households, with its milestones; of the city, a county or a managing area."""

    name = serializers.CharField(source="__str__", read_only=True)
    milestones = serializers.SerializerMethodField()

    class Meta:
        model = Target
        fields = [
            "id", "name", *targets.fields, "milestones", "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at"]
        validators: ClassVar[list[Any]] = []

    def get_milestones(self, target: Target) -> dict[str, int]:
        """Return the households asked for by the end of each month."""
        return {f"{one.month:%Y-%m}": one.households for one in target.milestones.all()}


class TargetViewSet(KeptViewSet):
    """How many households an area was told to convert."""

    keeper, filterset_class = targets, TargetFilter
    queryset = Target.objects.select_related("division", "managing_area").prefetch_related(
        "milestones"
    )
    serializer_class = TargetSerializer
    ordering, sortable = "pk", ("pk",)


class VillageProjectSerializer(NounSerializer):
    """Who converts which village; its main village lies where the caller may add projects."""

    village = ScopedRelatedField(
        queryset=Division.objects.of_level(VILLAGE_LEVEL), permission="grants.add_villageproject"
    )

    class Meta:
        model = VillageProject
        fields = ["id", *projects.fields, "archived_at", "version"]
        read_only_fields = ["archived_at"]
        validators: ClassVar[list[Any]] = []


class ProjectViewSet(KeptViewSet):
    """Who converts which village under which contract."""

    keeper, filterset_class = projects, ProjectFilter
    queryset = VillageProject.objects.select_related("village", "contractor")
    serializer_class = VillageProjectSerializer


# --- The calculator ----------------------------------------------------------------------
class QuestionSerializer(StrictMixin, serializers.Serializer):
    """What was converted; ``area`` names a county (371502) or managing area by code, id or name."""

    programme_year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    technology = serializers.ChoiceField(choices=Technology.choices)
    heat_pump = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    accepted_on = serializers.DateField()
    area = serializers.CharField(required=False, allow_null=True, allow_blank=True)

    def validate_programme_year(self, value: int) -> int:
        """Refuse true and false, which count as numbers elsewhere."""
        if isinstance(self.initial_data.get("programme_year"), bool):
            raise serializers.ValidationError(_("Give a year such as 2018."))
        return value

    def validate_accepted_on(self, value: date) -> date:
        """Refuse days of other centuries, and other ways of writing one (2018-W40-1)."""
        written = self.initial_data.get("accepted_on")
        if written != value.isoformat() or not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise serializers.ValidationError(_("Give a day such as 2018-09-30."))
        return value

    def validate_area(self, value: str | None) -> Division | ManagingArea | None:
        """Return the county or managing area of a code, an id or a name; the city is none."""
        if not value:
            return None
        places = Division.objects.current().filter(level__in=(CITY_LEVEL, COUNTY_LEVEL))
        for rows in (ManagingArea.objects.active(), places):
            found = by_code(rows, value) or rows.filter(name=value).first()
            if found is not None:
                return None if getattr(found, "level", None) == CITY_LEVEL else found
        raise serializers.ValidationError(_("There is no such county or managing area."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the device where it matters, and for a day in the programme year or later."""
        powered = attrs["technology"] == Technology.COAL_TO_ELECTRICITY
        if powered and attrs.get("heat_pump") not in HeatPump.values:
            sentence = _("Say which device: %(words)s.") % {"words": ", ".join(HeatPump.values)}
            raise serializers.ValidationError({"heat_pump": [sentence]})
        if attrs["accepted_on"] < date(attrs["programme_year"], 1, 1):
            values = {"day": attrs["accepted_on"], "year": attrs["programme_year"]}
            sentence = QuoteRefusal.ACCEPTED_EARLY.label % values
            raise serializers.ValidationError({"accepted_on": [sentence]})
        return attrs


class UsedRateSerializer(serializers.Serializer):
    """The rate behind an amount."""

    id = serializers.IntegerField(source="pk")
    programme_year_from = serializers.IntegerField()
    programme_year_to = serializers.IntegerField(allow_null=True)
    heat_pump = serializers.CharField()
    division = serializers.IntegerField(source="division_id", allow_null=True)
    managing_area = serializers.IntegerField(source="managing_area_id", allow_null=True)


class BuildSerializer(serializers.Serializer):
    """The construction subsidy in yuan."""

    amount = PlainDecimalField(max_digits=10, decimal_places=2)
    rate = UsedRateSerializer(source="*")


class SeasonSerializer(serializers.Serializer):
    """One season's operating subsidy in yuan."""

    season = serializers.CharField(source="name")
    index = serializers.IntegerField()
    amount = PlainDecimalField(max_digits=10, decimal_places=2)
    rate = UsedRateSerializer()


class QuoteSerializer(serializers.Serializer):
    """What a conversion is worth."""

    build = BuildSerializer()
    operate = SeasonSerializer(many=True)


class SubsidyQuote(ReportView):
    """The subsidy calculator: what a conversion is worth by the published rates."""

    http_method_names: ClassVar[list[str]] = ["post"]
    permission_classes = [AllowAny]

    @extend_schema(
        request=QuestionSerializer,
        responses={200: QuoteSerializer, 422: OpenApiResponse(description="Problem document")},
    )
    def post(self, request: Request) -> Response:
        """Return construction and operation in yuan, each with the rate used."""
        try:
            asked = request.data
        except exceptions.ParseError as error:
            return invalid({"body": [str(error.detail)]})
        question = QuestionSerializer(data=asked)
        question.is_valid(raise_exception=True)
        values = question.validated_data
        wanted = Wanted(
            values["technology"],
            values.get("heat_pump") or HeatPump.NONE,
            values["programme_year"],
            area_key(values.get("area")),
        )
        try:
            quote = RateBook.load().quote(wanted, values["accepted_on"])
        except BusinessError as refusal:
            return document(422, refusal.code.value, refusal.sentence, title=_("No amount"))
        return Response(QuoteSerializer(quote).data)
