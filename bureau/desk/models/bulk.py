"""Bulk changes: what was ordered on which rows, and what became of each."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import BaseModel
from bureau.core.querysets import BaseQuerySet
from bureau.desk.choices import BulkOutcome
from bureau.desk.querysets import BulkRunQuerySet


class BulkRun(BaseModel):
    """One change of many rows, confirmed by ``actor`` and carried out by a background task.

    ``selection`` is how the rows were chosen: ticked ones, or the filters of the list. ``ids``
    and ``versions`` are the rows as they were when the actor confirmed, so a row that somebody
    changed since is refused and not overwritten.
    """

    list_key = models.CharField(_("list"), max_length=80)
    object_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(_("bulk change"), max_length=60)
    label = models.CharField(_("bulk change"), max_length=120)
    arguments = models.JSONField(_("arguments"), default=dict, encoder=DjangoJSONEncoder)
    selection = models.CharField(_("filters"), max_length=4000, blank=True)
    all_matching = models.BooleanField(_("everything that matched"), default=False)
    ids = ArrayField(models.BigIntegerField(), default=list)
    versions = ArrayField(models.PositiveIntegerField(null=True), default=list)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("ordered by"),
    )
    job = models.ForeignKey("jobs.Job", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["actor", "id"], name="bulkrun_actor")]

    def __str__(self) -> str:
        return f"{self.label} #{self.pk}" if self.pk else self.label

    def get_absolute_url(self) -> str:
        return page_of("desk:bulkrun_detail", self.pk)

    @property
    def count(self) -> int:
        """How many rows the actor confirmed."""
        return len(self.ids)

    @property
    def list_url(self) -> str:
        """The address of the list; empty where the portal has no such list any more."""
        try:
            return reverse(self.list_key)
        except NoReverseMatch:
            return ""


class BulkResult(models.Model):
    """What became of one row: changed, as it was, refused with a sentence, or gone."""

    run = models.ForeignKey(
        BulkRun, models.PROTECT, related_name="results", db_index=False, verbose_name=_("run")
    )
    object_id = models.BigIntegerField()
    label = models.CharField(_("object"), max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=BulkOutcome)
    code = models.CharField(_("code"), max_length=60, blank=True)
    sentence = models.TextField(_("reason"), blank=True)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a bulk change")
        verbose_name_plural = _("results of a bulk change")
        ordering = ["id"]
        constraints = [
            # Its index also serves the pages of a run; a row is never done twice.
            models.UniqueConstraint(fields=["run", "object_id"], name="bulkresult_once"),
        ]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="bulkresult_outcome")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return self.url
