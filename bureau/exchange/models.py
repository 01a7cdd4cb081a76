"""One run of an import and the slips that were found in its rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import BaseModel
from bureau.core.triggers import follow_workflow
from bureau.exchange import registry, rules
from bureau.exchange.choices import FileRefusal, RunRefusal, RunState, Severity
from bureau.exchange.querysets import ExportRunQuerySet, ImportIssueQuerySet, ImportRunQuerySet


class ImportRun(BaseModel):
    """One spreadsheet on its way in: uploaded, checked, confirmed, saved.

    The file lies sealed at ``path`` below MEDIA_ROOT and is deleted after 30 days (SEC-7);
    the counts stay. ``overrides`` is the person's own match of columns: heading row and
    column key → position.
    """

    kind = models.CharField(_("kind"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RunState,
        default=RunState.UPLOADED,
        editable=False,
    )
    name = models.CharField(_("file"), max_length=200)
    path = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(_("size"), editable=False)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    heading_row = models.PositiveIntegerField(_("heading row"), null=True)
    headings = models.JSONField(default=dict)
    places = models.JSONField(default=dict)
    overrides = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    accept_passing = models.BooleanField(_("save the rows that pass"), null=True)
    state_of_tables = models.TextField(blank=True, editable=False)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_values = models.JSONField(default=dict)
    job = models.ForeignKey(
        "jobs.Job", models.SET_NULL, null=True, related_name="+", verbose_name=_("task")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    applied_at = models.DateTimeField(_("saved at"), null=True)
    purged_at = models.DateTimeField(_("file deleted at"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        permissions = [("audit_importrun", "Can see the imports of everybody")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    rows=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("rejected")
                ),
                name="import_run_counts",
            ),
        ]
        indexes = [models.Index(fields=["actor", "id"], name="import_run_actor")]
        triggers = follow_workflow("import_run", rules.WORKFLOW)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_of("exchange:import_detail", self.pk)

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in rules.BUSY

    @property
    def passing(self) -> int:
        """How many rows pass the check."""
        return self.created + self.updated + self.unchanged

    @property
    def reason(self) -> str:
        """Why the file is unusable or the saving failed, in the reader's language."""
        values = self.refusal_values
        if importer := registry.find(self.kind):
            values = values | {"kind": importer.label}
        for words in (FileRefusal, RunRefusal):
            if self.refusal_code in words.values:
                return str(words(self.refusal_code).label) % values
        return self.refusal_code


class ImportIssue(models.Model):
    """A slip in one row: the cell's column, the word, and what its sentence needs.

    Personal cells are quoted masked; the list is complete and never capped.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues", db_index=False)
    row = models.PositiveIntegerField(_("row"))
    position = models.PositiveSmallIntegerField(_("column"))
    key = models.CharField(max_length=60)
    heading = models.CharField(_("column"), max_length=120)
    code = models.CharField(_("reason"), max_length=60)
    severity = models.CharField(_("weight"), max_length=7, choices=Severity)
    values = models.JSONField(default=dict)

    objects = ImportIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        ordering = ["run", "row", "position", "id"]
        indexes = [
            models.Index(fields=["run", "severity", "row", "position", "id"], name="issue_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.heading}: {self.code}"


class ExportRun(BaseModel):
    """A long list on its way out: ordered, written as its owner sees it, fetched, deleted.

    ``source`` is the name of the list's address and ``words`` its query string; the file lies
    sealed at ``path`` below MEDIA_ROOT and is deleted after 7 days.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("ordered by")
    )
    source = models.CharField(max_length=80, editable=False)
    words = models.TextField(blank=True, editable=False)
    name = models.CharField(_("file"), max_length=200)
    fmt = models.CharField(_("format"), max_length=4)
    path = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False)
    rows = models.PositiveIntegerField(_("rows"), default=0, editable=False)
    job = models.ForeignKey(
        "jobs.Job", models.SET_NULL, null=True, related_name="+", verbose_name=_("task")
    )
    purged_at = models.DateTimeField(_("file deleted at"), null=True, editable=False)

    objects = ExportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["actor", "id"], name="export_run_actor")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("exchange:export_download", args=[self.pk])
