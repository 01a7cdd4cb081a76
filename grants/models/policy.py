"""Which subsidy the city has promised, and what it costs whom."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.named import Named
from bureau.places.querysets import ReferenceQuerySet
from grants.choices import PolicyState, RateHeatPump, SubsidyKind, Technology
from grants.models.areas import OfArea


class Policy(Named, EditableModel):
    """A scheme with its rates: a draft until it is published, then as it is for ever."""

    document = models.ForeignKey(
        "documents.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PolicyState, default=PolicyState.DRAFT
    )
    remarks = models.TextField(_("remarks"), blank=True, max_length=2000)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        default_permissions = ("add", "change", "view", "archive")
        permissions = [("publish_policy", "Can publish policy")]

    def get_absolute_url(self) -> str:
        return reverse("grants:policy_detail", args=[self.pk])


class _Span(Func):
    """An integer range that a constraint compares: no value means every value."""

    function = "int4range"
    template = "int4range(%(expressions)s, '[]')"


class _HeatPumps(Func):
    """The devices for which a rate holds, as a range: 0 without, 1 with heat pump."""

    template = (
        "CASE %(expressions)s WHEN 'any' THEN int4range(0, 2) "
        "WHEN 'none' THEN int4range(0, 1) ELSE int4range(1, 2) END"
    )


class Rate(OfArea, BaseModel):
    """An amount in yuan for programme years, technology and device, for the city or one area.

    Without division and managing area it holds for the whole city; an area's own row wins.
    ``seasons``: how many an operating rate runs. ``cut_off_month`` and ``cut_off_day``: whoever
    is accepted up to that day of a season's first year has that season (the day included). A rate
    may depend on ``year_index`` (1 is the first season) or on ``season`` (its first year), never
    on both. Shares are per cent by level of government, all empty where none are published.
    """

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="rates", verbose_name=_("policy")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=SubsidyKind)
    technology = models.CharField(_("technology"), max_length=20, choices=Technology)
    heat_pump = models.CharField(
        _("heat pump"), max_length=10, choices=RateHeatPump, default=RateHeatPump.ANY
    )
    programme_year_from = models.PositiveSmallIntegerField(_("first programme year"))
    programme_year_to = models.PositiveSmallIntegerField(
        _("last programme year"), null=True, blank=True
    )
    year_index = models.PositiveSmallIntegerField(_("year of operation"), null=True, blank=True)
    season = models.PositiveSmallIntegerField(_("season (first year)"), null=True, blank=True)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=10, decimal_places=2)
    seasons = models.PositiveSmallIntegerField(_("seasons"), null=True, blank=True)
    cut_off_month = models.PositiveSmallIntegerField(_("cut-off month"), default=12)
    cut_off_day = models.PositiveSmallIntegerField(_("cut-off day"), default=31)
    share_province = models.DecimalField(
        _("share of the province (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    share_city = models.DecimalField(
        _("share of the city (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    share_county = models.DecimalField(
        _("share of the county (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    published = models.BooleanField(_("published"), default=False, editable=False)
    retired_at = models.DateTimeField(_("replaced at"), null=True, blank=True, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        default_permissions = ("view", "change")
        ordering = ["kind", "technology", "programme_year_from", "id"]
        constraints = [
            models.CheckConstraint(name="rate_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="rate_one_area",
                condition=Q(division__isnull=True) | Q(managing_area__isnull=True),
            ),
            models.CheckConstraint(
                name="rate_years",
                condition=Q(programme_year_to__isnull=True)
                | Q(programme_year_to__gte=F("programme_year_from")),
            ),
            models.CheckConstraint(
                name="rate_index_or_season",
                condition=Q(year_index__isnull=True) | Q(season__isnull=True),
            ),
            models.CheckConstraint(
                name="rate_seasons",
                condition=Q(
                    kind="build", seasons__isnull=True, year_index__isnull=True, season__isnull=True
                )
                | Q(kind="operate", seasons__gte=1),
            ),
            models.CheckConstraint(
                name="rate_shares",
                condition=Q(
                    share_province__isnull=True, share_city__isnull=True, share_county__isnull=True
                )
                | Q(
                    share_province__gte=0,
                    share_city__gte=0,
                    share_county__gte=0,
                    share_province=100 - F("share_city") - F("share_county"),
                ),
            ),
            ExclusionConstraint(
                name="rate_no_overlap",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("technology", RangeOperators.EQUAL),
                    (_HeatPumps(F("heat_pump")), RangeOperators.OVERLAPS),
                    (Coalesce("division", 0, output_field=IntegerField()), RangeOperators.EQUAL),
                    (
                        Coalesce("managing_area", 0, output_field=IntegerField()),
                        RangeOperators.EQUAL,
                    ),
                    (
                        _Span(F("programme_year_from"), F("programme_year_to")),
                        RangeOperators.OVERLAPS,
                    ),
                    (_Span(F("year_index"), F("year_index")), RangeOperators.OVERLAPS),
                    (_Span(F("season"), F("season")), RangeOperators.OVERLAPS),
                ],
                condition=Q(published=True, retired_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="rate_published_kept",
                operation=pgtrigger.UpdateOf(
                    "policy_id",
                    "kind",
                    "technology",
                    "heat_pump",
                    "division_id",
                    "managing_area_id",
                    "programme_year_from",
                    "year_index",
                    "season",
                    "amount",
                    "seasons",
                    "cut_off_month",
                    "cut_off_day",
                    "share_province",
                    "share_city",
                    "share_county",
                    "published",
                ),
                condition=pgtrigger.Q(old__published=True),
            ),
            pgtrigger.Protect(
                name="rate_published_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published=True),
            ),
        ]

    def __str__(self) -> str:
        last = self.programme_year_to or ""
        return (
            f"{self.get_kind_display()} {self.get_technology_display()} "
            f"{self.programme_year_from}–{last} {self.amount}"
        )
