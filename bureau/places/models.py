"""Places: the statistical tree with its history, who runs what, and the working days."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import BaseModel, EditableModel
from bureau.places.choices import DayKind, Level
from bureau.places.querysets import (
    DatedQuerySet,
    DivisionQuerySet,
    ManagingAreaQuerySet,
    ReferenceQuerySet,
)

TWELVE_DIGITS = RegexValidator(r"^\d{12}$", _("A division code has twelve digits."))


class ManagingArea(EditableModel):
    """A development zone that runs towns in place of their county; it has no statistical code."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=50, unique=True)
    full_name = models.CharField(_("official name"), max_length=100, unique=True)
    seat = models.ForeignKey(
        "places.Division",
        verbose_name=_("legal county"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    pinyin = models.CharField(max_length=120, editable=False, default="")

    shown_by: ClassVar[tuple[str, ...]] = ("name",)
    objects = ManagingAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("managing area")
        verbose_name_plural = _("managing areas")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_of("desk:managingarea_detail", self.pk)


class Division(EditableModel):
    """A city, county, town, village or community under its 12-digit statistical code.

    ``path`` holds the codes from the city down to the division itself, each followed by a
    slash, and never changes; ``scope_path`` is the same after mergers. Dates are half open:
    the division existed from ``valid_from`` and no longer on ``valid_to``; empty means that
    the sources name no day.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, validators=[TWELVE_DIGITS])
    code_is_provisional = models.BooleanField(
        _("provisional code"),
        default=False,
        help_text=_("The statistics office has not published a code yet; this one is local."),
    )
    name = models.CharField(_("name"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(max_length=64, unique=True, editable=False)
    scope_path = models.CharField(max_length=64, editable=False)
    managing_area = models.ForeignKey(
        ManagingArea,
        verbose_name=_("managing area"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="divisions",
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    demolition_year = models.PositiveSmallIntegerField(
        _("demolition list year"), null=True, blank=True
    )
    central_heating_on = models.DateField(_("central heating reached on"), null=True, blank=True)
    coal_free = models.BooleanField(_("coal-free zone"), default=False)
    gas_ready = models.BooleanField(_("gas ready"), default=False)
    power_ready = models.BooleanField(_("power ready"), default=False)
    pinyin = models.CharField(max_length=120, editable=False, default="")
    bigrams = ArrayField(models.CharField(max_length=2), editable=False, default=list)

    shown_by: ClassVar[tuple[str, ...]] = ("name",)
    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ("code",)
        indexes = [
            GinIndex(fields=["bigrams"], name="division_bigrams"),
            models.Index(fields=["pinyin", "id"], name="division_pinyin"),
            models.Index(fields=["level", "code"], name="division_level"),
            # What a posting of a county asks in every list; it needs no row of this wide table.
            models.Index(
                fields=["scope_path", "managing_area", "id"],
                opclasses=["varchar_pattern_ops", "int8_ops", "int8_ops"],
                name="division_ground",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="division_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(valid_to__isnull=False),
                name="division_merged_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=2, level__lte=5), name="division_level_known"
            ),
            models.CheckConstraint(
                condition=Q(level=2, parent__isnull=True) | Q(level__gt=2, parent__isnull=False),
                name="division_only_city_is_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_of("desk:division_detail", self.pk)

    def existed_on(self, day: date) -> bool:
        """Whether the division existed on ``day``."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)

    @property
    def has_ended(self) -> bool:
        """Whether the division was merged or abolished."""
        return self.valid_to is not None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes on the way from the city down to this division."""
        return tuple(self.path.strip("/").split("/"))


class DivisionAlias(BaseModel):
    """A misspelt, short or former name; it suggests a place to a person and never decides."""

    alias = models.CharField(_("alias"), max_length=100)
    division = models.ForeignKey(
        Division, verbose_name=_("division"), on_delete=models.CASCADE, related_name="aliases"
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [
            models.UniqueConstraint(fields=["alias", "division"], name="alias_once_per_division")
        ]

    def __str__(self) -> str:
        return self.alias


class ManagingAreaTown(BaseModel):
    """A period in which a managing area runs a town; half open, empty start means since ever."""

    area = models.ForeignKey(
        ManagingArea,
        verbose_name=_("managing area"),
        on_delete=models.PROTECT,
        related_name="take_overs",
    )
    division = models.ForeignKey(
        Division, verbose_name=_("town"), on_delete=models.PROTECT, related_name="take_overs"
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("take-over of a town")
        verbose_name_plural = _("take-overs of towns")
        constraints = [
            ExclusionConstraint(
                name="one_managing_area_at_a_time",
                expressions=[
                    ("division", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_to", function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} · {self.division}"


class CalendarYear(BaseModel):
    """A year for which the State Council has published the holidays, or not yet."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    published = models.BooleanField(_("published"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return page_of("desk:calendaryear_detail", self.pk)


class CalendarDay(BaseModel):
    """A day on which offices rest though it is a weekday, or work though it is a weekend."""

    date = models.DateField(_("date"), unique=True)
    year = models.ForeignKey(
        CalendarYear, verbose_name=_("year"), on_delete=models.CASCADE, related_name="days"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=50, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"
