"""How many households an area was told to convert, and who converts whole villages."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.named import Named
from bureau.places.querysets import ReferenceQuerySet
from grants.choices import TargetKind, Technology
from grants.models.areas import OfArea, one_area
from grants.querysets.claims import OfVillageQuerySet


class Target(OfArea, EditableModel):
    """Households to be converted in a programme year, by area, technology, kind and version.

    Without a technology the target counts all of them. The city's own target is set on the city's
    division.
    """

    year = models.PositiveSmallIntegerField(_("programme year"))
    technology = models.CharField(
        _("technology"), max_length=20, choices=Technology, blank=True, default=""
    )
    kind = models.CharField(_("kind"), max_length=16, choices=TargetKind)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    households = models.PositiveIntegerField(_("households"))
    due_on = models.DateField(_("to be met by"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        default_permissions = ("add", "change", "view", "archive")
        ordering = ["-year", "kind", "id"]
        constraints = [
            one_area("target_one_area"),
            models.UniqueConstraint(
                fields=["year", "division", "managing_area", "technology", "kind", "edition"],
                nulls_distinct=False,
                name="target_once",
            ),
            models.CheckConstraint(name="target_households", condition=Q(households__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.area} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("grants:target_detail", args=[self.pk])


class Milestone(BaseModel):
    """How many households a target wants by the end of a month."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="milestones")
    month = models.DateField(_("last day of the month"))
    households = models.PositiveIntegerField(_("households"))

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        default_permissions = ("view", "change")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["target", "month"], name="milestone_once_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.households}"


class VillageProject(Named, EditableModel):
    """A contract by which one contractor converts one or more villages.

    ``unified`` tells a build by the village as one from builds by single households.
    ``retention`` is the retention money in yuan, paid after the warranty.
    """

    programme_year = models.PositiveSmallIntegerField(_("programme year"))
    contractor = models.ForeignKey(
        "people.Organisation", models.PROTECT, related_name="+", verbose_name=_("contractor")
    )
    contract_number = models.CharField(_("contract number"), max_length=60, blank=True)
    technology = models.CharField(_("technology"), max_length=20, choices=Technology)
    device_model = models.CharField(_("device model"), max_length=100, blank=True)
    unified = models.BooleanField(_("built as one"), default=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    retention = models.DecimalField(
        _("retention money (yuan)"), max_digits=14, decimal_places=2, default=0
    )
    retention_due_on = models.DateField(_("retention due on"), null=True, blank=True)
    retention_paid_on = models.DateField(_("retention paid on"), null=True, blank=True)
    village = models.ForeignKey(
        "places.Division",
        models.PROTECT,
        related_name="village_projects",
        verbose_name=_("main village"),
    )

    objects = OfVillageQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("village project")
        verbose_name_plural = _("village projects")
        default_permissions = ("add", "change", "view", "archive")
        constraints = [
            models.UniqueConstraint(
                fields=["village", "programme_year", "name"], name="villageproject_name"
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("grants:villageproject_detail", args=[self.pk])


class ProjectVillage(BaseModel):
    """A further village that the same contract converts."""

    project = models.ForeignKey(VillageProject, models.CASCADE, related_name="more_villages")
    village = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="+", verbose_name=_("village")
    )

    class Meta:
        verbose_name = _("further village")
        verbose_name_plural = _("further villages")
        default_permissions = ("view", "change")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "village"], name="projectvillage_once")
        ]

    def __str__(self) -> str:
        return str(self.village)


class QualityCheck(BaseModel):
    """A look at the work of a village project."""

    project = models.ForeignKey(VillageProject, models.CASCADE, related_name="checks")
    checked_on = models.DateField(_("checked on"))
    checked_by = models.CharField(_("checked by"), max_length=60)
    passed = models.BooleanField(_("passed"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("quality check")
        verbose_name_plural = _("quality checks")
        default_permissions = ("view", "change")
        ordering = ["-checked_on", "-id"]

    def __str__(self) -> str:
        return f"{self.checked_on} {self.project}"
