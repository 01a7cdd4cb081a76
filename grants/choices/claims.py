"""Words of subsidy claims, their review and their duplicates."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClaimState(TextChoices):
    """Where a claim stands."""

    DRAFT = "draft", _("Draft")
    TOWNSHIP_REVIEW = "township_review", _("Town review")
    INSPECTION = "inspection", _("Town acceptance")
    COUNTY_REVIEW = "county_review", _("County review")
    AWAITING_NOTICE = "awaiting_notice", _("Awaiting public notice")
    NOTICE = "notice", _("Public notice")
    OBJECTION_HOLD = "objection_hold", _("Held by an objection")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned for correction")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVOKED = "revoked", _("Revoked")


class ClaimVerb(TextChoices):
    """What moves a claim."""

    FILE = "file", _("File claim")
    SUBMIT = "submit", _("Submit")
    PASS_TOWNSHIP = "pass_township", _("Pass town review")
    PASS_INSPECTION = "pass_inspection", _("Pass town acceptance")
    PASS_COUNTY = "pass_county", _("Pass county review")
    PUBLISH = "publish", _("Publish")
    APPROVE = "approve", _("Approve")
    HOLD = "hold", _("Hold for an objection")
    RELEASE = "release", _("Release after the decision")
    CORRECT_ITEM = "correct_item", _("Correct in the notice")
    RETURN = "return", _("Return for correction")
    REJECT = "reject", _("Reject")
    WITHDRAW = "withdraw", _("Withdraw")
    REVOKE = "revoke", _("Revoke approval")
    CORRECT = "correct", _("Correct claim")
    ACCEPT_HOUSEHOLD = "accept_household", _("Record town acceptance")
    ANNOUNCE = "announce", _("Announce the intent")
    HEAR = "hear", _("Record the statement")
    DRAW = "draw", _("Draw for re-inspection")
    REINSPECT = "reinspect", _("Record re-inspection")


class ClaimHolder(TextChoices):
    """Who has to act on a claim now."""

    VILLAGE = "village", _("Village official")
    TOWN = "town", _("Town reviewer")
    TOWN_TEAM = "town_team", _("Town acceptance team")
    COUNTY = "county", _("County reviewer")
    NOBODY = "nobody", _("Nobody")


class ClaimPaper(TextChoices):
    """What a household's file holds (一户一档)."""

    APPLICATION = "application", _("Application form")
    COMMITMENT = "commitment", _("Commitment letter")
    ID_COPY = "id_copy", _("Copy of the identity card")
    REGISTER_COPY = "register_copy", _("Copy of the household register")
    CARD_COPY = "card_copy", _("Copy of the bank card")
    CONTRACT = "contract", _("Contract")
    PHOTO_BEFORE = "photo_before", _("Photo before")
    PHOTO_AFTER = "photo_after", _("Photo of the installed device")
    STOVE_REMOVED = "stove_removed", _("Photo of the removed stove")
    CERTIFICATE = "certificate", _("Certificate of the device")
    INVOICE = "invoice", _("Invoice")
    ACCEPTANCE = "acceptance", _("Acceptance sheet")
    MANDATE = "mandate", _("Written mandate")
    PAYMENT_SLIP = "payment_slip", _("Payment slip")
    DECISION = "decision", _("Written decision")


class AcceptanceSigner(TextChoices):
    """Who signed for the household at the acceptance."""

    HEAD = "head", _("Head of household")
    MEMBER = "member", _("Adult member of the household")
    AGENT = "agent", _("Agent with a written mandate")


class HearingPurpose(TextChoices):
    """What the office intends to do to a claim, announced before it decides."""

    REJECT = "reject", _("Rejection")
    REVOKE = "revoke", _("Revocation")


class RedrawResult(TextChoices):
    """How a drawn household's re-inspection went."""

    PENDING = "pending", _("To be re-inspected")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Failed")


class DuplicateGround(TextChoices):
    """What two dwellings have in common."""

    PERSON = "person", _("Same identity number")
    REGISTER = "register", _("Same household-register number")
    GAS_ACCOUNT = "gas_account", _("Same gas account")
    CARD = "card", _("Same bank card")


class DuplicateState(TextChoices):
    """How far a duplicate case is."""

    OPEN = "open", _("To be decided")
    DECIDED = "decided", _("To be signed")
    CLOSED = "closed", _("Case closed")


