"""The years of the work calendar, to read."""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import BaseFilterSet
from bureau.desk.tables import BooleanColumn, Column, NumberColumn, Table
from bureau.desk.views import ListPage
from bureau.places.choices import DayKind
from bureau.places.models import CalendarYear


class CalendarTable(Table):
    """Years, the latest first."""

    year = Column(_("Year"), sort="year")
    published = BooleanColumn(_("Official list published"))
    holidays = NumberColumn(_("Holidays"))
    make_up_days = NumberColumn(_("Make-up days"))
    source = Column(_("Source"))
    default_sort = "-year"


class CalendarFilter(BaseFilterSet):
    """Two dozen years need no filter."""


class CalendarList(ListPage):
    """All years of the work calendar."""

    namespace = "desk"
    queryset = CalendarYear.objects.annotate(
        holidays=Count("days", filter=Q(days__kind=DayKind.HOLIDAY)),
        make_up_days=Count("days", filter=Q(days__kind=DayKind.MAKE_UP)),
    )
    filterset, table = CalendarFilter, CalendarTable
    title = _("Work calendar")
    description = _(
        "Deadlines in working days need the official list of holidays; a year without it leaves "
        "them open."
    )
    icon = "calendar"
    export_name = "work-calendar"
