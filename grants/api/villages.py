"""Villages and the dwellings in them for programs, with how far their claims are."""

from typing import Any

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bureau.core.querysets import VILLAGE_LEVEL
from bureau.desk.api.fields import ScopedRelatedField
from bureau.desk.api.serializers import NounSerializer
from bureau.desk.api.viewsets import ReadViewSet
from bureau.desk.filters import BaseFilterSet, PlaceFilter, QuickSearch
from bureau.places.models import Division
from grants.filters.households import DwellingFilters
from grants.models import Claim, Dwelling
from grants.services import households


# --- Villages ----------------------------------------------------------------------------
class VillageFilters(BaseFilterSet):
    """Villages by name, code and place, and by what reaches them."""

    q = QuickSearch(code="code")
    place = PlaceFilter(field_name="pk")
    code = django_filters.CharFilter(max_length=12)
    gas_ready = django_filters.BooleanFilter()
    power_ready = django_filters.BooleanFilter()

    class Meta:
        model = Division
        fields: tuple[str, ...] = ()


class VillageSerializer(serializers.ModelSerializer):
    """A village: what makes it eligible, its dwellings, and its claims by state."""

    parent_name = serializers.StringRelatedField(source="parent", read_only=True)
    dwellings = serializers.IntegerField(source="homes", read_only=True)
    claims: Any = serializers.SerializerMethodField()

    class Meta:
        model = Division
        fields = [
            "id", "code", "name", "parent", "parent_name", "managing_area", "demolition_year",
            "central_heating_on", "coal_free", "gas_ready", "power_ready", "dwellings", "claims",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_claims(self, village: Division) -> dict[str, int]:
        """Return the number of claims in each state that occurs."""
        return {one["state"]: one["number"] for one in getattr(village, "by_state", ())}


class VillageViewSet(ReadViewSet):
    """Villages and communities on the reader's own ground."""

    called = "village"
    queryset = Division.objects.of_level(VILLAGE_LEVEL).select_related("parent")
    serializer_class = VillageSerializer
    filterset_class = VillageFilters
    ordering = "code"
    sortable = ("code",)

    def get_queryset(self) -> QuerySet:
        """Return the villages where the caller may see claims, counted."""
        if getattr(self, "swagger_fake_view", False):
            return self.every.none()
        seen = self.every.visible_to(self.actor, "grants.view_claim")
        held = Dwelling.objects.filter(village=OuterRef("pk")).order_by().values("village")
        claims = Claim.objects.filter(village=OuterRef("pk")).order_by().values("state")
        told = JSONObject(state="state", number="number")
        return seen.annotate(
            homes=Coalesce(Subquery(held.annotate(number=Count("pk")).values("number")), 0),
            by_state=ArraySubquery(claims.annotate(number=Count("pk")).values(told=told)),
        )

    def require_list(self) -> None:
        """Refuse whoever may see claims nowhere."""
        self.require("grants.view_claim")


# --- Dwellings ---------------------------------------------------------------------------
class DwellingSerializer(NounSerializer):
    """A dwelling under its key; it is written through its household."""

    village = ScopedRelatedField(read_only=True)

    class Meta:
        model = Dwelling
        fields = ["id", "village", *households.DWELLING_FIELDS, "demolished_on", "version"]
        read_only_fields = fields


class DwellingViewSet(ReadViewSet):
    """Dwellings."""

    queryset = Dwelling.objects.select_related("village")
    serializer_class = DwellingSerializer
    filterset_class = DwellingFilters
    ordering = "account_number"
    sortable = ("account_number",)
