"""Pages of the API: the same keyset as the pages, with whole addresses of the neighbours."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from bureau.desk.paging import DEFAULT_SIZE, CursorError, KeysetPage, Ordering, paginate

LARGEST = 500


class KeysetPagination(BasePagination):
    """``?size=`` rows a page (1–500), ``?sort=`` a column the noun offers, ``?cursor=`` a place."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list:
        """Return the rows of the page asked for."""
        self.request = request
        cursor = request.query_params.get("cursor", "")
        try:
            self.page: KeysetPage = paginate(
                queryset, self.ordering(request, view), cursor, self._size(request)
            )
        except CursorError as error:
            sentence = _("This place is not in the list. Begin again without a cursor.")
            raise ValidationError({"cursor": [sentence]}) from error
        return list(self.page.rows)

    def get_paginated_response(self, data: list) -> Response:
        """Return the rows between the addresses of the neighbouring pages."""
        return Response(
            {
                "next": self._address(self.page.next),
                "previous": self._address(self.page.previous),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page in the OpenAPI document."""
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the three words of a list's address."""
        sortable = [sign + name for name in _sortable(view) for sign in ("", "-")]
        kinds: dict[str, dict[str, Any]] = {
            "cursor": {"type": "string"},
            "size": {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": DEFAULT_SIZE},
            "sort": {"type": "string", "enum": sortable},
        }
        return [
            {"name": name, "in": "query", "required": False, "schema": kind}
            for name, kind in kinds.items()
        ]

    def _address(self, cursor: str) -> str | None:
        if not cursor:
            return None
        here = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(here, "cursor", cursor)

    def ordering(self, request: Request, view: Any) -> Ordering:
        """Return the order asked for."""
        return ordering_of(request, view)

    @staticmethod
    def _size(request: Request) -> int:
        wanted = request.query_params.get("size", "")
        if not wanted:
            return DEFAULT_SIZE
        if not wanted.isdecimal() or not 1 <= int(wanted[:9]) <= LARGEST:
            sentence = _("A page has 1 to %(largest)d rows.")
            raise ValidationError({"size": [sentence % {"largest": LARGEST}]})
        return int(wanted)


def _sortable(view: Any) -> tuple[str, ...]:
    ordering = getattr(view, "ordering", "pk").removeprefix("-")
    return tuple(dict.fromkeys((*getattr(view, "sortable", ()), ordering, "id")))


class NewestFirst(KeysetPagination):
    """A list that always begins with what came last: history, notes, files."""

    def ordering(self, request: Request, view: Any) -> Ordering:
        """Return the one order there is."""
        return Ordering("pk", descending=True)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe place and size; there is nothing to sort."""
        found = super().get_schema_operation_parameters(view)
        return [one for one in found if one["name"] != "sort"]


def ordering_of(request: Request, view: Any) -> Ordering:
    """Return the order that the address asks for among those that the noun offers."""
    wanted = request.query_params.get("sort", "")
    if not wanted:
        return Ordering.parse(getattr(view, "ordering", "pk"))
    if wanted.removeprefix("-") not in _sortable(view):
        offered = ", ".join(_sortable(view))
        sentence = _("The list cannot be sorted by this. Possible: %(columns)s.")
        raise ValidationError({"sort": [sentence % {"columns": offered}]})
    return Ordering.parse(wanted)
