"""Where the heat comes from."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import EditableModel
from bureau.core.named import Named
from heating.choices import SourceKind
from heating.models.figures import Located, inside_city
from heating.querysets import HeatSourceQuerySet


class HeatSource(Named, Located, EditableModel):
    """A plant, boiler house or first station that feeds a primary network; key: its name."""

    kind = models.CharField(
        _("kind"), max_length=24, choices=SourceKind, default=SourceKind.NOT_STATED
    )
    organisation = models.ForeignKey(
        "people.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="heat_sources",
        verbose_name=_("operator"),
    )
    capacity_mw = models.DecimalField(
        _("capacity (MW)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    remarks = models.TextField(_("remarks"), blank=True, max_length=2000)

    objects = HeatSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("heat source")
        verbose_name_plural = _("heat sources")
        default_permissions = ("add", "change", "view")
        permissions = [("archive_heatsource", "Can archive heat source")]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="heatsource_name"),
            models.CheckConstraint(
                name="heatsource_capacity",
                condition=models.Q(capacity_mw=None) | models.Q(capacity_mw__gte=0),
            ),
            inside_city("heatsource_inside_city"),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="heatsource_pinyin"),
            models.Index(fields=["updated_at", "id"], name="heatsource_updated"),
            GinIndex(fields=["bigrams"], name="heatsource_bigrams"),
        ]

    def get_absolute_url(self) -> str:
        return page_of("heating:source_detail", self.pk)
