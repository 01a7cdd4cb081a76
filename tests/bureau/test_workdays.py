"""Working days: tables of examples around real holidays, and laws that always hold."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.core import workdays
from bureau.core.clock import SHANGHAI
from bureau.core.workdays import Calendar, YearNotPublished
from bureau.places import shipped
from bureau.places.choices import DayKind


def _shipped() -> Calendar:
    days = {kind: set() for kind in DayKind.values}
    for row in shipped.rows("calendar"):
        days[row["kind"]].add(date.fromisoformat(row["date"]))
    years = {day.year for kind in days.values() for day in kind}
    return Calendar(frozenset(years), frozenset(days["holiday"]), frozenset(days["make_up"]))


CALENDAR = _shipped()
DAYS = st.dates(date(2004, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-20", 1, "2026-11-23"),  # over a weekend
        ("2026-11-22", 5, "2026-11-27"),  # begun on a Sunday
        ("2026-09-30", 1, "2026-10-08"),  # over the National Day holidays
        ("2026-09-30", 3, "2026-10-10"),  # the Saturday after them is made up
        ("2018-02-14", 1, "2018-02-22"),  # over the Spring Festival
    ],
)
def test_the_start_day_does_not_count(start, n, end):
    assert workdays.add_working_days(date.fromisoformat(start), n, CALENDAR) == date.fromisoformat(
        end
    )


def test_paused_working_days_are_not_counted():
    paused = [date(2026, 11, 24), date(2026, 11, 28)]
    assert workdays.add_working_days(date(2026, 11, 22), 5, CALENDAR, paused) == date(2026, 11, 30)


def test_a_year_without_published_days_is_named():
    with pytest.raises(YearNotPublished) as refused:
        workdays.add_working_days(date(2026, 12, 30), 5, CALENDAR)
    assert refused.value.year == 2027
    assert refused.value.code == "year_not_published"
    assert "2027" in refused.value.sentence


def test_something_is_due_in_the_last_second_of_its_last_day_in_shanghai():
    evening_in_utc = datetime(2026, 11, 19, 17, 0, tzinfo=SHANGHAI) + timedelta(hours=8)
    due = workdays.due_after_working_days(evening_in_utc, 1, CALENDAR)
    assert due == datetime(2026, 11, 23, 23, 59, 59, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("published", "days", "end"),
    [
        ("2026-11-16", 7, "2026-11-23"),
        ("2026-11-14", 7, "2026-11-21"),  # a plain Saturday is no public holiday
        ("2026-09-26", 7, "2026-10-08"),  # 3 October moves to the next working day
    ],
)
def test_a_notice_ends_on_its_last_day_or_after_the_holiday(published, days, end):
    last = workdays.end_of_notice(date.fromisoformat(published), days, CALENDAR)
    assert last == date.fromisoformat(end)


@given(DAYS, st.integers(1, 40))
def test_counting_back_gives_what_was_added(start, n):
    end = workdays.add_working_days(start, n, CALENDAR)
    assert CALENDAR.is_working_day(end)
    assert workdays.working_days_between(start, end, CALENDAR) == n


@given(DAYS)
def test_the_next_working_day_is_never_earlier(day):
    found = workdays.next_working_day(day, CALENDAR)
    assert found >= day
    assert workdays.working_days_between(day, found, CALENDAR) == (0 if found == day else 1)
