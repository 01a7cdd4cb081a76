"""The clock of a handover's step: terms, working days, gaps in the calendar, suspension."""

from datetime import date

import pytest

from bureau.core import clock
from bureau.places.models import CalendarYear
from bureau.places.services import publish_year
from bureau.records.models import AuditEntry
from heating.models import Handover, HandoverStepTerm
from heating.services.handover_clock import fill_pending_due_dates, publish_step_term
from tests.heating.handover_story import Story, a_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(db):
    return Story.of_the_cast()


@pytest.fixture
def on(monkeypatch):
    """Return a function that sets today."""

    def set_today(*day):
        monkeypatch.setattr(clock, "today", lambda: date(*day))

    return set_today


def term(state, days):
    HandoverStepTerm.objects.create(state=state, working_days=days, valid_from=date(2021, 1, 1))


def test_working_days_leave_out_the_national_holiday(story, on):
    on(2026, 9, 29)
    term("registered", 5)
    handover = story.tell(a_station(), until="registered")
    assert handover.step_due_on == date(2026, 10, 12)


def test_the_term_in_force_on_the_day_counts(story, clerk):
    later = date(2030, 1, 1)
    publish_step_term(state="registered", working_days=7, valid_from=date(2022, 1, 1), actor=clerk)
    publish_step_term(state="registered", working_days=99, valid_from=later, actor=clerk)
    assert story.tell(a_station(), until="registered").step_days == 7


def test_without_a_term_nothing_is_due(story):
    HandoverStepTerm.objects.all().delete()
    handover = story.tell(a_station(), until="registered")
    assert (handover.step_due_on, handover.step_pending_year) == (None, None)


def test_a_year_not_published_leaves_the_due_date_open(
    story, on, signed_in, django_capture_on_commit_callbacks
):
    on(2026, 12, 30)
    term("registered", 5)
    handover = story.tell(a_station(), until="registered")
    assert (handover.step_due_on, handover.step_pending_year) == (None, 2027)
    assert not CalendarYear.objects.filter(year=2027, published=True).exists()
    page = signed_in(story.clerk).get(handover.get_absolute_url()).text
    assert 'data-pending="2027"' in page
    assert fill_pending_due_dates() == 0
    new_year = [(date(2027, 1, 1), "元旦")]
    with django_capture_on_commit_callbacks(execute=True):
        publish_year(2027, holidays=new_year, make_up_days=(), actor=story.clerk)
    handover.refresh_from_db()
    assert (handover.step_due_on, handover.step_pending_year) == (date(2027, 1, 7), None)
    entry = AuditEntry.objects.about(handover)[0]
    assert entry.verb == "fill_handover_due_date"
    assert entry.actor is None


def test_late_is_a_clock_and_not_a_state(story, on):
    on(2026, 6, 1)
    handover = story.tell(a_station(), until="registered")
    due = handover.step_due_on
    assert not handover.is_overdue(due)
    assert not Handover.objects.overdue(due).exists()
    after = date.fromordinal(due.toordinal() + 1)
    assert handover.is_overdue(after)
    assert Handover.objects.overdue(after).get() == handover
    assert handover.state == "registered"


def test_working_days_under_suspension_are_not_counted(story, on):
    on(2026, 6, 1)
    term("registered", 5)
    handover = story.tell(a_station(), until="registered")
    assert handover.step_due_on == date(2026, 6, 8)
    on(2026, 6, 3)
    handover = story.suspended(handover)
    assert handover.step_due_on == handover.review_on
    on(2026, 7, 6)
    handover = story.resumed(handover)
    assert handover.step_due_on == date(2026, 7, 9)


def test_what_was_late_stays_late(story, on):
    on(2026, 6, 1)
    handover = story.tell(a_station(), until="registered")
    due = handover.step_due_on
    on(2026, 7, 1)
    handover = story.suspended(handover)
    on(2026, 8, 3)
    assert story.resumed(handover).step_due_on == due


def test_a_finished_one_is_never_due(story):
    handover = story.tell(a_station(), until="cancelled")
    assert (handover.step_due_on, handover.step_pending_year) == (None, None)
