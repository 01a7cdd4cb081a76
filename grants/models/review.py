"""What the review of claims leaves behind: acceptances, draws, duplicates."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from grants.choices import (
    AcceptanceSigner,
    DuplicateDecision,
    DuplicateGround,
    DuplicateState,
    RedrawResult,
)
from grants.models.claims import Claim
from grants.models.households import Dwelling
from grants.querysets.claims import (
    DuplicateCaseQuerySet,
    OfClaimQuerySet,
    OfVillageQuerySet,
)


class AcceptanceSheet(EditableModel):
    """One visit of the town's team to a village: one sheet with many households."""

    village = models.ForeignKey(
        "places.Division",
        models.PROTECT,
        related_name="acceptance_sheets",
        verbose_name=_("village"),
    )
    accepted_on = models.DateField(_("accepted on"))
    engineer = models.CharField(_("supervising engineer"), max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    datum = models.CharField(_("datum"), max_length=8, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy (m)"), null=True, blank=True)

    objects = OfVillageQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance sheet")
        verbose_name_plural = _("acceptance sheets")
        default_permissions = ("add", "change", "view")
        indexes = [models.Index(fields=["accepted_on", "id"], name="acceptancesheet_day")]

    def __str__(self) -> str:
        return f"{self.village} {self.accepted_on}"

    def get_absolute_url(self) -> str:
        return reverse("grants:acceptancesheet_detail", args=[self.pk])


class Acceptance(BaseModel):
    """How one household's device was found, and who signed for the household."""

    sheet = models.ForeignKey(AcceptanceSheet, models.PROTECT, related_name="households")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="acceptances")
    device_serial = models.CharField(_("device number"), max_length=60)
    passed = models.BooleanField(_("passed"))
    stove_removed = models.BooleanField(_("old stove removed"), default=False)
    signer = models.CharField(
        _("signed by"), max_length=8, choices=AcceptanceSigner, default=AcceptanceSigner.HEAD
    )
    signer_name = models.CharField(_("name of the signer"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "claim"], name="acceptance_once_a_sheet")
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.device_serial}"


class ReinspectionDraw(BaseModel):
    """A random draw of a village's claims for the county's re-inspection, by a published seed.

    ``claim_ids`` are all claims that it was drawn from, so that anybody can repeat it.
    """

    village = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="+", verbose_name=_("village")
    )
    programme_year = models.PositiveSmallIntegerField(_("programme year"))
    seed = models.CharField(_("seed"), max_length=60)
    percent = models.DecimalField(_("share drawn (%)"), max_digits=5, decimal_places=2, default=10)
    population = models.PositiveIntegerField(_("households drawn from"))
    claim_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    drawn_at = models.DateTimeField(_("drawn at"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OfVillageQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw for re-inspection")
        verbose_name_plural = _("draws for re-inspection")
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(
                name="reinspectiondraw_percent", condition=Q(percent__gt=0, percent__lte=100)
            )
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.programme_year}"

    def get_absolute_url(self) -> str:
        return reverse("grants:reinspectiondraw_detail", args=[self.pk])


class Reinspection(BaseModel):
    """One drawn household and how it was found."""

    draw = models.ForeignKey(ReinspectionDraw, models.PROTECT, related_name="drawn")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="reinspections")
    position = models.PositiveIntegerField(_("position in the draw"))
    result = models.CharField(
        _("result"), max_length=8, choices=RedrawResult, default=RedrawResult.PENDING
    )
    inspected_on = models.DateField(_("re-inspected on"), null=True, blank=True)
    inspected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("re-inspection")
        verbose_name_plural = _("re-inspections")
        default_permissions = ()
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["draw", "claim"], name="reinspection_once")]

    def __str__(self) -> str:
        return f"{self.claim} {self.get_result_display()}"


class DuplicateCase(EditableModel):
    """Two dwellings with something in common that only one of them should have.

    One county reviewer decides, a second person signs; until then both sides are frozen.
    ``key`` is a blind index or a plain account number, never a readable identity number.
    """

    ground = models.CharField(_("in common"), max_length=12, choices=DuplicateGround)
    key = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=DuplicateState, default=DuplicateState.OPEN
    )
    decision = models.CharField(
        _("decision"), max_length=12, choices=DuplicateDecision, blank=True, default=""
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    objects = DuplicateCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("duplicate case")
        verbose_name_plural = _("duplicate cases")
        default_permissions = ("view",)
        permissions = [
            ("decide_duplicatecase", "Can decide duplicate cases"),
            ("sign_duplicatecase", "Can sign the decision of duplicate cases"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="duplicatecase_state"),
            models.Index(fields=["updated_at", "id"], name="duplicatecase_updated"),
        ]
        constraints = [
            models.CheckConstraint(
                name="duplicatecase_two_people",
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="duplicatecase_decided",
                condition=Q(state="open") | (~Q(decision="") & Q(decided_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("grants:duplicatecase_detail", args=[self.pk])


class DuplicateSide(BaseModel):
    """One dwelling in a duplicate case, with its claim; the first side was there first."""

    case = models.ForeignKey(DuplicateCase, models.CASCADE, related_name="sides")
    position = models.PositiveSmallIntegerField(_("position"))
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    claim = models.ForeignKey(
        Claim, models.PROTECT, null=True, blank=True, related_name="duplicate_sides"
    )

    class Meta:
        verbose_name = _("side of a duplicate case")
        verbose_name_plural = _("sides of duplicate cases")
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="duplicateside_position"),
            models.UniqueConstraint(fields=["case", "dwelling"], name="duplicateside_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.position}"
