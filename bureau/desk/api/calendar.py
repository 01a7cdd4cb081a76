"""The work calendar for programs: years, their days, and whether a year counts."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.serializers import NounSerializer, VerbSerializer
from bureau.desk.api.viewsets import CreateMixin, ReadViewSet, verb
from bureau.desk.filters import BaseFilterSet
from bureau.desk.registers.calendar import CHANGE, FIRST_YEAR, LAST_YEAR
from bureau.places import services
from bureau.places.choices import DayKind
from bureau.places.models import CalendarDay, CalendarYear


class CalendarYearSerializer(NounSerializer):
    """A year and whether deadlines are reckoned with it."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)

    class Meta:
        model = CalendarYear
        fields = ["id", "year", "published", "source"]
        read_only_fields = ["published"]


class CalendarYearFilters(BaseFilterSet):
    """By year and by whether it counts."""

    year = django_filters.NumberFilter(min_value=1900, max_value=2200)
    published = django_filters.BooleanFilter()


class CalendarYearViewSet(HistoryMixin, CreateMixin, ReadViewSet):
    """The years of the work calendar; a new one counts once it is published."""

    queryset = CalendarYear.objects.all()
    serializer_class = CalendarYearSerializer
    filterset_class = CalendarYearFilters
    ordering = "-year"
    adding = CHANGE

    def save_new(self, values: dict[str, Any]) -> CalendarYear:
        """Begin the year."""
        return services.open_year(actor=self.actor, **values)

    @verb(CHANGE, VerbSerializer)
    def publish(self, obj: CalendarYear, values: dict[str, Any]) -> CalendarYear:
        """Reckon with the year; every deadline that waits for it is reckoned at once."""
        return services.set_published(obj, True, actor=self.actor, note=values["note"])

    @verb(CHANGE, VerbSerializer)
    def unpublish(self, obj: CalendarYear, values: dict[str, Any]) -> CalendarYear:
        """Withdraw the year; deadlines already reckoned stay."""
        return services.set_published(obj, False, actor=self.actor, note=values["note"])


class CalendarDaySerializer(NounSerializer):
    """A day of rest on a weekday, or a weekend day that is made up; ``source`` says so."""

    class Meta:
        model = CalendarDay
        fields = ["id", "date", "year", "kind", "name", "source"]
        # A day that is there already is said anew by the service.
        extra_kwargs = {
            "date": {"validators": []},
            "source": {"required": True, "allow_blank": False},
        }


class CalendarDayFilters(BaseFilterSet):
    """By year, by kind and by day."""

    year = django_filters.NumberFilter(field_name="year__year", min_value=1900, max_value=2200)
    kind = django_filters.ChoiceFilter(choices=DayKind.choices)
    since = django_filters.DateFilter(field_name="date", lookup_expr="gte", label=_("From"))
    until = django_filters.DateFilter(field_name="date", lookup_expr="lte", label=_("Until"))


class CalendarDayViewSet(CreateMixin, ReadViewSet):
    """The days on which the weekday alone does not say whether offices work.

    Posting a day that is there already says it anew.
    """

    queryset = CalendarDay.objects.select_related("year")
    serializer_class = CalendarDaySerializer
    filterset_class = CalendarDayFilters
    ordering = "date"
    adding = CHANGE

    def save_new(self, values: dict[str, Any]) -> CalendarDay:
        """Add the day to its year, or say it anew."""
        return services.add_day(
            values.pop("year"), values.pop("date"), values.pop("kind"), actor=self.actor, **values
        )

    @extend_schema(request=VerbSerializer, responses=CalendarYearSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let the day be again what its weekday says; answers with its year."""
        day = self.get_object()
        self.require(CHANGE, day.year)
        entries = VerbSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        services.remove_day(day, actor=self.actor, note=entries.validated_data["note"])
        return Response(
            CalendarYearSerializer(day.year, context=self.get_serializer_context()).data
        )
