"""The years of the work calendar: the list, a page a year, single days, and whether it counts."""

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import clock
from bureau.core.workdays import SATURDAY
from bureau.desk import hanging
from bureau.desk.filters import BaseFilterSet
from bureau.desk.forms import DayField, DeskForm
from bureau.desk.tables import BooleanColumn, Column, LinkColumn, NumberColumn, StatusColumn, Table
from bureau.desk.views import DetailPage, Group, ListPage, answer, subject
from bureau.desk.views.base import NO_PERMISSION, Action
from bureau.desk.views.verbs import note_of, refusal
from bureau.exchange.models import ImportRun
from bureau.places import services
from bureau.places.choices import DayKind
from bureau.places.models import CalendarDay, CalendarYear

CHANGE = "places.change_calendaryear"
FIRST_YEAR, LAST_YEAR = 2000, 2100
IMPORTS_SHOWN = 5
WEEKDAYS = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
EVERY = CalendarYear.objects.annotate(
    holidays=Count("days", filter=Q(days__kind=DayKind.HOLIDAY)),
    make_up_days=Count("days", filter=Q(days__kind=DayKind.MAKE_UP)),
)


class CalendarTable(Table):
    """Years, the latest first."""

    year = LinkColumn(_("Year"), value=str, sort="year", to=lambda row: row.get_absolute_url())
    published = BooleanColumn(_("Official list published"))
    holidays = NumberColumn(_("Holidays"))
    make_up_days = NumberColumn(_("Make-up days"))
    source = Column(_("Source"))
    default_sort = "-year"


class CalendarFilter(BaseFilterSet):
    """Two dozen years need no filter."""


class YearForm(DeskForm):
    """A year that is not there yet."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        initial=lambda: clock.today().year + 1,
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


class DayForm(DeskForm):
    """One day of rest or of making up, and the paper that says so."""

    date = DayField(label=_("Date"))
    kind = forms.ChoiceField(label=_("Kind"), choices=DayKind.choices)
    name = forms.CharField(label=_("Holiday's name"), max_length=50, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The notice that says so.")
    )


class CalendarList(ListPage):
    """All years of the work calendar."""

    namespace = "desk"
    queryset = EVERY
    filterset, table = CalendarFilter, CalendarTable
    title = _("Work calendar")
    description = _(
        "Deadlines in working days need the official list of holidays; a year without it leaves "
        "them open."
    )
    icon = "calendar"
    export_name = "work-calendar"

    def actions(self) -> list[Action]:
        """Return the button that begins a year."""
        allowed = self.request.user.has_perm(CHANGE)
        return [
            Action(
                "open-year",
                _("Begin a year"),
                reverse("desk:calendaryear_open"),
                enabled=allowed,
                reason="" if allowed else NO_PERMISSION,
                form=YearForm(user=self.request.user, auto_id="open-%s") if allowed else None,
                icon="plus",
            )
        ]


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the grid; ``mark`` is the letter beside the number, ``word`` what it means."""

    day: date
    kind: str
    word: Any = ""
    name: str = ""

    @property
    def mark(self) -> Any:
        """One letter, so that colour is never the only sign."""
        marks = {DayKind.HOLIDAY.value: _("H"), DayKind.MAKE_UP.value: _("W")}
        return marks.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its name, its weeks of seven cells (None outside), its working days."""

    name: Any
    weeks: list[list[Cell | None]]
    working: int


def grid(year: int, days: Iterable[CalendarDay]) -> list[Month]:
    """Return the twelve months of a year with every day's kind."""
    known = {one.date: one for one in days}
    found = []
    for month in range(1, 13):
        weeks = [
            [_cell(day, known) if day.month == month else None for day in week]
            for week in months.Calendar(0).monthdatescalendar(year, month)
        ]
        cells = [cell for week in weeks for cell in week if cell]
        working = sum(cell.kind in ("working", DayKind.MAKE_UP) for cell in cells)
        found.append(Month(MONTHS[month], weeks, working))
    return found


def _cell(day: date, known: dict[date, CalendarDay]) -> Cell:
    marked = known.get(day)
    if marked is not None:
        return Cell(day, marked.kind, DayKind(marked.kind).label, marked.name)
    if day.weekday() >= SATURDAY:
        return Cell(day, "weekend", _("weekend"))
    return Cell(day, "working")


