"""Maps: points as GeoJSON from a list's own filters, gathered in cells where they are many.

    class StationMap(MapPage):
        queryset, filterset = Substation.objects.all(), SubstationFilter
        list_name, title = "heating:substation_list", _("Map of the stations")
        layers = (Layer("mode", _("Management"), MARKS, annotate),)

``annotate(queryset, user)`` adds ``map_mark``, the key of the mark that each row is drawn with.
The page answers ``?format=geojson`` with its points, so both stand behind the same scope.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Avg, Count, F, FloatField, QuerySet, Value
from django.db.models.functions import Cast, Floor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from bureau.desk.filters import BaseFilterSet
from bureau.desk.views.base import FilteredView

MOST_POINTS = 2000
#: Names as they are written take half of what escapes do.
COMPACT = {"ensure_ascii": False, "separators": (",", ":")}
CELL_PIXELS = 64
TILE_PIXELS = 256
ZOOMS = (3, 20)
#: A degree of latitude is this much longer than one of longitude where the city lies.
STRETCH = math.cos(math.radians(36.4))
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9})?\Z")
#: Words of the address that belong to the map and not to the list beside it.
MAP_WORDS = ("layer", "format", "box", "zoom")


@dataclass(frozen=True, slots=True)
class Mark:
    """How one state is drawn: a tone of the tokens, a shape and a letter, never colour alone."""

    key: str
    label: Any
    tone: str
    shape: str
    letter: Any


@dataclass(frozen=True, slots=True)
class Layer:
    """One way to tell the points apart: its marks and how a row gets the key of one."""

    key: str
    label: Any
    marks: Sequence[Mark]
    annotate: Callable[[QuerySet, Any], QuerySet]
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """The part of the ground that a map shows, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> "Box | None":
        """Return the box written as west,south,east,north; None where it is none."""
        parts = text.split(",")
        if len(parts) != 4 or not all(DEGREES.match(part) for part in parts):  # noqa: PLR2004
            return None
        return cls(*(float(part) for part in parts))


def located(queryset: QuerySet, box: Box | None = None) -> QuerySet:
    """Return the rows that have a position, inside ``box`` where one is given."""
    found = queryset.filter(longitude__isnull=False, latitude__isnull=False)
    if box is None:
        return found
    return found.filter(
        longitude__range=(box.west, box.east), latitude__range=(box.south, box.north)
    )


def cell_size(zoom: int) -> float:
    """Return how many degrees of longitude a cell of the grid is wide at a zoom level."""
    low, high = ZOOMS
    return 360 / 2 ** min(high, max(low, zoom)) * CELL_PIXELS / TILE_PIXELS


def gathered(queryset: QuerySet, zoom: int) -> list[dict[str, Any]]:
    """Return one feature per cell of the grid: where its points lie and how many bear each mark."""
    size = cell_size(zoom)
    rows = (
        queryset.order_by()
        .annotate(
            column=Floor(Cast(F("longitude"), FloatField()) / Value(size)),
            line=Floor(Cast(F("latitude"), FloatField()) / Value(size * STRETCH)),
        )
        .values("column", "line", "map_mark")
        .annotate(number=Count("pk"), east=Avg("longitude"), north=Avg("latitude"))
    )
    cells: dict[tuple[float, float], list[dict[str, Any]]] = {}
    for row in rows:
        cells.setdefault((row["column"], row["line"]), []).append(row)
    return [_cell(rows) for rows in cells.values()]


def _cell(rows: list[dict[str, Any]]) -> dict[str, Any]:
    total = sum(row["number"] for row in rows)
    east = sum(float(row["east"]) * row["number"] for row in rows) / total
    north = sum(float(row["north"]) * row["number"] for row in rows) / total
    marks = {row["map_mark"]: row["number"] for row in rows}
    return feature(east, north, count=total, marks=marks)


