"""The list page of a noun."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bureau.desk import export_plan, lean, paging, printing
from bureau.desk.bulk import BulkChange
from bureau.desk.filters import BaseFilterSet
from bureau.desk.tables import Table
from bureau.desk.views.base import NO_PERMISSION, Action, FilteredView
from bureau.desk.views.bulk import BulkPage
from bureau.desk.views.preferences import Preferences
from bureau.desk.views.selection import Selection
from bureau.exchange import exporting, exports


class ListPage(Preferences, Selection, FilteredView):
    """Filter bar, saved views, table, keyset paging, bulk changes and export within scope.

    ``actions`` may add buttons beside “New”; ``description`` is a sentence under the title,
    ``first_step`` what to do while the list is empty; ``bulk`` says what may be done with many
    rows at once.
    """

    http_method_names: ClassVar[list[str]] = ["get", "head"]
    table: ClassVar[type[Table]]
    bulk: ClassVar[Sequence[BulkChange]] = ()
    title: ClassVar[Any] = ""
    description: ClassVar[Any] = ""
    first_step: ClassVar[Any] = ""
    icon: ClassVar[str] = "folder"
    template = "desk/list.html"
    fragment = "desk/_list.html"
    export_name: ClassVar[str] = ""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        self.require(self.permission("view"))
        if not is_fragment(request) and (address := self.opening_address()):
            return self._varied(redirect(address))
        if wanted := request.GET.get("format"):
            return self.export(wanted)
        if not is_fragment(request):
            return self._varied(render(request, self.template, self.context()))
        return self._varied(self.part(request))

    def part(self, request: HttpRequest) -> HttpResponse:
        """Answer htmx with the part of the page that it asks for."""
        if request.GET.get("count") == "exact":
            return render(request, "desk/_count.html", self.exact_count())
        if request.GET.get("part") == "filters":
            return render(request, "parts/filter_panel.html", {"filters": self.filters})
        if request.GET.get("part") == "why":
            return render(request, "desk/_why_empty.html", {"culprits": self.culprits()})
        response = render(request, self.fragment, self.context())
        response.headers["HX-Push-Url"] = self.clean_address()
        return response

    def scoped(self) -> QuerySet:
        """Return the rows within the user's scope, from which everything else starts."""
        return self.queryset.visible_to(self.request.user)

    @classmethod
    def with_row_data(cls, rows: QuerySet) -> QuerySet:
        """Join what the table shows of a row to the rows: the same for every reader on a day."""
        return rows

    @cached_property
    def filters(self) -> BaseFilterSet:
        """The filters of this request."""
        return self.filterset(self.request.GET, self.scoped(), user=self.request.user)

    def context(self) -> dict[str, Any]:
        """Return what the templates draw."""
        sort, reader = self.request.GET.get("sort", ""), self.request.user
        table = self.table(sort=sort, chosen=self.chosen(), user=reader)
        page, problem = self.page(table)
        table.rows, count, create = page.rows, self.count(page), self.create_action()
        problems = [*self.filters.sentences, *self.view_problems(), *([problem] if problem else [])]
        return {
            "page": page,
            "table": table,
            "filters": self.filters,
            "problems": problems,
            "count": count,
            "is_long": count.number > exporting.LONG,
            "title": self.title or self.plural,
            "description": self.description,
            "first_step": self.first_step,
            "icon": self.icon,
            "actions": [*self.actions(), *([create] if create else [])],
            "create": create,
            "sizes": paging.SIZES,
            "size": self.size,
            "has_panel": bool(set(self.filterset.base_filters) - {"q"}),
            "panel_open": self.panel_open(),
            "place_picker": self.place_picker(),
            **self.view_context(),
            **self.selection_context(),
        }

    def panel_open(self) -> bool:
        """Whether the bar is drawn at once: somebody asked, or something was not understood."""
        return bool(self.request.GET.get("part") == "open" or self.filters.form.errors)

    def place_picker(self) -> Any:
        """Return the place filter where the browser shows it, so that its town list can follow."""
        if "place" in self.request.GET and "place" in self.filters.filters:
            return self.filters.drawn("place")
        return None

    def page(self, table: Table) -> tuple[paging.KeysetPage, str]:
        """Return the page asked for; a cursor of another list starts from the front."""
        ordering, rows = self.table.ordering(self.request.GET.get("sort", "")), self.rows()
        if not (read := lean.reader(type(self), table.shown, ordering, rows)):
            rows, read = self.with_row_data(rows), list
        try:
            cursor = self.request.GET.get("cursor", "")
            return paging.paginate(rows, ordering, cursor, self.size, read), ""
        except paging.CursorError:
            sentence = _("This page of the list could not be found, so you see the first one.")
            return paging.paginate(rows, ordering, "", self.size, read), sentence

    def count(self, page: paging.KeysetPage) -> paging.Count:
        """Count what the filters select; a list on one page is counted by looking."""
        if self.request.GET.get("count") == "exact":
            return paging.count(self.rows(), exact=True)
        if page.is_whole:
            return paging.Count(len(page.rows), exact=True)
        return paging.count(self.rows())

    def exact_count(self) -> dict[str, Any]:
        """Count every row, because somebody asked."""
        return {"count": paging.count(self.rows(), exact=True)}

    def export(self, wanted: str) -> HttpResponseBase:
        """Write what is filtered as csv or xlsx; filters that make no sense are refused."""
        if wanted not in (*exporting.FORMATS, printing.FORMAT):
            raise BadRequest(_("Lists are exported as csv or xlsx only."))
        if self.filters.sentences:
            raise BadRequest(" ".join(self.filters.sentences))
        sheet = self.sheet()
        if wanted == printing.FORMAT:
            title, table = self.title or self.plural, self.table(chosen=self.chosen())
            return printing.list_sheet(self.request, title, table, sheet.rows, self.filters.chips)
        if sheet.rows.values("pk")[: exporting.LONG + 1].count() > exporting.LONG:
            return self.too_long(wanted)
        return exporting.export(self.export_file, sheet.columns, sheet.cells, wanted)

    def sheet(self) -> exports.Sheet:
        """Return the columns, rows and cells of an export, filtered, sorted, within scope."""
        table = self.table(chosen=self.chosen())
        ordering = self.table.ordering(self.request.GET.get("sort", ""))
        rows = self.with_row_data(self.rows()).order_by(*ordering.order_by())
        return exports.Sheet(table.export_columns(), rows, export_plan.cells(table.shown, rows))

    def too_long(self, wanted: str) -> HttpResponse:
        """Offer the button that lets a worker write what takes too long to wait for."""
        words = self.request.GET.copy()
        words.pop("format", None)
        context = {
            "title": self.title or self.plural,
            "address": f"{self.request.path}?{words.urlencode()}",
            "format": wanted,
            "most": exporting.LONG,
        }
        return render(self.request, "desk/export_long.html", context, status=409)

    @property
    def export_file(self) -> str:
        """How the file of an export is called, before the day."""
        return str(self.export_name or self.model._meta.model_name)

    def create_action(self) -> Action | None:
        """Return the “New” button; without the permission it says so."""
        if not (url := self.url("create")):
            return None
        allowed = self.request.user.has_perm(self.permission("add"))
        return Action(
            "create",
            _("New"),
            url,
            enabled=allowed,
            reason="" if allowed else NO_PERMISSION,
            method="get",
            kind="primary",
            icon="plus",
        )

    def actions(self) -> list[Action]:
        """Return further buttons of the page's head."""
        return []

    @classmethod
    def bulk_view(cls) -> Callable[..., HttpResponseBase]:
        """Return the view that carries out the list's bulk changes; ``noun`` routes it."""
        return BulkPage.as_view(listing=cls)

    @staticmethod
    def _varied(response: Any) -> Any:
        patch_vary_headers(response, ["HX-Request"])
        return response


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: never for a boosted link or the history."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
