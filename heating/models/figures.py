"""Positions, areas and years: what several nouns share, and their constraints."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heating.choices import Datum
from heating.rules import figures, position


class Located(models.Model):
    """A position in degrees with the datum it was measured in."""

    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    datum = models.CharField(_("datum"), max_length=12, choices=Datum, default=Datum.NOT_STATED)

    class Meta:
        abstract = True


def inside_city(name: str) -> models.CheckConstraint:
    """Both coordinates or neither, and inside the city's bounding box (degrees)."""
    box = position.CITY_BOX
    inside = Q(longitude__range=(box.west, box.east), latitude__range=(box.south, box.north))
    return models.CheckConstraint(
        name=name, condition=Q(longitude=None, latitude=None) | (inside & _both_given())
    )


def _both_given() -> Q:
    # A NULL comparison is neither true nor false, and a CHECK lets that pass.
    return Q(longitude__isnull=False, latitude__isnull=False)


def heated_within_connected(name: str) -> models.CheckConstraint:
    """The area heated never exceeds the connected area (m²)."""
    return models.CheckConstraint(
        name=name,
        condition=Q(heated_area__lte=models.F("connected_area"), heated_area__gte=Decimal(0)),
    )


def year_between(name: str, field: str) -> models.CheckConstraint:
    """A year is absent or plausible for central heating."""
    allowed = Q(**{f"{field}__range": (figures.FIRST_YEAR, figures.LAST_YEAR)})
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__isnull": True}) | allowed)
