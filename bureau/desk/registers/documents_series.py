"""Series of document numbers: their patterns, where a year stands, the next number."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import clock
from bureau.desk.filters import ArchivedFilter, BaseFilterSet, QuickSearch, StateFilter
from bureau.desk.forms import DeskForm, NounForm
from bureau.desk.pickers import ORGANISATIONS, Picker, PickerField, register
from bureau.desk.tables import Column, LinkColumn, NumberColumn, Table, WordColumn
from bureau.desk.views import (
    ArchiveAction,
    CreatePage,
    Dependent,
    DetailPage,
    EditPage,
    Group,
    ListPage,
    answer,
    subject,
)
from bureau.desk.views.base import NO_PERMISSION, Action
from bureau.desk.views.verbs import refusal
from bureau.documents import rules, services
from bureau.documents.choices import PaperKind, SeriesKind
from bureau.documents.models import NumberSeries

CHANGE = "documents.change_numberseries"
RESERVE = "documents.add_documentnumber"
SERIES = register(Picker("any-series", NumberSeries.objects.all(), lambda row: row.pattern))
EVERY = NumberSeries.objects.select_related("organisation")
FIRST_YEAR = 2000
YEARS_SHOWN = 10


class SeriesTable(Table):
    """Series in the order of their names' sound."""

    name = LinkColumn(_("Name"), sort="pinyin")
    pattern = Column(_("Pattern"))
    kind = WordColumn(_("Kind"))
    first = NumberColumn(_("First number of a year"), chosen=False)
    organisation = Column(_("Organisation"), chosen=False)
    default_sort = "name"


class SeriesFilter(BaseFilterSet):
    """By name or pattern, by kind."""

    q = QuickSearch()
    kind = StateFilter(choices=SeriesKind.choices, label=_("Kind"))
    archived = ArchivedFilter()


class SeriesForm(NounForm):
    """A series; its pattern stays once a number of it exists."""

    organisation = PickerField(ORGANISATIONS, label=_("Organisation"), required=False)

    class Meta:
        model = NumberSeries
        fields = services.SERIES_FIELDS


class ReserveForm(DeskForm):
    """For what paper the next number is wanted."""

    purpose = forms.CharField(label=_("Subject"), max_length=200)
    paper = forms.ChoiceField(label=_("Type of paper"), choices=PaperKind.choices)


class StartForm(DeskForm):
    """Where a year starts, because earlier numbers stand in the paper register."""

    year = forms.IntegerField(
        label=_("Year"), min_value=FIRST_YEAR, max_value=2200, initial=lambda: clock.today().year
    )
    first = forms.IntegerField(
        label=_("First number"), min_value=1, max_value=rules.LARGEST, initial=1
    )


class SeriesView:
    """Where the pages of series stand."""

    namespace = "desk"
    icon = "list-check"
    list_title = _("Number series")


class SeriesList(SeriesView, ListPage):
    """All series."""

    queryset, filterset, table = EVERY, SeriesFilter, SeriesTable
    title = _("Number series")
    description = _("Each begins anew every year; no number of it is ever given twice.")
    export_name = "number-series"


class SeriesPage(SeriesView, DetailPage):
    """One series with its next number."""

    queryset = EVERY
    template = "documents/series_detail.html"
    has_files = False
    facts = (
        Group(
            _("Series"),
            Column(_("Code"), "code"),
            Column(_("Pattern"), "pattern"),
            WordColumn(_("Kind"), "kind"),
            NumberColumn(_("First number of a year"), "first"),
            LinkColumn(_("Organisation"), "organisation"),
        ),
    )

    def actions(self) -> list[Action]:
        """Return reserving the next number, and setting where a year starts."""
        return [
            self.verb("reserve", _("Reserve the next number"), RESERVE, ReserveForm, "primary"),
            self.verb("start_year", _("Set where a year starts"), CHANGE, StartForm, "plain"),
        ]

    def verb(
        self, name: str, label: Any, permission: str, form: type[DeskForm], kind: str
    ) -> Action:
        """Return one verb's button; off with its reason."""
        user, series = self.request.user, self.object
        reason: Any = "" if user.has_perm(permission) else NO_PERMISSION
        if series.is_archived:
            reason = _("It is archived and stays as it is.")
        url = reverse(f"desk:numberseries_{name}", args=[series.pk])
        drawn = None if reason else form(user=user, auto_id=f"{name}-%s")
        return Action(name, label, url, not reason, reason, form=drawn, kind=kind)

    def extra(self) -> dict[str, Any]:
        """Add the years with what comes next and what nobody has entered."""
        series, this_year = self.object, clock.today().year
        known = {row.year: row for row in series.years.order_by("-year")[:YEARS_SHOWN]}
        years = sorted({this_year, *known}, reverse=True)
        return {"years": [_year(series, year, known.get(year)) for year in years]}


def _year(series: NumberSeries, year: int, row: Any) -> dict[str, Any]:
    start = row.start if row else series.first
    taken = set(series.numbers.filter(year=year).values_list("n", flat=True))
    following = rules.next_free(row.counter if row else start, taken)
    return {
        "year": year,
        "count": len(taken),
        "next": rules.write(series.pattern, year, following),
        "holes": rules.holes(start, taken)[:5],
    }


class SeriesCreate(SeriesView, CreatePage):
    """A new series."""

    form, title = SeriesForm, _("Add a number series")

    def save(self, form: Any) -> NumberSeries:
        """Hand the form to the service."""
        return services.create_series(actor=self.request.user, **form.values)


class SeriesEdit(SeriesView, EditPage):
    """A change of a series."""

    queryset, form = EVERY, SeriesForm

    def save(self, form: Any) -> NumberSeries:
        """Hand the form to the service."""
        version = form.cleaned_data["version"]
        return services.edit_series(
            self.object, actor=self.request.user, version=version, **form.values
        )


class SeriesArchive(SeriesView, ArchiveAction):
    """Putting a series away."""

    queryset = EVERY

    def dependents(self) -> list[Dependent]:
        """Return the numbers that stay in the register."""
        return [Dependent(_("Numbers that stay in the register"), self.object.numbers.count())]

    def archive(self, note: str) -> NumberSeries:
        """Call the service."""
        return services.archive_series(self.object, actor=self.request.user, note=note)


@require_POST
def reserve(request: HttpRequest, pk: int) -> HttpResponse:
    """Reserve the next number of a series and go to it."""
    series = subject(request, EVERY.all(), pk, RESERVE)
    form = ReserveForm(request.POST, user=request.user)
    if not form.is_valid():
        return _faults(request, form, series)
    given = []

    def call() -> None:
        given.append(services.reserve_number(series, actor=request.user, **form.cleaned_data))

    response = answer(request, series, call, done=_("The number was reserved."))
    return answer(request, given[0], lambda: None) if given else response


@require_POST
def start_year(request: HttpRequest, pk: int) -> HttpResponse:
    """Set where a year of a series starts."""
    series = subject(request, EVERY.all(), pk, CHANGE)
    form = StartForm(request.POST, user=request.user)
    if not form.is_valid():
        return _faults(request, form, series)
    return answer(
        request,
        series,
        lambda: services.start_year(series, actor=request.user, **form.cleaned_data),
        done=_("The year starts there now."),
    )


def _faults(request: HttpRequest, form: DeskForm, series: NumberSeries) -> HttpResponse:
    sentences = [f"{label}: {line}" for label, line, _i in form.problems]
    return refusal(request, sentences, series, 422)
