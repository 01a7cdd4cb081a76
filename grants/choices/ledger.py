"""What can be said of a row in a village's register."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClaimSlip(TextChoices):
    """Slips of a claims register; the words of identity numbers are in HouseholdRefusal."""

    UNKNOWN_VILLAGE = (
        "unknown_village",
        _("“%(value)s” is no village of %(town)s. Did you mean %(suggestions)s?"),
    )
    ALIAS_OR_WRONG_COUNTY = (
        "alias_or_wrong_county",
        _(
            "“%(value)s” is not the county of this village as the register writes it. "
            "Did you mean %(suggestions)s?"
        ),
    )
    MISSING_ACCOUNT = (
        "missing_account",
        _("The electricity account number is missing; without it the dwelling is not known."),
    )
    NO_RATE = (
        "no_rate",
        _("There is no published rate for %(technology)s in %(year)s. Check the technology."),
    )
    FORMULA_TEXT = (
        "formula_text",
        _("“%(column)s” holds a formula instead of text. Type the text itself."),
    )
    BAD_DATE = ("bad_date", _("“%(value)s” is no date. Write it like 2018-05-16."))
    FUTURE_DATE = (
        "future_date",
        _("%(value)s lies in the future. Enter the day on which the work was completed."),
    )
    WARN_DUPLICATE_PERSON = (
        "warn_duplicate_person",
        _(
            "The same identity number stands in another dwelling (%(where)s). The claim stays a "
            "draft until a county reviewer has decided."
        ),
    )
    LIVE_CLAIM = (
        "live_claim",
        _(
            "The dwelling with account %(account)s already has a claim of %(year)s (%(state)s). "
            "One dwelling is subsidised once."
        ),
    )
    CLAIM_MOVED_ON = (
        "claim_moved_on",
        _(
            "The claim of account %(account)s is already “%(state)s” and cannot be changed by a "
            "register. Ask its reviewer to return it first."
        ),
    )
