"""Changing places: what a village carries, mergers, aliases, who runs a town."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import clock
from bureau.core.querysets import CITY_LEVEL, TOWN_LEVEL
from bureau.desk.forms import DeskForm, NounForm
from bureau.desk.views.base import NO_PERMISSION, Action, subject
from bureau.desk.views.verbs import answer, refusal
from bureau.places import services
from bureau.places.models import Division, ManagingArea

CHANGE = "places.change_division"


class DivisionForm(NounForm):
    """What a division carries; its code and its place in the tree stay."""

    sections = {
        _("Place"): ("name", "source"),
        _("Heating"): (
            "central_heating_on", "demolition_year", "coal_free", "gas_ready", "power_ready",
        ),
    }  # fmt: skip

    class Meta:
        model = Division
        fields = (
            "name", "source", "central_heating_on", "demolition_year", "coal_free", "gas_ready",
            "power_ready",
        )  # fmt: skip


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, initial=clock.today)


class PlaceForm(DeskForm):
    """A form about one division."""

    def __init__(self, *args: Any, division: Division, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.division = division


class MergeForm(PlaceForm):
    """Into which neighbour, and since when."""

    into = forms.ModelChoiceField(Division.objects.none(), label=_("Merge into"))
    on = _day(_("Ends on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        neighbours = Division.objects.visible_to(self.user, CHANGE).current()
        neighbours = neighbours.filter(parent_id=self.division.parent_id)
        self.fields["into"].queryset = neighbours.exclude(pk=self.division.pk)


class AliasForm(PlaceForm):
    """A former or mistaken name."""

    alias = forms.CharField(label=_("Former or mistaken name"), max_length=100)


class TakeOverForm(PlaceForm):
    """Which managing area, and since when."""

    area = forms.ModelChoiceField(ManagingArea.objects.all(), label=_("Managing area"))
    since = _day(_("Run since"))


class HandBackForm(PlaceForm):
    """Since when the county runs it again."""

    on = _day(_("Handed back on"))


@dataclass(frozen=True, slots=True)
class PlaceVerb:
    """A verb on a division's page: its form, when it is offered, and the service behind it."""

    label: Any
    form: type[PlaceForm]
    icon: str
    fits: Callable[[Division], bool]
    act: Callable[..., Any]
    kind: str = "plain"


def _merge(division: Division, *, actor: Any, note: str, into: Division, on: Any) -> None:
    services.merge_divisions(division, into, on, actor=actor, note=note)


def _add_alias(division: Division, *, actor: Any, note: str, alias: str) -> None:
    services.add_alias(division, alias, actor=actor, source=note[:200])


def _take_over(
    division: Division, *, actor: Any, note: str, area: ManagingArea, since: Any
) -> None:
    services.take_over_town(area, division, since, actor=actor, note=note)


def _hand_back(division: Division, *, actor: Any, note: str, on: Any) -> None:
    services.hand_back_town(division, on, actor=actor, note=note)


VERBS = {
    "merge": PlaceVerb(
        _("Merge"), MergeForm, "archive", lambda place: place.level > CITY_LEVEL, _merge, "danger"
    ),
    "add-alias": PlaceVerb(_("Add an alias"), AliasForm, "plus", lambda _place: True, _add_alias),
    "take-over": PlaceVerb(
        _("Put under a managing area"),
        TakeOverForm,
        "map-pin",
        lambda place: place.level == TOWN_LEVEL,
        _take_over,
    ),
    "hand-back": PlaceVerb(
        _("Hand back to the county"),
        HandBackForm,
        "map-pin",
        lambda place: place.level == TOWN_LEVEL and place.managing_area_id is not None,
        _hand_back,
    ),
}


def actions_of(division: Division, user: Any) -> list[Action]:
    """Return the verbs of a division; without the permission they say so."""
    allowed = not division.has_ended and user.can(CHANGE, division)
    why = _("It has ended.") if division.has_ended else NO_PERMISSION
    return [
        Action(
            name,
            verb.label,
            reverse("desk:division_verb", args=[division.pk, name]),
            enabled=allowed,
            reason="" if allowed else why,
            needs_note=True,
            form=verb.form(user=user, division=division, auto_id=f"{name}-%s") if allowed else None,
            kind=verb.kind,
            icon=verb.icon,
        )
        for name, verb in VERBS.items()
        if verb.fits(division)
    ]


@require_POST
def division_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one of the verbs on a division."""
    division = subject(request, Division.objects.all(), pk, CHANGE)
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST, user=request.user, division=division)
    if not form.is_valid():
        return refusal(request, [sentence for _l, sentence, _i in form.problems], division, 422)
    note = request.POST.get("note", "").strip()[:500]

    def call() -> None:
        chosen.act(division, actor=request.user, note=note, **form.cleaned_data)

    return answer(request, division, call, done=_("The division was changed."))
