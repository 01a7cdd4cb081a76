"""Substations, who manages them, and what stands in them."""

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import BaseModel, EditableModel
from bureau.core.named import Named
from heating.choices import EquipmentKind, ManagementMode, ZoneLevel
from heating.models.estates import Estate
from heating.models.figures import (
    Located,
    heated_within_connected,
    inside_city,
    year_between,
)
from heating.models.sources import HeatSource
from heating.querysets import ManagementPeriodQuerySet, SubstationQuerySet


class Substation(Named, Located, EditableModel):
    """A heat substation (换热站) in one village or community; key: community and name."""

    community = models.ForeignKey(
        "places.Division",
        on_delete=models.PROTECT,
        related_name="substations",
        verbose_name=_("community"),
    )
    estates = models.ManyToManyField(
        Estate,
        through="ServedEstate",
        related_name="substations",
        blank=True,
        verbose_name=_("estates served"),
    )
    heating_company = models.ForeignKey(
        "people.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supplied_substations",
        verbose_name=_("heating company"),
    )
    heat_source = models.ForeignKey(
        HeatSource,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="substations",
        verbose_name=_("heat source"),
    )
    commissioned_year = models.PositiveSmallIntegerField(
        _("commissioned in"), null=True, blank=True
    )
    connected_area = models.DecimalField(
        _("connected area (m²)"), max_digits=14, decimal_places=2, default=Decimal(0)
    )
    heated_area = models.DecimalField(
        _("area heated (m²)"), max_digits=14, decimal_places=2, default=Decimal(0)
    )
    households = models.PositiveIntegerField(_("households connected"), default=0)
    direct_households = models.PositiveIntegerField(_("households on direct supply"), default=0)
    network_name = models.CharField(_("primary network"), max_length=100, blank=True)
    design_supply_temperature = models.DecimalField(
        _("design supply temperature (°C)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    design_return_temperature = models.DecimalField(
        _("design return temperature (°C)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    remarks = models.TextField(_("remarks"), blank=True, max_length=2000)

    objects = SubstationQuerySet.as_manager()

    class Meta:
        verbose_name = _("substation")
        verbose_name_plural = _("substations")
        default_permissions = ("add", "change", "view")
        permissions = [("archive_substation", "Can archive substation")]
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="substation_community_name"),
            heated_within_connected("substation_heated_within_connected"),
            models.CheckConstraint(
                name="substation_direct_within",
                condition=Q(direct_households__lte=F("households")),
            ),
            year_between("substation_commissioned_year", "commissioned_year"),
            inside_city("substation_inside_city"),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="substation_pinyin"),
            models.Index(fields=["updated_at", "id"], name="substation_updated"),
            models.Index(fields=["connected_area", "id"], name="substation_area"),
            models.Index(fields=["households", "id"], name="substation_households"),
            GinIndex(fields=["bigrams"], name="substation_bigrams"),
            models.Index(
                fields=["archived_at"],
                condition=Q(archived_at__isnull=False),
                name="substation_archived",
            ),
        ]

    def get_absolute_url(self) -> str:
        return page_of("heating:substation_detail", self.pk)

    @property
    def mode_label(self) -> str:
        """The management in words, of a row that ``managed_as`` annotated."""
        mode = getattr(self, "mode", None)
        return str(ManagementMode(mode).label) if mode else ""


class ServedEstate(BaseModel):
    """An estate that a station heats; the main one is the ledger's and carries its households."""

    station = models.ForeignKey(Substation, on_delete=models.CASCADE, related_name="served_estates")
    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="served_by")
    is_main = models.BooleanField(_("main estate"), default=False)

    class Meta:
        verbose_name = _("estate served")
        verbose_name_plural = _("estates served")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["station", "estate"], name="servedestate_pair"),
            models.UniqueConstraint(
                fields=["station"], condition=Q(is_main=True), name="servedestate_one_main"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} → {self.estate}"


class ManagementPeriod(BaseModel):
    """Who runs a station from ``valid_from`` up to the day before ``valid_to``; never overlapping.

    A third-party-run station has a manager or is run by its owners (自管); custody always has
    a manager; a company-run station is its heating company's own.
    """

    station = models.ForeignKey(
        Substation, on_delete=models.PROTECT, related_name="management_periods"
    )
    mode = models.CharField(_("management"), max_length=16, choices=ManagementMode)
    manager = models.ForeignKey(
        "people.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="management_periods",
        verbose_name=_("managing unit"),
    )
    owner_run = models.BooleanField(_("run by its owners"), default=False)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until (not included)"), null=True, blank=True)

    objects = ManagementPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("management period")
        verbose_name_plural = _("management periods")
        default_permissions = ("add", "change", "view")
        ordering = ["-valid_from"]
        constraints = [
            ExclusionConstraint(
                name="managementperiod_no_overlap",
                expressions=[
                    ("station", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="managementperiod_forward",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="managementperiod_manager",
                condition=(
                    Q(mode=ManagementMode.COMPANY_RUN, manager=None, owner_run=False)
                    | Q(mode=ManagementMode.CUSTODY, manager__isnull=False, owner_run=False)
                    | Q(mode=ManagementMode.THIRD_PARTY_RUN, manager__isnull=False)
                    | Q(mode=ManagementMode.THIRD_PARTY_RUN, owner_run=True)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["manager", "station"], name="managementperiod_manager_ix"),
            models.Index(
                fields=["mode", "station"],
                condition=Q(valid_to=None),
                name="managementperiod_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.valid_from}"


class Zone(BaseModel):
    """A secondary zone of a station (one each of high, middle, low) with design temperatures."""

    station = models.ForeignKey(Substation, on_delete=models.CASCADE, related_name="zones")
    level = models.CharField(_("zone"), max_length=8, choices=ZoneLevel)
    supply_temperature = models.DecimalField(
        _("supply temperature (°C)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    return_temperature = models.DecimalField(
        _("return temperature (°C)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    connected_area = models.DecimalField(
        _("connected area (m²)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        default_permissions = ("add", "change", "view")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["station", "level"], name="zone_station_level"),
        ]

    def __str__(self) -> str:
        return self.get_level_display()


class Equipment(BaseModel):
    """Equipment of one kind and specification in a station, counted in pieces."""

    station = models.ForeignKey(Substation, on_delete=models.CASCADE, related_name="equipment")
    kind = models.CharField(_("kind"), max_length=20, choices=EquipmentKind)
    specification = models.CharField(_("specification"), max_length=100, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        default_permissions = ("add", "change", "view")
        ordering = ["kind", "specification"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "kind", "specification"], name="equipment_station_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} × {self.quantity}"
