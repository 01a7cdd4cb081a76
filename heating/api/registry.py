"""Estates, substations and heat sources for programs."""

from typing import Any

import django_filters
from django.db.models import Model, Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.relations import PKOnlyObject
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core import clock
from bureau.desk.api.fields import ScopedRelatedField
from bureau.desk.api.kept import KeptViewSet
from bureau.desk.api.serializers import NounSerializer, VerbSerializer
from bureau.desk.api.viewsets import NounViewSet, verb
from bureau.people.models import Organisation
from bureau.places.models import Division
from heating.choices import ManagementMode
from heating.filters.registry import (
    EstateFilter,
    HeatSourceFilter,
    SubstationFilter,
)
from heating.models import Estate, HeatSource, HouseholdCount, ManagementPeriod, Substation
from heating.services import estates, management, stations
from heating.services.sources import sources

LARGEST_ID = 2**62


class AnnotatedRelatedField(ScopedRelatedField):
    """A relation that is read from an annotation of the queryset and written like any other."""

    def __init__(self, *, annotation: str = "", **kwargs: Any) -> None:
        self.annotation = annotation
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> PKOnlyObject | None:
        """Return the annotated id."""
        pk = getattr(instance, self.annotation, None)
        return PKOnlyObject(pk=pk) if pk else None


class TodayViewSet(NounViewSet):
    """A noun whose rows show how things stand today."""

    def rows(self) -> QuerySet:
        """Return all objects with what the serializer shows."""
        return self.queryset.all().with_row_data(clock.today())

    def get_queryset(self) -> QuerySet:
        """Return what the caller may see, as it stands today."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return self.rows().visible_to(self.request.user)

    def shown(self, obj: Model, status: int = 200) -> Response:
        """Return an object as it is now."""
        return Response(self.get_serializer(self.rows().get(pk=obj.pk)).data, status=status)


# --- Heat sources ------------------------------------------------------------------------
class HeatSourceViewSet(KeptViewSet):
    """Where the heat comes from."""

    keeper = sources
    queryset = HeatSource.objects.select_related("organisation")
    filterset_class = HeatSourceFilter
    sortable = ("pinyin", "updated_at")


# --- Estates -----------------------------------------------------------------------------
class EstateFilters(EstateFilter):
    """The page's filters, the exact name and the community's id."""

    name = django_filters.CharFilter(max_length=100)
    community = django_filters.NumberFilter(
        field_name="community_id", min_value=1, max_value=LARGEST_ID
    )


class EstateSerializer(NounSerializer):
    """An estate with its households as last counted."""

    community = ScopedRelatedField(
        queryset=Division.objects.all(), permission="heating.change_estate"
    )
    households_connected = serializers.IntegerField(read_only=True, allow_null=True)
    households_direct = serializers.IntegerField(read_only=True, allow_null=True)
    counted_on = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Estate
        fields = [
            "id", *estates.FIELDS, "households_connected", "households_direct", "counted_on",
            "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at"]
        # The service finds the double itself and names it beside the field.
        validators: list[Any] = []


class CountSerializer(serializers.ModelSerializer):
    """A dated household count with its rate in percent."""

    rate = serializers.DecimalField(max_digits=5, decimal_places=2, read_only=True)

    class Meta:
        model = HouseholdCount
        fields = ["id", "as_of", "connected", "direct", "rate", "source"]


class RecordCountSerializer(VerbSerializer):
    """Households of an estate on a day."""

    as_of = serializers.DateField()
    connected = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    direct = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class EstateViewSet(TodayViewSet):
    """Residential estates."""

    queryset = Estate.objects.all()
    serializer_class = EstateSerializer
    filterset_class = EstateFilters
    ordering = "pinyin"
    sortable = ("pinyin", "updated_at", "connected_area")

    def save_new(self, values: dict[str, Any]) -> Estate:
        """Register the estate."""
        return estates.register_estate(actor=self.request.user, **values)

    def save_changes(self, obj: Estate, changes: dict[str, Any], version: int) -> Estate:
        """Change the estate."""
        return estates.edit_estate(obj, changes, actor=self.request.user, version=version)

    @extend_schema(responses=CountSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path="household-counts", pagination_class=None)
    def household_counts(self, request: Request, pk: str) -> Response:
        """Return the dated household counts, the newest first."""
        estate = self.get_object()
        self.require("heating.view_householdcount", estate)
        return Response(CountSerializer(estate.household_counts.all(), many=True).data)

    @verb("heating.add_householdcount", RecordCountSerializer)
    def record_count(self, obj: Estate, values: dict[str, Any]) -> Estate:
        """Record a household count."""
        estates.record_household_count(obj, actor=self.request.user, **values)
        return obj

    def put_away(self, obj: Estate, note: str) -> Estate:
        """Put the estate away."""
        return estates.archive_estate(obj, actor=self.request.user, note=note)

    def take_back(self, obj: Estate, note: str) -> Estate:
        """Take the estate back."""
        return estates.restore_estate(obj, actor=self.request.user, note=note)


# --- Substations -------------------------------------------------------------------------
class SubstationFilters(SubstationFilter):
    """The page's filters, the exact name, the community's and the estate's id."""

    name = django_filters.CharFilter(max_length=100)
    community = django_filters.NumberFilter(
        field_name="community_id", min_value=1, max_value=LARGEST_ID
    )
    estate = django_filters.NumberFilter(
        field_name="served_estates__estate_id", min_value=1, max_value=LARGEST_ID
    )


