"""The period of a public notice: examples, and what holds for every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.core.workdays import Calendar
from grants.rules import notices as rules

HOLIDAYS = frozenset(date(2026, 10, day) for day in range(1, 8))
MAKE_UP = frozenset({date(2026, 9, 20), date(2026, 10, 10)})
CALENDAR = Calendar(frozenset({2026}), HOLIDAYS, MAKE_UP)
DAYS = st.dates(date(2026, 1, 1), date(2026, 10, 15))


@pytest.mark.parametrize(
    ("published", "days", "working", "first", "last"),
    [
        ("2026-05-11", 7, False, "2026-05-12", "2026-05-18"),
        ("2026-05-09", 7, False, "2026-05-10", "2026-05-16"),
        ("2026-09-26", 7, False, "2026-09-27", "2026-10-08"),
        ("2026-09-28", 7, False, "2026-09-29", "2026-10-08"),
        ("2026-05-11", 7, True, "2026-05-12", "2026-05-20"),
        ("2026-09-25", 7, True, "2026-09-26", "2026-10-12"),
    ],
)
def test_day_1_is_the_day_after_and_the_last_day_is_no_holiday(
    published, days, working, first, last
):
    found = rules.period(date.fromisoformat(published), days, CALENDAR, working=working)
    assert (found.starts_on.isoformat(), found.ends_on.isoformat()) == (first, last)
    assert found.pending_year is None


@pytest.mark.parametrize("working", [False, True])
def test_a_year_without_published_days_leaves_the_end_open(working):
    found = rules.period(date(2026, 12, 28), 7, CALENDAR, working=working)
    assert (found.ends_on, found.pending_year) == (None, 2027)


@given(DAYS, st.integers(7, 30), st.booleans())
def test_a_notice_is_never_shortened(published, days, working):
    found = rules.period(published, days, CALENDAR, working=working)
    assert found.starts_on == published + timedelta(days=1)
    assert (found.ends_on - published).days >= days
    assert found.ends_on not in HOLIDAYS
    later = rules.period(published + timedelta(days=1), days, CALENDAR, working=working)
    assert later.ends_on >= found.ends_on


@pytest.mark.parametrize(
    ("ends_on", "today", "over"),
    [
        (date(2026, 5, 18), date(2026, 5, 18), False),
        (date(2026, 5, 18), date(2026, 5, 19), True),
        (None, date(2099, 1, 1), False),
    ],
)
def test_it_is_over_on_the_day_after_its_last_one(ends_on, today, over):
    assert rules.is_over(ends_on, today) is over


@pytest.mark.parametrize(("days", "code"), [(6, "guard:days"), (7, None), (0, "guard:days")])
def test_fewer_than_seven_days_are_refused(days, code):
    finding = rules.days(days)
    assert (finding.code if finding else None) == code
