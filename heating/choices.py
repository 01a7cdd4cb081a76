"""Every word of heating that is stored once: kinds, modes, verbs, refusals."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class LedgerSlip(TextChoices):
    """What an imported ledger may say wrong, and what the import adds by itself."""

    UNKNOWN_MODE = (
        "unknown_mode",
        _("“%(value)s” is no way to manage a station. Write one of: %(choices)s."),
    )
    MANAGER_MISSING = (
        "manager_missing",
        _(
            "The station is not run by the heating company, but the managing unit is empty. "
            "Fill it in, or write 自管 where the owners run it themselves."
        ),
    )
    MANAGER_IGNORED = (
        "manager_ignored",
        _("The station is company-run, so the managing unit “%(name)s” is not taken over."),
    )
    ORGANISATION_CREATED = (
        "organisation_created",
        _("“%(name)s” is not registered yet and will be added as an organisation."),
    )
    ESTATE_CREATED = (
        "estate_created",
        _("The estate “%(name)s” is not registered here yet and will be added."),
    )
    SOURCE_CREATED = (
        "source_created",
        _("The heat source “%(name)s” is not registered yet and will be added."),
    )
    MANAGEMENT_CHANGED = (
        "management_changed",
        _("The management recorded since %(since)s will end today and the new one begin."),
    )


class HandoverState(TextChoices):
    """Where the handover of a heat substation stands."""

    REGISTERED = "registered", pgettext_lazy("handover", "registered")
    NOTICED = "noticed", pgettext_lazy("handover", "notice issued")
    SURVEYED = "surveyed", pgettext_lazy("handover", "surveyed")
    PLANNED = "planned", pgettext_lazy("handover", "plan agreed")
    CONSENTED = "consented", pgettext_lazy("handover", "owners consent")
    SIGNED = "signed", pgettext_lazy("handover", "agreement signed")
    ACCEPTED = "accepted", pgettext_lazy("handover", "accepted")
    CONNECTED = "connected", pgettext_lazy("handover", "grid-connected")
    ARCHIVED = "archived", pgettext_lazy("handover", "filed away")
    RETURNED = "returned", pgettext_lazy("handover", "sent back")
    SUSPENDED = "suspended", pgettext_lazy("handover", "suspended")
    CANCELLED = "cancelled", pgettext_lazy("handover", "cancelled")


class HandoverVerb(TextChoices):
    """What people do to a handover; the API writes these in kebab-case."""

    REGISTER = "register", pgettext_lazy("handover", "Register handover")
    ISSUE_NOTICE = "issue_notice", pgettext_lazy("handover", "Issue notice")
    RECORD_SURVEY = "record_survey", pgettext_lazy("handover", "Record survey")
    AGREE_PLAN = "agree_plan", pgettext_lazy("handover", "Agree plan")
    RECORD_CONSENT = "record_consent", pgettext_lazy("handover", "Record owners' consent")
    SIGN = "sign", pgettext_lazy("handover", "Sign agreement")
    ACCEPT = "accept", pgettext_lazy("handover", "Accept")
    SEND_BACK = "send_back", pgettext_lazy("handover", "Send back")
    CONNECT = "connect", pgettext_lazy("handover", "Connect to the grid")
    ARCHIVE = "archive", pgettext_lazy("handover", "File away")
    SUSPEND = "suspend", pgettext_lazy("handover", "Suspend")
    RESUME = "resume", pgettext_lazy("handover", "Resume")
    CANCEL = "cancel", pgettext_lazy("handover", "Cancel handover")


class HandoverEvent(TextChoices):
    """Writes on a handover that move no state; the timeline names them so."""

    ADD_DEFECT = "add_handover_defect", _("Defect added")
    CLOSE_DEFECT = "close_handover_defect", _("Defect closed")
    REOPEN_DEFECT = "reopen_handover_defect", _("Defect opened again")
    CORRECT_ACCEPTANCE = "correct_handover_acceptance", _("Acceptance record corrected")
    SIGN_ACCEPTANCE = "sign_handover_acceptance", _("Acceptance signed")
    DROP_SIGNATURES = "drop_handover_signatures", _("Signatures dropped by an edit")
    PUBLISH_TERM = "publish_handover_term", _("Step term published")
    FILL_DUE_DATE = "fill_handover_due_date", _("Due date filled from the published calendar")


class HandoverHolder(TextChoices):
    """Who has to act on a handover now."""

    CLERK = "clerk", _("bureau clerk")
    INSPECTOR = "inspector", _("inspector")
    CHIEF = "chief", _("section chief")
    COMPANY = "company", _("heating company's handover officer")
    NOBODY = "nobody", _("nobody")


class ConsentBasis(TextChoices):
    """On what the owners' consent to a handover rests."""

    ASSEMBLY = "assembly", _("vote of the owners' assembly")
    STREET_POLL = "street_poll", _("poll run by the street office")
    OWNER_UNIT_LETTER = "owner_unit_letter", _("owner unit's letter")
    ABOLITION_ORDER = "abolition_order", _("abolition order")


