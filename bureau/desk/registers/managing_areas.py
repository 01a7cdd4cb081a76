"""Managing areas: which towns they run since when; taking towns over and handing them back."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import clock
from bureau.core.querysets import COUNTY_LEVEL, TOWN_LEVEL
from bureau.desk.filters import BaseFilterSet
from bureau.desk.forms import DayField, DeskForm, NounForm
from bureau.desk.place_picker import PlaceField
from bureau.desk.tables import Column, LinkColumn, NumberColumn, Table
from bureau.desk.views import DetailPage, EditPage, Group, ListPage, answer, subject
from bureau.desk.views.base import NO_PERMISSION, Action
from bureau.desk.views.verbs import note_of, refusal
from bureau.places import services
from bureau.places.models import Division, ManagingArea

CHANGE = "places.change_managingarea"
RUN_NOW = Q(divisions__level=TOWN_LEVEL, divisions__valid_to__isnull=True)
EVERY = ManagingArea.objects.select_related("seat").annotate(
    towns=Count("divisions", filter=RUN_NOW)
)


class AreaTable(Table):
    """Managing areas in the order of their codes."""

    name = LinkColumn(_("Name"), sort="code")
    full_name = Column(_("Official name"))
    seat = LinkColumn(_("Legal county"))
    towns = NumberColumn(_("Towns it runs"))
    default_sort = "name"


class AreaFilter(BaseFilterSet):
    """A handful of areas needs no filter."""


class AreaForm(NounForm):
    """What a managing area is called, and in which county its ground lies by law."""

    class Meta:
        model = ManagingArea
        fields = ("name", "full_name", "seat")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = Division.objects.current().of_level(COUNTY_LEVEL)
        self.fields["seat"].queryset = counties


class TakeOverForm(DeskForm):
    """Which town, since when, and on what paper."""

    town = PlaceField(label=_("Town"), permission="places.change_division", depth=TOWN_LEVEL)
    since = DayField(label=_("Run since"), initial=clock.today)


class HandBackForm(DeskForm):
    """Since when the county runs the town again."""

    on = DayField(label=_("Handed back on"), initial=clock.today)


class AreaView:
    """Where the pages of managing areas stand."""

    namespace = "desk"
    icon = "map-2"
    list_title = _("Managing areas")


class AreaList(AreaView, ListPage):
    """All managing areas."""

    queryset, filterset, table = EVERY, AreaFilter, AreaTable
    title = _("Managing areas")
    description = _(
        "Development zones review, pay and report like a county: they run towns in its place and "
        "have no statistical code."
    )
    export_name = "managing-areas"


class AreaPage(AreaView, DetailPage):
    """One managing area with the towns it runs and ran."""

    queryset = EVERY
    template = "places/managing_area.html"
    has_notes = has_files = False
    facts = (
        Group(
            _("Managing area"),
            Column(_("Code"), "code"),
            Column(_("Official name"), "full_name"),
            LinkColumn(_("Legal county"), "seat"),
            NumberColumn(_("Towns it runs"), "towns"),
        ),
    )

    def actions(self) -> list[Action]:
        """Return the take-over of a town."""
        area, user = self.object, self.request.user
        allowed = user.can(CHANGE, area)
        return [
            Action(
                "take-over",
                _("Take a town over"),
                reverse("desk:managingarea_take_over", args=[area.pk]),
                enabled=allowed,
                reason="" if allowed else NO_PERMISSION,
                needs_note=True,
                form=TakeOverForm(user=user, auto_id="take-%s") if allowed else None,
                icon="plus",
            )
        ]

    def standard_actions(self) -> list[Action]:
        """Return edit alone: an area stays as long as it has a past."""
        return [action for action in super().standard_actions() if action.verb == "edit"]

    def extra(self) -> dict[str, Any]:
        """Add the towns of today and those of the past."""
        runs = self.object.take_overs.select_related("division__parent").order_by("division__code")
        rows = list(runs)
        may_change = self.request.user.can(CHANGE, self.object)
        return {
            "now": [row for row in rows if row.valid_to is None],
            "past": [row for row in rows if row.valid_to is not None],
            "back_form": HandBackForm(user=self.request.user) if may_change else None,
        }


class AreaEdit(AreaView, EditPage):
    """A change of a managing area's names."""

    queryset, form = EVERY, AreaForm

    def save(self, form: Any) -> ManagingArea:
        """Hand the form to the service."""
        version = form.cleaned_data["version"]
        return services.edit_area(
            self.object, actor=self.request.user, version=version, **form.values
        )


@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the area run a town."""
    area = subject(request, ManagingArea.objects.all(), pk, CHANGE)
    form = TakeOverForm(request.POST, user=request.user)
    if not form.is_valid():
        return refusal(request, [line for _l, line, _i in form.problems], area, 422)
    town, since = form.cleaned_data["town"], form.cleaned_data["since"]
    note = note_of(request)
    return answer(
        request,
        area,
        lambda: services.take_over_town(area, town, since, actor=request.user, note=note),
        done=_("The town was taken over."),
    )


@require_POST
def hand_back(request: HttpRequest, pk: int, town_pk: int) -> HttpResponse:
    """Give one of the area's towns back to its county."""
    area = subject(request, ManagingArea.objects.all(), pk, CHANGE)
    town = get_object_or_404(Division.objects.filter(managing_area=area), pk=town_pk)
    form = HandBackForm(request.POST, user=request.user)
    if not form.is_valid():
        return refusal(request, [line for _l, line, _i in form.problems], area, 422)
    note = note_of(request)
    return answer(
        request,
        area,
        lambda: services.hand_back_town(
            town, form.cleaned_data["on"], actor=request.user, note=note
        ),
        done=_("The town was handed back."),
    )
