"""The division tree: its pages to browse and to find, and the page of one division."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from bureau.core.querysets import CITY_LEVEL, COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL
from bureau.desk import hanging
from bureau.desk.bulk import BulkEdit
from bureau.desk.filters import (
    BaseFilterSet,
    ChoiceFilter,
    PlaceFilter,
    QuickSearch,
    TickFilter,
)
from bureau.desk.registers import divisions_tree
from bureau.desk.registers.place_changes import (
    VillageForm,
    actions_of,
    form_for,
    save_villages,
)
from bureau.desk.tables import BooleanColumn, Column, DateColumn, LinkColumn, Table, WordColumn
from bureau.desk.views import DetailPage, EditPage, Group, ListPage
from bureau.desk.views.base import Action
from bureau.desk.views.list import is_fragment
from bureau.places import services
from bureau.places.choices import Level
from bureau.places.models import Division, ManagingAreaTown

EVERY = Division.objects.select_related("parent__parent", "managing_area")
CHILDREN_SHOWN = 200
LEVELS_BELOW = {
    CITY_LEVEL: _("Counties"),
    COUNTY_LEVEL: _("Towns"),
    TOWN_LEVEL: _("Villages and communities"),
}


def _year(place: Division) -> str | None:
    return str(place.demolition_year) if place.demolition_year else None


class DivisionTable(Table):
    """Divisions in the order of their codes."""

    name = LinkColumn(_("Name"), sort="pinyin")
    code = Column(_("Code"), sort="code")
    level = WordColumn(_("Level"))
    parent = LinkColumn(_("Lies in"))
    run_by = Column(_("Run by"), "managing_area")
    central_heating_on = DateColumn(_("Central heating reached on"), chosen=False)
    coal_free = BooleanColumn(_("Coal-free zone"), chosen=False)
    gas_ready = BooleanColumn(_("Gas ready"), chosen=False)
    power_ready = BooleanColumn(_("Power ready"), chosen=False)
    demolition = Column(
        _("Demolition list year"), value=_year, needs=("demolition_year",), chosen=False
    )
    valid_from = DateColumn(_("Exists since"), chosen=False)
    valid_to = DateColumn(_("Existed until"), chosen=False)
    default_sort = "code"


class GroundFilter(PlaceFilter):
    """Divisions below a chosen one, itself and what mergers have brought to it included."""

    def filter(self, qs: QuerySet, value: Division | None) -> QuerySet:
        if value is None:
            return qs
        below = Q(path__startswith=value.path) | Q(scope_path__startswith=value.scope_path)
        return qs.filter(below)


class EndedFilter(django_filters.ChoiceFilter):
    """Whether divisions that were merged or abolished are shown; normally they are not."""

    def __init__(self, **kwargs: object) -> None:
        choices = [("yes", _("ended only")), ("all", _("ended too"))]
        super().__init__(choices=choices, empty_label=_("existing"), **kwargs)

    acts_unasked = True

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs if value == "all" else qs.filter(Q(valid_to__isnull=value != "yes"))


class ReachedFilter(TickFilter):
    """The villages that central heating has reached."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(central_heating_on__isnull=False) if value else qs


class PlaceSearch(QuickSearch):
    """Finds a place by its name, a former or mistaken name, its pinyin or its code."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.found_by(value) if (value or "").strip() else qs


class DivisionFilter(BaseFilterSet):
    """By name, code, level, place and what a village carries."""

    q = PlaceSearch()
    place = GroundFilter()
    level = ChoiceFilter(choices=Level.choices, label=_("Level"))
    coal_free = TickFilter(label=_("Coal-free zone"))
    gas_ready = TickFilter(label=_("Gas ready"))
    power_ready = TickFilter(label=_("Power ready"))
    heated = ReachedFilter(label=_("Central heating reached"))
    ended = EndedFilter(label=_("Ended"))


class DivisionList(ListPage):
    """All divisions: as a tree, or as a list once something is looked for."""

    namespace = "desk"
    queryset, filterset, table = EVERY, DivisionFilter, DivisionTable
    title = _("Places")
    description = _("City, counties, towns, villages and communities with their statistical codes.")
    icon = "map-pin"
    export_name = "divisions"
    bulk = (
        BulkEdit(
            form=VillageForm,
            fields=services.VILLAGE_FIELDS,
            save=save_villages,
            hint=_("Of villages and communities only; other places are refused row by row."),
        ),
    )
    tree = "places/tree.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Draw the tree where ``branch`` or nothing is asked and no saved view opens the list."""
        words = set(request.GET)
        is_tree = words == {"branch"} or not (words or is_fragment(request))
        if not is_tree:
            return super().get(request, **kwargs)
        self.require(self.permission("view"))
        if not words and (address := self.opening_address()):
            return self._varied(redirect(address))
        context = {
            "title": self.title,
            "description": self.description,
            "filters": self.filters,
            "branches": divisions_tree.branches(request.GET.get("branch", ""), request.user),
            "saved_views": self.taste.views,
        }
        return self._varied(render(request, self.tree, context))

    def actions(self) -> list[Action]:
        """Return the way back to the tree."""
        return [Action("tree", _("Browse the tree"), f"{self.url('list')}?branch=", method="get")]


