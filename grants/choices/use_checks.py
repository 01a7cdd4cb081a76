"""Words of use checks: who used the device in a season (用热核查)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UseCheckVerb(TextChoices):
    """What is done with a village's use check."""

    OPEN = "open", _("Open use check")
    TICK = "tick", _("Tick households")
    SUBMIT = "submit", _("Submit use check")
    RETURN = "return", _("Return use check")
    CONFIRM = "confirm", _("Confirm use check")


class UseCheckRefusal(TextChoices):
    """Why something on a use check is not possible."""

    EXISTS = (
        "exists",
        _("%(village)s has a use check of the season %(season)s already. Open that one."),
    )
    SEASON_NOT_BEGUN = (
        "guard:season",
        _("The season %(season)s has not begun yet; its use cannot be checked."),
    )
    NOBODY = (
        "guard:households",
        _("No approved household of %(village)s is paid for the season %(season)s."),
    )
    UNTICKED_REASON = ("guard:untick", _("Say why %(name)s did not use the device."))
    STOPPED = (
        "guard:stopped",
        _(
            "%(name)s is not paid for this season any more: the dwelling or village is given up, "
            "or central heating came."
        ),
    )
    NOT_ON_LIST = ("not_on_list", _("%(name)s does not stand on this list."))
    OTHER_PERSON = (
        "four_eyes",
        _("%(person)s submitted this list; somebody else must confirm it."),
    )
    UNDER_MINIMUM = (
        "under_minimum",
        _("Consumption %(reading)s is under the minimum of %(minimum)s."),
    )


class OperationStop(TextChoices):
    """Why a season of operation is not paid any more."""

    DEMOLISHED = (
        "demolished",
        _("Not listed for payment because the dwelling was demolished on %(day)s."),
    )
    DEMOLITION_LIST = (
        "demolition_list",
        _("Not listed for payment because %(village)s is on the demolition list of %(year)s."),
    )
    CENTRAL_HEATING = (
        "central_heating",
        _("Not listed for payment because central heating reached %(village)s on %(day)s."),
    )


class UseCheckSlip(TextChoices):
    """Slips of a use check's workbook."""

    NO_LINE = (
        "no_line",
        _(
            "No use check that is being ticked lists account %(account)s here. Open the season's "
            "list first, or correct the account."
        ),
    )
    REASON_NEEDED = ("reason_needed", _("Say why the device was not used."))
    BAD_SEASON = ("bad_season", _("“%(value)s” is no season. Write it like 2018-2019."))
    NOTHING_SAID = (
        "nothing_said",
        _("Neither “used” nor a consumption is filled in; the row says nothing."),
    )