class SubstationSerializer(NounSerializer):
    """A substation as it is managed today; the management changes by its own verb."""

    community = ScopedRelatedField(
        queryset=Division.objects.all(), permission="heating.change_substation"
    )
    main_estate = AnnotatedRelatedField(
        queryset=Estate.objects.active(),
        annotation="main_estate_ref",
        required=False,
        allow_null=True,
    )
    estates = ScopedRelatedField(queryset=Estate.objects.active(), many=True, required=False)
    mode = serializers.ChoiceField(choices=ManagementMode.choices, read_only=True, allow_null=True)
    manager = AnnotatedRelatedField(annotation="manager_ref", read_only=True, allow_null=True)
    owner_run = serializers.BooleanField(read_only=True, allow_null=True)
    managed_since = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Substation
        fields = [
            "id", *stations.FIELDS, "main_estate", "estates", "mode", "manager", "owner_run",
            "managed_since", "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at"]
        validators: list[Any] = []

    def get_fields(self) -> dict[str, serializers.Field]:
        """Name the manager from the same annotation as its id."""
        fields = super().get_fields()
        fields["manager_name"] = serializers.CharField(read_only=True, allow_null=True)
        return fields


class NewSubstationSerializer(SubstationSerializer):
    """A new substation with the management it starts under."""

    mode = serializers.ChoiceField(choices=ManagementMode.choices)
    manager = AnnotatedRelatedField(
        queryset=Organisation.objects.current(),
        annotation="manager_ref",
        required=False,
        allow_null=True,
    )
    owner_run = serializers.BooleanField(required=False, default=False)
    managed_since = serializers.DateField(required=False, allow_null=True)


class PeriodSerializer(serializers.ModelSerializer):
    """Who ran a station from a day up to the day before ``valid_to``."""

    manager_name = serializers.StringRelatedField(source="manager", read_only=True, allow_null=True)

    class Meta:
        model = ManagementPeriod
        fields = ["id", "mode", "manager", "manager_name", "owner_run", "valid_from", "valid_to"]


class ChangeManagementSerializer(VerbSerializer):
    """A change of who runs a station."""

    mode = serializers.ChoiceField(choices=ManagementMode.choices)
    manager = ScopedRelatedField(
        queryset=Organisation.objects.current(), required=False, allow_null=True, default=None
    )
    owner_run = serializers.BooleanField(required=False, default=False)
    on = serializers.DateField()


class SubstationViewSet(TodayViewSet):
    """Heat substations."""

    queryset = Substation.objects.all()
    serializer_class = SubstationSerializer
    filterset_class = SubstationFilters
    ordering = "pinyin"
    sortable = ("pinyin", "updated_at", "connected_area", "households")

    def rows(self) -> QuerySet:
        """Return all stations with what the serializer shows; of the estates those one sees."""
        estates = Estate.objects.visible_to(self.request.user)
        return super().rows().prefetch_related(Prefetch("estates", estates))

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        """A new station also needs its management."""
        return NewSubstationSerializer if self.action == "create" else SubstationSerializer

    def save_new(self, values: dict[str, Any]) -> Substation:
        """Register the station."""
        return stations.register_station(actor=self.request.user, **values)

    def save_changes(self, obj: Substation, changes: dict[str, Any], version: int) -> Substation:
        """Change the station; estates across a border, which the actor cannot name, stay served."""
        if "estates" in changes:
            seen = Estate.objects.visible_to(self.request.user)
            served = Estate.objects.filter(pk__in=obj.served_estates.values("estate"))
            unseen = served.exclude(pk__in=seen.values("pk"))
            changes["estates"] = [*changes["estates"], *unseen]
        return stations.edit_station(obj, changes, actor=self.request.user, version=version)

    @extend_schema(responses=PeriodSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def management(self, request: Request, pk: str) -> Response:
        """Return who ran the station when, the newest first."""
        station = self.get_object()
        self.require("heating.view_managementperiod", station)
        periods = station.management_periods.select_related("manager")
        return Response(PeriodSerializer(periods, many=True).data)

    @verb("heating.add_managementperiod", ChangeManagementSerializer)
    def change_management(self, obj: Substation, values: dict[str, Any]) -> Substation:
        """End the management in force and begin another."""
        management.change_management(obj, actor=self.request.user, **values)
        return obj

    def put_away(self, obj: Substation, note: str) -> Substation:
        """Put the station away."""
        return stations.archive_station(obj, actor=self.request.user, note=note)

    def take_back(self, obj: Substation, note: str) -> Substation:
        """Take the station back."""
        return stations.restore_station(obj, actor=self.request.user, note=note)
