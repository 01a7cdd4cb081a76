"""Panels of an object, drawn by URL, and those of its parts with a form and a button to remove."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from bureau.desk.forms import DeskForm
from bureau.desk.tables import Column
from bureau.desk.views.base import permission, subject
from bureau.desk.views.list import is_fragment
from bureau.desk.views.verbs import answer, refusal


def run_form(
    request: HttpRequest,
    found: Any,
    form: Any,
    call: Callable[[dict[str, Any]], Any],
    done: Any,
) -> HttpResponse:
    """Hand the cleaned form to a service; mistakes are answered field by field with 422."""
    if not form.is_valid():
        sentences = [
            f"{form.fields[name].label}: {sentence}" if name in form.fields else str(sentence)
            for name, errors in form.errors.items()
            for sentence in errors
        ]
        return refusal(request, sentences, found, 422)
    return answer(request, found, lambda: call(form.cleaned_data), done=done)


def panel(
    request: HttpRequest,
    queryset: QuerySet,
    pk: int,
    template: str,
    facts: Callable[[Any], dict[str, Any]],
    write: str = "",
    needs: str = "",
) -> HttpResponse:
    """Draw a panel of one object to who holds ``needs`` there; ``write`` opens its form."""
    found = subject(request, queryset, pk, needs)
    may_write = bool(write) and not found.is_archived and request.user.can(write, found)
    context = {"object": found, "may_write": may_write, **facts(found)}
    if is_fragment(request):
        return render(request, template, context)
    context |= {"fragment": template, "title": str(found)}
    return render(request, "desk/panel_page.html", context)


def part_of(request: HttpRequest, parts: QuerySet, pk: int, owner: str, needs: str) -> Any:
    """Return a part whose owner lies within scope: 404 outside it, 403 without the permission."""
    part = parts.select_related(owner).filter(pk=pk).first()
    found = getattr(part, owner, None)
    queryset = parts.model._meta.get_field(owner).related_model._default_manager.all()
    subject(request, queryset, found.pk if found is not None else 0)
    if not request.user.can(needs, found):
        raise PermissionDenied
    return part


@dataclass(frozen=True)
class RowsPanel:
    """The parts of an object (the buildings of an estate), recorded and removed on its page.

    ``name`` is the relation to the parts and names the panel, ``of`` the part's way back;
    ``form`` asks what ``record(owner, actor=…, **given)`` takes, ``remove(part, actor=…)`` takes
    one off. Seeing needs the part's view permission on the owner, the rest its change permission.
    """

    part: type[Model]
    of: str
    name: str
    title: Any
    columns: Sequence[Column]
    empty: Any
    form: type[forms.Form]
    label: Any
    record: Callable[..., Any]
    recorded: Any
    remove: Callable[..., Any]
    removed: Any
    #: Whether an object's parts are settled, though it is not archived.
    settled: Callable[[Any], bool] = lambda _owner: False

    @property
    def owners(self) -> QuerySet:
        """Every object that has such parts."""
        field: Any = self.part._meta.get_field(self.of)
        return field.related_model._default_manager.all()

    def routes(self, plural: str, owner: str, one: str, parts: str) -> list[URLPattern]:
        """Return ``estates/1/buildings/``, ``…/record-building/``, ``buildings/1/remove/``."""
        app = self.part._meta.app_label
        seen, record, remove = f"{owner}_{self.name}", f"{owner}_record_{one}", f"{one}_remove"

        def draw(request: HttpRequest, pk: int) -> HttpResponse:
            return self.draw(request, pk, f"{app}:{record}", f"{app}:{remove}")

        return [
            path(f"{plural}/<int:pk>/{self.name}/", require_safe(draw), name=seen),
            path(f"{plural}/<int:pk>/record-{one}/", require_POST(self.add), name=record),
            path(f"{parts}/<int:pk>/remove/", require_POST(self.take_off), name=remove),
        ]

    def draw(self, request: HttpRequest, pk: int, record: str, remove: str) -> HttpResponse:
        """Draw the rows, and for who may write the form and the buttons."""

        def facts(owner: Any) -> dict[str, Any]:
            rows = [
                (
                    mark_safe("".join(column.cell(row) for column in self.columns)),  # noqa: S308
                    reverse(remove, args=[row.pk]),
                )
                for row in getattr(owner, self.name).all()
            ]
            form, address = self.form(), reverse(record, args=[owner.pk])
            told = {"rows": rows, "panel": self, "form": form, "address": address}
            return told | {"may_write": False} if self.settled(owner) else told

        return panel(
            request, self.owners, pk, "desk/rows.html", facts,
            write=permission(self.part, "change"), needs=permission(self.part, "view"),
        )  # fmt: skip

    def add(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record a part."""
        owner = subject(request, self.owners, pk, permission(self.part, "change"))
        call = lambda given: self.record(owner, actor=request.user, **given)  # noqa: E731
        return run_form(request, owner, self.form(request.POST), call, self.recorded)

    def take_off(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a part off its object."""
        needs = permission(self.part, "change")
        part = part_of(request, self.part._default_manager.all(), pk, self.of, needs)
        call = lambda _given: self.remove(part, actor=request.user)  # noqa: E731
        return run_form(request, getattr(part, self.of), DeskForm(request.POST), call, self.removed)
