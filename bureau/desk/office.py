"""What waits for the people who run the portal: postings that end, tasks that failed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk import work
from bureau.jobs.choices import JobState
from bureau.jobs.models import Job
from bureau.people.models import Posting

NOTICE_OF_END = timedelta(days=30)
FAILURES_SHOWN = timedelta(days=14)


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
        query = urlencode({"username": posting.user.username})
        yield work.WorkItem(
            title=str(posting.user),
            url=f"{reverse('desk:posting_list')}?{query}",
            action=_("Look at the postings"),
            due=posting.valid_until,
            kind=_("Postings that end"),
            detail=str(posting),
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
