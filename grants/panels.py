"""What of subsidies hangs on the pages of their nouns and of places."""

from django.utils.translation import gettext_lazy as _

from bureau.desk import hanging, panels
from bureau.desk.hanging import Hanging
from bureau.desk.panels import Panel
from grants.views import claim_parts, household_places

panels.register("grants.policy", Panel("rates", _("Rates"), "grants:policy_rates", order=10))
panels.register(
    "grants.target", Panel("milestones", _("Milestones"), "grants:target_milestones", order=10)
)
panels.register(
    "grants.villageproject",
    Panel("villages", _("Further villages"), "grants:villageproject_more_villages", order=10),
    Panel("checks", _("Quality checks"), "grants:villageproject_checks", order=20),
)
panels.register(
    "grants.household",
    Panel("claims", _("Subsidy claims"), "grants:household_claims", "grants.view_claim", order=5),
    Panel("members", _("Members"), "grants:household_members", order=10),
    Panel("accounts", _("Bank accounts"), "grants:household_accounts", order=20),
    Panel("papers", _("Papers"), "grants:household_papers", order=70),
    Panel("residents", _("Who lived in the dwelling"), "grants:household_residents", order=80),
)
hanging.register(
    "places.division",
    Hanging(
        "claims",
        _("Subsidy claims"),
        claim_parts.claims_in,
        claim_parts.claims_list,
        "grants.view_claim",
    ),
    Hanging(
        "households",
        _("Household files"),
        household_places.households_in,
        household_places.households_list,
        "grants.view_household",
        household_places.households_by_village,
    ),
)

NEEDS_LINES = "grants.view_paymentline"
panels.register(
    "grants.paymentbatch",
    Panel("lines", _("Payment lines"), "grants:paymentbatch_lines", NEEDS_LINES, order=10),
)
panels.register(
    "grants.entitlement",
    Panel("payments", _("Payments"), "grants:entitlement_payments", NEEDS_LINES, order=10),
    Panel(
        "recoveries",
        _("Recoveries"),
        "grants:entitlement_recoveries",
        "grants.view_recovery",
        order=20,
    ),
)
panels.register(
    "grants.claim",
    Panel("payments", _("Paid when"), "grants:claim_payments", NEEDS_LINES, order=60),
)
panels.register(
    "grants.household",
    Panel("payments", _("Paid when"), "grants:household_payments", NEEDS_LINES, order=60),
)
panels.register(
    "places.division",
    Panel("payments", _("Subsidies paid"), "grants:place_payments", NEEDS_LINES, order=60),
)
panels.register(
    "grants.fund",
    Panel("allotments", _("Set aside for batches"), "grants:fund_allotments", order=10),
)
