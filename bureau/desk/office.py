"""What waits for those who run the portal: postings that end, failed tasks, the calendar."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk import work
from bureau.jobs.choices import JobState
from bureau.jobs.models import Job
from bureau.people.models import Delegation, Posting
from bureau.places.models import CalendarYear

NOTICE_OF_END = timedelta(days=30)
NOTICE_OF_DELEGATION = timedelta(days=7)
FAILURES_SHOWN = timedelta(days=14)
MONTH_OF_THE_LIST = 11


@work.register
def ending_postings(user: Any) -> Iterator[work.WorkItem]:
    """Postings that end within 30 days, for whoever may grant new ones."""
    if not user.has_perm("people.change_posting"):
        return
    today = clock.today()
    ending = Posting.objects.visible_to(user, "people.change_posting").filter(
        valid_until__range=(today, today + NOTICE_OF_END)
    )
    for posting in ending.select_related(
        "user", "role", "division", "managing_area", "organisation"
    ).order_by("valid_until", "pk"):
        yield work.WorkItem(
            title=str(posting.user),
            url=posting.get_absolute_url(),
            action=_("Look at the posting"),
            due=posting.valid_until,
            kind=_("Postings that end"),
            detail=str(posting),
        )


@work.register
def ending_delegations(user: Any) -> Iterator[work.WorkItem]:
    """One's own delegations that end within seven days, for principal and deputy alike."""
    today = clock.today()
    running = Delegation.objects.on(today).filter(
        Q(principal=user) | Q(deputy=user), valid_until__lte=today + NOTICE_OF_DELEGATION
    )
    for row in running.select_related("principal", "deputy").order_by("valid_until", "pk"):
        yield work.WorkItem(
            title=str(row),
            url=row.get_absolute_url(),
            action=_("Look at the delegation"),
            due=row.valid_until,
            kind=_("Delegations that end"),
            detail=row.reason,
        )


@work.register
def failed_jobs(user: Any) -> Iterator[work.WorkItem]:
    """Background tasks that failed within 14 days, for whoever may try them again."""
    if not user.has_perm("jobs.change_job"):
        return
    failed = Job.objects.visible_to(user, "jobs.change_job").filter(
        state=JobState.FAILED, finished_at__gte=clock.now() - FAILURES_SHOWN
    )
    for job in failed.select_related("created_by").order_by("-pk")[: work.SHOWN]:
        yield work.WorkItem(
            title=str(job),
            url=job.get_absolute_url(),
            action=_("Look at the task"),
            kind=_("Failed tasks"),
            detail=job.reason,
            status=job.state,
            status_label=job.get_state_display(),
        )


@work.register
def unpublished_year(user: Any) -> Iterator[work.WorkItem]:
    """The work calendar of next year, from November on, for whoever keeps the calendar.

    The State Council publishes the list in November; without it deadlines stay open.
    """
    today = clock.today()
    year = today.year + 1
    if today.month < MONTH_OF_THE_LIST or not user.has_perm("places.change_calendaryear"):
        return
    if not CalendarYear.objects.filter(year=year, published=True).exists():
        yield work.WorkItem(
            title=str(year),
            url=reverse("desk:calendaryear_list"),
            action=_("Look at the calendar"),
            due=date(today.year, 12, 31),
            kind=_("Work calendar not published"),
        )
