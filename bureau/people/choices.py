"""Words of people: kinds of organisation, refusals, verbs of the audit."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation does for the city."""

    HEATING_COMPANY = "heating_company", _("Heating company")
    PROPERTY_COMPANY = "property_company", _("Property management company")
    WORK_UNIT = "work_unit", _("Work unit")
    BUREAU_OFFICE = "bureau_office", _("Bureau office")
    SUPPLIER = "supplier", _("Supplier")
    OTHER = "other", _("Other organisation")


class Language(TextChoices):
    """The language of a person's screen; empty follows the switch of the browser."""

    DEFAULT = "", _("Simplified Chinese, unless switched in this browser")
    CHINESE = "zh-hans", _("Simplified Chinese")
    ENGLISH = "en", _("English")


class Theme(TextChoices):
    """Light or dark."""

    SYSTEM = "", _("As the device says")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class AdminPost(TextChoices):
    """The three separate posts of those who run the portal (三员)."""

    SYSTEM = "system", _("System administration")
    SECURITY = "security", _("Security administration")
    AUDIT = "audit", _("Audit administration")


class GroundKind(TextChoices):
    """What a posting can be to."""

    CITY = "city", _("the city")
    COUNTY = "county", _("a county")
    TOWN = "town", _("a town")
    VILLAGE = "village", _("a village or community")
    MANAGING_AREA = "managing_area", _("a managing area")
    HEATING_COMPANY = "heating_company", _("a heating company")
    PROPERTY_COMPANY = "property_company", _("a property company")
    ORGANISATION = "organisation", _("another organisation")


class UserState(TextChoices):
    """How an account stands."""

    ACTIVE = "active", _("In use")
    WAITING = "waiting", _("Not signed in yet")
    CLOSED = "closed", _("Closed")


class SignInKind(TextChoices):
    """What happened at the door."""

    SUCCESS = "success", _("Signed in")
    FAILURE = "failure", _("Failed")
    LOCKED = "locked", _("Locked out")
    SIGNED_OUT = "signed_out", _("Signed out")
    EXPIRED = "expired", _("Session ran out")
    ENDED = "ended", _("Session ended")


