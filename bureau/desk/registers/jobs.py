"""Background tasks: what one ordered, how far it is, and where the result lies."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from bureau.desk import formats
from bureau.desk.filters import BaseFilterSet, ChoiceFilter, PickerFilter, StateFilter
from bureau.desk.pickers import EVERYBODY
from bureau.desk.tables import Column, LinkColumn, MomentColumn, StatusColumn, Table
from bureau.desk.views import Action, DetailPage, Group, ListPage
from bureau.desk.views.base import NO_PERMISSION, subject
from bureau.desk.views.verbs import answer
from bureau.jobs import registry, services
from bureau.jobs.choices import JobState, JobVerb
from bureau.jobs.models import Job

SILENT = timedelta(minutes=3)
EVERY = Job.objects.select_related("created_by")


def time_left(seconds: int | None) -> str:
    """Say how long a task will still take, roughly; empty while nobody can tell."""
    if seconds is None:
        return ""
    if seconds < 60:
        return ngettext("%(n)s second left", "%(n)s seconds left", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    return ngettext("%(n)s minute left", "%(n)s minutes left", minutes) % {"n": minutes}


class ProgressColumn(Column):
    """A bar with what is being done and how long it will still take."""

    def html(self, row: Job) -> str:
        if row.state != JobState.RUNNING:
            return format_html("{}", row.reason or formats.NOTHING)
        share = row.percent
        bar = (
            format_html('<progress max="100" value="{}">{}%</progress>', share, share)
            if share is not None
            else format_html("<progress></progress>")
        )
        words = [word for word in (row.phase, time_left(row.seconds_left)) if word]
        return format_html("{} {}", bar, format_html_join(" · ", "{}", ((w,) for w in words)))

    def exported(self, row: Job) -> Any:
        return f"{row.done}/{row.total}" if row.total else None


class ResultColumn(LinkColumn):
    """The way to what came out."""

    def html(self, row: Job) -> str:
        if not row.result_url:
            return formats.NOTHING
        return format_html('<a href="{}">{}</a>', row.result_url, gettext("Open the result"))


class JobTable(Table):
    """Tasks, the newest first."""

    kind = LinkColumn(_("Task"), "__str__")
    state = StatusColumn(_("State"))
    progress = ProgressColumn(_("Progress"), "reason")
    result = ResultColumn(_("Result"), "result_url")
    created_at = MomentColumn(_("Ordered at"))
    created_by = Column(_("Ordered by"))
    finished_at = MomentColumn(_("Finished at"), chosen=False)


class JobFilter(BaseFilterSet):
    """By state, by kind, by day, and by person for who sees everybody's."""

    state = StateFilter(choices=JobState.choices)
    kind = ChoiceFilter(label=_("Task"), choices=registry.kinds)
    created_by = PickerFilter(EVERYBODY, label=_("Ordered by"))
    ordered = django_filters.DateFromToRangeFilter(field_name="created_at", label=_("Ordered at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is None or not self.user.has_perm("jobs.view_job"):
            self.filters.pop("created_by")


def standing(user: Any) -> dict[str, Any]:
    """Return how many tasks in view wait and run, and since when no worker has shown itself.

    A worker that lives shows itself every minute; silence is told in whole minutes.
    """
    live = Job.objects.visible_to(user).live().order_by()
    counts = dict(live.values("state").annotate(number=Count("pk")).values_list("state", "number"))
    age = services.heartbeat_age()
    silent = age is None or age > SILENT.total_seconds()
    return {
        "queued": counts.get(JobState.QUEUED, 0),
        "running": counts.get(JobState.RUNNING, 0),
        "silent": silent,
        "silent_minutes": round(age / 60) if silent and age is not None else None,
    }


class JobView:
    """Where the pages of tasks stand; everybody has some of their own."""

    namespace = "jobs"
    icon = "list-check"


class JobList(JobView, ListPage):
    """One's own tasks, or everybody's for who looks after them; it follows them by itself."""

    queryset, filterset, table = EVERY, JobFilter, JobTable
    template, fragment = "jobs/job_list.html", "jobs/_job_list.html"
    title = _("Tasks")
    description = _("Long work goes on here while you do something else.")
    first_step = _("Imports and exports appear here once you start one.")
    export_name = "tasks"

    def require(self, needs: str) -> None:
        """Refuse nobody: the rows are one's own unless a posting shows more."""

    def context(self) -> dict[str, Any]:
        """Add whether anything still moves on this page."""
        found = super().context()
        moving = any(job.is_live for job in found["page"].rows)
        return found | {"moving": moving, "standing": standing(self.request.user)}


class JobPage(JobView, DetailPage):
    """One task."""

    queryset = EVERY
    template = "jobs/job_detail.html"
    status = StatusColumn("", "state")
    has_notes = has_files = False
    list_title = _("Tasks")
    facts = (
        Group(
            _("Task"),
            Column(_("Ordered by"), "created_by"),
            MomentColumn(_("Ordered at"), "created_at"),
            MomentColumn(_("Started at"), "started_at"),
            MomentColumn(_("Finished at"), "finished_at"),
            Column(_("Attempts"), "attempts"),
        ),
    )

    def actions(self) -> list[Action]:
        job = self.object
        allowed = self.request.user.can("jobs.change_job", job)
        return [
            self.verb(JobVerb.RETRY, allowed, job.may_retry, icon="refresh", kind="primary"),
            self.verb(JobVerb.CANCEL, allowed, job.is_live, icon="x", kind="danger"),
        ]

    def verb(self, verb: JobVerb, allowed: bool, possible: bool, **look: Any) -> Action:
        """Return a verb's button; one that cannot be pressed says why."""
        reason: Any = "" if allowed else NO_PERMISSION
        if not possible:
            reason = _("Not while the task is “%(state)s”.") % {
                "state": self.object.get_state_display()
            }
        url = self.url(str(verb), self.object.pk)
        return Action(str(verb), capfirst(verb.label), url, not reason, reason, **look)

    def standard_actions(self) -> list[Action]:
        """Return none: nobody edits or archives a task."""
        return []

    def extra(self) -> dict[str, Any]:
        return {"job": self.object, "left": time_left(self.object.seconds_left)}


@require_GET
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer how far a task is; once it has ended the page around is loaded anew."""
    job = subject(request, EVERY.all(), pk)
    context = {"job": job, "left": time_left(job.seconds_left)}
    response = render(request, "jobs/_progress.html", context)
    if not job.is_live:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a failed or cancelled task start anew."""
    job = subject(request, EVERY.all(), pk, "jobs.change_job")
    return answer(request, job, lambda: services.retry_job(job, actor=request.user))


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a task that waits or runs."""
    job = subject(request, EVERY.all(), pk, "jobs.change_job")
    return answer(request, job, lambda: services.cancel_job(job, actor=request.user))
