"""What is to be done later: one row per task, its lease and its progress (REL-1)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import BaseModel
from bureau.core.querysets import BaseQuerySet
from bureau.core.triggers import follow_workflow
from bureau.jobs import registry, rules
from bureau.jobs.choices import JobState
from bureau.jobs.querysets import LIVE, JobQuerySet


class Job(BaseModel):
    """A background task; the row is the truth and a message only a wake-up call.

    A worker holds it by a lease (``lease_until``, in the database's own time) and gives it up
    by finishing, failing or dying; after three attempts it has ``failed`` with a ``reason``.
    """

    # A queue runs by the true time, like its leases, also while a rehearsal moves the clock.
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    kind = models.CharField(_("kind"), max_length=60)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.QUEUED, editable=False
    )
    args = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    unique_key = models.CharField(max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(db_default=Now())
    woken_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=200, blank=True)
    cancel_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("total"), default=0)
    phase = models.CharField(_("phase"), max_length=120, blank=True)
    result = models.JSONField(_("result"), default=dict, encoder=DjangoJSONEncoder)
    reason_code = models.CharField(max_length=60, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("ordered by"),
    )
    request_id = models.CharField(max_length=64, blank=True)
    object_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, related_name="+", db_index=False
    )
    object_id = models.BigIntegerField(null=True)

    subject = GenericForeignKey("object_type", "object_id")
    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unique_key"],
                condition=Q(state__in=LIVE) & ~Q(unique_key=""),
                name="job_unique_while_live",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | ~Q(lease_owner=""),
                name="job_running_is_held",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=rules.MAX_ATTEMPTS), name="job_attempts"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state=JobState.QUEUED), name="job_due"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="job_leases"
            ),
            models.Index(fields=["created_by", "id"], name="job_creator"),
            models.Index(fields=["object_type", "object_id", "id"], name="job_object"),
        ]
        triggers = follow_workflow("job", rules.WORKFLOW)

    def __str__(self) -> str:
        return registry.label(self.kind)

    def get_absolute_url(self) -> str:
        return page_of("jobs:job_detail", self.pk)

    @property
    def is_live(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in LIVE

    @property
    def may_retry(self) -> bool:
        """Whether it ended without being done, so that it can start anew."""
        return self.state in (JobState.FAILED, JobState.CANCELLED)

    @property
    def result_url(self) -> str:
        """The address of the result within the portal; empty while there is none."""
        url = str(self.result.get("url", "")) if self.state == JobState.DONE else ""
        return url if url.startswith("/") and not url.startswith("//") else ""

    @property
    def percent(self) -> int | None:
        """How much is done, in whole percent; None while the total is unknown."""
        return rules.percent(self.done, self.total)

    @property
    def seconds_left(self) -> int | None:
        """How long it will still take at the pace so far; None while nobody can tell."""
        if self.state != JobState.RUNNING or self.started_at is None:
            return None
        elapsed = (timezone.now() - self.started_at).total_seconds()
        return rules.seconds_left(self.done, self.total, elapsed)


class Heartbeat(models.Model):
    """Beat, broker and a worker were alive in this minute (REL-7); in real time, never moved."""

    minute = models.DateTimeField(unique=True)
    at = models.DateTimeField()
    worker = models.CharField(max_length=200)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["-minute"]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.worker}"
