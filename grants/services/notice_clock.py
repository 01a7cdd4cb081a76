"""The last days of notices that wait for a calendar, filled when it is published."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from bureau.core.workdays import Calendar
from bureau.people.models import User
from bureau.places.models import CalendarYear
from bureau.places.workdays import calendar
from bureau.records.services import record
from grants.choices import NoticeVerb
from grants.models import NoticeItem, PublicNotice
from grants.rules import notices as rules


@transaction.atomic
def fill_pending_periods(*, actor: User | None = None) -> int:
    """Give every posted notice its last day whose year is published; return how many got one."""
    days, filled = calendar(), 0
    waiting = PublicNotice.objects.pending_calendar().select_for_update(of=("self",))
    for notice in waiting.select_related("village").order_by("pk"):
        ends = dict(_last_days(notice, days))
        if not ends:
            continue
        notice.version += 1
        notice.save(update_fields=["ends_on", "pending_year", "version", "updated_at"])
        record(NoticeVerb.FILL_PERIOD, notice, actor=actor, after=ends)
        filled += 1
    return filled


def _last_days(notice: PublicNotice, days: Calendar) -> Iterator[tuple[str, str]]:
    """Fill the common last day and those of corrected items; yield what could be filled."""
    if notice.pending_year is not None and notice.published_on is not None:
        found = rules.period(notice.published_on, notice.days, days, working=notice.working_days)
        notice.ends_on, notice.pending_year = found.ends_on, found.pending_year
        if notice.ends_on is not None:
            yield "ends_on", notice.ends_on.isoformat()
    for item in NoticeItem.objects.of_notice(notice).on_sheet().pending_calendar():
        if item.starts_on is None:
            continue
        begun = item.starts_on - rules.ONE_DAY
        found = rules.period(begun, notice.days, days, working=notice.working_days)
        if found.ends_on is not None:
            item.ends_on, item.pending_year = found.ends_on, None
            item.save(update_fields=["ends_on", "pending_year", "updated_at"])
            yield f"item {item.position}", found.ends_on.isoformat()


def when_published(*, instance: CalendarYear, **_signal: Any) -> None:
    """Fill what waited for a year as soon as its calendar is published for good."""
    if instance.published:
        transaction.on_commit(fill_pending_periods)
