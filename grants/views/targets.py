"""Pages of targets and village projects."""

from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import (
    BooleanColumn,
    Column,
    DateColumn,
    LinkColumn,
    NumberColumn,
    WordColumn,
)
from bureau.desk.views import DetailPage, Group
from bureau.desk.views.kept import KeptPages
from bureau.desk.views.rows import RowsPanel
from grants.filters.policy import ProjectFilter, TargetFilter
from grants.forms.policy import (
    MilestoneForm,
    ProjectForm,
    ProjectVillageForm,
    QualityCheckForm,
    TargetForm,
)
from grants.models import Milestone, ProjectVillage, QualityCheck, Target, VillageProject
from grants.services import targets as services
from grants.tables.policy import ProjectTable, TargetTable

MILESTONES = RowsPanel(
    part=Milestone,
    of="target",
    name="milestones",
    title=_("Milestones"),
    columns=(
        Column(_("By the end of"), value=lambda row: f"{row.month:%Y-%m}"),
        NumberColumn(_("Households"), "households"),
    ),
    empty=_("No milestone yet."),
    form=MilestoneForm,
    label=_("Record a milestone"),
    record=services.record_milestone,
    recorded=_("The milestone was recorded."),
    remove=services.remove_milestone,
    removed=_("The milestone was removed."),
)
VILLAGES = RowsPanel(
    part=ProjectVillage,
    of="project",
    name="more_villages",
    title=_("Further villages"),
    columns=(
        Column(_("Village"), "village"),
        Column(_("Town"), "village.parent"),
        BooleanColumn(_("Gas ready"), "village.gas_ready"),
        BooleanColumn(_("Power ready"), "village.power_ready"),
    ),
    empty=_("The project converts its main village alone."),
    form=ProjectVillageForm,
    label=_("Add a village"),
    record=services.record_village,
    recorded=_("The village was added."),
    remove=services.remove_village,
    removed=_("The village was taken off."),
)
CHECKS = RowsPanel(
    part=QualityCheck,
    of="project",
    name="checks",
    title=_("Quality checks"),
    columns=(
        DateColumn(_("Checked on"), "checked_on"),
        Column(_("Checked by"), "checked_by"),
        BooleanColumn(_("Passed"), "passed"),
        Column(_("Note"), "note"),
    ),
    empty=_("Nobody has checked the work yet."),
    form=QualityCheckForm,
    label=_("Record a quality check"),
    record=services.record_check,
    recorded=_("The check was recorded."),
    remove=services.remove_check,
    removed=_("The check was removed."),
)


class TargetPages(KeptPages):
    """All pages of targets."""

    keeper = services.targets
    queryset = Target.objects.select_related("division", "managing_area")
    filterset, table, form = TargetFilter, TargetTable, TargetForm
    title, create_title = _("Retrofit targets"), _("Set a target")
    first_step = _("Set the first one.")
    icon, export_name = "target", "targets"
    bulk_fields = ("due_on", "document")
    facts = (
        Group(
            _("Target"),
            Column(_("Programme year"), value=lambda row: str(row.year)),
            Column(_("Area"), "area"),
            WordColumn(_("Kind"), "kind"),
            Column(_("Technology"), value=lambda row: row.get_technology_display() or _("all")),
            NumberColumn(_("Households"), "households"),
            DateColumn(_("Target date"), "due_on"),
            NumberColumn(_("Edition"), "edition"),
            Column(_("Document"), "document"),
        ),
    )


class ProjectPage(DetailPage):
    """One village project: whether its village can be converted yet stands among the facts."""

    wanted = ("contract_number", "device_model")


class ProjectPages(KeptPages):
    """All pages of village projects."""

    keeper = services.projects
    queryset = VillageProject.objects.select_related(
        "village__parent__parent", "village__managing_area", "contractor"
    )
    filterset, table, form = ProjectFilter, ProjectTable, ProjectForm
    title, create_title = _("Village projects"), _("Add a village project")
    first_step = _("Add the first one.")
    icon, export_name = "tool", "village-projects"
    bulk_fields = ("finished_on", "retention_due_on", "retention_paid_on")
    detail_page = ProjectPage
    facts = (
        Group(
            _("Contract"),
            LinkColumn(_("Contractor"), "contractor"),
            Column(_("Contract number"), "contract_number"),
            Column(_("Programme year"), value=lambda row: str(row.programme_year)),
            WordColumn(_("Technology"), "technology"),
            Column(_("Device model"), "device_model"),
            BooleanColumn(_("Built as one"), "unified"),
            DateColumn(_("Started on"), "started_on"),
            DateColumn(_("Finished on"), "finished_on"),
        ),
        Group(
            _("Retention money"),
            NumberColumn(_("Retention money (yuan)"), "retention", places=2),
            DateColumn(_("Due on"), "retention_due_on"),
            DateColumn(_("Paid on"), "retention_paid_on"),
        ),
        Group(
            _("Main village"),
            LinkColumn(_("Village"), "village"),
            BooleanColumn(_("Gas ready"), "village.gas_ready"),
            BooleanColumn(_("Power ready"), "village.power_ready"),
        ),
    )


TARGETS = [
    *TargetPages.routes("targets", "target"),
    *MILESTONES.routes("targets", "target", "milestone", "milestones"),
    *ProjectPages.routes("village-projects", "villageproject"),
    *VILLAGES.routes("village-projects", "villageproject", "village", "project-villages"),
    *CHECKS.routes("village-projects", "villageproject", "check", "quality-checks"),
]
