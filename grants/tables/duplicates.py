"""The list of duplicate cases."""

from django.utils.translation import gettext_lazy as _

from bureau.desk.tables import Column, LinkColumn, MomentColumn, StatusColumn, Table


class DuplicateTable(Table):
    """Duplicate cases, the newest first."""

    case = LinkColumn(_("Case"), "__str__")
    ground = Column(_("In common"), "get_ground_display", needs=("ground",))
    state = StatusColumn(_("State"), "state")
    decision = Column(_("Decision"), "get_decision_display", needs=("decision",))
    decided_by = Column(_("Decided by"), "decided_by")
    signed_by = Column(_("Signed by"), "signed_by")
    changed = MomentColumn(_("Last changed"), "updated_at", sort="updated_at")
    default_sort = "-changed"
