"""The clock of a handover's step: started, paused, and filled when a calendar is published."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.core.workdays import Calendar, YearNotPublished, add_working_days, working_days_between
from bureau.people.models import User
from bureau.places.models import CalendarYear
from bureau.places.workdays import calendar
from bureau.records.services import record
from heating.choices import HandoverEvent, HandoverRefusal
from heating.models import Handover, HandoverStepTerm

MAY_PUBLISH_TERM = "heating.add_handoverstepterm"


def set_due(row: Handover, days: Calendar) -> None:
    """Reckon when the step is due; where a year is not published, remember which one."""
    row.step_due_on = row.step_pending_year = None
    if row.step_days is None or not row.is_open:
        return
    try:
        row.step_due_on = add_working_days(row.step_from, row.step_days, days)
    except YearNotPublished as error:
        row.step_pending_year = error.year


def start(row: Handover) -> None:
    """Start the clock of the state that the row has just reached."""
    row.step_from = clock.today()
    row.step_days = HandoverStepTerm.objects.days_for(row.state, row.step_from)
    set_due(row, calendar())


def pause(row: Handover, review_on: date) -> None:
    """Stop the clock; what is due now is the review of the suspension."""
    row.suspended_on = clock.today()
    row.step_due_on, row.step_pending_year = review_on, None


def restart(row: Handover) -> None:
    """Let the clock go on: working days under suspension are not counted.

    A step that was late before stays late; where the calendar cannot tell, it begins anew.
    """
    days = calendar()
    if row.step_days is None or row.suspended_on is None:
        set_due(row, days)
        return
    try:
        used = working_days_between(row.step_from, row.suspended_on, days)
    except YearNotPublished:
        used = 0
    if used <= row.step_days:
        row.step_days -= used
        row.step_from = clock.today()
    set_due(row, days)


@transaction.atomic
def fill_pending_due_dates(*, actor: User | None = None) -> int:
    """Give every running step its due date whose year has been published; return how many."""
    days = calendar()
    filled = 0
    waiting = Handover.objects.pending_calendar().select_for_update(of=("self",))
    for row in waiting.select_related("station").order_by("pk"):
        set_due(row, days)
        if row.step_due_on is None:
            continue
        row.version += 1
        fields = ["step_due_on", "step_pending_year", "version", "updated_at"]
        row.save(update_fields=fields)
        record(
            HandoverEvent.FILL_DUE_DATE,
            row,
            actor=actor,
            before={"step_due_on": None},
            after={"step_due_on": row.step_due_on.isoformat()},
        )
        filled += 1
    return filled


def when_published(*, instance: CalendarYear, **_signal: Any) -> None:
    """Fill what waited for a year as soon as its calendar is published for good."""
    if instance.published:
        transaction.on_commit(fill_pending_due_dates)


@transaction.atomic
def publish_step_term(
    *, state: str, working_days: int, valid_from: date, actor: User, document: str = ""
) -> HandoverStepTerm:
    """Publish the working days allowed in a state from a day on; running clocks keep theirs.

    It holds for the whole city, so only somebody posted to the city may; never backwards.
    """
    if not any(area.is_city for area in actor.areas(MAY_PUBLISH_TERM)):
        raise BusinessError(Refusal.NOT_PERMITTED, verb=HandoverEvent.PUBLISH_TERM.label)
    if valid_from < clock.today():
        label = HandoverRefusal.TERM_IN_THE_PAST.label
        raise ValidationError({"valid_from": [ValidationError(label, code="past")]})
    term = HandoverStepTerm(
        state=state, working_days=working_days, valid_from=valid_from, document=document
    )
    term.full_clean()
    term.save(force_insert=True)
    record(
        HandoverEvent.PUBLISH_TERM,
        term,
        actor=actor,
        after={"state": state, "working_days": working_days, "valid_from": valid_from.isoformat()},
    )
    return term
