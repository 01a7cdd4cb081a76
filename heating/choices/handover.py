"""Words of the handover of a substation: states, verbs, holders, papers and refusals."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
