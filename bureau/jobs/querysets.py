"""Reads of background tasks."""

from typing import Any, Self

from django.db.models.functions import Now

from bureau.core.querysets import BaseQuerySet
from bureau.jobs.choices import JobState

LIVE = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(BaseQuerySet):
    """Background tasks; everybody sees their own."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return one's own tasks, and all of them for who holds ``permission`` city-wide."""
        areas = user.areas(permission or "jobs.view_job")
        if any(area.is_city for area in areas):
            return self.all()
        return self.filter(created_by=user.pk)

    def live(self) -> Self:
        """Return the tasks that wait or run."""
        return self.filter(state__in=LIVE)

    def due(self) -> Self:
        """Return the tasks that a worker may begin now, oldest first."""
        return self.filter(state=JobState.QUEUED, not_before__lte=Now()).order_by(
            "not_before", "id"
        )
