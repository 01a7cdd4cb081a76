"""The household file (一户一档): the dwelling, who lives in it, and to which account is paid.

Identity number, phone and card are sealed (AES-256-GCM, bound to table, column and row) beside a
blind index that finds them exactly and their last four characters (SEC-7).
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.named import Named
from grants.choices import PayeeKind, Relation
from grants.querysets.households import (
    BankAccountQuerySet,
    DwellingQuerySet,
    HouseholdQuerySet,
    MembershipQuerySet,
    PersonQuerySet,
)

INDEX_LENGTH = 64


class Dwelling(EditableModel):
    """A dwelling, known by its village and its electricity account (户号) for life.

    A new one without an account has the number of its meter application until it gets one.
    """

    village = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="dwellings", verbose_name=_("village")
    )
    account_number = models.CharField(_("electricity account"), max_length=20, blank=True)
    pending_number = models.CharField(_("pending application number"), max_length=30, blank=True)
    gas_account = models.CharField(_("gas account"), max_length=20, blank=True)
    door_number = models.CharField(_("door number"), max_length=40, blank=True)
    demolished_on = models.DateField(_("demolished on"), null=True, blank=True)

    objects = DwellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        default_permissions = ("add", "change", "view")
        indexes = [
            models.Index(fields=["account_number", "id"], name="dwelling_account"),
            models.Index(fields=["gas_account"], condition=~Q(gas_account=""), name="dwelling_gas"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "account_number"],
                condition=~Q(account_number=""),
                name="dwelling_key",
            ),
            models.UniqueConstraint(
                fields=["village", "pending_number"],
                condition=~Q(pending_number=""),
                name="dwelling_pending_key",
            ),
            models.CheckConstraint(
                condition=~Q(account_number="", pending_number=""), name="dwelling_has_a_key"
            ),
        ]

    def __str__(self) -> str:
        return self.account_number or self.pending_number


class Household(Named, EditableModel):
    """Who lives in a dwelling from a day on; named after its head.

    Seasons follow the dwelling's household: when one moves out another takes its place.
    """

    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, related_name="households", verbose_name=_("dwelling")
    )
    register_number = models.CharField(_("household-register number"), max_length=30, blank=True)
    valid_from = models.DateField(_("lives here from"), null=True, blank=True)
    valid_to = models.DateField(_("moved out on"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True, max_length=2000)

    objects = HouseholdQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("household")
        verbose_name_plural = _("households")
        default_permissions = ("add", "change", "view")
        permissions = [
            ("reveal_household", "Can see identity numbers, cards and phones whole"),
        ]
        indexes = [
            *Named.Meta.indexes,
            models.Index(
                fields=["register_number"],
                condition=~Q(register_number=""),
                name="household_register",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=Q(valid_to__isnull=True),
                name="household_one_at_a_time",
            ),
            models.CheckConstraint(
                name="household_period",
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("grants:household_detail", args=[self.pk])


class Person(Named, BaseModel):
    """A person, known by the identity number; the first name on record stands."""

    personal_fields = ("id_number_sealed", "phone_sealed")

    id_number_sealed = models.BinaryField(_("identity number"), null=True, editable=False)
    id_number_index = models.CharField(max_length=INDEX_LENGTH, blank=True, editable=False)
    id_number_head = models.CharField(max_length=4, blank=True, editable=False)
    id_number_tail = models.CharField(max_length=4, blank=True, editable=False)
    phone_sealed = models.BinaryField(_("phone"), null=True, editable=False)
    phone_index = models.CharField(max_length=INDEX_LENGTH, blank=True, editable=False)
    phone_tail = models.CharField(max_length=4, blank=True, editable=False)
    died_on = models.DateField(_("died on"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        default_permissions = ("view",)
        indexes = [
            *Named.Meta.indexes,
            models.Index(fields=["phone_index"], condition=~Q(phone_index=""), name="person_phone"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"], condition=~Q(id_number_index=""), name="person_id_once"
            )
        ]


class Membership(BaseModel):
    """A person lives in a household for a period; one head at a time."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    relation = models.CharField(_("relation"), max_length=8, choices=Relation)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(relation="head", valid_to__isnull=True),
                name="membership_one_head",
            ),
            models.UniqueConstraint(
                fields=["household", "person"],
                condition=Q(valid_to__isnull=True),
                name="membership_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_relation_display()})"


class BankAccount(BaseModel):
    """Where a household's subsidies go from a day on; a new account ends the one before.

    ``holder`` is a member where one is named; a supplier or a utility account has a name only.
    """

    personal_fields = ("card_sealed",)

    household = models.ForeignKey(Household, models.PROTECT, related_name="accounts")
    payee = models.CharField(_("payee"), max_length=8, choices=PayeeKind, default=PayeeKind.HEAD)
    holder = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    holder_name = models.CharField(_("account holder"), max_length=100)
    relation = models.CharField(_("relation"), max_length=8, choices=Relation, blank=True)
    bank = models.CharField(_("bank"), max_length=60, blank=True)
    card_sealed = models.BinaryField(_("card"), null=True, editable=False)
    card_index = models.CharField(max_length=INDEX_LENGTH, blank=True, editable=False)
    card_tail = models.CharField(max_length=4, blank=True, editable=False)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        default_permissions = ()
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["card_index"], condition=~Q(card_index=""), name="bankaccount_card"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(valid_to__isnull=True),
                name="bankaccount_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} ****{self.card_tail}"
