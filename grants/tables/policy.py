"""Lists of policies, targets and projects."""

from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import (
    Column,
    DateColumn,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    Table,
    WordColumn,
)


class PolicyTable(Table):
    """Policies, the drafts among them."""

    name = LinkColumn(_("Policy"), sort="pinyin")
    state = StatusColumn(_("State"))
    document = LinkColumn(_("Document"))
    published_at = MomentColumn(_("Published at"))
    default_sort = "name"


class TargetTable(Table):
    """Targets by year and area."""

    name = LinkColumn(_("Target"), value=str, needs=("year", "division", "managing_area", "kind"))
    year = Column(
        _("Programme year"), value=lambda row: str(row.year), needs=("year",), sort="year"
    )
    area = Column(_("Area"), value=lambda row: row.area, needs=("division", "managing_area"))
    kind = WordColumn(_("Kind"))
    technology = Column(
        _("Technology"),
        value=lambda row: row.get_technology_display() or _("all"),
        needs=("technology",),
    )
    households = NumberColumn(_("Households"), sort="households")
    due_on = DateColumn(_("Target date"))
    edition = NumberColumn(_("Edition"), chosen=False)
    document = Column(_("Document"), chosen=False)
    default_sort = "-year"


class ProjectTable(Table):
    """Village projects."""

    name = LinkColumn(_("Project"), sort="pinyin")
    village = Column(_("Main village"), "village")
    programme_year = Column(
        _("Programme year"), value=lambda row: str(row.programme_year), needs=("programme_year",)
    )
    contractor = LinkColumn(_("Contractor"))
    technology = WordColumn(_("Technology"))
    finished_on = DateColumn(_("Finished on"))
    retention = NumberColumn(_("Retention money (yuan)"), places=2)
    retention_due_on = DateColumn(_("Retention due on"), chosen=False)
    default_sort = "name"
