"""Words of public notices."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeState(TextChoices):
    """Where a public notice stands; that its period is over is a matter of the clock."""

    DRAFT = "draft", _("Being prepared")
    PUBLISHED = "published", _("Posted")
    CLOSED = "closed", _("Notice closed")
    CANCELLED = "cancelled", _("Cancelled")


class NoticeVerb(TextChoices):
    """What is done with a public notice."""

    CREATE = "create", _("Prepare public notice")
    PUBLISH = "publish", _("Post public notice")
    CONFIRM = "confirm", _("Confirm public notice")
    CANCEL = "cancel", _("Cancel public notice")
    OBJECT = "object", _("Record objection")
    DECIDE_OBJECTION = "decide_objection", _("Decide objection")
    CORRECT_ITEM = "correct_item", _("Correct item")
    TAKE_OFF_ITEM = "take_off_item", _("Take item off")
    FILL_PERIOD = "fill_period", _("Fill in the last day")


class NoticePaper(TextChoices):
    """What hangs on a public notice."""

    START_PHOTO = "start_photo", _("Photo of the posted sheet at the start")
    END_PHOTO = "end_photo", _("Photo of the posted sheet at the end")
    NO_OBJECTION = "no_objection", _("“No objection” statement")
    OBJECTION = "objection", _("Objection")
    OBJECTION_DECISION = "objection_decision", _("Decision on an objection")


class ObjectionState(TextChoices):
    """How an objection stands."""

    OPEN = "open", _("Open")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


class NoticeRefusal(TextChoices):
    """Why something on a public notice is not possible."""

    EMPTY = ("guard:items", _("The notice names no household yet. Add claims first."))
    NO_START_PHOTO = (
        "guard:start_photo",
        _("Attach the photo of the posted sheet before you publish."),
    )
    NO_END_PHOTO = (
        "guard:end_photo",
        _("Attach the photo of the posted sheet at the end of the period first."),
    )
    NO_STATEMENT = (
        "guard:no_objection",
        _("Attach the “no objection” statement of the village first."),
    )
    RUNNING = ("guard:notice_over", _("The public notice runs until %(day)s. Confirm it after."))
    CALENDAR_PENDING = (
        "guard:calendar",
        _("The end of the period is open until the working days of %(year)s are published."),
    )
    OPEN_OBJECTION = (
        "guard:objection",
        _("An objection to %(name)s is not decided yet. Decide it first."),
    )
    OTHER_VILLAGE = (
        "guard:village",
        _("%(name)s belongs to another village. A notice is posted in one village."),
    )
    NOT_AWAITING = (
        "guard:awaiting",
        _("The claim of %(name)s does not wait for a public notice."),
    )
    NO_NOTICE = ("guard:notice", _("%(name)s stands in no public notice. Prepare one first."))
    IN_NOTICE = (
        "guard:in_notice",
        _("%(name)s stands in another public notice already (%(notice)s). Cancel that one first."),
    )
    TOO_SHORT = ("guard:days", _("A public notice runs for at least %(days)s days."))
    CHANGED = (
        "guard:as_printed",
        _(
            "The claim of %(name)s is no longer as the sheet prints it. Cancel this notice, "
            "prepare it anew and post the new sheet."
        ),
    )
    NOTHING_RIPE = (
        "guard:ripe",
        _(
            "No household of this notice can be approved now: each is held by an objection, or "
            "its own period still runs."
        ),
    )
    OFF_SHEET = ("guard:off_sheet", _("%(name)s was taken off this public notice."))
    OBJECTION_DECIDED = ("guard:objection_open", _("This objection was decided already."))
    DECISION_NEEDED = ("guard:decision", _("Write down what was decided about the objection."))
    DECISION_PAPER = (
        "guard:decision_paper",
        _("Attach the signed decision on the objection to %(name)s first."),
    )
    UPHELD = (
        "guard:upheld",
        _("The objection to %(name)s was upheld: correct the item, or reject the claim."),
    )
    NOT_POSTED = (
        "guard:posted",
        _("The notice is not posted yet, so its period is not known. Post it first."),
    )
    PAPER_USED = (
        "guard:paper_used",
        _("The notice rests on “%(name)s”; it cannot be taken back any more."),
    )
    FUTURE_DAY = ("future_day", _("This day lies in the future."))
    EARLY_DAY = ("early_day", _("The notice was not posted yet on that day."))
    NOTHING_CORRECTED = (
        "guard:correction",
        _("Enter another name or another amount than the notice prints."),
    )
    AMOUNT_TOO_HIGH = (
        "amount_too_high",
        _("No published rate of %(year)s pays more than %(limit)s yuan."),
    )
    AMOUNT_NOT_POSITIVE = ("amount_not_positive", _("The amount must be above zero."))
