"""Reads of the registry: what a posting sees, and how things stood on a day."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)

from bureau.core import clock
from bureau.core.querysets import EVERYTHING, Area, BaseQuerySet
from bureau.places.querysets import PlacedQuerySet


class _AnyOf(Func):
    """SQL ``ANY (ARRAY(SELECT …))``: unlike IN it stays indexable beside an OR."""

    function = "ANY"
    output_field = IntegerField()


def one_of(ids: QuerySet) -> _AnyOf:
    """Return the right-hand side of ``pk = ANY(ids)`` for a one-column queryset."""
    return _AnyOf(ArraySubquery(ids))


class ManagementPeriodQuerySet(BaseQuerySet):
    """Who ran a station when; a period holds from its first day up to the day before its end."""

    def on(self, day: date) -> Self:
        """Return the periods that hold on ``day``, at most one per station."""
        return self.filter(valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day)
        )

    def within(self, area: Area) -> Q:
        """Return the condition for periods of stations on the ground of one posting."""
        stations = apps.get_model("heating", "Substation").objects.all()
        return Q(station__in=stations.filter(stations.within(area)))

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the periods of the stations that ``user`` sees."""
        return super().visible_to(user, permission or "heating.view_substation")


class HouseholdCountQuerySet(BaseQuerySet):
    """Dated counts of households per estate."""

    def latest_on(self, day: date) -> Self:
        """Return each estate's last count on or before ``day``."""
        return self.filter(as_of__lte=day).order_by("estate_id", "-as_of").distinct("estate_id")

    def within(self, area: Area) -> Q:
        """Return the condition for counts of estates on the ground of one posting."""
        estates = apps.get_model("heating", "Estate").objects.all()
        return Q(estate__in=estates.filter(estates.within(area)))

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the counts of the estates that ``user`` sees."""
        return super().visible_to(user, permission or "heating.view_estate")


class SubstationQuerySet(PlacedQuerySet):
    """Substations, by place for the offices and by management for the units."""

    def within(self, area: Area) -> Q:
        """Add to a place's stations those that an organisation supplies or manages today."""
        if area.organisation_id is None:
            return super().within(area)
        periods = apps.get_model("heating", "ManagementPeriod").objects
        managed = periods.on(clock.today()).filter(manager_id=area.organisation_id)
        return Q(heating_company_id=area.organisation_id) | Q(
            pk=one_of(managed.values("station_id"))
        )

    def active(self) -> Self:
        """Return the stations that are not archived."""
        return self.filter(archived_at__isnull=True)

    def managed_as(self, day: date) -> Self:
        """Annotate ``mode``, ``manager_ref`` and ``owner_run`` as they stood on ``day``."""
        period = (
            apps.get_model("heating", "ManagementPeriod")
            .objects.on(day)
            .filter(station_id=OuterRef("pk"))
        )
        return self.annotate(
            mode=Subquery(period.values("mode")[:1]),
            manager_ref=Subquery(period.values("manager_id")[:1]),
            manager_name=Subquery(period.values("manager__name")[:1]),
            owner_run=Subquery(period.values("owner_run")[:1]),
        )

    def in_mode(self, mode: str, day: date) -> Self:
        """Return the stations managed in ``mode`` on ``day``."""
        return self.filter(self._period(day, mode=mode))

    def managed_by(self, organisation_id: int, day: date) -> Self:
        """Return the stations that an organisation manages on ``day``."""
        return self.filter(self._period(day, manager_id=organisation_id))

    def with_row_data(self, day: date) -> Self:
        """Fetch what a list row shows, in a fixed number of queries.

        Each station gets ``periods_on_day`` (none or one) and ``served`` (estates, main first).
        """
        period = apps.get_model("heating", "ManagementPeriod")
        served = apps.get_model("heating", "ServedEstate")
        return self.select_related(
            "community__parent__parent", "heating_company", "heat_source"
        ).prefetch_related(
            Prefetch(
                "management_periods",
                queryset=period.objects.on(day).select_related("manager"),
                to_attr="periods_on_day",
            ),
            Prefetch(
                "served_estates",
                queryset=served.objects.select_related("estate").order_by("-is_main", "pk"),
                to_attr="served",
            ),
        )

    @staticmethod
    def _period(day: date, **conditions: Any) -> Exists:
        periods = apps.get_model("heating", "ManagementPeriod").objects.on(day)
        return Exists(periods.filter(station_id=OuterRef("pk"), **conditions))


class EstateQuerySet(PlacedQuerySet):
    """Estates, by place for the offices and through their stations for the units."""

    def within(self, area: Area) -> Q:
        """Add to a place's estates those that an organisation's stations serve."""
        if area.organisation_id is None:
            return super().within(area)
        stations = apps.get_model("heating", "Substation").objects.all()
        served = apps.get_model("heating", "ServedEstate").objects
        ids = served.filter(station__in=stations.filter(stations.within(area)))
        return Q(pk=one_of(ids.values("estate_id")))

    def active(self) -> Self:
        """Return the estates that are not archived."""
        return self.filter(archived_at__isnull=True)

    def with_counts(self, day: date) -> Self:
        """Annotate ``households_connected``, ``households_direct`` as last counted by ``day``."""
        counts = (
            apps.get_model("heating", "HouseholdCount")
            .objects.filter(estate_id=OuterRef("pk"), as_of__lte=day)
            .order_by("-as_of")
        )
        return self.annotate(
            households_connected=Subquery(counts.values("connected")[:1]),
            households_direct=Subquery(counts.values("direct")[:1]),
            counted_on=Subquery(counts.values("as_of")[:1]),
        )


class HeatSourceQuerySet(BaseQuerySet):
    """Heat sources feed several counties, so every office with the permission sees all."""

    def within(self, area: Area) -> Q:
        """Return everything for a place; for an organisation its own and those it draws from."""
        if area.organisation_id is None:
            return EVERYTHING
        stations = apps.get_model("heating", "Substation").objects.all()
        used = stations.filter(stations.within(area), heat_source__isnull=False)
        return Q(organisation_id=area.organisation_id) | Q(pk=one_of(used.values("heat_source_id")))

    def active(self) -> Self:
        """Return the sources that are not archived."""
        return self.filter(archived_at__isnull=True)
