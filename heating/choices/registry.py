"""Words of the registry: stations, estates, their equipment and who manages them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SourceKind(TextChoices):
    """What makes the heat."""

    COGENERATION = "cogeneration", _("combined heat and power plant")
    BOILER_HOUSE = "boiler_house", _("district boiler house")
    INDUSTRIAL_WASTE_HEAT = "industrial_waste_heat", _("industrial waste heat")
    GEOTHERMAL = "geothermal", _("geothermal")
    HEAT_PUMP = "heat_pump", _("large heat pump")
    NOT_STATED = "not_stated", _("not stated")


class Insulation(TextChoices):
    """How well an estate's buildings keep the heat, by the design standard they follow."""

    NONE = "none", _("no insulation")
    SAVING_30 = "saving_30", _("30 % energy saving standard")
    SAVING_50 = "saving_50", _("50 % energy saving standard")
    SAVING_65 = "saving_65", _("65 % energy saving standard")
    SAVING_75 = "saving_75", _("75 % energy saving standard")
    RETROFITTED = "retrofitted", _("insulation added later")
    NOT_STATED = "not_stated", _("not stated")


class IndoorSystem(TextChoices):
    """How the heat reaches the rooms."""

    SINGLE_PIPE = "single_pipe", _("radiators, single pipe")
    DOUBLE_PIPE = "double_pipe", _("radiators, double pipe")
    HOUSEHOLD_LOOP = "household_loop", _("radiators, one loop per household")
    FLOOR = "floor", _("floor heating")
    MIXED = "mixed", _("mixed")
    NOT_STATED = "not_stated", _("not stated")


class Datum(TextChoices):
    """The reference system of a pair of coordinates."""

    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"
    NOT_STATED = "not_stated", _("not stated")


class ManagementMode(TextChoices):
    """Who runs a station."""

    COMPANY_RUN = "company_run", _("company-run")
    THIRD_PARTY_RUN = "third_party_run", _("third-party-run")
    CUSTODY = "custody", _("custody")


class ZoneLevel(TextChoices):
    """The secondary zones of a station by the height of the floors they serve."""

    HIGH = "high", _("high zone")
    MIDDLE = "middle", _("middle zone")
    LOW = "low", _("low zone")


class EquipmentKind(TextChoices):
    """What stands in a station."""

    EXCHANGER = "exchanger", _("heat exchanger")
    PUMP = "pump", _("pump")
    TRANSFORMER = "transformer", _("transformer")
    METER = "meter", _("meter")
    FIRE_EXTINGUISHER = "fire_extinguisher", _("fire extinguisher")


class CountSource(TextChoices):
    """Where a household count comes from."""

    LEDGER = "ledger", _("imported ledger")
    MANUAL = "manual", _("entered by hand")
    HANDOVER = "handover", _("handover survey")


class RegistryVerb(TextChoices):
    """What people do to the heating registry; each is an audit verb."""

    REGISTER_SOURCE = "register_source", _("registered the heat source")
    EDIT_SOURCE = "edit_source", _("edited the heat source")
    ARCHIVE_SOURCE = "archive_source", _("archived the heat source")
    RESTORE_SOURCE = "restore_source", _("restored the heat source")
    REGISTER_ESTATE = "register_estate", _("registered the estate")
    EDIT_ESTATE = "edit_estate", _("edited the estate")
    ARCHIVE_ESTATE = "archive_estate", _("archived the estate")
    RESTORE_ESTATE = "restore_estate", _("restored the estate")
    RECORD_BUILDING = "record_building", _("recorded a building")
    REMOVE_BUILDING = "remove_building", _("removed a building")
    RECORD_COUNT = "record_count", _("recorded a household count")
    REGISTER_STATION = "register_station", _("registered the substation")
    EDIT_STATION = "edit_station", _("edited the substation")
    ARCHIVE_STATION = "archive_station", _("archived the substation")
    RESTORE_STATION = "restore_station", _("restored the substation")
    CHANGE_MANAGEMENT = "change_management", _("changed the management")
    RECORD_EQUIPMENT = "record_equipment", _("recorded equipment")
    REMOVE_EQUIPMENT = "remove_equipment", _("removed equipment")
    RECORD_ZONE = "record_zone", _("recorded a zone")
    REMOVE_ZONE = "remove_zone", _("removed a zone")
    NAMED_IN_LEDGER = "named_in_ledger", _("added, because an imported ledger names it")


class RegistryRefusal(TextChoices):
    """Why the registry refuses a write; the labels are the sentences people read."""

    HEATED_EXCEEDS_AREA = (
        "heated_exceeds_area",
        _("The area heated (%(heated)s m²) is larger than the connected area (%(area)s m²)."),
    )
    NEGATIVE_AREA = (
        "negative_area",
        _("An area cannot be %(area)s m²; it is 0 or more."),
    )
    MAIN_ESTATE_ELSEWHERE = (
        "main_estate_elsewhere",
        _(
            "“%(estate)s” lies in %(there)s, the station in %(here)s. The main estate carries the "
            "station's households and must lie in the same county. Name it among the other "
            "estates served instead."
        ),
    )
    MISSING_AREA = (
        "missing_area",
        _("An area heated is given, but the connected area is empty. Fill in both."),
    )
    DIRECT_EXCEEDS_HOUSEHOLDS = (
        "direct_exceeds_households",
        _(
            "Households on direct supply (%(direct)s) are more than the households connected "
            "(%(households)s)."
        ),
    )
    SWAPPED_COORDINATES = (
        "swapped_coordinates",
        _(
            "Longitude %(longitude)s and latitude %(latitude)s look swapped: "
            "in Liaocheng the longitude is about 116 and the latitude about 36."
        ),
    )
    OUTSIDE_CITY = (
        "outside_city",
        _("Longitude %(longitude)s, latitude %(latitude)s lies outside Liaocheng."),
    )
    HALF_COORDINATES = (
        "half_coordinates",
        _("Only one of longitude and latitude is given. Fill in both or neither."),
    )
    FUTURE_YEAR = (
        "future_year",
        _("The year %(year)s lies in the future; today's year is %(today)s."),
    )
    YEAR_TOO_OLD = (
        "year_too_old",
        _("The year %(year)s is before %(first)s, when nothing was heated centrally here."),
    )
    FUTURE_DATE = (
        "future_date",
        _("The date %(date)s lies in the future."),
    )
    MANAGER_MISSING = (
        "manager_missing",
        _("A station that is “%(mode)s” needs the unit that manages it."),
    )
    MANAGER_NOT_EXPECTED = (
        "manager_not_expected",
        _("A company-run station has no managing unit beside its heating company."),
    )
    MANAGEMENT_UNCHANGED = (
        "management_unchanged",
        _("The station is already managed like this since %(since)s."),
    )
    MANAGEMENT_TOO_EARLY = (
        "management_too_early",
        _(
            "The management since %(since)s is already recorded; a new one can only begin "
            "after that day."
        ),
    )
    DUPLICATE_NAME = (
        "duplicate_name",
        _("“%(name)s” is already registered in %(place)s."),
    )
    STILL_SERVED = (
        "still_served",
        _("%(count)s substations still use “%(name)s”. Archive or change them first."),
    )
    OPEN_HANDOVER = (
        "open_handover",
        _("“%(name)s” is being handed over. Cancel or finish the handover first."),
    )
    NOT_A_VILLAGE = (
        "not_a_village",
        _("“%(place)s” is not a village or community. Choose one of the lowest level."),
    )
