"""Changing places: what a village carries, aliases, who runs a town."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import clock
from bureau.core.querysets import CITY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL
from bureau.desk.forms import DayField, DayInput, DeskForm, NounForm
from bureau.desk.views.base import NO_PERMISSION, Action, subject
from bureau.desk.views.verbs import answer, note_of, refusal
from bureau.places import services
from bureau.places.models import Division, DivisionAlias, ManagingArea

CHANGE = "places.change_division"


class DivisionForm(NounForm):
    """What any division carries; its code and its place in the tree stay."""

    class Meta:
        model = Division
        fields: tuple[str, ...] = ("name", "source")


class VillageForm(NounForm):
    """What a village or community carries besides."""

    sections = {_("Place"): ("name", "source"), _("Heating"): services.VILLAGE_FIELDS}

    class Meta:
        model = Division
        fields = ("name", "source", *services.VILLAGE_FIELDS)
        widgets = {"central_heating_on": DayInput}
        help_texts = {
            "demolition_year": _("The year in which the village stands on the demolition list."),
        }


def form_for(division: Division) -> type[NounForm]:
    """Return the form that fits the level of a division."""
    return VillageForm if division.level == VILLAGE_LEVEL else DivisionForm


def save_villages(
    row: Division, changes: dict[str, Any], *, actor: Any, version: int | None
) -> Division:
    """Change what one of many villages carries."""
    return services.edit_division(row, actor=actor, version=version, **changes)


class PlaceForm(DeskForm):
    """A form about one division."""

    def __init__(self, *args: Any, division: Division, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.division = division


class AliasForm(PlaceForm):
    """A former or mistaken name."""

    alias = forms.CharField(label=_("Former or mistaken name"), max_length=100)


class TakeOverForm(PlaceForm):
    """Which managing area, and since when."""

    area = forms.ModelChoiceField(ManagingArea.objects.all(), label=_("Managing area"))
    since = DayField(label=_("Run since"), initial=clock.today)


class HandBackForm(PlaceForm):
    """Since when the county runs it again."""

    on = DayField(label=_("Handed back on"), initial=clock.today)


@dataclass(frozen=True, slots=True)
class PlaceVerb:
    """A verb on a division's page: its form, when it is offered, and the service behind it."""

    label: Any
    form: type[PlaceForm]
    icon: str
    fits: Callable[[Division], bool]
    act: Callable[..., Any]
    kind: str = "plain"


def _add_alias(division: Division, *, actor: Any, note: str, alias: str) -> None:
    services.add_alias(division, alias, actor=actor, source=note[:200])


def _take_over(
    division: Division, *, actor: Any, note: str, area: ManagingArea, since: Any
) -> None:
    services.take_over_town(area, division, since, actor=actor, note=note)


def _hand_back(division: Division, *, actor: Any, note: str, on: Any) -> None:
    services.hand_back_town(division, on, actor=actor, note=note)


VERBS = {
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
    merge = Action(
        "merge",
        _("Merge"),
        reverse("desk:division_merge", args=[division.pk]),
        enabled=allowed,
        reason="" if allowed else why,
        method="get",
        kind="danger",
        icon="git-merge",
    )
    merges = [merge] if division.level > CITY_LEVEL else []
    return merges + [
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
    note = note_of(request)

    def call() -> None:
        chosen.act(division, actor=request.user, note=note, **form.cleaned_data)

    return answer(request, division, call, done=_("The division was changed."))


@require_POST
def remove_alias(request: HttpRequest, pk: int, alias_pk: int) -> HttpResponse:
    """Withdraw a former or mistaken name of a division."""
    division = subject(request, Division.objects.all(), pk, CHANGE)
    alias = get_object_or_404(DivisionAlias.objects.filter(division=division), pk=alias_pk)
    return answer(
        request,
        division,
        lambda: services.remove_alias(alias, actor=request.user),
        done=_("The alias was withdrawn."),
    )
