"""How far the conversions are, kept summed up: the page of progress never counts claims."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grants.choices import Technology
from grants.models.areas import OfArea, one_area
from grants.querysets.areas import OfAreaQuerySet


class Progress(OfArea):
    """Households of one area, programme year, technology and month of completion.

    ``filed`` are submitted and alive, ``accepted`` passed the town's acceptance, ``paid`` have
    their construction subsidy: ``amount`` in yuan. All rows are written anew together.
    """

    programme_year = models.PositiveSmallIntegerField(_("programme year"))
    technology = models.CharField(_("technology"), max_length=20, choices=Technology)
    month = models.DateField(_("month"))
    filed = models.PositiveIntegerField(_("filed"))
    accepted = models.PositiveIntegerField(_("accepted"))
    approved = models.PositiveIntegerField(_("approved"))
    paid = models.PositiveIntegerField(_("paid"))
    amount = models.DecimalField(_("paid (yuan)"), max_digits=16, decimal_places=2)
    as_of = models.DateTimeField(_("as of"))

    objects = OfAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        default_permissions = ("view",)
        constraints = [
            one_area("progress_one_area"),
            models.UniqueConstraint(
                fields=["division", "managing_area", "programme_year", "technology", "month"],
                nulls_distinct=False,
                name="progress_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.programme_year} {self.month:%Y-%m}"
