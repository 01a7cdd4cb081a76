"""Words that every app shares."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Refusal(TextChoices):
    """Why an action was refused, whatever the noun; guards add their own ``guard:<name>`` codes."""

    NOT_ALLOWED_FROM_STATE = (
        "not_allowed_from_state",
        _("“%(verb)s” is not possible while the state is “%(state)s”. Reload the page to see it."),
    )
    FOUR_EYES = (
        "four_eyes",
        _("Two different people must act here, and %(person)s has already acted. Ask a colleague."),
    )
    CONFLICT = ("conflict", _("Somebody else was first. Reload the page to see what has changed."))
    STALE = (
        "stale",
        _("Somebody else saved this while you were editing. Compare both versions and save again."),
    )
    ARCHIVED = ("archived", _("“%(name)s” is archived. Restore it before you change it."))
    NOTE_REQUIRED = ("guard:reason", _("“%(verb)s” needs a reason. Write one and try again."))
    NOT_PERMITTED = (
        "not_permitted",
        _("Your postings do not allow “%(verb)s” here. Ask the section chief."),
    )
    YEAR_NOT_PUBLISHED = (
        "year_not_published",
        _(
            "The working days of %(year)s are not published yet. "
            "Import the official list of holidays first."
        ),
    )