class CostParty(TextChoices):
    """Who may bear a share of the cost of putting a station in order."""

    OWNERS = "owners", _("owners")
    MANAGER = "manager", _("present manager")
    HEATING_COMPANY = "heating_company", _("heating company")
    DEVELOPER = "developer", _("developer")
    FINANCE = "finance", _("public finance")


class HandoverPaper(TextChoices):
    """Kinds of paper in a handover's file."""

    NOTICE = "notice", _("handover notice")
    SURVEY = "survey", _("survey record")
    CONSENT = "consent", _("owners' consent")
    AGREEMENT = "agreement", _("signed agreement")
    PRESSURE_TEST = "pressure_test", _("pressure test record")
    DRAWINGS = "drawings", _("drawings")
    KEYS_LIST = "keys_list", _("list of keys")
    ACCEPTANCE = "acceptance", _("acceptance record")
    OTHER = "other", _("other paper")


class HandoverRefusal(TextChoices):
    """Why a guard of the handover workflow says no."""

    STATION_NOT_ELIGIBLE = (
        "guard:station_not_eligible",
        _(
            "%(station)s is “%(management)s”. Only a third-party-run station or one in custody can"
            " be handed over."
        ),
    )
    STATION_ARCHIVED = (
        "guard:station_archived",
        _("%(station)s is archived. Restore it before registering a handover."),
    )
    OPEN_HANDOVER = (
        "guard:open_handover",
        _("Handover %(number)s of this station is still open. Finish or cancel it first."),
    )
    DOCUMENT_NUMBER = (
        "guard:document_number",
        _(
            "“%(number)s” is not a document number. Write it like 聊城管字〔2026〕3号: full year, "
            "six-angle brackets, no leading zero."
        ),
    )
    DEMAND = "guard:demand", _("Write what the notice demands.")
    DUE_DATE = (
        "guard:due_date",
        _("The due date %(due)s must lie after today, %(today)s, and within a year."),
    )
    SURVEY_INCOMPLETE = (
        "guard:survey_incomplete",
        _("The survey is not complete. Still missing: %(missing)s."),
    )
    SURVEY_DATE = (
        "guard:survey_date",
        _("The survey date %(day)s lies after today, %(today)s."),
    )
    COST_SHARES = (
        "guard:cost_shares",
        _("The cost shares add up to %(sum)s %%; they must make exactly 100.00 %%."),
    )
    SHARE_VALUE = (
        "guard:share_value",
        _(
            "The share of “%(party)s” is %(percent)s %%. Every share lies above 0 and at "
            "most at 100, with two decimals, and each party stands once."
        ),
    )
    PLAN_TOTAL = (
        "guard:plan_total",
        _("The cost %(total)s yuan is not an amount of 0 or more with two decimals."),
    )
    ZERO_PLAN = (
        "guard:zero_plan",
        _("The survey found no defect, so the plan must be zero, not %(total)s yuan."),
    )
    COUNTS = (
        "guard:counts_implausible",
        _(
            "%(what)s: agreeing %(agreed)s ≤ taking part %(took_part)s ≤ all %(total)s does "
            "not hold, or a figure is missing or negative."
        ),
    )
    QUORUM = (
        "guard:quorum",
        _(
            "No quorum: %(heads)s of owners by heads and %(area)s by area took part; at least two"
            " thirds of both are needed (Civil Code, article 278)."
        ),
    )
    MAJORITY = (
        "guard:majority",
        _(
            "No majority: %(heads)s by heads and %(area)s by area of those taking part agree; more"
            " than half of both is needed (Civil Code, article 278)."
        ),
    )
    CONSENT_DATE = (
        "guard:consent_date",
        _("The date of the consent %(day)s lies after today, %(today)s."),
    )
    PAPERS_MISSING = (
        "guard:papers_missing",
        _("Papers are missing: %(papers)s. Attach them first."),
    )
    SIGNATORIES = (
        "guard:signatories",
        _("The agreement needs the signatories of all three parties. Missing: %(missing)s."),
    )
    SIGNING_DATE = (
        "guard:signing_date",
        _("The signing date %(day)s must not lie after today, %(today)s."),
    )
    NO_COMPANY = (
        "guard:no_company",
        _("The station has no heating company yet. Name the company that takes it over first."),
    )
    SIGNATURE_ORDER = (
        "guard:signature_order",
        _("The heating company's handover officer signs first, then a clerk of the bureau."),
    )
    OTHER_COMPANY = (
        "guard:other_company",
        _("Only the handover officer of %(company)s signs this acceptance."),
    )
    ACCEPTANCE_RECORD = (
        "guard:acceptance_record",
        _("The acceptance is not complete. Still missing: %(missing)s."),
    )
    BLOCKING_DEFECTS = (
        "guard:blocking_defects",
        _("Blocking defects are still open (%(count)s): %(defects)s."),
    )
    DEFECTS_NOT_LISTED = (
        "guard:defects_not_listed",
        _("Open defects must be listed in the acceptance record (%(count)s): %(defects)s."),
    )
    RECORD_DIFFERS = (
        "guard:record_differs",
        _(
            "This differs from what the heating company signed. Sign it as it stands, or "
            "correct the record first, which drops the company's signature."
        ),
    )
    EFFECTIVE_DATE = (
        "guard:effective_date",
        _(
            "The effective date %(day)s must not lie before %(not_before)s "
            "nor more than a year ahead."
        ),
    )
    IN_SEASON = (
        "guard:in_season",
        _(
            "%(day)s lies inside the heating season (%(start)s to %(end)s). Connecting then "
            "needs the permission for work inside the season."
        ),
    )
    TERM_IN_THE_PAST = (
        "guard:term_in_the_past",
        _("A term begins today or later; what has run is not reckoned anew."),
    )
    REVIEW_DATE = (
        "guard:review_date",
        _("The review date %(day)s must lie after today, %(today)s, and within a year."),
    )
    DAY_TOO_OLD = (
        "guard:day_too_old",
        _("The day %(day)s is before %(first)s, when nothing was heated centrally here."),
    )
    FUTURE_DAY = (
        "guard:future_day",
        _("The day %(day)s lies after today, %(today)s."),
    )
    DEFECT_CLOSED = (
        "guard:defect_closed",
        _("Defect %(defect)s is already closed."),
    )
    DEFECT_OPEN = (
        "guard:defect_open",
        _("Defect %(defect)s is open."),
    )
    PAPER_OF_PAST_STEP = (
        "paper_of_past_step",
        _(
            "“%(name)s” was filed before the last step was taken and is evidence of it. "
            "Have the handover sent back first, or add a corrected paper."
        ),
    )
    NOT_EDITABLE = (
        "guard:not_editable",
        _("In the state “%(state)s” nothing of the handover can be changed."),
    )
    MANAGEMENT_MOVED = (
        "guard:management_moved",
        _(
            "The station's management on %(day)s is “%(management)s”; there is nothing to hand over"
            " on that day."
        ),
    )
