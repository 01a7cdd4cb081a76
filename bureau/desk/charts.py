"""Charts: what is drawn, what it says in figures, and the list behind each figure.

A view builds a ``Chart``, draws it with ``parts/chart.html`` (the figures stand below it as a
table, for whoever cannot see the picture) and answers ``?format=json`` with ``chart.data()``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict

from bureau.desk import formats
from bureau.desk.filters import PAGE_WORDS

BARS, LINES = "bars", "lines"
#: Words of a page with a chart that its lists have no use for.
CHART_WORDS = (*PAGE_WORDS, "by", "as_of", "sort", "size", "columns")

Number = int | Decimal | None


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures: a name, a value and a link per category, a tone of the tokens.

    ``main`` is the one that is read first; ``places`` fixes the decimals.
    """

    name: Any
    values: Sequence[Number]
    links: Sequence[str] = ()
    tone: str = "accent"
    main: bool = False
    places: int | None = None

    def texts(self) -> list[str]:
        """Return the values as people read them."""
        return [formats.number(value, self.places) for value in self.values]

    def cells(self) -> list[tuple[str, str]]:
        """Return (text, link) per category, for the table."""
        links = self.links or [""] * len(self.values)
        return list(zip(self.texts(), links, strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures: ``bars`` (the second series lies within the first) or ``lines``."""

    key: str
    title: Any
    kind: str
    categories: Sequence[Any]
    series: Sequence[Series]
    as_of: date
    head: Any = ""
    unit: str = ""

    def data(self) -> dict[str, Any]:
        """Return what the browser draws."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "as_of": self.as_of.isoformat(),
            "unit": self.unit,
            "categories": [str(one) for one in self.categories],
            "series": [
                {
                    "name": str(one.name),
                    "values": [None if value is None else float(value) for value in one.values],
                    "texts": one.texts(),
                    "links": list(one.links),
                    "tone": one.tone,
                    "main": one.main,
                }
                for one in self.series
            ],
        }

    def rows(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        """Return (category, cells) for the table under the picture."""
        columns = [one.cells() for one in self.series]
        return [
            (category, [column[index] for column in columns])
            for index, category in enumerate(self.categories)
        ]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)


def wants_data(request: HttpRequest) -> bool:
    """Whether the browser asks for the figures of the page's chart."""
    return request.GET.get("format") == "json"


def answer(chart: Chart) -> JsonResponse:
    """Answer with the figures of a chart."""
    return JsonResponse(chart.data())


def data_url(request: HttpRequest) -> str:
    """Return where the figures of this page's chart are fetched."""
    words = request.GET.copy()
    words["format"] = "json"
    return f"{request.path}?{words.urlencode()}"


def link(address: str, words: QueryDict | None = None, **more: Any) -> str:
    """Return the list at ``address`` under the filters of ``words`` and these further ones."""
    query = words.copy() if words is not None else QueryDict(mutable=True)
    for word in CHART_WORDS:
        query.pop(word, None)
    for word, value in more.items():
        query[word] = value
    return f"{address}?{query.urlencode()}" if query else address
