"""The figures of heating for programs: the same reports as the pages."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core import clock
from bureau.desk.api.viewsets import ReportView
from heating.filters.handover import HandoverFilter
from heating.models import Handover
from heating.reports import handover, registry

EARLIEST = date(1949, 1, 1)


class BarSerializer(serializers.Serializer):
    """How many handovers stand in a state; ``reached`` counts those here or further on."""

    state = serializers.CharField()
    label: Any = serializers.CharField()
    count = serializers.IntegerField()
    overdue = serializers.IntegerField()
    reached = serializers.IntegerField()


class FunnelSerializer(serializers.Serializer):
    """The handover funnel as of a day."""

    as_of = serializers.DateField()
    total = serializers.IntegerField()
    overdue = serializers.IntegerField()
    bars = BarSerializer(many=True)


class SupplyLineSerializer(serializers.Serializer):
    """Direct supply of one county or managing area; the rate in percent."""

    code = serializers.CharField()
    name = serializers.CharField()
    estates = serializers.IntegerField()
    connected = serializers.IntegerField()
    direct = serializers.IntegerField()
    rate = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    company_run = serializers.IntegerField()
    third_party_run = serializers.IntegerField()
    custody = serializers.IntegerField()


class SupplySerializer(serializers.Serializer):
    """The direct-supply rate as of a day."""

    as_of = serializers.DateField()
    lines = SupplyLineSerializer(many=True)
    total = SupplyLineSerializer()


class HandoverFunnel(ReportView):
    """How many handovers stand in which state, within the caller's scope."""

    permission = "heating.view_handover"

    @extend_schema(
        responses=FunnelSerializer,
        parameters=[
            OpenApiParameter("place", OpenApiTypes.STR, description="Code of a division."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Return the funnel of today; ``place`` narrows it."""
        self.require()
        scoped = Handover.objects.visible_to(request.user)
        filters = HandoverFilter(request.query_params, scoped, user=request.user)
        if not filters.is_valid():
            raise serializers.ValidationError(dict(filters.errors))
        found = handover.funnel(filters.qs, clock.today())
        return Response(FunnelSerializer(found).data)


class DirectSupply(ReportView):
    """Households on direct supply among those connected, by county and managing area."""

    permission = "heating.view_householdcount"

    @extend_schema(
        responses=SupplySerializer,
        parameters=[OpenApiParameter("on", OpenApiTypes.DATE, description="As of this day.")],
    )
    def get(self, request: Request) -> Response:
        """Return the report as of ``on`` (today without it)."""
        self.require()
        found = registry.direct_supply(request.user, self._day(request.query_params.get("on")))
        return Response(SupplySerializer(found).data)

    @staticmethod
    def _day(text: str | None) -> date:
        if not text:
            return clock.today()
        field: Any = serializers.DateField()
        try:
            day = field.run_validation(text)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"on": error.detail}) from error
        if not EARLIEST <= day <= clock.today():
            sentence = _("Choose a day up to today.")
            raise serializers.ValidationError({"on": [sentence]})
        return day