class DivisionPage(DetailPage):
    """One division."""

    namespace = "desk"
    queryset = EVERY
    icon = "map-pin"
    list_title = _("Places")
    template = "places/division_detail.html"
    has_notes = has_files = False
    place_facts = Group(
        _("Place"),
        Column(_("Code"), "code"),
        WordColumn(_("Level"), "level"),
        LinkColumn(_("Lies in"), "parent"),
        LinkColumn(_("Run by"), "managing_area"),
        LinkColumn(_("Merged into"), "merged_into"),
        DateColumn(_("Exists since"), "valid_from"),
        DateColumn(_("Existed until"), "valid_to"),
        Column(_("Source"), "source"),
    )
    village_facts = Group(
        _("Heating"),
        DateColumn(_("Central heating reached on"), "central_heating_on"),
        BooleanColumn(_("Coal-free zone"), "coal_free"),
        BooleanColumn(_("Gas ready"), "gas_ready"),
        BooleanColumn(_("Power ready"), "power_ready"),
        Column(_("Demolition list year"), value=_year),
    )
    facts = (place_facts, village_facts)

    def context(self, **more: Any) -> dict[str, Any]:
        """Leave the facts of villages out where the place is none."""
        found = super().context(**more)
        if self.object.level != VILLAGE_LEVEL:
            found["groups"] = found["groups"][:1]
        return found

    def subtitle(self) -> str:
        """Name the places above, from the county down."""
        parent = self.object.parent
        above = [parent.parent, parent] if parent else []
        return " · ".join(str(place) for place in above if place)

    def actions(self) -> list[Action]:
        """Return mergers, aliases and who runs the town."""
        return actions_of(self.object, self.request.user)

    def standard_actions(self) -> list[Action]:
        """Return edit alone: a division is never archived, it ends."""
        return [action for action in super().standard_actions() if action.verb == "edit"]

    def extra(self) -> dict[str, Any]:
        """Add what lies below, its names, its past, and what hangs on it."""
        place, user = self.object, self.request.user
        below = Division.objects.current().under_today(place)
        town = place if place.level == TOWN_LEVEL else place.parent
        runs = ManagingAreaTown.objects.filter(division=town).select_related("area")
        return {
            "heir": _heir(place),
            "level_below": LEVELS_BELOW.get(place.level, ""),
            "below": below.select_related("managing_area").order_by("code")[:CHILDREN_SHOWN],
            "aliases": place.aliases.order_by("alias"),
            "may_change": user.can("places.change_division", place),
            "merged_here": place.merged_from.order_by("valid_to", "code"),
            "path_then": _names(place.codes),
            "path_now": _names(tuple(place.scope_path.strip("/").split("/"))),
            "runs": runs.order_by("valid_from") if place.level >= TOWN_LEVEL else (),
            "hanging": hanging.of(place, user),
        }


class DivisionEdit(EditPage):
    """A change of what a division carries."""

    namespace = "desk"
    queryset, form = EVERY, VillageForm
    icon = "map-pin"
    list_title = _("Places")

    def make_form(self, *args: Any, **kwargs: Any) -> Any:
        """Ask for heating and power of villages only."""
        return form_for(self.object)(*args, user=self.request.user, **kwargs)

    def save(self, form: Any) -> Division:
        """Hand the form to the service."""
        return services.edit_division(
            self.object,
            actor=self.request.user,
            version=form.cleaned_data["version"],
            **form.values,
        )


def _heir(place: Division) -> Division | None:
    """Return where mergers have led a division today."""
    heir = place.merged_into
    while heir is not None and heir.merged_into is not None:
        heir = heir.merged_into
    return heir


def _names(codes: tuple[str, ...]) -> str:
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    return " / ".join(names.get(code, code) for code in codes)
