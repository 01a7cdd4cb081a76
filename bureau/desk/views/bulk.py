"""Changing many rows: what is to be changed, a last look at how many, then a background task."""

import hashlib
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from bureau.core.errors import BusinessError
from bureau.desk.bulk import BulkChange
from bureau.desk.choices import ListRefusal
from bureau.desk.services import bulk as services

FIRST_ROWS = 10
NOT_ARGUMENTS = frozenset({"csrfmiddlewaretoken", "step", "number", "mark"})
FORM, WRITE = "form", "write"


class BulkPage(View):
    """One bulk change of a list.

    The address carries the selection: ``pk`` of ticked rows, or ``all`` with the list's filters,
    which are resolved anew within the scope at every step. What was confirmed is written only
    while exactly those rows are selected.
    """

    http_method_names: ClassVar[list[str]] = ["get", "head", "post"]
    listing: ClassVar[Any] = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = self.listing()
        self.page.setup(request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        self.page.require(self.page.permission("view"))
        if not self.change.is_open_to(request.user, self.page.model):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def change(self) -> BulkChange:
        """What is to be done."""
        for change in self.listing.bulk:
            if change.key == self.kwargs["verb"]:
                return change
        raise Http404

    @cached_property
    def chosen(self) -> list[tuple[int, int | None]]:
        """(id, version) of the rows selected now, in the list's order; at most one too many."""
        page = self.page
        if page.filters.sentences or not (page.ticked() or page.request.GET.get("all")):
            return []
        ordering = page.table.ordering(page.request.GET.get("sort", ""))
        rows = page.rows().order_by(*ordering.order_by())
        versioned = any(field.name == "version" for field in page.model._meta.fields)
        names = ("pk", "version") if versioned else ("pk", "pk")
        found = rows.values_list(*names)[: self.change.most + 1]
        return [(pk, version if versioned else None) for pk, version in found]

    @property
    def mark(self) -> str:
        """What tells this very selection from any other."""
        joined = ",".join(str(pk) for pk in sorted(pk for pk, _version in self.chosen))
        return hashlib.sha256(joined.encode()).hexdigest()[:32]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Ask what is to be changed; without any question, show the last look at once."""
        if problem := self.problem():
            return self.draw(None, FORM, 200, problem)
        form = self.change.ask(None, request.user)
        return self.draw(form, FORM if form is not None else WRITE)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Check what was filled in; after the last look, order the change."""
        form = self.change.ask(request.POST, request.user)
        if problem := self.problem():
            return self.draw(form, FORM, 409, problem)
        if form is not None and not form.is_valid():
            return self.draw(form, FORM, 422)
        if request.POST.get("step") != WRITE:
            return self.draw(form, WRITE)
        if request.POST.get("mark") != self.mark:
            return self.draw(form, WRITE, 409, self.moved())
        run = services.order(
            actor=request.user,
            list_key=self.page.list_key,
            change=self.change,
            model=self.page.model,
            rows=self.chosen,
            arguments=self.arguments(),
            selection=request.GET.urlencode(),
            all_matching=bool(request.GET.get("all")),
        )
        messages.success(request, _("The change was ordered; it goes on by itself."))
        return redirect(run.get_absolute_url())

    def problem(self) -> BusinessError | None:
        """Return why these rows cannot be changed together."""
        try:
            services.check_number(len(self.chosen), self.change)
        except BusinessError as error:
            if error.code == ListRefusal.TOO_MANY_ROWS:
                error.values["count"] = self.page.rows().count()
            return error
        return None

    def moved(self) -> BusinessError:
        """Say that the selection is no longer the one that was looked at."""
        before = self.request.POST.get("number", "")
        return BusinessError(
            ListRefusal.ROWS_MOVED,
            count=len(self.chosen),
            before=before if before.isdecimal() and len(before) < 9 else "?",
        )

    def arguments(self) -> dict[str, list[str]]:
        """Return what was filled in, as the run keeps it."""
        sent = self.request.POST
        return {name: sent.getlist(name) for name in sent if name not in NOT_ARGUMENTS}

    def draw(
        self, form: Any, step: str, status: int = 200, problem: BusinessError | None = None
    ) -> HttpResponse:
        """Show the form, or the last look before anything is written."""
        page, ids = self.page, [pk for pk, _version in self.chosen]
        ordering = page.table.ordering(page.request.GET.get("sort", ""))
        first = page.scoped().filter(pk__in=ids[:FIRST_ROWS]).order_by(*ordering.order_by())
        first = page.with_row_data(first)
        looking = step == WRITE
        context = {
            "title": f"{page.title or page.plural}: {self.change.label}",
            "list_title": page.title or page.plural,
            "list_url": page.url("list"),
            "back_url": self.back_url(),
            "change": self.change,
            "form": form,
            "looking": looking,
            "shown": self.change.shown(form) if looking else [],
            "arguments": [
                (name, value) for name, values in self.arguments().items() for value in values
            ],
            "number": len(ids),
            "further": max(len(ids) - FIRST_ROWS, 0),
            "forbidden": self.forbidden(ids) if looking else 0,
            "mark": self.mark,
            "table": page.table(first, user=self.request.user),
            "problem": problem,
            "code": problem.code.value if problem else "",
        }
        return render(self.request, "desk/bulk.html", context, status=status)

    def forbidden(self, ids: list[int]) -> int:
        """Return on how many of the rows the reader may not do this."""
        model: Any = self.page.model
        allowed: set[int] = set()
        for permission in self.change.permissions_on(model):
            rows = model._default_manager.visible_to(self.request.user, permission)
            allowed.update(rows.filter(pk__in=ids).order_by().values_list("pk", flat=True))
        return len(ids) - len(allowed)

    def back_url(self) -> str:
        """Return the list as it was filtered."""
        words = self.request.GET.copy()
        for word in ("pk", "all"):
            words.pop(word, None)
        address = self.page.url("list")
        return f"{address}?{words.urlencode()}" if words else address
