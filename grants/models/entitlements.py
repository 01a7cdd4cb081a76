"""What a dwelling is to be paid: construction once, operation season by season."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.triggers import follow_workflow
from grants.choices import EntitlementState, SubsidyKind, UseCheckState
from grants.models.claims import Claim
from grants.models.households import Dwelling
from grants.models.policy import Rate
from grants.querysets.payments import EntitlementQuerySet
from grants.querysets.use_checks import UseCheckLineQuerySet, UseCheckQuerySet
from grants.rules import use_checks


class Entitlement(EditableModel):
    """A right to one payment in yuan; whether it was made, its payment lines tell.

    ``season`` is the first year of the heating season and ``index`` its number (1–3) of an
    operating subsidy. A missed or suspended season is void and stays consumed.
    """

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="entitlements", verbose_name=_("claim")
    )
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, related_name="entitlements", verbose_name=_("dwelling")
    )
    village = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="+", verbose_name=_("village")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=SubsidyKind)
    season = models.PositiveSmallIntegerField(_("season"), null=True, blank=True)
    index = models.PositiveSmallIntegerField(_("year of operation"), null=True, blank=True)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=10, decimal_places=2)
    rate = models.ForeignKey(Rate, models.PROTECT, related_name="+", verbose_name=_("rate"))
    state = models.CharField(
        _("state"), max_length=10, choices=EntitlementState, default=EntitlementState.OPEN
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    suspended_at = models.DateTimeField(_("suspended at"), null=True, blank=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        default_permissions = ("view",)
        permissions = [("suspend_entitlement", "Can suspend and lift entitlements")]
        indexes = [
            models.Index(fields=["village", "kind", "state", "id"], name="entitlement_village"),
            models.Index(fields=["state", "id"], name="entitlement_state"),
            models.Index(fields=["updated_at", "id"], name="entitlement_updated"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=Q(kind="build") & ~Q(state="void"),
                name="entitlement_build_once",
            ),
            models.UniqueConstraint(
                fields=["dwelling", "season"],
                condition=Q(kind="operate"),
                name="entitlement_season_once",
            ),
            models.CheckConstraint(name="entitlement_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="entitlement_season",
                condition=Q(kind="build", season__isnull=True, index__isnull=True)
                | Q(kind="operate", season__isnull=False, index__gte=1),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="entitlement_fixed",
                operation=pgtrigger.UpdateOf("claim_id", "dwelling_id", "kind", "season", "index"),
            ),
            pgtrigger.Trigger(
                name="entitlement_amount",
                operation=pgtrigger.UpdateOf("amount", "rate_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "ROW(OLD.amount, OLD.rate_id) IS DISTINCT FROM ROW(NEW.amount, NEW.rate_id)"
                ),
                func=(
                    "IF OLD.state = 'void' OR EXISTS (SELECT FROM grants_paymentline line "
                    "JOIN grants_paymentbatch batch ON batch.id = line.batch_id "
                    "WHERE line.entitlement_id = OLD.id AND (line.state IN ('sent', 'paid') "
                    "OR (line.state = 'pending' AND batch.state <> 'draft'))) THEN "
                    "RAISE EXCEPTION 'entitlement: what is locked or paid keeps its amount' "
                    "USING ERRCODE = 'check_violation', CONSTRAINT = 'entitlement_amount'; "
                    "END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Protect(name="entitlement_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        season = f" {self.season}-{self.season + 1}" if self.season else ""
        return f"{self.get_kind_display()}{season}"

    def get_absolute_url(self) -> str:
        return reverse("grants:entitlement_detail", args=[self.pk])


class UseCheck(EditableModel):
    """Which households of a village used their device in a season; ``season`` is its first year.

    A meter that shows less than ``minimum`` (kWh or m³) proposes that the device stood still.
    """

    village = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="+", verbose_name=_("village")
    )
    season = models.PositiveSmallIntegerField(_("season"))
    state = models.CharField(
        _("state"), max_length=10, choices=UseCheckState, default=UseCheckState.DRAFT
    )
    minimum = models.DecimalField(
        _("minimum consumption"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    objects = UseCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("use check")
        verbose_name_plural = _("use checks")
        default_permissions = ("add", "change", "view")
        permissions = [("confirm_usecheck", "Can confirm use checks")]
        indexes = [models.Index(fields=["season", "id"], name="usecheck_season")]
        constraints = [
            models.UniqueConstraint(fields=["village", "season"], name="usecheck_once"),
            models.CheckConstraint(
                name="usecheck_two_people",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("submitted_by")),
            ),
        ]
        triggers = follow_workflow("usecheck", use_checks.WORKFLOW)

    def __str__(self) -> str:
        return f"{self.village} {self.season}-{self.season + 1}"

    def get_absolute_url(self) -> str:
        return reverse("grants:usecheck_detail", args=[self.pk])


class UseCheckLine(BaseModel):
    """Whether one dwelling used its device; unticked with a reason. ``reading`` is in kWh or m³.

    ``stopped``: nothing is paid for the season any more, because the dwelling was demolished or
    central heating came.
    """

    check_of = models.ForeignKey(UseCheck, models.PROTECT, related_name="lines")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="use_checks")
    used = models.BooleanField(_("used"), default=True)
    stopped = models.BooleanField(_("not paid any more"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    reading = models.DecimalField(
        _("consumption"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    objects = UseCheckLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a use check")
        verbose_name_plural = _("lines of use checks")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "claim"], name="usecheckline_once"),
            models.CheckConstraint(
                name="usecheckline_reason", condition=Q(used=True) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="usecheckline_stopped", condition=Q(stopped=False) | Q(used=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.used}"
