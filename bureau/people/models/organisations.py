"""Companies and offices that the bureau deals with."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import EditableModel
from bureau.core.named import Named
from bureau.people.choices import OrganisationKind
from bureau.people.querysets import OrganisationQuerySet

PHONE = RegexValidator(
    r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$", _("Enter a mobile or landline number.")
)


class Organisation(Named, EditableModel):
    """A heating company, property company, work unit or office that the bureau deals with."""

    named_by = ("name", "short_name")

    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        blank=True,
        validators=[
            RegexValidator(
                r"^[0-9A-HJ-NPQRTUWXY]{18}$", _("Enter the 18 characters of the licence.")
            )
        ],
    )
    permit_number = models.CharField(_("heating permit number"), max_length=60, blank=True)
    hotline = models.CharField(_("hotline"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(
        _("contact phone"), max_length=20, blank=True, validators=[PHONE]
    )
    pinyin = models.CharField(max_length=200, editable=False, default="")
    bigrams = ArrayField(models.CharField(max_length=2), editable=False, default=list)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["pinyin", "id"]
        permissions = [("archive_organisation", "Can archive organisation")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="organisation_kind_name"),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="organisation_credit_code",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_name"),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="organisation_by_pinyin"),
            GinIndex(fields=["bigrams"], name="organisation_bigrams"),
        ]

    def get_absolute_url(self) -> str:
        return page_of("desk:organisation_detail", self.pk)
