"""Lines of clean-heating subsidies in the menu, and what waits for whom."""

from django.utils.translation import gettext_lazy as _

from bureau.desk import nav
from bureau.desk.nav import Entry

nav.section("grants", _("Clean-heating subsidies"), 30)
nav.register(
    Entry(_("Claims"), "grants:claim_list", "file-text", "grants.view_claim", "grants", 10),
    Entry(_("Villages"), "grants:village_list", "buildings", "grants.view_claim", "grants", 15),
    Entry(_("Acceptance sheets"), "grants:acceptancesheet_list", "clipboard-check",
          "grants.view_acceptancesheet", "grants", 20),
    Entry(_("Draws for re-inspection"), "grants:reinspectiondraw_list", "dice",
          "grants.view_reinspectiondraw", "grants", 30),
    Entry(_("Duplicate cases"), "grants:duplicatecase_list", "copy", "grants.view_duplicatecase",
          "grants", 40),
    Entry(_("Household files"), "grants:household_list", "home", "grants.view_household",
          "grants", 5),
    Entry(_("Retrofit progress"), "grants:progress", "chart-bar", "grants.view_progress",
          "grants", 60),
    Entry(_("Village projects"), "grants:villageproject_list", "tool",
          "grants.view_villageproject", "grants", 70),
    Entry(_("Retrofit targets"), "grants:target_list", "target", "grants.view_target",
          "grants", 80),
    Entry(_("Subsidy policies"), "grants:policy_list", "scale", "grants.view_policy",
          "grants", 85),
    Entry(_("Subsidy calculator"), "grants:calculator", "calculator", "grants.view_rate",
          "grants", 90),
)  # fmt: skip
nav.register(
    Entry(_("Entitlements"), "grants:entitlement_list", "coin", "grants.view_entitlement",
          "grants", 40),
    Entry(_("Payment batches"), "grants:paymentbatch_list", "cash", "grants.view_paymentbatch",
          "grants", 45),
    Entry(_("Payment lines"), "grants:paymentline_list", "list-details",
          "grants.view_paymentline", "grants", 50),
    Entry(_("Recoveries"), "grants:recovery_list", "arrow-back-up", "grants.view_recovery",
          "grants", 55),
    Entry(_("Funds"), "grants:fund_list", "report-money", "grants.view_fund", "grants", 60),
)  # fmt: skip
