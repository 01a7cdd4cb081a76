"""The clock of a handover's step: terms, working days, gaps in the calendar, suspension."""

from datetime import date

import pytest
from django.urls import reverse

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.places.models import CalendarYear
from bureau.places.services import publish_year
from bureau.records.models import AuditEntry
from heating.models import Handover, HandoverStepTerm
from heating.services.handover_clock import fill_pending_due_dates, publish_step_term
from tests.factories import PostingFactory
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


def test_the_term_in_force_on_the_day_counts(story, clerk, on):
    on(2026, 6, 1)
    publish_step_term(state="registered", working_days=7, valid_from=date(2026, 6, 2), actor=clerk)
    publish_step_term(state="registered", working_days=99, valid_from=date(2030, 1, 1), actor=clerk)
    on(2026, 7, 1)
    assert story.tell(a_station(), until="registered").step_days == 7


def test_terms_are_read_by_all_and_published_for_the_city(clerk, county, signed_in, on):
    on(2026, 6, 1)
    address = reverse("heating:handover_terms")
    body = {"state": "planned", "working_days": 12, "valid_from": "2026-07-01", "document": "x"}
    assert 'data-panel="terms"' in signed_in(county).get(address).text
    assert signed_in(county).post(address, body).status_code == 403
    assert signed_in(clerk).post(address, body).status_code == 302
    term = HandoverStepTerm.objects.get(state="planned", working_days=12)
    assert AuditEntry.objects.about(term).get().actor == clerk
    assert signed_in(clerk).post(address, body).status_code == 422
    past = body | {"valid_from": "2026-05-31"}
    assert signed_in(clerk).post(address, past).status_code == 422
    assert f'data-days="{term.working_days}" data-holds="no"' in signed_in(county).get(address).text


def test_a_countys_clerk_publishes_no_term(on):
    on(2026, 6, 1)
    posting = PostingFactory(role_code="bureau_clerk", place="371526000000")
    with pytest.raises(BusinessError) as caught:
        publish_step_term(
            state="planned", working_days=9, valid_from=date(2026, 6, 2), actor=posting.user
        )
    assert caught.value.code == Refusal.NOT_PERMITTED


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
