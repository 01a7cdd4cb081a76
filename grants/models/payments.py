"""Payment batches, their lines and the bank's receipts: money that leaves the office."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.triggers import append_only, follow_workflow, refuse_when
from grants.choices import BatchState, LineState, SubsidyKind
from grants.models.areas import OfArea, one_area
from grants.models.entitlements import Entitlement
from grants.models.households import BankAccount
from grants.querysets.payments import PaymentBatchQuerySet, PaymentLineQuerySet
from grants.rules import payments as rules

SNAPSHOT = (
    "amount", "account_id", "payee_name", "card_tail", '"offset"',
    "share_province", "share_city", "share_county",
)  # fmt: skip
CHANGED = (
    f"ROW({', '.join(f'OLD.{name}' for name in SNAPSHOT)}) "
    f"IS DISTINCT FROM ROW({', '.join(f'NEW.{name}' for name in SNAPSHOT)})"
)
"""The condition under which an update changes what a locked batch pays to whom."""


class PaymentBatch(OfArea, EditableModel):
    """Payments of one area, kind and fiscal year that go to the bank together.

    ``count``, ``total`` (yuan) and ``sha256`` of the lines are kept at locking and computed
    again at each approval. The exported bytes lie sealed and are the same ever after.
    """

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=SubsidyKind)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    state = models.CharField(
        _("state"), max_length=18, choices=BatchState, default=BatchState.DRAFT
    )
    count = models.PositiveIntegerField(_("lines"), default=0, editable=False)
    total = models.DecimalField(
        _("total (yuan)"), max_digits=14, decimal_places=2, default=0, editable=False
    )
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    locked_at = models.DateTimeField(_("locked at"), null=True, editable=False)
    business_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    business_approved_at = models.DateTimeField(
        _("approved (business) at"), null=True, editable=False
    )
    finance_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    finance_approved_at = models.DateTimeField(
        _("approved (finance) at"), null=True, editable=False
    )
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    exported_at = models.DateTimeField(_("exported at"), null=True, editable=False)
    xlsx_path = models.CharField(max_length=200, blank=True, editable=False)
    csv_path = models.CharField(max_length=200, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = PaymentBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment batch")
        verbose_name_plural = _("payment batches")
        default_permissions = ("add", "view")
        permissions = [
            ("lock_paymentbatch", "Can lock and unlock payment batches"),
            ("approve_business_paymentbatch", "Can approve payment batches for the business"),
            ("approve_finance_paymentbatch", "Can approve payment batches for finance"),
            ("export_paymentbatch", "Can export payment batches for the bank"),
            ("import_receipt_paymentbatch", "Can import the bank's receipts"),
            ("close_paymentbatch", "Can close payment batches"),
            ("abort_paymentbatch", "Can abort payment batches"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="paymentbatch_state"),
            models.Index(fields=["updated_at", "id"], name="paymentbatch_updated"),
        ]
        constraints = [
            one_area("paymentbatch_one_area"),
            models.CheckConstraint(
                name="paymentbatch_business_not_maker",
                condition=Q(business_approved_by__isnull=True)
                | (
                    ~Q(business_approved_by=F("created_by"))
                    & ~Q(business_approved_by=F("locked_by"))
                ),
            ),
            models.CheckConstraint(
                name="paymentbatch_finance_not_before",
                condition=Q(finance_approved_by__isnull=True)
                | (
                    ~Q(finance_approved_by=F("created_by"))
                    & ~Q(finance_approved_by=F("locked_by"))
                    & ~Q(finance_approved_by=F("business_approved_by"))
                ),
            ),
        ]
        triggers = [
            *follow_workflow("paymentbatch", rules.BATCH),
            pgtrigger.Protect(name="paymentbatch_stays", operation=pgtrigger.Delete),
            refuse_when(
                "paymentbatch_sealed",
                "OLD.state <> 'draft' AND NEW.state <> 'draft' "
                "AND (OLD.count, OLD.total, OLD.sha256) "
                "IS DISTINCT FROM (NEW.count, NEW.total, NEW.sha256)",
                "what was locked does not change",
            ),
            refuse_when(
                "paymentbatch_signed",
                "NEW.state <> 'draft' AND ("
                "(OLD.business_approved_by_id IS NOT NULL "
                "AND OLD.business_approved_by_id IS DISTINCT FROM NEW.business_approved_by_id) "
                "OR (OLD.finance_approved_by_id IS NOT NULL "
                "AND OLD.finance_approved_by_id IS DISTINCT FROM NEW.finance_approved_by_id) "
                "OR (OLD.locked_by_id IS NOT NULL "
                "AND OLD.locked_by_id IS DISTINCT FROM NEW.locked_by_id))",
                "a signature does not change",
            ),
            pgtrigger.Protect(
                name="paymentbatch_fixed",
                operation=pgtrigger.UpdateOf(
                    "number",
                    "kind",
                    "fiscal_year",
                    "division_id",
                    "managing_area_id",
                    "created_by_id",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("grants:paymentbatch_detail", args=[self.pk])


class PaymentLine(BaseModel):
    """One payment of one entitlement in yuan; a later attempt is a line of its own.

    ``offset`` is what a recovery keeps back, so the bank pays ``amount`` less ``offset``; a line
    of nothing goes to no bank. ``previous`` is the failed or returned line that it tries again,
    once. Payee and shares are kept when the batch is locked and stay.
    """

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="lines")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="lines")
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=10, decimal_places=2)
    offset = models.DecimalField(_("kept back (yuan)"), max_digits=10, decimal_places=2, default=0)
    account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="+")
    payee_name = models.CharField(_("payee"), max_length=100)
    card_tail = models.CharField(_("card"), max_length=4, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=LineState, default=LineState.PENDING)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="tried_again"
    )
    share_province = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    share_city = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    share_county = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    paid_on = models.DateField(_("paid on"), null=True)
    returned_on = models.DateField(_("returned on"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = PaymentLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment line")
        verbose_name_plural = _("payment lines")
        default_permissions = ("view",)
        ordering = ["id"]
        indexes = [
            models.Index(fields=["batch", "state", "id"], name="paymentline_batch"),
            models.Index(fields=["entitlement", "id"], name="paymentline_entitlement"),
            models.Index(fields=["state", "id"], name="paymentline_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"],
                condition=Q(state__in=rules.LIVE_LINES),
                name="paymentline_one_live",
            ),
            models.UniqueConstraint(
                fields=["previous"],
                condition=~Q(state=LineState.DROPPED),
                name="paymentline_again_once",
            ),
            models.CheckConstraint(name="paymentline_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="paymentline_offset",
                condition=Q(offset__gte=0) & Q(offset__lte=F("amount")),
            ),
        ]
        triggers = [
            *follow_workflow("paymentline", rules.LINE),
            pgtrigger.Protect(name="paymentline_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="paymentline_fixed",
                operation=pgtrigger.UpdateOf(
                    "batch_id", "entitlement_id", "reference", "attempt", "previous_id"
                ),
            ),
            pgtrigger.Trigger(
                name="paymentline_account_fixed",
                operation=pgtrigger.UpdateOf(
                    "amount",
                    "account_id",
                    "card_tail",
                    "payee_name",
                    "offset",
                    "share_province",
                    "share_city",
                    "share_county",
                ),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(CHANGED),
                func=(
                    "IF OLD.state <> 'pending' OR EXISTS (SELECT FROM grants_paymentbatch batch "
                    "WHERE batch.id = NEW.batch_id AND batch.state <> 'draft') THEN "
                    "RAISE EXCEPTION 'paymentline: what was locked does not change' "
                    "USING ERRCODE = 'check_violation', CONSTRAINT = 'paymentline_account'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Receipt(BaseModel):
    """A file in which the bank answers; the same bytes again change nothing."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="receipts")
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, blank=True)
    rows = models.PositiveIntegerField(_("rows"))
    total = models.DecimalField(_("total (yuan)"), max_digits=14, decimal_places=2)
    paid = models.PositiveIntegerField(_("paid"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    returned = models.PositiveIntegerField(_("returned"), default=0)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["batch", "sha256"], name="receipt_once")]
        triggers = append_only("receipt")

    def __str__(self) -> str:
        return self.name
