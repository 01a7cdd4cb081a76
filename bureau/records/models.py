"""What happened: an append-only audit in a sealed chain, and notes and papers on any object."""

from typing import Any, cast

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import BrinIndex, GistIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.addresses import page_of
from bureau.core.querysets import BaseQuerySet
from bureau.core.triggers import append_only
from bureau.records import verbs
from bureau.records.choices import Source
from bureau.records.fields import IdSpansField, Xid8Field
from bureau.records.querysets import AuditEntryQuerySet, HangingQuerySet, WatchQuerySet


class AuditEntry(models.Model):
    """One thing that somebody did, written in the transaction that did it (PAY-6).

    A set-based step over thousands of rows writes one entry on its batch: ``rows_type`` and
    ``rows`` hold the ids it touched as spans, so one small indexed column (neighbouring ids
    merge) brings the batch's entry into the timeline of every row without a row per object.
    ``xid`` is the writing transaction: sealing takes only transactions that are all over.
    """

    at = models.DateTimeField(_("at"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    posting = models.ForeignKey(
        "people.Posting", models.PROTECT, null=True, related_name="+", db_index=False
    )
    verb = models.CharField(_("verb"), max_length=60)
    object_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, related_name="+", db_index=False
    )
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(_("object"), max_length=200, blank=True)
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(_("note"), blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.COMMAND)
    rows_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, related_name="+", db_index=False
    )
    rows = IdSpansField(null=True)
    xid = Xid8Field(db_default=Func(function="pg_current_xact_id"), editable=False)

    subject = GenericForeignKey("object_type", "object_id")
    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["actor", "id"], name="audit_actor"),
            BrinIndex(fields=["at"], name="audit_at"),
            GistIndex(fields=["rows"], name="audit_rows", condition=Q(rows__isnull=False)),
            models.Index(fields=["at", "id"], name="audit_moment"),
            models.Index(fields=["verb", "id"], name="audit_verb"),
            models.Index(fields=["object_type", "id"], name="audit_type"),
            models.Index(
                fields=["object_label"], opclasses=["varchar_pattern_ops"], name="audit_label"
            ),
        ]
        triggers = append_only("auditentry")

    def __str__(self) -> str:
        return f"{self.verb} {self.object_label}".strip()

    def get_absolute_url(self) -> str:
        return page_of("desk:auditentry_detail", self.pk)

    @property
    def noun(self) -> str:
        """The object's model as "app.model"; empty where the entry has no object."""
        kind = self.object_type
        return f"{kind.app_label}.{kind.model}" if kind else ""

    @property
    def verb_label(self) -> str:
        """What was done, in the reader's language."""
        return verbs.label(self.verb, self.noun)


class AuditSeal(models.Model):
    """A block of audit entries under one hash that continues the hash before it.

    ``ids`` are the entries covered, which need not be neighbours: transactions end in another
    order than they began. ``mark_id`` and ``mark_xid`` remember how far ids and transactions
    had come; every entry up to ``settled_id`` is under this seal or an earlier one, so the next
    sealing looks only above it.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    sealed_at = models.DateTimeField(_("sealed at"), default=clock.now)
    first_id = models.BigIntegerField(_("first entry"))
    last_id = models.BigIntegerField(_("last entry"))
    count = models.PositiveIntegerField(_("entries"))
    ids = IdSpansField()
    digest = models.CharField(_("hash of the entries"), max_length=64)
    previous = models.CharField(_("seal before"), max_length=64, blank=True, unique=True)
    hash = models.CharField(_("seal"), max_length=64, unique=True)
    mark_id = models.BigIntegerField()
    mark_xid = Xid8Field()
    settled_id = models.BigIntegerField(default=0)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        triggers = append_only("auditseal")

    def __str__(self) -> str:
        return f"#{self.number} {self.hash[:12]}"


class AuditProof(models.Model):
    """One walk along the sealed chain, and what it found; ``fault`` is empty where it holds."""

    at = models.DateTimeField(_("at"), default=clock.now)
    seals = models.PositiveIntegerField(_("seals"))
    entries = models.PositiveBigIntegerField(_("entries"))
    unsealed = models.PositiveBigIntegerField(_("entries not sealed yet"))
    fault = models.TextField(_("fault"), blank=True)

    class Meta:
        verbose_name = _("proof of the audit")
        verbose_name_plural = _("proofs of the audit")
        default_permissions = ()
        triggers = append_only("auditproof")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, deleted, swapped or cut off."""
        return not self.fault


class Hanging(models.Model):
    """Something that hangs on any object; withdrawn at most, never deleted."""

    object_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", db_index=False)
    object_id = models.BigIntegerField()
    at = models.DateTimeField(_("at"), default=clock.now)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    subject = GenericForeignKey("object_type", "object_id")
    objects = HangingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]

    def may_be_read_by(self, user) -> bool:
        """Whether the object it hangs on lies in ``user``'s scope."""
        model = self.object_type.model_class()
        if model is None:
            return False
        visible = cast("Any", model)._default_manager.visible_to(user)
        return visible.filter(pk=self.object_id).exists()


def _kept(name: str, *columns: str) -> list[pgtrigger.Trigger]:
    """Refuse to delete a row and to change ``columns`` or what it hangs on."""
    fixed = pgtrigger.UpdateOf("object_type_id", "object_id", "at", *columns)
    return [
        pgtrigger.Protect(name=f"{name}_no_delete", operation=pgtrigger.Delete),
        pgtrigger.Protect(name=f"{name}_no_change", operation=fixed),
    ]


class Note(Hanging):
    """A sentence that somebody left on an object for the others."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("note"))

    class Meta(Hanging.Meta):
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["object_type", "object_id", "id"], name="note_object")]
        triggers = _kept("note", "text", "author_id", "kind")

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(Hanging):
    """A picture or paper on an object; the bytes lie outside the web root under their SHA-256.

    ``path`` is relative to MEDIA_ROOT, ``size`` in bytes, ``width`` and ``height`` in pixels.
    """

    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta(Hanging.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="attachment_object")
        ]
        triggers = _kept(
            "attachment",
            *("name", "content_type", "size", "sha256", "path", "uploaded_by_id", "kind"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it in the page."""
        return self.content_type.startswith("image/")


class Watch(models.Model):
    """Somebody's wish to hear of what happens to an object.

    ``seen`` is the id of the newest audit entry that the person had before their eyes.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    object_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", db_index=False)
    object_id = models.BigIntegerField()
    seen = models.BigIntegerField(_("last entry seen"), default=0)
    since = models.DateTimeField(_("watched since"), default=clock.now)

    subject = GenericForeignKey("object_type", "object_id")
    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watched object")
        verbose_name_plural = _("watched objects")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "object_type", "object_id"], name="watch_once_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.object_type_id}/{self.object_id}"