class PeopleRefusal(TextChoices):
    """Why an action on people was refused."""

    POSTING_ENDED = "posting_ended", _("This posting ended on %(day)s already.")
    PERIOD_REVERSED = (
        "period_reversed",
        _("The last day %(until)s lies before the first day %(since)s. Correct one of them."),
    )
    OWN_DEPUTY = "own_deputy", _("Nobody can be their own deputy. Choose another person.")
    DEPUTY_INACTIVE = (
        "deputy_inactive",
        _("The account of %(person)s is closed. Choose a person who can sign in."),
    )
    ORGANISATION_EXISTS = (
        "organisation_exists",
        _("There is already a %(kind)s named “%(name)s”. Use that one, or change the name."),
    )
    CREDIT_CODE_TAKEN = (
        "credit_code_taken",
        _("“%(name)s” has this unified social credit code. Use that one, or correct the code."),
    )
    TOO_MANY_TOKENS = (
        "too_many_tokens",
        _("You have %(limit)s API keys that work. Revoke one that you no longer need first."),
    )
    TOKEN_PERIOD = (
        "token_period",
        _("A key works for at most a year. Choose a day from %(first)s to %(last)s."),
    )
    ONE_GROUND = (
        "one_ground",
        _("A posting needs exactly one of a division, a managing area and an organisation."),
    )
    GROUND_DOES_NOT_FIT = (
        "ground_does_not_fit",
        _(
            "The role “%(role)s” cannot be held on %(kind)s (%(ground)s). "
            "It belongs to %(kinds)s; choose such a ground or another role."
        ),
    )
    POSTING_OVERLAPS = (
        "posting_overlaps",
        _(
            "%(person)s holds “%(role)s” on %(ground)s from %(since)s already. "
            "End that posting first, or choose a period outside it."
        ),
    )
    ACCOUNT_CLOSED = (
        "account_closed",
        _("The account of %(person)s is closed. Reopen it first."),
    )
    ACCOUNT_OPEN = ("account_open", _("The account of %(person)s is open already."))
    OWN_ACCOUNT = (
        "own_account",
        _("Nobody does this to the own account. Ask another administrator."),
    )
    OWN_POSTING = (
        "own_posting",
        _("Nobody grants a posting to oneself. Ask another security administrator."),
    )
    NOT_SUPERIOR = (
        "not_superior",
        _(
            "Only an office above all postings of %(person)s can do this: the town for its "
            "villages, the county for its towns, the bureau for counties and companies. Ask the "
            "superior office or the system administrator."
        ),
    )
    BAD_ID_NUMBER = (
        "bad_id_number",
        _("This is no identity number of 18 characters whose last one fits. Compare the card."),
    )
    NOT_LOCKED = ("not_locked", _("The account of %(person)s is not locked."))
    SEPARATE_POSTS = (
        "separate_posts",
        _(
            "%(person)s would hold “%(first)s” and “%(second)s” at once. System, security and "
            "audit administration are separate posts and are not combined with other roles. "
            "Choose another person, or end the other posting first."
        ),
    )
    LAST_OF_POST = (
        "last_of_post",
        _(
            "%(person)s is the last one of %(post)s. Post a successor first, "
            "or nobody can do this work any more."
        ),
    )
    ROLE_STANDARD = (
        "role_standard",
        _("“%(role)s” is delivered with the portal and stays as it is. Copy it and vary the copy."),
    )
    ROLE_ARCHIVED = ("role_archived", _("The role “%(role)s” was archived. Choose another one."))
    ROLE_IN_USE = (
        "role_in_use",
        _("%(count)s postings still use the role “%(role)s”. End them first."),
    )
    ROLE_MIXES_POSTS = (
        "role_mixes_posts",
        _(
            "This role may not hold: %(permissions)s. They belong to a separate post of "
            "administration, or to business that administrators do not see."
        ),
    )
    DELEGATION_OVERLAPS = (
        "delegation_overlaps",
        _(
            "%(deputy)s deputises for %(principal)s from %(since)s already. "
            "End that delegation first, or choose a period outside it."
        ),
    )
    DELEGATION_ENDED = ("delegation_ended", _("This delegation ended on %(day)s already."))


class PeopleVerb(TextChoices):
    """What people services write into the audit."""

    CREATE_USER = "create_user", _("created the account")
    EDIT_USER = "edit_user", _("changed the account")
    CLOSE_USER = "close_user", _("closed the account")
    REOPEN_USER = "reopen_user", _("reopened the account")
    RESET_PASSWORD = "reset_password", _("gave a one-time password")  # noqa: S105 - a verb
    UNLOCK_USER = "unlock_user", _("unlocked the account")
    RECORD_OWN_NUMBER = "record_own_number", _("recorded the identity number")
    END_SESSIONS = "end_sessions", _("ended all sessions")
    END_SESSION = "end_session", _("ended a session")
    CREATE_ROLE = "create_role", _("added the role")
    EDIT_ROLE = "edit_role", _("changed the role")
    ARCHIVE_ROLE = "archive_role", _("archived the role")
    CHANGE_PASSWORD = "change_password", _("changed the password")
    SET_PASSWORD = "set_password", _("set a new password")
    EDIT_PROFILE = "edit_profile", _("changed the profile")
    GRANT_POSTING = "grant_posting", _("granted a posting")
    END_POSTING = "end_posting", _("ended a posting")
    DELEGATE = "delegate", _("named a deputy")
    END_DELEGATION = "end_delegation", _("ended a delegation")
    ISSUE_TOKEN = "issue_token", _("issued an API key")
    REVOKE_TOKEN = "revoke_token", _("revoked an API key")
