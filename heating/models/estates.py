"""The estates that are heated, their buildings and their households."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import BaseModel, EditableModel
from bureau.core.named import Named
from heating.choices import CountSource, IndoorSystem, Insulation
from heating.models.figures import heated_within_connected, year_between
from heating.querysets import EstateQuerySet, HouseholdCountQuerySet
from heating.rules.figures import direct_rate


class Estate(Named, EditableModel):
    """A residential estate (小区) in one village or community; key: community and name."""

    community = models.ForeignKey(
        "places.Division",
        on_delete=models.PROTECT,
        related_name="estates",
        verbose_name=_("community"),
    )
    year_built = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    insulation = models.CharField(
        _("insulation"), max_length=16, choices=Insulation, default=Insulation.NOT_STATED
    )
    indoor_system = models.CharField(
        _("indoor system"), max_length=16, choices=IndoorSystem, default=IndoorSystem.NOT_STATED
    )
    developer = models.CharField(_("developer"), max_length=100, blank=True)
    builder = models.CharField(_("builder"), max_length=100, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    first_season = models.PositiveSmallIntegerField(
        _("first heating season"),
        null=True,
        blank=True,
        help_text=_("The year in which the first heating season began."),
    )
    occupancy = models.DecimalField(
        _("occupancy (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    connected_area = models.DecimalField(
        _("connected area (m²)"), max_digits=14, decimal_places=2, default=Decimal(0)
    )
    heated_area = models.DecimalField(
        _("area heated (m²)"), max_digits=14, decimal_places=2, default=Decimal(0)
    )
    remarks = models.TextField(_("remarks"), blank=True, max_length=2000)

    objects = EstateQuerySet.as_manager()

    class Meta:
        verbose_name = _("estate")
        verbose_name_plural = _("estates")
        default_permissions = ("add", "change", "view")
        permissions = [("archive_estate", "Can archive estate")]
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="estate_community_name"),
            heated_within_connected("estate_heated_within_connected"),
            year_between("estate_year_built", "year_built"),
            year_between("estate_first_season", "first_season"),
            models.CheckConstraint(
                name="estate_occupancy",
                condition=Q(occupancy=None) | Q(occupancy__range=(0, 100)),
            ),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="estate_pinyin"),
            models.Index(fields=["updated_at", "id"], name="estate_updated"),
            models.Index(fields=["connected_area", "id"], name="estate_area"),
            GinIndex(fields=["bigrams"], name="estate_bigrams"),
            models.Index(
                fields=["archived_at"],
                condition=Q(archived_at__isnull=False),
                name="estate_archived",
            ),
        ]

    def get_absolute_url(self) -> str:
        return page_of("heating:estate_detail", self.pk)


class Building(BaseModel):
    """One building of an estate with its units (单元) and floors."""

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(_("building"), max_length=50)
    units = models.PositiveSmallIntegerField(_("units"), default=1)
    floors = models.PositiveSmallIntegerField(_("floors"), default=1)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        default_permissions = ("add", "change", "view")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["estate", "name"], name="building_estate_name"),
            models.CheckConstraint(
                name="building_size", condition=Q(units__range=(1, 99), floors__range=(1, 99))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HouseholdCount(BaseModel):
    """Households of an estate on a day: connected, and of these on direct supply (直供到户)."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="household_counts")
    as_of = models.DateField(_("as of"))
    connected = models.PositiveIntegerField(_("households connected"))
    direct = models.PositiveIntegerField(_("households on direct supply"))
    source = models.CharField(
        _("source"), max_length=12, choices=CountSource, default=CountSource.MANUAL
    )

    objects = HouseholdCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("household count")
        verbose_name_plural = _("household counts")
        default_permissions = ("add", "change", "view")
        ordering = ["-as_of"]
        constraints = [
            models.UniqueConstraint(fields=["estate", "as_of"], name="householdcount_estate_day"),
            models.CheckConstraint(
                name="householdcount_direct_within", condition=Q(direct__lte=F("connected"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.as_of}: {self.direct}/{self.connected}"

    @property
    def rate(self) -> Decimal | None:
        """The share of connected households on direct supply in percent."""
        return direct_rate(self.direct, self.connected)
