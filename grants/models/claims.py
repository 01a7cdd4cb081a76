"""Claims for the subsidy of one dwelling's retrofit, and who signed what of them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.named import Named
from bureau.core.triggers import append_only, follow_workflow
from grants.choices import (
    ClaimHolder,
    ClaimState,
    ClaimVerb,
    HearingPurpose,
    HeatPump,
    Technology,
)
from grants.models.households import Dwelling, Household
from grants.models.policy import Rate
from grants.querysets.claims import ClaimQuerySet, ClaimSignatureQuerySet, OfClaimQuerySet
from grants.rules import claims as rules


class Claim(Named, EditableModel):
    """A household's claim for its dwelling's conversion (清洁取暖改造补贴申请).

    ``name`` is the household's head as filed; ``village`` is where it was filed and stays when
    villages merge. ``programme_year`` is the year of completion, frozen at the town's acceptance.
    ``amount`` in yuan and ``rate`` are the construction subsidy as computed at approval.
    """

    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, related_name="claims", verbose_name=_("dwelling")
    )
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="claims", verbose_name=_("household")
    )
    village = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="claims", verbose_name=_("village")
    )
    state = models.CharField(
        _("state"), max_length=16, choices=ClaimState, default=ClaimState.DRAFT
    )
    holder = models.CharField(
        _("waits for"), max_length=10, choices=ClaimHolder, default=ClaimHolder.VILLAGE
    )
    technology = models.CharField(_("technology"), max_length=20, choices=Technology)
    heat_pump = models.CharField(
        _("heat pump"), max_length=10, choices=HeatPump, default=HeatPump.NONE
    )
    device_brand = models.CharField(_("device brand"), max_length=60, blank=True)
    device_model = models.CharField(_("device type"), max_length=100, blank=True)
    device_serial = models.CharField(_("device number"), max_length=60, blank=True)
    completed_on = models.DateField(_("completed on"))
    programme_year = models.PositiveSmallIntegerField(_("programme year"))
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("filed by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    step_from = models.DateTimeField(_("waits since"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    rate = models.ForeignKey(
        Rate, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    amount = models.DecimalField(
        _("construction subsidy (yuan)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
    )
    remarks = models.TextField(_("remarks"), blank=True, max_length=2000)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        default_permissions = ("add", "change", "view")
        permissions = [
            (one.split(".")[1], f"Can {one.split('.')[1].replace('_', ' ')}")
            for one in rules.PERMISSIONS
            if one != rules.MAY_FILE
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="claim_pinyin"),
            GinIndex(fields=["bigrams"], name="claim_bigrams"),
            models.Index(fields=["village", "state", "id"], name="claim_village_state"),
            models.Index(fields=["state", "id"], name="claim_state"),
            models.Index(fields=["completed_on", "id"], name="claim_completed"),
            models.Index(fields=["updated_at", "id"], name="claim_updated"),
            models.Index(fields=["device_serial"], name="claim_serial"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=~Q(state__in=rules.DEAD),
                name="claim_one_live_per_dwelling",
            ),
            models.CheckConstraint(
                name="claim_amount", condition=Q(amount__isnull=True) | Q(amount__gt=0)
            ),
            models.CheckConstraint(
                name="claim_year", condition=Q(programme_year__range=(2000, 2200))
            ),
        ]
        triggers = follow_workflow("claim", rules.WORKFLOW)

    def get_absolute_url(self) -> str:
        return reverse("grants:claim_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether something is still to be decided."""
        return self.state in rules.OPEN

    @property
    def step(self) -> rules.Step | None:
        """What the claim waits for now."""
        return rules.step_of(self.state)


class ClaimRevision(BaseModel):
    """What a claim said when it was submitted, as a hash to which signatures bind."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("revision"))
    content_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision of a claim")
        verbose_name_plural = _("revisions of claims")
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="claimrevision_once")
        ]
        triggers = append_only("claimrevision")

    def __str__(self) -> str:
        return f"{self.claim} #{self.number}"


class ClaimSignature(BaseModel):
    """A person's signature under a verb of one revision; nobody signs a verb twice."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="signatures")
    verb = models.CharField(_("verb"), max_length=16, choices=ClaimVerb)
    permission = models.CharField(_("permission"), max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    revision = models.PositiveIntegerField(_("revision"))
    content_hash = models.CharField(max_length=64)
    voided_at = models.DateTimeField(_("fell at"), null=True, blank=True)

    objects = ClaimSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature of a claim")
        verbose_name_plural = _("signatures of claims")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "verb", "revision", "user"],
                condition=Q(voided_at__isnull=True),
                name="claimsignature_once",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="claimsignature_kept",
                operation=pgtrigger.UpdateOf(
                    "claim_id", "verb", "permission", "user_id", "at", "revision", "content_hash"
                ),
            ),
            pgtrigger.Protect(name="claimsignature_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.user}"


class Hearing(BaseModel):
    """An intent announced to a household and the statement it made, before a decision [law]."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="hearings")
    purpose = models.CharField(_("intent"), max_length=8, choices=HearingPurpose)
    reason = models.CharField(_("reason"), max_length=500)
    announced_on = models.DateField(_("announced on"))
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    heard_on = models.DateField(_("statement heard on"), null=True, blank=True)
    statement = models.TextField(_("statement"), blank=True, max_length=4000)
    waived = models.BooleanField(_("made no statement"), default=False)
    used = models.BooleanField(_("decided upon"), default=False, editable=False)

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "purpose"], condition=Q(used=False), name="hearing_one_open"
            ),
            models.CheckConstraint(
                name="hearing_heard",
                condition=Q(heard_on__isnull=True) | Q(waived=True) | ~Q(statement=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.claim}"
