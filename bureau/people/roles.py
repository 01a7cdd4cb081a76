"""The standard roles: one table, role by role, of what people in this job may do.

After every migration the database is brought in step with it. Where somebody may do it follows
from the posting; that the same person may not do two things follows from the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class StandardRole:
    """A role as delivered: its code, its name, its permissions as "app.codename"."""

    code: str
    name: Promise
    permissions: frozenset[str]


def _each(app: str, verbs: str, nouns: str) -> frozenset[str]:
    """Return every "app.verb_noun" of the two word lists."""
    return frozenset(f"{app}.{verb}_{noun}" for verb in verbs.split() for noun in nouns.split())


def _verbs(app: str, codenames: str) -> frozenset[str]:
    return frozenset(f"{app}.{codename}" for codename in codenames.split())


def _role(code: str, name: Promise, *permissions: Iterable[str]) -> StandardRole:
    return StandardRole(code, name, frozenset().union(*permissions))


# --- The nouns, by who looks after them --------------------------------------------------
STATIONS = "heatsource estate building householdcount substation zone equipment managementperiod"
PLACES = _each("places", "view", "division managingarea calendarday calendaryear")
COMPANIES = _each("people", "view", "organisation")
TEXTS = _each("documents", "view", "document numberseries")
GROUND = PLACES | COMPANIES | TEXTS
VIEW_REGISTRY = GROUND | _each("heating", "view", STATIONS)
VIEW_HANDOVER = VIEW_REGISTRY | _each("heating", "view", "handover handoverstepterm")
KEEP_REGISTRY = _each("heating", "add change", STATIONS) | _each(
    "heating", "archive", "heatsource estate substation"
)
KEEP_COMPANIES = _each("people", "add change archive", "organisation")
BRING_IN = _each("exchange", "view add", "importrun")
KEEP_PLACES = _each("places", "add change", "division") | _each("places", "change", "managingarea")
KEEP_TEXTS = _each("documents", "add change archive", "document")
KEEP_SERIES = _each("documents", "add change archive", "numberseries")
VIEW_NUMBERS = _each("documents", "view", "documentnumber")
KEEP_NUMBERS = VIEW_NUMBERS | _each("documents", "add change", "documentnumber")
HANDOVER_DESK = _verbs(
    "heating",
    "register_handover issue_notice_handover agree_plan_handover record_consent_handover "
    "accept_handover_bureau archive_handover change_handover add_handoverstepterm",
)
HANDOVER_CHIEF = _verbs(
    "heating",
    "sign_handover send_back_handover connect_handover connect_in_season_handover "
    "suspend_handover cancel_handover",
)
VIEW_AUDIT = _each("records", "view", "auditentry auditseal") | _each("people", "view", "signin")
VIEW_PEOPLE = _each("people", "view", "user role posting delegation")
VIEW_WORK = _each("exchange", "view audit", "importrun") | _each("jobs", "view", "job")
VIEW_ALL = VIEW_HANDOVER | VIEW_WORK | VIEW_NUMBERS | _each("desk", "view", "bulkrun")
SHARE_VIEWS = _verbs("desk", "share_savedview")
SET_VIEWS = SHARE_VIEWS | _verbs("desk", "set_default_savedview")
SEARCH_PEOPLE = _verbs("people", "search_identifier")
LOOK_AFTER_PEOPLE = _verbs("people", "view_user view_phone_user reset_password_user")

VIEW_POLICY = _each("grants", "view", "policy rate target milestone")
VIEW_FILES = VIEW_POLICY | _each(
    "grants",
    "view",
    "dwelling household person claim villageproject projectvillage qualitycheck "
    "acceptancesheet reinspectiondraw "
    "publicnotice entitlement usecheck paymentline",
)
VIEW_CASES = VIEW_FILES | _each(
    "grants", "view", "duplicatecase recovery paymentbatch fund progress"
)
KEEP_FILES = _each("grants", "add change", "dwelling household claim")
REVEAL = _verbs("grants", "reveal_household")
GRANTS_DESK = (
    _each("grants", "add change archive", "policy target villageproject")
    | _each("grants", "change", "rate milestone projectvillage qualitycheck")
    | _each("grants", "add change", "fund")
    | _verbs("grants", "archive_fund add_paymentbatch lock_paymentbatch")
)
GRANTS_CHIEF = _verbs(
    "grants",
    "publish_policy approve_business_paymentbatch close_paymentbatch abort_paymentbatch",
)
GRANTS_COUNTY = _verbs(
    "grants",
    "pass_county_claim publish_claim approve_claim hold_claim correct_item_claim reject_claim "
    "revoke_claim change_claim decide_duplicatecase sign_duplicatecase add_reinspectiondraw "
    "add_publicnotice change_publicnotice confirm_usecheck suspend_entitlement "
    "add_paymentbatch lock_paymentbatch announce_recovery decide_recovery",
) | _each("grants", "change", "villageproject projectvillage qualitycheck")
GRANTS_TOWN = KEEP_FILES | _verbs(
    "grants", "submit_claim pass_township_claim add_usecheck change_usecheck"
)
GRANTS_TEAM = _verbs("grants", "pass_inspection_claim add_acceptancesheet change_acceptancesheet")
GRANTS_VILLAGE = KEEP_FILES | _verbs(
    "grants", "submit_claim withdraw_claim add_usecheck change_usecheck"
)
GRANTS_FINANCE = _verbs(
    "grants",
    "approve_finance_paymentbatch export_paymentbatch import_receipt_paymentbatch "
    "collect_recovery add_fund change_fund archive_fund",
)

STANDARD_ROLES = (
    _role(
        "bureau_clerk",
        _("Bureau clerk"),
        VIEW_HANDOVER,
        KEEP_REGISTRY,
        KEEP_COMPANIES,
        KEEP_PLACES,
        KEEP_NUMBERS,
        KEEP_SERIES,
        BRING_IN,
        HANDOVER_DESK,
        SEARCH_PEOPLE,
        LOOK_AFTER_PEOPLE,
        VIEW_CASES,
        KEEP_FILES,
        REVEAL,
        GRANTS_DESK,
    ),
    _role(
        "section_chief",
        _("Section chief"),
        VIEW_ALL,
        HANDOVER_CHIEF,
        SET_VIEWS,
        SEARCH_PEOPLE,
        LOOK_AFTER_PEOPLE,
        VIEW_CASES,
        GRANTS_CHIEF,
    ),
    _role("bureau_leader", _("Bureau leader"), VIEW_ALL, VIEW_PEOPLE, SHARE_VIEWS, VIEW_CASES),
    _role(
        "legal_reviewer",
        _("Legal reviewer"),
        VIEW_HANDOVER,
        KEEP_TEXTS,
        VIEW_NUMBERS,
        BRING_IN,
        VIEW_CASES,
    ),
    _role(
        "inspector",
        _("Inspector"),
        VIEW_HANDOVER,
        _verbs("heating", "record_survey_handover"),
        VIEW_FILES,
    ),
    _role(
        "company_officer",
        _("Heating company's officer"),
        VIEW_HANDOVER,
        _verbs("heating", "accept_handover_company"),
        VIEW_POLICY,
    ),
    _role("property_contact", _("Property company's contact"), VIEW_HANDOVER, VIEW_POLICY),
    _role(
        "town_reviewer",
        _("Town reviewer"),
        VIEW_HANDOVER,
        SEARCH_PEOPLE,
        LOOK_AFTER_PEOPLE,
        VIEW_FILES,
        GRANTS_TOWN,
        REVEAL,
        BRING_IN,
        _each("grants", "view", "duplicatecase"),
    ),
    _role("town_team", _("Town acceptance team"), VIEW_HANDOVER, VIEW_FILES, GRANTS_TEAM),
    _role(
        "county_reviewer",
        _("County reviewer"),
        VIEW_HANDOVER,
        SEARCH_PEOPLE,
        LOOK_AFTER_PEOPLE,
        VIEW_CASES,
        GRANTS_COUNTY,
        REVEAL,
    ),
    _role(
        "village_official",
        _("Village official"),
        VIEW_HANDOVER,
        VIEW_FILES,
        GRANTS_VILLAGE,
        BRING_IN,
    ),
    _role("finance_clerk", _("Finance clerk"), VIEW_HANDOVER, VIEW_CASES, GRANTS_FINANCE, REVEAL),
    _role("auditor", _("Auditor"), VIEW_ALL, VIEW_AUDIT, VIEW_PEOPLE, SEARCH_PEOPLE, VIEW_CASES),
    _role(
        "system_admin",
        _("System administrator"),
        GROUND,
        SET_VIEWS,
        VIEW_WORK,
        BRING_IN,
        _each("jobs", "change", "job"),
        _each("people", "view add change close", "user"),
        LOOK_AFTER_PEOPLE,
        _each("places", "change", "calendaryear"),
    ),
    _role(
        "security_admin",
        _("Security administrator"),
        GROUND,
        VIEW_PEOPLE,
        _each("people", "add change", "posting delegation role"),
        _verbs("people", "archive_role"),
        _each("people", "view change", "apitoken"),
    ),
    _role("audit_admin", _("Audit administrator"), GROUND, VIEW_AUDIT, VIEW_PEOPLE),
)

STANDARD_NAMES = {role.code: role.name for role in STANDARD_ROLES}
