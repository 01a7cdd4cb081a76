"""The division tree: its list, the page of a division, and what may be changed there."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import BaseFilterSet, ChoiceFilter, PlaceFilter, QuickSearch
from bureau.desk.registers.place_changes import DivisionForm, actions_of
from bureau.desk.tables import BooleanColumn, Column, DateColumn, LinkColumn, Table, WordColumn
from bureau.desk.views import DetailPage, EditPage, Group, ListPage
from bureau.desk.views.base import Action
from bureau.places import services
from bureau.places.choices import Level
from bureau.places.models import Division

EVERY = Division.objects.select_related("parent__parent", "managing_area")


class DivisionTable(Table):
    """Divisions in the order of their codes."""

    name = LinkColumn(_("Name"), sort="pinyin")
    code = Column(_("Code"), sort="code")
    level = WordColumn(_("Level"))
    parent = LinkColumn(_("Lies in"))
    run_by = Column(_("Run by"), "managing_area")
    valid_from = DateColumn(_("Exists since"), chosen=False)
    valid_to = DateColumn(_("Existed until"), chosen=False)
    default_sort = "code"


class GroundFilter(PlaceFilter):
    """Divisions below a chosen one, itself included."""

    def filter(self, qs: QuerySet, value: Division | None) -> QuerySet:
        return qs if value is None else qs.filter(path__startswith=value.path)


class EndedFilter(django_filters.ChoiceFilter):
    """Whether divisions that were merged or abolished are shown; normally they are not."""

    def __init__(self, **kwargs: object) -> None:
        choices = [("yes", _("ended only")), ("all", _("ended too"))]
        super().__init__(choices=choices, empty_label=_("existing"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs if value == "all" else qs.filter(Q(valid_to__isnull=value != "yes"))


class DivisionFilter(BaseFilterSet):
    """By name, code, level and place."""

    q = QuickSearch(code="code")
    place = GroundFilter()
    level = ChoiceFilter(choices=Level.choices, label=_("Level"))
    ended = EndedFilter(label=_("Ended"))


class DivisionList(ListPage):
    """All divisions."""

    namespace = "desk"
    queryset, filterset, table = EVERY, DivisionFilter, DivisionTable
    title = _("Places")
    description = _("City, counties, towns, villages and communities with their statistical codes.")
    icon = "map-pin"
    export_name = "divisions"


class DivisionPage(DetailPage):
    """One division."""

    namespace = "desk"
    queryset = EVERY
    icon = "map-pin"
    has_notes = has_files = False
    facts = (
        Group(
            _("Place"),
            Column(_("Code"), "code"),
            WordColumn(_("Level"), "level"),
            LinkColumn(_("Lies in"), "parent"),
            Column(_("Run by"), "managing_area"),
            LinkColumn(_("Merged into"), "merged_into"),
            DateColumn(_("Exists since"), "valid_from"),
            DateColumn(_("Existed until"), "valid_to"),
        ),
        Group(
            _("Heating"),
            DateColumn(_("Central heating reached on"), "central_heating_on"),
            BooleanColumn(_("Coal-free zone"), "coal_free"),
            BooleanColumn(_("Gas ready"), "gas_ready"),
            BooleanColumn(_("Power ready"), "power_ready"),
            Column(
                _("Demolition list year"),
                value=lambda place: str(place.demolition_year) if place.demolition_year else None,
            ),
        ),
    )

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


class DivisionEdit(EditPage):
    """A change of what a division carries."""

    namespace = "desk"
    queryset, form = EVERY, DivisionForm
    icon = "map-pin"

    def save(self, form: Any) -> Division:
        """Hand the form to the service."""
        return services.edit_division(
            self.object,
            actor=self.request.user,
            version=form.cleaned_data["version"],
            **form.values,
        )
