"""What hangs on the pages of policies, targets and projects."""

from django.utils.translation import gettext_lazy as _

from bureau.desk import panels
from bureau.desk.panels import Panel

panels.register("grants.policy", Panel("rates", _("Rates"), "grants:policy_rates", order=10))
panels.register(
    "grants.target", Panel("milestones", _("Milestones"), "grants:target_milestones", order=10)
)
panels.register(
    "grants.villageproject",
    Panel("villages", _("Further villages"), "grants:villageproject_more_villages", order=10),
    Panel("checks", _("Quality checks"), "grants:villageproject_checks", order=20),
)
