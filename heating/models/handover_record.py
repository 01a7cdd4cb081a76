"""What the steps of a handover record, one abstract part per step."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heating.choices import ConsentBasis
from heating.rules.votes import Count


def counts_in_order(name: str, noun: str) -> models.CheckConstraint:
    """Agreeing ≤ taking part ≤ all, wherever the three figures are recorded."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{noun}_total__isnull": True})
        | Q(
            **{
                f"{noun}_agreed__gte": 0,
                f"{noun}_agreed__lte": F(f"{noun}_took_part"),
                f"{noun}_took_part__lte": F(f"{noun}_total"),
            }
        ),
    )


class Notice(models.Model):
    """What the notice says: document number, demand and the day until which it must be met."""

    notice_number = models.CharField(_("document number"), max_length=40, blank=True)
    notice_demand = models.TextField(_("demand"), blank=True, max_length=2000)
    notice_due_on = models.DateField(_("notice due"), null=True, blank=True)
    notice_issued_on = models.DateField(_("notice issued on"), null=True, blank=True)
    notice_basis = models.ForeignKey(
        "documents.Article",
        verbose_name=_("cited legal basis"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True


class Survey(models.Model):
    """What the inspectors found in the station; the defects are rows of their own."""

    surveyed_on = models.DateField(_("surveyed on"), null=True, blank=True)
    survey_round = models.PositiveSmallIntegerField(_("survey round"), default=0)
    equipment_inventory = models.TextField(_("equipment inventory"), blank=True, max_length=4000)
    no_defects = models.BooleanField(_("no defect found"), default=False)
    debts = models.TextField(_("debts"), blank=True, max_length=2000)
    meters = models.TextField(_("meters"), blank=True, max_length=2000)

    class Meta:
        abstract = True


class Consent(models.Model):
    """The owners' consent: its basis and the counts by heads and by area (m²)."""

    consent_basis = models.CharField(
        _("basis of the consent"), max_length=20, choices=ConsentBasis, blank=True
    )
    consented_on = models.DateField(_("date of the consent"), null=True, blank=True)
    heads_total = models.PositiveIntegerField(_("all owners"), null=True, blank=True)
    heads_took_part = models.PositiveIntegerField(_("owners taking part"), null=True, blank=True)
    heads_agreed = models.PositiveIntegerField(_("owners agreeing"), null=True, blank=True)
    area_total = models.DecimalField(
        _("area of all owners (m²)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    area_took_part = models.DecimalField(
        _("area taking part (m²)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    area_agreed = models.DecimalField(
        _("area agreeing (m²)"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    class Meta:
        abstract = True

    @property
    def heads(self) -> Count:
        """The counts by heads."""
        return Count(self.heads_total, self.heads_took_part, self.heads_agreed)

    @property
    def area(self) -> Count:
        """The counts by area, in m²."""
        return Count(self.area_total, self.area_took_part, self.area_agreed)


class Agreement(models.Model):
    """The plan's total in yuan, and the three parties' signatories under the agreement."""

    plan_total = models.DecimalField(
        _("cost of the plan (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    plan_agreed_on = models.DateField(_("plan agreed on"), null=True, blank=True)
    signed_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    signatory_manager = models.CharField(
        _("signatory of the present manager"), max_length=60, blank=True
    )
    signatory_company = models.CharField(
        _("signatory of the heating company"), max_length=60, blank=True
    )
    signatory_bureau = models.CharField(_("signatory of the bureau"), max_length=60, blank=True)

    class Meta:
        abstract = True


class Acceptance(models.Model):
    """The acceptance record; ``open_defects`` freezes those listed at the last signature."""

    pressure_tested_on = models.DateField(_("pressure test passed on"), null=True, blank=True)
    keys_received = models.BooleanField(_("keys received"), default=False)
    drawings_received = models.BooleanField(_("drawings received"), default=False)
    defects_listed = models.BooleanField(
        _("open defects listed in the acceptance record"), default=False
    )
    open_defects = models.JSONField(_("open defects at acceptance"), default=list, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)

    class Meta:
        abstract = True
