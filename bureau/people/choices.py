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
    ORGANISATION_ARCHIVED = (
        "organisation_archived",
        _("“%(name)s” was archived and cannot be changed any more."),
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


class PeopleVerb(TextChoices):
    """What people services write into the audit."""

    CREATE_USER = "create_user", _("created the account")
    CLOSE_USER = "close_user", _("closed the account")
    CHANGE_PASSWORD = "change_password", _("changed the password")
    SET_PASSWORD = "set_password", _("set a new password")
    EDIT_PROFILE = "edit_profile", _("changed the profile")
    GRANT_POSTING = "grant_posting", _("granted a posting")
    END_POSTING = "end_posting", _("ended a posting")
    DELEGATE = "delegate", _("named a deputy")
    END_DELEGATION = "end_delegation", _("ended a delegation")
    ISSUE_TOKEN = "issue_token", _("issued an API key")
    REVOKE_TOKEN = "revoke_token", _("revoked an API key")
    CREATE_ORGANISATION = "create_organisation", _("added the organisation")
    EDIT_ORGANISATION = "edit_organisation", _("changed the organisation")
    ARCHIVE_ORGANISATION = "archive_organisation", _("archived the organisation")
