"""Reads of the registry: what a posting sees, and how things stood on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from bureau.core import clock
from bureau.core.querysets import EVERYTHING, Area, BaseQuerySet
from bureau.places.querysets import PlacedQuerySet
from heating.choices import HandoverState

HANDED_OVER = (HandoverState.CONNECTED, HandoverState.ARCHIVED)
HALTED = (HandoverState.RETURNED, HandoverState.SUSPENDED)


# What no list, sheet or answer shows of the things behind a row, and costs as much as the rest.
UNSHOWN = ("bigrams", "pinyin", "created_at", "updated_at")
UNSHOWN_OF_PLACES = (
    *UNSHOWN, "source", "demolition_year", "central_heating_on", "coal_free", "gas_ready",
    "power_ready", "valid_from", "code_is_provisional", "version", "archived_at",
)  # fmt: skip
PLACES = ("community", "community__parent", "community__parent__parent")
UNSHOWN_BEHIND_A_ROW = (
    "bigrams",
    *(f"{place}__{name}" for place in PLACES for name in UNSHOWN_OF_PLACES),
    *(f"community__managing_area__{name}" for name in ("pinyin", "created_at", "updated_at")),
)


class _AnyOf(Func):
    """SQL ``column = ANY (ARRAY(SELECT …))``: unlike IN it stays indexable beside an OR."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


_COUNTED = (
    "estate_id", "as_of", "connected", "direct", "estate__community__managing_area_id",
    "estate__community__parent__parent__code",
)  # fmt: skip
_CHANGES = """
    SELECT width_bucket(as_of, %s::date[]), area, county,
           sum(CASE WHEN was IS NULL THEN 1 ELSE 0 END),
           sum(connected - coalesce(was, 0)), sum(direct - coalesce(was_direct, 0))
    FROM (SELECT as_of, area, county, connected, direct,
                 lag(connected) OVER by_estate AS was, lag(direct) OVER by_estate AS was_direct
          FROM ({source}) AS counted (estate, as_of, connected, direct, area, county)
          WINDOW by_estate AS (PARTITION BY estate ORDER BY as_of)) AS step
    GROUP BY 1, 2, 3
"""


def one_of(column: str, ids: QuerySet) -> Q:
    """Return the condition that ``column`` is among the ids of a one-column queryset."""
    return Q(_AnyOf(F(column), ArraySubquery(ids)))


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

    def changes_by_area(self, days: Sequence[date]) -> list[tuple[Any, ...]]:
        """Return what the counts added between ``days``, in one query over all of them.

        Each row: the index of the first day that it counts on, managing area, county's code,
        estates counted for the first time, households connected and on direct supply, more or
        fewer than that estate's count before. Days are ascending.
        """
        ends = [day + timedelta(days=1) for day in days]
        rows = self.filter(as_of__lt=ends[-1]).order_by().values_list(*_COUNTED)
        try:
            source, params = rows.query.sql_with_params()
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_CHANGES.format(source=source), [ends, *params])
            return cursor.fetchall()

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
        return Q(heating_company_id=area.organisation_id) | one_of(
            "pk", managed.values("station_id")
        )

    def managed_as(self, day: date) -> Self:
        """Annotate mode, manager_ref, manager_name, owner_run, managed_since as on ``day``.

        At most one period holds on a day, so the join never doubles a row.
        """
        holds = Q(management_periods__valid_from__lte=day) & (
            Q(management_periods__valid_to__isnull=True) | Q(management_periods__valid_to__gt=day)
        )
        return self.annotate(
            period=FilteredRelation("management_periods", condition=holds),
            mode=F("period__mode"),
            manager_ref=F("period__manager_id"),
            manager_name=F("period__manager__name"),
            owner_run=F("period__owner_run"),
            managed_since=F("period__valid_from"),
        )

    def in_mode(self, modes: Iterable[str], day: date) -> Self:
        """Return the stations managed in any of ``modes`` on ``day``."""
        return self.filter(self._period(day, mode__in=tuple(modes)))

    def managed_by(self, organisation_id: int, day: date) -> Self:
        """Return the stations that an organisation manages on ``day``."""
        return self.filter(self._period(day, manager_id=organisation_id))

    def with_row_data(self, day: date) -> Self:
        """Join what a list row shows into one query: place, units, management, main estate."""
        main = FilteredRelation("served_estates", condition=Q(served_estates__is_main=True))
        return (
            self.select_related(
                "community__parent__parent",
                "community__managing_area",
                "heating_company",
                "heat_source",
            )
            .defer(
                *UNSHOWN_BEHIND_A_ROW,
                *(f"heating_company__{name}" for name in UNSHOWN),
                *(f"heat_source__{name}" for name in UNSHOWN),
            )
            .managed_as(day)
            .annotate(
                main_link=main,
                main_estate=F("main_link__estate__name"),
                main_estate_ref=F("main_link__estate_id"),
            )
        )

    def marked_by_handover(self, handovers: QuerySet, today: date) -> Self:
        """Annotate ``map_mark`` by each station's latest of ``handovers``, cancelled ones aside.

        done, halted (sent back or suspended), late, underway, or none.
        """
        latest = (
            handovers.filter(station_id=OuterRef("pk"))
            .exclude(state=HandoverState.CANCELLED)
            .order_by("-pk")
            .annotate(
                standing=Case(
                    When(state__in=HANDED_OVER, then=Value("done")),
                    When(state__in=HALTED, then=Value("halted")),
                    When(step_due_on__lt=today, then=Value("late")),
                    default=Value("underway"),
                )
            )
        )
        mark = Coalesce(Subquery(latest.values("standing")[:1]), Value("none"))
        return self.annotate(map_mark=mark)

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
        return one_of("pk", ids.values("estate_id"))

    def with_row_data(self, day: date) -> Self:
        """Join what a list row shows into one query: place and households as last counted."""
        joined = self.select_related("community__parent__parent", "community__managing_area").defer(
            *UNSHOWN_BEHIND_A_ROW
        )
        # A filter may have asked for the figures of another day.
        return joined if "counted_on" in joined.query.annotations else joined.with_counts(day)

    def with_counts(self, day: date) -> Self:
        """Annotate ``households_connected``, ``households_direct`` as last counted by ``day``."""
        return self.annotate(**_as_last_counted(day))


@lru_cache(maxsize=8)
def _as_last_counted(day: date) -> dict[str, Subquery]:
    counts = (
        apps.get_model("heating", "HouseholdCount")
        .objects.filter(estate_id=OuterRef("pk"), as_of__lte=day)
        .order_by("-as_of")
    )
    return {
        "households_connected": Subquery(counts.values("connected")[:1]),
        "households_direct": Subquery(counts.values("direct")[:1]),
        "counted_on": Subquery(counts.values("as_of")[:1]),
    }


class HeatSourceQuerySet(BaseQuerySet):
    """Heat sources feed several counties, so every office with the permission sees all."""

    def within(self, area: Area) -> Q:
        """Return everything for a place; for an organisation its own and those it draws from."""
        if area.organisation_id is None:
            return EVERYTHING
        stations = apps.get_model("heating", "Substation").objects.all()
        used = stations.filter(stations.within(area), heat_source__isnull=False)
        return Q(organisation_id=area.organisation_id) | one_of("pk", used.values("heat_source_id"))
