"""Money that comes back, and where the money came from: recoveries and the fund ledger."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.triggers import append_only, follow_workflow
from grants.choices import GovernmentLevel, RecoveryState, SettlementKind
from grants.models.areas import OfArea, one_area
from grants.models.entitlements import Entitlement
from grants.models.payments import PaymentBatch, PaymentLine
from grants.querysets.payments import AllotmentQuerySet, FundQuerySet, RecoveryQuerySet
from grants.rules import payments as rules


class Recovery(EditableModel):
    """A demand on a household to give back ``amount`` yuan: announced, heard, decided, repaid.

    ``offset_line`` is the payment from which the rest is to be kept back; ``offset_amount`` is
    what its locked batch keeps back, in yuan, until the line is paid or comes to nothing.
    """

    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, related_name="recoveries", verbose_name=_("entitlement")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RecoveryState, default=RecoveryState.ANNOUNCED
    )
    amount = models.DecimalField(_("amount (yuan)"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=500)
    announced_on = models.DateField(_("announced on"))
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    heard_on = models.DateField(_("statement heard on"), null=True, blank=True)
    statement = models.TextField(_("statement"), blank=True, max_length=4000)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    remedies = models.TextField(_("remedies"), blank=True, max_length=2000)
    offset_line = models.ForeignKey(
        PaymentLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claimed_by",
        verbose_name=_("to be kept back from"),
    )
    offset_amount = models.DecimalField(
        _("to be kept back (yuan)"), max_digits=10, decimal_places=2, default=0, editable=False
    )

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        default_permissions = ("view",)
        permissions = [
            ("announce_recovery", "Can announce and hear recoveries"),
            ("decide_recovery", "Can decide recoveries"),
            ("collect_recovery", "Can record repayments of recoveries"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="recovery_state"),
            models.Index(fields=["updated_at", "id"], name="recovery_updated"),
        ]
        constraints = [
            models.CheckConstraint(name="recovery_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="recovery_offset",
                condition=Q(offset_amount__gte=0) & Q(offset_amount__lte=F("amount")),
            ),
        ]
        triggers = [
            *follow_workflow("recovery", rules.RECOVERY),
            pgtrigger.Protect(name="recovery_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="recovery_fixed", operation=pgtrigger.UpdateOf("entitlement_id", "amount")
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.entitlement}"

    def get_absolute_url(self) -> str:
        return reverse("grants:recovery_detail", args=[self.pk])


class Repayment(BaseModel):
    """A part of a recovery that came back, in cash or kept back from a payment line, in yuan."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="repayments")
    kind = models.CharField(_("kind"), max_length=8, choices=SettlementKind)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=10, decimal_places=2)
    line = models.ForeignKey(
        PaymentLine, models.PROTECT, null=True, blank=True, related_name="offsets"
    )
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="repayment_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="repayment_line",
                condition=Q(kind="cash", line__isnull=True) | Q(kind="offset", line__isnull=False),
            ),
        ]
        triggers = append_only("repayment")

    def __str__(self) -> str:
        return f"{self.amount}"


class Fund(OfArea, EditableModel):
    """Money that a level of government gave an area for the subsidies, in yuan."""

    document = models.CharField(_("document"), max_length=200)
    level = models.CharField(_("level"), max_length=10, choices=GovernmentLevel)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    received_on = models.DateField(_("received on"))
    amount = models.DecimalField(_("received (yuan)"), max_digits=14, decimal_places=2)
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        default_permissions = ("add", "change", "view", "archive")
        ordering = ["-received_on", "-id"]
        indexes = [models.Index(fields=["received_on", "id"], name="fund_received")]
        constraints = [
            one_area("fund_one_area"),
            models.CheckConstraint(name="fund_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.document

    def get_absolute_url(self) -> str:
        return reverse("grants:fund_detail", args=[self.pk])


class Allotment(BaseModel):
    """A part of a fund set aside for one payment batch, in yuan; released, it is free again.

    ``freed`` is what the closed batch did not pay out and is free again, so ``amount`` less
    ``freed`` stays set aside.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="allotments")
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="allotments")
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2)
    allotted_on = models.DateField(_("allotted on"))
    allotted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(_("released at"), null=True, blank=True, editable=False)
    freed = models.DecimalField(
        _("freed again (yuan)"), max_digits=14, decimal_places=2, default=0, editable=False
    )

    objects = AllotmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("allotment")
        verbose_name_plural = _("allotments")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="allotment_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="allotment_freed",
                condition=Q(freed__gte=0) & Q(freed__lte=F("amount")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="allotment_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="allotment_fixed",
                operation=pgtrigger.UpdateOf("fund_id", "batch_id", "amount", "allotted_by_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.amount}"

    @property
    def kept(self) -> Decimal:
        """What stays set aside, in yuan."""
        return self.amount - self.freed
