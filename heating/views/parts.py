"""What the pages of the registry share: a verb with a form, and a panel with one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.desk.views import Action, answer, subject
from bureau.desk.views.list import is_fragment
from bureau.desk.views.verbs import refusal


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
    return render(request, "heating/panel_page.html", context)


def part_of(request: HttpRequest, parts: QuerySet, pk: int, owner: str, needs: str) -> Any:
    """Return a part whose owner lies within scope: 404 outside it, 403 without the permission."""
    part = parts.select_related(owner).filter(pk=pk).first()
    found = getattr(part, owner, None)
    queryset = parts.model._meta.get_field(owner).related_model._default_manager.all()
    subject(request, queryset, found.pk if found is not None else 0)
    if not request.user.can(needs, found):
        raise PermissionDenied
    return part


def sheet_action(name: str, pk: int) -> Action:
    """Return the button to an object's printed sheet."""
    return Action("sheet", _("Print"), reverse(name, args=[pk]), method="get", icon="printer")