def feature(longitude: Any, latitude: Any, **properties: Any) -> dict[str, Any]:
    """Return a point of GeoJSON; degrees are rounded to what the registry keeps."""
    position = [round(float(longitude), 6), round(float(latitude), 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": position},
        "properties": properties,
    }


def tiles() -> dict[str, str]:
    """Return the tile server that the settings name, or nothing: the ground stays plain."""
    return {"url": settings.MAP_TILE_URL, "attribution": settings.MAP_TILE_ATTRIBUTION}


class MapPage(FilteredView):
    """The rows of a list on a map, by the list's own filters and within the same scope.

    ``list_name`` is the address of the list beside it, ``describe`` what a point tells.
    """

    http_method_names: ClassVar[list[str]] = ["get", "head"]
    template = "desk/map.html"
    title: ClassVar[Any] = ""
    list_name: ClassVar[str] = ""
    layers: ClassVar[Sequence[Layer]] = ()

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require(self.permission("view"))
        filters = self.filterset(request.GET, self.scoped(), user=request.user)
        layer = self.layer()
        if request.GET.get("format") == "geojson":
            points = self.points(filters.qs, layer)
            return JsonResponse(points, json_dumps_params=COMPACT)
        return render(request, self.template, self.context(filters, layer))

    def scoped(self) -> QuerySet:
        """Return the rows within the user's scope."""
        return self.queryset.visible_to(self.request.user)

    def open_layers(self) -> list[Layer]:
        """Return the layers that the user may see."""
        user = self.request.user
        return [one for one in self.layers if not one.permission or user.has_perm(one.permission)]

    def layer(self) -> Layer:
        """Return the layer asked for, or the first."""
        layers = self.open_layers()
        wanted = self.request.GET.get("layer", "")
        return next((one for one in layers if one.key == wanted), layers[0])

    def describe(self, rows: QuerySet) -> Iterable[dict[str, Any]]:
        """Yield a feature per row; its properties need ``mark``, ``name``, ``url``, ``lines``."""
        raise NotImplementedError

    def places(self) -> list[dict[str, Any]]:
        """Return what the plain ground is labelled with: features with a ``name``."""
        return []

    def points(self, rows: QuerySet, layer: Layer) -> dict[str, Any]:
        """Return the points of the filtered rows; more than 2,000 in view come as a grid."""
        box = Box.read(self.request.GET.get("box", ""))
        marked = layer.annotate(rows, self.request.user)
        inside = located(marked, box)
        many = inside.order_by()[: MOST_POINTS + 1].count() > MOST_POINTS
        found = gathered(inside, self.zoom()) if many else list(self.describe(inside))
        answer = {"type": "FeatureCollection", "gathered": many, "features": found}
        if box is None:
            answer |= {"places": self.places(), **self.counts(rows, marked)}
        return answer

    def counts(self, rows: QuerySet, marked: QuerySet) -> dict[str, Any]:
        """Count the points by mark, and the rows that no map can show."""
        by_mark = located(marked).order_by().values_list("map_mark").annotate(number=Count("pk"))
        without = rows.filter(longitude__isnull=True).order_by()
        return {"counts": dict(by_mark), "missing": without.count()}

    def zoom(self) -> int:
        """Return the zoom level that the browser named."""
        text = self.request.GET.get("zoom", "")
        return int(text) if text.isdecimal() and len(text) < 3 else 9  # noqa: PLR2004

    def context(self, filters: BaseFilterSet, layer: Layer) -> dict[str, Any]:
        """Return what the template draws."""
        words = self.request.GET.copy()
        for word in MAP_WORDS:
            words.pop(word, None)
        asked = self.request.GET.copy()
        asked["format"] = "geojson"
        query = f"?{words.urlencode()}" if words else ""
        return {
            "title": self.title,
            "filters": filters,
            "problems": filters.sentences,
            "layers": self.open_layers(),
            "layer": layer,
            "list_page": reverse(self.list_name) + query,
            "list_url": reverse(self.list_name),
            "list_title": self.plural,
            "points_url": f"{self.request.path}?{asked.urlencode()}",
            "tiles": tiles(),
            "panel_open": filters.narrows,
        }
