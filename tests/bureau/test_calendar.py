"""The work calendar in the database: what is shipped, what is published later."""

from datetime import date

import chinese_calendar
import pytest

from bureau.core.errors import BusinessError
from bureau.exchange.ledger import import_ledger
from bureau.places import services
from bureau.places.models import CalendarDay, CalendarYear
from bureau.places.workdays import YearNotPublished, add_working_days, calendar
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_the_shipped_calendar_agrees_with_its_source_on_every_day():
    ours = calendar()
    assert ours.years == frozenset(range(2004, 2027))
    for number in range(date(2004, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(number)
        assert ours.is_working_day(day) == chinese_calendar.is_workday(day), day


def test_the_calendar_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        calendar()


def test_a_published_year_ends_the_waiting():
    with pytest.raises(YearNotPublished):
        add_working_days(date(2026, 12, 31), 1, calendar())
    services.publish_year(
        2027,
        holidays=[(date(2027, 1, 1), "元旦")],
        make_up_days=[(date(2027, 1, 3), "元旦")],
        actor=None,
    )
    assert add_working_days(date(2026, 12, 31), 1, calendar()) == date(2027, 1, 3)
    assert AuditEntry.objects.filter(verb="publish_year").count() == 1


def test_publishing_again_replaces_the_days():
    services.publish_year(2026, holidays=[(date(2026, 1, 1), "元旦")], make_up_days=[], actor=None)
    assert CalendarDay.objects.filter(year__year=2026).count() == 1


def test_a_day_of_another_year_is_refused_and_nothing_is_written():
    with pytest.raises(BusinessError) as refused:
        services.publish_year(
            2027, holidays=[(date(2028, 1, 1), "元旦")], make_up_days=[], actor=None
        )
    assert refused.value.code == "day_outside_year"
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_an_unpublished_year_is_not_in_the_calendar():
    CalendarYear.objects.create(year=2027, published=False)
    assert 2027 not in calendar().years


def _bring_in(actor, *lines):
    data = "\n".join(["日期,类别,节日", *lines]).encode()
    options = {"actor": actor, "dry_run": False, "accept_passing": False}
    return import_ledger("workdays", "2027.csv", data, **options).report


def test_the_official_list_comes_in_as_a_sheet(admin):
    report = _bring_in(admin, "2027-01-01,休,元旦", "2027年1月3日,班,元旦", "2027-02-05,休,")
    assert (report["created"], report["rejected"]) == (3, 0)
    assert add_working_days(date(2026, 12, 31), 1, calendar()) == date(2027, 1, 3)
    report = _bring_in(admin, "2027-01-01,休,元旦", "2027-02-08,休,春节")
    assert (report["created"], report["unchanged"]) == (1, 1)
    assert CalendarDay.objects.filter(year__year=2027).count() == 4


def test_only_weekend_days_are_made_up(admin):
    report = _bring_in(admin, "2027-01-04,班,元旦")
    assert [issue["code"] for issue in report["errors"]] == ["make_up_on_weekday"]
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_clerk_does_not_publish_the_calendar(clerk):
    with pytest.raises(BusinessError) as refused:
        _bring_in(clerk, "2027-01-01,休,元旦")
    assert refused.value.code == "not_permitted"
