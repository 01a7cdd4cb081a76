"""Putting an object away, after a look at what hangs on it, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bureau.desk.attempts import attempt
from bureau.desk.parts import ReasonForm
from bureau.desk.views.base import NounView
from bureau.desk.views.detail import is_archived
from bureau.desk.views.verbs import answer


@dataclass(frozen=True, slots=True)
class Dependent:
    """Things that hang on the object: how many, and where they are listed."""

    label: Any
    count: int
    url: str = ""


class ArchiveAction(NounView):
    """A preview of what hangs on the object, then ``archive(note)`` through the service."""

    template = "desk/confirm.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        self.object = self.find(self.permission("archive"))
        if is_archived(self.object):
            messages.info(request, _("It was archived already."))
            return redirect(self.object.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.draw(ReasonForm())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = ReasonForm(request.POST)
        tried = attempt(form, lambda: self.archive(form.cleaned_data["note"]))
        if not tried.is_done:
            return self.draw(form, tried.status)
        messages.success(request, _("“%(object)s” was archived.") % {"object": self.object})
        return redirect(self.object.get_absolute_url())

    def archive(self, note: str) -> Any:
        """Call the service that archives ``self.object``."""
        raise NotImplementedError

    def dependents(self) -> Sequence[Dependent]:
        """Return what hangs on the object: by default all rows that point at it."""
        found = []
        for relation in self.model._meta.related_objects:
            rows = relation.related_model._default_manager.filter(
                **{relation.field.name: self.object}
            )
            if number := rows.count():
                found.append(
                    Dependent(capfirst(relation.related_model._meta.verbose_name_plural), number)
                )
        return found

    def draw(self, form: Any, status: int = 200) -> HttpResponse:
        """Show what would be put away with it."""
        context = {
            "object": self.object,
            "form": form,
            "title": _("Archive: %(object)s") % {"object": self.object},
            "dependents": self.dependents(),
            "back_url": self.object.get_absolute_url(),
            "list_url": self.url("list"),
            "list_title": self.list_title or self.plural,
        }
        return render(self.request, self.template, context, status=status)


class RestoreAction(NounView):
    """The button that takes an archived object back through ``restore()``."""

    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.object = self.find(self.permission("archive"))
        done = _("“%(object)s” was restored.") % {"object": self.object}
        return answer(request, self.object, self.restore, done=done)

    def restore(self) -> Any:
        """Call the service that restores ``self.object``."""
        raise NotImplementedError
