"""Writes on targets and their milestones, and on village projects."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.people.models import User
from bureau.places.models import Division
from bureau.places.services import still_there
from bureau.records import saving
from bureau.records.keeper import Keeper
from bureau.records.services import record, values
from grants.choices import PolicyVerb, TargetRefusal
from grants.models import Milestone, ProjectVillage, QualityCheck, Target, VillageProject


class Targets(Keeper[Target]):
    """Targets by year, area, technology and kind; a changed plan is a new edition."""

    model = Target
    fields = (
        "year", "division", "managing_area", "technology", "kind", "edition", "households",
        "due_on", "document",
    )  # fmt: skip

    def check(self, row: Target) -> Iterable[Finding | None]:
        if row.area is None:
            return (Finding(TargetRefusal.AREA_NEEDED, ("division",)),)
        same = Target.objects.filter(
            year=row.year, division=row.division, managing_area=row.managing_area,
            technology=row.technology, kind=row.kind, edition=row.edition,
        )  # fmt: skip
        if same.exclude(pk=row.pk).exists():
            return (Finding(TargetRefusal.EXISTS, ("edition",), {"year": row.year}),)
        return ()


targets = Targets()


@transaction.atomic
def record_milestone(
    target: Target, *, actor: User | None, month: date, households: int
) -> Milestone:
    """Say how many households a target wants by a month's end; the same month again changes it."""
    row = saving.lock(target)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    if not row.year <= last.year <= row.year + 1:
        raise BusinessError(TargetRefusal.MONTH_OUTSIDE, month=f"{last:%Y-%m}", year=row.year)
    for other in row.milestones.exclude(month=last):
        falls = (
            other.households > households if other.month < last else other.households < households
        )
        if falls:
            raise BusinessError(
                TargetRefusal.MILESTONE_FALLS,
                other=f"{other.month:%Y-%m}",
                households=other.households,
            )
    made, _new = Milestone.objects.update_or_create(
        target=row, month=last, defaults={"households": households}
    )
    told = values(made, ("month", "households"))
    record(PolicyVerb.RECORD_MILESTONE, row, actor=actor, after=told)
    return made


@transaction.atomic
def remove_milestone(milestone: Milestone, *, actor: User | None) -> Target:
    """Take a milestone off its target."""
    row = saving.lock(milestone.target)
    before = values(milestone, ("month", "households"))
    milestone.delete()
    record(PolicyVerb.REMOVE_MILESTONE, row, actor=actor, before=before)
    return row


class Projects(Keeper[VillageProject]):
    """Village projects: contractor, contract, model, retention money."""

    model = VillageProject
    fields = (
        "name", "village", "programme_year", "contractor", "contract_number", "technology",
        "device_model", "unified", "started_on", "finished_on", "retention", "retention_due_on",
        "retention_paid_on",
    )  # fmt: skip

    def check(self, row: VillageProject) -> Iterable[Finding | None]:
        # A project goes on naming the village that was merged since.
        if not VillageProject.objects.filter(pk=row.pk, village=row.village_id).exists():
            still_there(row.village)
        if row.started_on and row.finished_on and row.finished_on < row.started_on:
            return (Finding(TargetRefusal.FINISHED_EARLY, ("finished_on",)),)
        return ()


projects = Projects()


@transaction.atomic
def record_village(
    project: VillageProject, *, actor: User | None, village: Division
) -> ProjectVillage:
    """Add a further village to a project."""
    row = saving.lock(project)
    still_there(village)
    if village == row.village or row.more_villages.filter(village=village).exists():
        raise BusinessError(TargetRefusal.VILLAGE_TWICE, village=village.name)
    made = ProjectVillage.objects.create(project=row, village=village)
    record(PolicyVerb.RECORD_VILLAGE, row, actor=actor, after=values(made, ("village",)))
    return made


@transaction.atomic
def remove_village(part: ProjectVillage, *, actor: User | None) -> VillageProject:
    """Take a further village off a project."""
    row, before = saving.lock(part.project), values(part, ("village",))
    part.delete()
    record(PolicyVerb.REMOVE_VILLAGE, row, actor=actor, before=before)
    return row


CHECK_FIELDS = ("checked_on", "checked_by", "passed", "note")


@transaction.atomic
def record_check(project: VillageProject, *, actor: User | None, **given: Any) -> QualityCheck:
    """Record a look at the work of a project."""
    row = saving.lock(project)
    made = QualityCheck(project=row, **{name: given[name] for name in CHECK_FIELDS})
    made.full_clean()
    made.save(force_insert=True)
    record(PolicyVerb.RECORD_CHECK, row, actor=actor, after=values(made, CHECK_FIELDS))
    return made


@transaction.atomic
def remove_check(part: QualityCheck, *, actor: User | None) -> VillageProject:
    """Take a mistaken quality check off a project."""
    row, before = saving.lock(part.project), values(part, CHECK_FIELDS)
    part.delete()
    record(PolicyVerb.REMOVE_CHECK, row, actor=actor, before=before)
    return row
