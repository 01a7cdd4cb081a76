"""Places for programs: divisions with their other names and mergers, and managing areas."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core.querysets import COUNTY_LEVEL, TOWN_LEVEL
from bureau.desk.api.fields import PartField, ScopedRelatedField
from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import EditMixin, ReadViewSet, verb
from bureau.desk.filters import BaseFilterSet
from bureau.desk.registers.divisions import DivisionFilter
from bureau.places import services
from bureau.places.models import (
    Division,
    DivisionAlias,
    ManagingArea,
    ManagingAreaTown,
)

CHANGE = "places.change_division"
LARGEST_ID = 2**63 - 1


class DivisionFilters(DivisionFilter):
    """The page's filters, and what only programs ask for."""

    code = django_filters.CharFilter(max_length=12)
    name = django_filters.CharFilter(max_length=100)
    parent = django_filters.NumberFilter(field_name="parent_id", min_value=1, max_value=LARGEST_ID)
    below = django_filters.CharFilter(method="filter_below", max_length=12)

    def filter_below(self, queryset: Any, _name: str, code: str) -> Any:
        """Return everything under the division of a code, itself included."""
        root = Division.objects.filter(code=code).values("scope_path").first()
        return queryset.below(root["scope_path"]) if root else queryset.none()


class DivisionSerializer(NounSerializer):
    """A division of the statistical tree with its history."""

    class Meta:
        model = Division
        fields = [
            "id",
            "code",
            "name",
            "level",
            "parent",
            "path",
            "managing_area",
            "valid_from",
            "valid_to",
            "merged_into",
            *services.VILLAGE_FIELDS,
            "version",
        ]
        read_only_fields = [
            "code",
            "name",
            "level",
            "parent",
            "path",
            "managing_area",
            "valid_from",
            "valid_to",
            "merged_into",
        ]


class AliasSerializer(StrictMixin, serializers.ModelSerializer):
    """A former, short or mistaken name."""

    class Meta:
        model = DivisionAlias
        fields = ["id", "alias", "source"]
        # The service says itself what stands against a name.
        validators: list[Any] = []


class RemoveAliasSerializer(VerbSerializer):
    """Which name is withdrawn, by its id."""

    alias = PartField(queryset=DivisionAlias.objects.all(), of="division")


class MergeSerializer(VerbSerializer):
    """The place that goes on, and the first day on which the other one exists no longer."""

    into = ScopedRelatedField(queryset=Division.objects.all(), permission=CHANGE)
    on = serializers.DateField()


class DivisionViewSet(HistoryMixin, EditMixin, ReadViewSet):
    """The real tree: city, counties, towns, villages and communities."""

    queryset = Division.objects.select_related("parent", "managing_area", "merged_into")
    serializer_class = DivisionSerializer
    filterset_class = DivisionFilters
    ordering = "code"
    sortable = ("code", "pinyin")

    def save_changes(self, obj: Division, changes: dict[str, Any], version: int) -> Division:
        """Change what a village carries; nothing else of a division is changed here."""
        wanted = {name: changes[name] for name in services.VILLAGE_FIELDS if name in changes}
        return services.edit_division(obj, actor=self.actor, version=version, **wanted)

    @extend_schema(
        methods=["POST"],
        request=AliasSerializer,
        responses={201: AliasSerializer(many=True)},
        filters=False,
    )
    @extend_schema(methods=["GET"], responses=AliasSerializer(many=True), filters=False)
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def aliases(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the other names of a division, or add one."""
        division = self.get_object()
        status = 200
        if request.method == "POST":
            self.require(CHANGE, division)
            entries = AliasSerializer(data=request.data)
            entries.is_valid(raise_exception=True)
            services.add_alias(division, actor=self.actor, **entries.validated_data)
            status = 201
        every = division.aliases.order_by("alias", "pk")
        return Response(AliasSerializer(every, many=True).data, status=status)

    @verb(CHANGE, MergeSerializer)
    def merge(self, obj: Division, values: dict[str, Any]) -> Division:
        """Merge the division into another one for good."""
        return services.merge_divisions(
            obj, values["into"], values["on"], actor=self.actor, note=values["note"]
        )

    @verb(CHANGE, RemoveAliasSerializer)
    def remove_alias(self, obj: Division, values: dict[str, Any]) -> Division:
        """Withdraw a name that was entered by mistake."""
        services.remove_alias(values["alias"], actor=self.actor, note=values["note"])
        return obj


class RunSerializer(serializers.ModelSerializer):
    """A town and the days between which the area runs it; an empty day is open."""

    town = serializers.PrimaryKeyRelatedField(source="division", read_only=True)
    town_code = serializers.CharField(source="division.code", read_only=True)
    town_name = serializers.CharField(source="division.name", read_only=True)

    class Meta:
        model = ManagingAreaTown
        fields = ["town", "town_code", "town_name", "valid_from", "valid_to"]


class ManagingAreaSerializer(NounSerializer):
    """A development zone that runs towns in place of their county."""

    seat = ScopedRelatedField(queryset=Division.objects.current().of_level(COUNTY_LEVEL))
    towns = RunSerializer(source="take_overs", many=True, read_only=True)

    class Meta:
        model = ManagingArea
        fields = ["id", "code", "name", "full_name", "seat", "towns", "version"]
        read_only_fields = ["code"]


class TakeOverSerializer(VerbSerializer):
    """Which town, and since when; ``note`` names the paper that says so."""

    town = ScopedRelatedField(queryset=Division.objects.all(), permission=CHANGE)
    since = serializers.DateField()


class HandBackSerializer(VerbSerializer):
    """Which of the area's towns, and since when its county runs it again."""

    town = PartField(queryset=Division.objects.of_level(TOWN_LEVEL), of="managing_area")
    on = serializers.DateField()


class ManagingAreaFilters(BaseFilterSet):
    """By code."""

    code = django_filters.CharFilter(max_length=20)


class ManagingAreaViewSet(HistoryMixin, EditMixin, ReadViewSet):
    """Managing areas with the towns they run and ran."""

    queryset = ManagingArea.objects.select_related("seat").prefetch_related("take_overs__division")
    serializer_class = ManagingAreaSerializer
    filterset_class = ManagingAreaFilters
    ordering = "code"
    sortable = ("code", "pinyin")

    def save_changes(self, obj: ManagingArea, changes: dict[str, Any], version: int) -> Any:
        """Change what the area is called and in which county it lies by law."""
        return services.edit_area(obj, actor=self.actor, version=version, **changes)

    @verb("change", TakeOverSerializer)
    def take_over(self, obj: ManagingArea, values: dict[str, Any]) -> ManagingArea:
        """Let the area run a town; whoever ran it before stops that day."""
        services.take_over_town(obj, values.pop("town"), actor=self.actor, **values)
        return obj

    @verb("change", HandBackSerializer)
    def hand_back(self, obj: ManagingArea, values: dict[str, Any]) -> ManagingArea:
        """Give one of the area's towns back to its county."""
        services.hand_back_town(values.pop("town"), actor=self.actor, **values)
        return obj
