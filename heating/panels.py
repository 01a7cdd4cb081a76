"""What hangs on the pages of substations, estates and heat sources."""

from django.utils.translation import gettext_lazy as _

from bureau.core.querysets import TOWN_LEVEL
from bureau.desk import hanging, panels
from bureau.desk.hanging import Hanging
from bureau.desk.panels import Panel
from bureau.places.models import Division
from heating.views import places


def _is_small(place: Division) -> bool:
    """Whether a place is a town or a village, whose things can be listed on its page."""
    return place.level >= TOWN_LEVEL


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
panels.register(
    "places.division",
    Panel(
        "estates",
        _("Estates"),
        "heating:place_estates",
        "heating.view_estate",
        10,
        when=_is_small,
    ),
    Panel(
        "stations",
        _("Substations"),
        "heating:place_stations",
        "heating.view_substation",
        20,
        when=_is_small,
    ),
)
hanging.register(
    "places.division",
    Hanging(
        "estates",
        _("Estates"),
        places.estates_in,
        places.estates_list,
        "heating.view_estate",
        places.estates_by_village,
    ),
    Hanging(
        "stations",
        _("Substations"),
        places.stations_in,
        places.stations_list,
        "heating.view_substation",
    ),
    Hanging(
        "handovers",
        _("Open handovers"),
        places.handovers_in,
        places.handovers_list,
        "heating.view_handover",
    ),
)
hanging.register(
    "places.calendaryear",
    Hanging(
        "handovers",
        _("Handovers whose step has no due date yet"),
        places.handovers_waiting_for,
        permission="heating.view_handover",
    ),
)
