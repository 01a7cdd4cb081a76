"""Merging two places: first a look at what hangs on them, then the merge for good."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk import hanging
from bureau.desk.forms import DayField, DeskForm, refuse, spread
from bureau.desk.place_picker import PlaceField
from bureau.desk.registers.place_changes import CHANGE
from bureau.desk.views.base import NounView
from bureau.places import services
from bureau.places.models import Division


class MergeForm(DeskForm):
    """Into which place, since when and why; the picker shows only places that exist today."""

    into = PlaceField(label=gettext_lazy("Merge into"), permission=CHANGE)
    on = DayField(
        label=gettext_lazy("Ends on"),
        initial=clock.today,
        help_text=gettext_lazy("The first day on which it exists no longer."),
    )
    note = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Name the document that orders the merge."),
    )

    def __init__(self, *args: Any, division: Division, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].depth = division.level


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing: how many here, how many there, how many together afterwards."""

    label: Any
    here: int
    there: int

    @property
    def together(self) -> int:
        """How many the place holds afterwards."""
        return self.here + self.there


class DivisionMerge(NounView):
    """The form; with a target chosen, what hangs on both; the POST merges them."""

    namespace = "desk"
    queryset = Division.objects.select_related("parent__parent", "managing_area")
    template = "places/merge.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the form, opened at the neighbours."""
        self.object = self.find(CHANGE)
        beside = self.object.parent
        first = {"into": beside} if beside is not None else {}
        return self.draw(MergeForm(user=request.user, division=self.object, initial=first))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show what would come together, or merge for good."""
        self.object = self.find(CHANGE)
        form = MergeForm(request.POST, user=request.user, division=self.object)
        if "look" in request.POST:
            form.fields["note"].required = False
            chosen = form.cleaned_data["into"] if form.is_valid() else None
            return self.draw(form, target=chosen)
        if not form.is_valid():
            return self.draw(form, 422)
        given = form.cleaned_data
        try:
            services.merge_divisions(
                self.object, given["into"], given["on"], actor=request.user, note=given["note"]
            )
        except BusinessError as error:
            refuse(form, error.sentence)
            return self.draw(form, 409, given["into"])
        except ValidationError as error:
            spread(form, error)
            return self.draw(form, 422, given["into"])
        done = _("“%(old)s” was merged into “%(new)s”.")
        messages.success(request, done % {"old": self.object, "new": given["into"]})
        return redirect(self.object.get_absolute_url())

    def draw(
        self, form: MergeForm, status: int = 200, target: Division | None = None
    ) -> HttpResponse:
        """Show the form with what hangs on the places."""
        context = {
            "object": self.object,
            "form": form,
            "target": target,
            "title": _("Merge: %(place)s") % {"place": self.object},
            "lines": self.lines(target),
            "back_url": self.object.get_absolute_url(),
            "list_url": self.url("list"),
            "list_title": _("Places"),
        }
        return render(self.request, self.template, context, status=status)

    def lines(self, target: Division | None) -> list[Line]:
        """Count what hangs on both places, and the divisions below them."""
        here = hanging.of(self.object, self.request.user)
        there = hanging.of(target, self.request.user) if target is not None else []
        counted = {one.key: one.count for one in there}
        below = Line(_("Divisions below"), _below(self.object), _below(target))
        found = [Line(one.label, one.count, counted.get(one.key, 0)) for one in here]
        return ([below] if below.together else []) + found


def _below(place: Division | None) -> int:
    if place is None:
        return 0
    return Division.objects.current().below(place.scope_path).exclude(pk=place.pk).count()