class CalendarPage(DetailPage):
    """One year: twelve months, what waits for it, its official list and its single days."""

    namespace = "desk"
    queryset = EVERY
    icon = "calendar"
    list_title = _("Work calendar")
    template = "places/calendar_year.html"
    status = StatusColumn("", value=lambda year: "yes" if year.published else "waiting")
    has_notes = has_files = False
    facts = (
        Group(
            _("Year"),
            NumberColumn(_("Holidays"), "holidays"),
            NumberColumn(_("Make-up days"), "make_up_days"),
            Column(_("Source"), "source"),
        ),
    )

    def context(self, **more: Any) -> dict[str, Any]:
        """Write the state as a sentence's word."""
        found = super().context(**more)
        return found | {"status": ""}

    def actions(self) -> list[Action]:
        """Return publishing, or withdrawing what was published, with its consequences."""
        year = self.object
        allowed = self.request.user.can(CHANGE, year)
        verb = "unpublish" if year.published else "publish"
        label = _("Withdraw the year") if year.published else _("Publish the year")
        hint = (
            _("Deadlines already reckoned stay; new ones into this year stay open again.")
            if year.published
            else _("Every deadline that waits for this year is reckoned at once.")
        )
        return [
            Action(
                verb,
                label,
                reverse("desk:calendaryear_verb", args=[year.pk, verb]),
                enabled=allowed,
                reason="" if allowed else NO_PERMISSION,
                needs_note=True,
                hint=hint,
                kind="danger" if year.published else "primary",
                icon="archive-off" if year.published else "circle-check",
            )
        ]

    def standard_actions(self) -> list[Action]:
        """Return none: a year is published, never edited or archived."""
        return []

    def extra(self) -> dict[str, Any]:
        """Add the grid, what waits, the days one by one and the two forms."""
        year, user = self.object, self.request.user
        days = list(year.days.order_by("date"))
        may_change = user.can(CHANGE, year)
        may_import = may_change and user.has_perm("exchange.add_importrun")
        shown = grid(year.year, days)
        return {
            "months": shown,
            "weekdays": WEEKDAYS,
            "working": sum(month.working for month in shown),
            "days": days,
            "waiting": [one for one in hanging.of(year, user) if one.count],
            "day_form": DayForm(user=user, auto_id="day-%s") if may_change else None,
            "may_change": may_change,
            "may_import": may_import,
            "imports": ImportRun.objects.visible_to(user)
            .filter(kind="workdays")
            .order_by("-pk")[:5],
        }


@require_POST
def open_year(request: HttpRequest) -> HttpResponse:
    """Begin a year."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    form = YearForm(request.POST, user=request.user)
    place = _CalendarRoot()
    if not form.is_valid():
        return refusal(request, [line for _l, line, _i in form.problems], place, 422)
    return answer(
        request,
        place,
        lambda: services.open_year(actor=request.user, **form.cleaned_data),
        done=_("The year was begun; it counts once it is published."),
    )


class _CalendarRoot:
    """Where a year that is not there yet leads back to."""

    def get_absolute_url(self) -> str:
        """Return the list of the years."""
        return reverse("desk:calendaryear_list")


@require_POST
def year_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Publish or withdraw a year, or add a day to it."""
    year = subject(request, CalendarYear.objects.all(), pk, CHANGE)
    if verb == "add-day":
        return _add_day(request, year)
    if verb not in ("publish", "unpublish"):
        raise Http404
    published = verb == "publish"
    note = note_of(request)
    return answer(
        request,
        year,
        lambda: services.set_published(year, published, actor=request.user, note=note),
        done=_("The year was published.") if published else _("The year was withdrawn."),
    )


def _add_day(request: HttpRequest, year: CalendarYear) -> HttpResponse:
    form = DayForm(request.POST, user=request.user)
    if not form.is_valid():
        sentences = [f"{label}: {line}" for label, line, _i in form.problems]
        return refusal(request, sentences, year, 422)
    given = form.cleaned_data
    return answer(
        request,
        year,
        lambda: services.add_day(
            year, given["date"], given["kind"], actor=request.user, name=given["name"],
            source=given["source"],
        ),
        done=_("The day was added."),
    )  # fmt: skip


@require_POST
def remove_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a day out of its year."""
    day = subject(request, CalendarDay.objects.select_related("year"), pk)
    year = subject(request, CalendarYear.objects.all(), day.year_id, CHANGE)
    return answer(
        request,
        year,
        lambda: services.remove_day(day, actor=request.user),
        done=_("The day was taken out."),
    )


def _imports(user: Any) -> Any:
    """Return the last imports of official lists that the reader may see."""
    runs = ImportRun.objects.visible_to(user).filter(kind="workdays")
    return runs.order_by("-pk")[:IMPORTS_SHOWN]