class DuplicateDecision(TextChoices):
    """What a duplicate turned out to be."""

    DISTINCT = "distinct", _("Two rightful dwellings")
    KEEP_FIRST = "keep_first", _("Only the first stands")
    KEEP_SECOND = "keep_second", _("Only the second stands")
    NEITHER = "neither", _("Neither stands")


class DuplicateVerb(TextChoices):
    """What is done with a duplicate case."""

    OPEN = "open_case", _("Open duplicate case")
    DECIDE = "decide", _("Decide duplicate case")
    SIGN = "sign", _("Sign the decision")


class DuplicateRefusal(TextChoices):
    """Why a duplicate case cannot go on."""

    NOT_OPEN = ("not_open", _("The case is “%(state)s”. Reload the page to see it."))
    REASON_NEEDED = ("guard:reason", _("Write why you decide so, for whoever signs."))
    CLAIM_MOVED_ON = (
        "guard:claim",
        _("The claim of %(name)s is “%(state)s” by now; this decision cannot end it."),
    )


class ClaimRefusal(TextChoices):
    """Why a claim cannot be moved."""

    INCOMPLETE = (
        "guard:complete_file",
        _("The file of %(name)s is not complete: %(missing)s. Add it and submit again."),
    )
    NO_MANDATE = (
        "guard:mandate",
        _("The agent of %(name)s has no written mandate on file. Add it first."),
    )
    ACCEPTED_EARLY = (
        "guard:accepted_on",
        _(
            "%(day)s is no day of acceptance: it lies before the completion (%(completed)s) or "
            "after today."
        ),
    )
    NO_ID = ("guard:valid_id", _("%(name)s has no valid identity number. Correct it first."))
    INELIGIBLE_DEMOLITION = (
        "guard:demolition",
        _("%(village)s is on the demolition list of %(year)s; it is not subsidised."),
    )
    INELIGIBLE_CENTRAL = (
        "guard:central_heating",
        _("%(village)s was reached by central heating on %(day)s; it is not subsidised."),
    )
    NOT_READY = (
        "guard:supply_ready",
        _(
            "%(village)s has no %(supply)s ready yet, so its claims are held back. A bureau clerk "
            "marks it ready on the page of the place, under “Edit”, whether or not the village "
            "has a project; then submit again."
        ),
    )
    ALREADY_SUBSIDISED = (
        "guard:one_live_claim",
        _("The dwelling of %(name)s was subsidised before. Construction is paid once for life."),
    )
    DUPLICATE_OPEN = (
        "guard:duplicate",
        _("A duplicate case of %(name)s is open. A county reviewer decides it first."),
    )
    NOT_ACCEPTED = (
        "guard:acceptance",
        _("The acceptance sheet does not pass %(name)s with device %(serial)s. Record it first."),
    )
    REINSPECTION_OPEN = (
        "guard:reinspection",
        _("%(name)s was drawn for re-inspection, which is not passed. Record it first."),
    )
    NOBODY_TO_DRAW = (
        "guard:population",
        _("No claim of %(village)s of %(year)s waits for the county; there is nobody to draw."),
    )
    SERIAL_UNKNOWN = (
        "serial_unknown",
        _("“%(name)s” names no device of an open claim within your postings."),
    )
    SERIAL_TWICE = (
        "serial_twice",
        _("The device named by “%(name)s” stands in several claims. File it on the right one."),
    )
    NOT_HEARD = (
        "guard:heard",
        _("Announce the intent to %(name)s and record its statement before you decide."),
    )
    ANNOUNCED = (
        "guard:announced",
        _("An intent is already announced to %(name)s. Record its statement, then decide."),
    )
    DUPLICATE_LOST = (
        "guard:duplicate_lost",
        _(
            "A duplicate case was decided against this claim of %(name)s. Withdraw it; where the "
            "dwelling is entitled after all, file a new one."
        ),
    )
    NO_RATE = (
        "guard:rate",
        _("There is no single published rate for %(name)s. Ask the bureau about the policy."),
    )
    NO_OBJECTION = ("guard:objection", _("No open objection to %(name)s is recorded."))
    OBJECTION_OPEN = (
        "guard:objection_open",
        _("The objection to %(name)s is not decided with a paper yet."),
    )
    FILER = ("four_eyes", _("%(person)s filed this claim; somebody else must review it."))
    NOTHING_CHANGED = ("nothing_changed", _("Nothing was changed."))
    MATERIAL_LOCKED = (
        "material_locked",
        _("“%(field)s” can only be changed after the claim was returned."),
    )
