"""What belongs to one of the areas that review, pay and report."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.places.models import Division, ManagingArea


class OfArea(models.Model):
    """A row of the city, a county or a managing area: exactly one of the two is set."""

    division = models.ForeignKey(
        "places.Division",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("city or county"),
    )
    managing_area = models.ForeignKey(
        "places.ManagingArea",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("managing area"),
    )

    class Meta:
        abstract = True

    @property
    def area(self) -> Division | ManagingArea | None:
        """The county or managing area; None is the whole city where a model allows it."""
        return self.managing_area or self.division


def one_area(name: str) -> models.CheckConstraint:
    """Return the constraint that a row belongs to exactly one area."""
    return models.CheckConstraint(
        condition=Q(division__isnull=False, managing_area__isnull=True)
        | Q(division__isnull=True, managing_area__isnull=False),
        name=name,
    )


def area_of(village: Division) -> Division | ManagingArea | None:
    """Return who reviews and pays in a village: the managing area that runs it, else its county."""
    town = village.parent
    return village.managing_area or (town.parent if town else None)
