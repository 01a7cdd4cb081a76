"""What hangs on the pages of substations, estates and heat sources."""

from django.utils.translation import gettext_lazy as _

from bureau.desk import panels
from bureau.desk.panels import Panel

panels.register(
    "heating.substation",
    Panel(
        "management",
        _("Management history"),
        "heating:substation_management",
        "heating.view_managementperiod",
        10,
    ),
    Panel("handovers", _("Handovers"), "heating:substation_handovers", "heating.view_handover", 15),
    Panel("estates", _("Estates served"), "heating:substation_estates", order=20),
    Panel("zones", _("Zones"), "heating:substation_zones", "heating.view_zone", 40),
    Panel(
        "equipment", _("Equipment"), "heating:substation_equipment", "heating.view_equipment", 50
    ),
    Panel("photos", _("Photos"), "heating:substation_photos", order=60),
)
panels.register(
    "heating.estate",
    Panel("counts", _("Households"), "heating:estate_counts", "heating.view_householdcount", 10),
    Panel("stations", _("Substations"), "heating:estate_stations", "heating.view_substation", 20),
    Panel("buildings", _("Buildings"), "heating:estate_buildings", "heating.view_building", 30),
)
panels.register(
    "heating.heatsource",
    Panel("stations", _("Substations"), "heating:source_stations", "heating.view_substation", 10),
)
