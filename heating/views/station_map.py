"""Substations on the map, by who runs them or by how far their handover has come."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Avg, Count, F, Max, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.core import clock
from bureau.desk.filters import PAGE_WORDS
from bureau.desk.maps import Layer, MapPage, Mark, feature, located, tiles
from bureau.desk.views.base import Action
from heating.choices import ManagementMode
from heating.filters.registry import SubstationFilter
from heating.models import Handover, Substation
from heating.tables.registry import manager_of

#: Words of the list's address that a map has no use for.
LIST_WORDS = (*PAGE_WORDS, "sort", "size", "columns", "pk", "view")
NOBODY = Mark("none", _("not stated"), "neutral", "ring", "?")
MODES = (
    Mark(
        ManagementMode.COMPANY_RUN.value,
        ManagementMode.COMPANY_RUN.label,
        "good",
        "circle",
        pgettext_lazy("letter on the map", "C"),
    ),
    Mark(
        ManagementMode.THIRD_PARTY_RUN.value,
        ManagementMode.THIRD_PARTY_RUN.label,
        "waiting",
        "diamond",
        pgettext_lazy("letter on the map", "T"),
    ),
    Mark(
        ManagementMode.CUSTODY.value,
        ManagementMode.CUSTODY.label,
        "special",
        "square",
        pgettext_lazy("letter on the map", "K"),
    ),
    NOBODY,
)
HANDOVERS = (
    Mark("none", _("no handover"), "neutral", "ring", "–"),
    Mark(
        "underway",
        _("handover under way"),
        "active",
        "square",
        pgettext_lazy("letter on the map", "U"),
    ),
    Mark("late", _("handover overdue"), "bad", "diamond", pgettext_lazy("letter on the map", "L")),
    Mark(
        "halted",
        _("sent back or suspended"),
        "special",
        "hexagon",
        pgettext_lazy("letter on the map", "H"),
    ),
    Mark("done", _("handed over"), "good", "circle", pgettext_lazy("letter on the map", "D")),
)


def by_mode(stations: QuerySet, _user: Any) -> QuerySet:
    """Mark each station with who runs it today."""
    return stations.annotate(map_mark=Coalesce(F("mode"), Value(NOBODY.key)))


def by_handover(stations: QuerySet, user: Any) -> QuerySet:
    """Mark each station with how far the latest handover has come that the user may see."""
    return stations.marked_by_handover(Handover.objects.visible_to(user), clock.today())


class StationMap(MapPage):
    """The stations of the list on the map."""

    queryset = Substation.objects.all()
    filterset = SubstationFilter
    list_name = "heating:substation_list"
    title = _("Map of the stations")
    layers: ClassVar[tuple[Layer, ...]] = (
        Layer("mode", _("Management"), MODES, by_mode),
        Layer("handover", _("Handover"), HANDOVERS, by_handover, "heating.view_handover"),
    )

    def scoped(self) -> QuerySet:
        return super().scoped().with_row_data(clock.today())

    def describe(self, rows: QuerySet) -> Iterable[dict[str, Any]]:
        words = {mark.key: str(mark.label) for mark in self.layer().marks}
        return (_feature(station, words.get(station.map_mark, "")) for station in rows)

    def places(self) -> list[dict[str, Any]]:
        """Name each county and managing area above the middle of the stations that lie there."""
        stations = located(Substation.objects.visible_to(self.request.user).active())
        rows = (
            stations.order_by()
            .values(
                area=Coalesce(
                    F("community__managing_area__name"), F("community__parent__parent__name")
                )
            )
            .annotate(east=Avg("longitude"), north=Max("latitude"), number=Count("pk"))
            .order_by("-number", "area")
        )
        return [
            feature(row["east"], row["north"], name=row["area"], number=row["number"])
            for row in rows
        ]


def _feature(station: Any, state: str) -> dict[str, Any]:
    town = station.community.parent
    place = "".join(one.name for one in (town.parent, town, station.community) if one)
    lines = [state, station.main_estate, manager_of(station), place]
    return feature(
        station.longitude,
        station.latitude,
        mark=station.map_mark,
        name=station.name,
        url=station.get_absolute_url(),
        lines=[str(line) for line in lines if line],
    )


def of_stations(stations: QuerySet, user: Any) -> dict[str, Any] | None:
    """Return what the small map of a page draws: these stations, and the way to all others."""
    marked = by_mode(located(stations.with_row_data(clock.today())), user)
    words = {mark.key: str(mark.label) for mark in MODES}
    here = [_feature(station, words.get(station.map_mark, "")) for station in marked[:50]]
    if not here:
        return None
    drawn = {"type": "FeatureCollection", "features": here}
    return {"here": drawn, "marks": MODES, "around": _everything()}


def _everything() -> dict[str, Any]:
    address = reverse("heating:map")
    return {"points_url": f"{address}?format=geojson", "tiles": tiles()}


def map_action(request: HttpRequest) -> Action:
    """Return the button from the list to the map, which keeps the list's filters."""
    words = request.GET.copy()
    for word in LIST_WORDS:
        words.pop(word, None)
    query = f"?{words.urlencode()}" if words else ""
    return Action(
        "map", _("On the map"), reverse("heating:map") + query, method="get", icon="map-2"
    )


class PicksPosition:
    """A form whose longitude and latitude may be picked on a map; the two fields are the truth."""

    template = "heating/placed_form.html"

    def context(self, form: Any) -> dict[str, Any]:
        """Return what the template draws."""
        return {**super().context(form), **_everything()}  # type: ignore[misc]
