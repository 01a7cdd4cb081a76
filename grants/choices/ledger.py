"""What can be said of a row in a village's register."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClaimSlip(TextChoices):
    """Slips of a claims register; those of personal numbers are in HouseholdRefusal."""

    MISSING_ACCOUNT = (
        "missing_account",
        _("The electricity account number is missing; without it the dwelling is not known."),
    )
    NO_RATE = (
        "no_rate",
        _("There is no published rate for %(technology)s in %(year)s. Check the technology."),
    )
    AMBIGUOUS_RATE = (
        "ambiguous_rate",
        _(
            "Several published rates hold for %(technology)s in %(year)s. Ask the bureau to end "
            "one of them first."
        ),
    )
    BAD_DATE = ("bad_date", _("“%(value)s” is no date. Write it like 2018-05-16."))
    FUTURE_DATE = (
        "future_date",
        _("%(value)s lies in the future. Enter the day on which the work was completed."),
    )
    WARN_DEVICE = (
        "warn_device",
        _(
            "The device “%(value)s” does not tell an air-source heat pump from another one; the "
            "claim counts as without. Correct the device if that is wrong."
        ),
    )
    WARN_OTHER_DEVICE = (
        "warn_other_device",
        _(
            "The device “%(value)s” does not belong to “%(technology)s”; the claim counts as "
            "“%(technology)s”. Correct whichever is wrong."
        ),
    )
    WARN_NAME = (
        "warn_name",
        _(
            "“%(value)s” does not look like a name alone. The public notice and the payment show "
            "it as it stands; correct it if that is wrong."
        ),
    )
    WARN_NUMBER_HIDDEN = (
        "warn_number_hidden",
        _(
            "Identity, card or phone numbers written here are kept by their last four digits "
            "only. They have columns of their own."
        ),
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
