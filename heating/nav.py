"""Heating's lines in the menu."""

from django.utils.translation import gettext_lazy as _

from bureau.desk import nav
from bureau.desk.nav import Entry

nav.register(
    Entry(
        _("Heat substations"),
        "heating:substation_list",
        "building-factory",
        "heating.view_substation",
        "heating",
        10,
    ),
    Entry(_("Estates"), "heating:estate_list", "buildings", "heating.view_estate", "heating", 20),
    Entry(
        _("Heat sources"), "heating:source_list", "flame", "heating.view_heatsource", "heating", 30
    ),
    Entry(
        _("Direct supply"),
        "heating:direct_supply",
        "chart-bar",
        "heating.view_householdcount",
        "heating",
        60,
    ),
)
