"""Public notices (公示) in a village, their items and the objections to them."""

import secrets
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.triggers import follow_workflow
from grants.choices import NoticeState, ObjectionState, Technology
from grants.models.claims import Claim
from grants.querysets.notices import NoticeItemQuerySet, PublicNoticeQuerySet
from grants.rules import notices as rules


def new_token() -> str:
    """Return what nobody can guess: the last part of a notice's public address."""
    return secrets.token_urlsafe(24)


class PublicNotice(EditableModel):
    """The list of a village's subsidies, posted there for its period.

    The first full day after publishing is day 1, the last day is included. ``ends_on`` is empty
    while the working days of ``pending_year`` are not published.
    """

    village = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="public_notices", verbose_name=_("village")
    )
    number = models.CharField(_("document number"), max_length=60, blank=True)
    programme_year = models.PositiveSmallIntegerField(_("programme year"))
    state = models.CharField(
        _("state"), max_length=10, choices=NoticeState, default=NoticeState.DRAFT
    )
    days = models.PositiveSmallIntegerField(_("days"), default=rules.SHORTEST)
    working_days = models.BooleanField(_("working days"), default=False)
    published_on = models.DateField(_("posted on"), null=True, blank=True, editable=False)
    starts_on = models.DateField(_("day 1"), null=True, blank=True, editable=False)
    ends_on = models.DateField(_("last day"), null=True, blank=True, editable=False)
    pending_year = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("prepared by"),
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("posted by"),
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("confirmed by"),
    )

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        default_permissions = ("add", "change", "view")
        indexes = [
            models.Index(fields=["state", "id"], name="publicnotice_state"),
            models.Index(fields=["updated_at", "id"], name="publicnotice_updated"),
        ]
        constraints = [
            models.CheckConstraint(name="publicnotice_days", condition=Q(days__gte=rules.SHORTEST)),
            models.CheckConstraint(
                name="publicnotice_period",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("published_on")),
            ),
        ]
        triggers = follow_workflow("publicnotice", rules.WORKFLOW)

    def __str__(self) -> str:
        return self.number or f"{self.village} {self.programme_year} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("grants:publicnotice_detail", args=[self.pk])

    def is_over(self, today: date) -> bool:
        """Whether the common period has passed; a corrected item may still run."""
        return rules.is_over(self.ends_on, today)


class NoticeItem(BaseModel):
    """One household on a notice, as printed: never with a card or phone; amount in yuan.

    A corrected item has a period of its own, from the correction on.
    """

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="items")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="notice_items")
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=100)
    id_mask = models.CharField(_("identity number"), max_length=18, blank=True)
    technology = models.CharField(_("technology"), max_length=20, choices=Technology)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=10, decimal_places=2)
    starts_on = models.DateField(_("day 1"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    pending_year = models.PositiveSmallIntegerField(null=True, blank=True)
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken off at"), null=True, blank=True)

    objects = NoticeItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a public notice")
        verbose_name_plural = _("items of public notices")
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="noticeitem_position"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(withdrawn_at__isnull=True),
                name="noticeitem_one_notice",
            ),
            models.CheckConstraint(name="noticeitem_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("grants:noticeitem_detail", args=[self.notice_id, self.pk])


class Objection(BaseModel):
    """Somebody's objection to one item; it holds that item only."""

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="objections")
    received_on = models.DateField(_("received on"))
    text = models.TextField(_("objection"), max_length=4000)
    objector = models.CharField(_("from"), max_length=60, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectionState, default=ObjectionState.OPEN
    )
    decision = models.TextField(_("decision"), blank=True, max_length=4000)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    paper = models.ForeignKey(
        "records.Attachment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed decision"),
    )

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="objection_decided",
                condition=Q(state="open") | (~Q(decision="") & Q(decided_by__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_state_display()}"
